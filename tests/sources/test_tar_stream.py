import io
import shutil
import struct
import subprocess
import tarfile

import pytest

from fanal.model.item import StreamedBody
from makers.archives import COMPRESS, contents, expanded, reasons, tar_of


def header(name: bytes, size: int, kind: bytes = b"0", rest: bytes = b"") -> bytes:
    """Return a header block written by hand, POSIX.1-1988 with a check sum that fits."""
    block = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % size
    block += b"00000000000\0" + b" " * 8 + kind + bytes(100) + (rest or b"ustar\x0000")
    block = block.ljust(512, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)


END = bytes(1024)


@pytest.mark.parametrize("version", ["old", "0.0", "0.1", "1.0"])
def test_holes_read_as_zeros_as_gnu_tar_writes_them(tmp_path, version):
    tar = shutil.which("tar")
    if (
        not tar
        or b"GNU" not in subprocess.run([tar, "--version"], capture_output=True, check=True).stdout
    ):
        pytest.skip("GNU tar is not here")
    path = tmp_path / "holes"
    with path.open("wb") as out:
        for place in range(1 << 20, 30 << 20, 1 << 20):
            out.seek(place)
            out.write(b"zz-test-%04d" % (place >> 20))
        out.truncate(31 << 20)
    form = ["--format=gnu"] if version == "old" else ["--format=pax", f"--sparse-version={version}"]
    box = tmp_path / "box.tar"
    subprocess.run([tar, "-C", tmp_path, "-S", *form, "-cf", box, "holes", "holes"], check=True)
    assert box.stat().st_size < 1 << 20
    found = expanded(box.read_bytes())
    assert contents(found)[0] == ("0", b"holes", path.read_bytes())
    assert len(found) == 2


def test_a_hole_of_many_terabytes_stops_at_the_ratio():
    records = b"".join(
        b"%d %s\n" % (len(text) + 4, text)
        for text in (b"GNU.sparse.size=9000000000000000", b"GNU.sparse.numblocks=0")
    )
    records += b"21 GNU.sparse.map=0,0\n".replace(b"21", b"22")
    data = header(b"p", len(records), b"x") + padded(records) + header(b"a", 0) + END
    found = expanded(data, memory=1 << 20)
    assert reasons(found) == [("", "limit: ratio")]


def test_a_small_hole_larger_than_memory_is_digested():
    records = b"27 GNU.sparse.size=3000000\n22 GNU.sparse.map=0,0\n"
    data = header(b"p", len(records), b"x") + padded(records) + header(b"a", 0) + END
    (found,) = expanded(data, memory=1 << 20)
    assert isinstance(found.body, StreamedBody)
    assert found.body.digests.size == 3_000_000


@pytest.mark.parametrize(
    "records",
    [
        b"0 path=a\n",
        b"5 path=a\n",
        b"99999999999999999999999999 path=a\n",
        b"9999 path=a\n",
        b"path",
        b" ",
        b"-3 path=a\n",
        b"13 size=-123\n",
        b"14 size=99x999\n",
        b"1" * 400_000,
        b"11 GNU.spar",
    ],
)
def test_a_damaged_pax_header_does_not_hide_what_follows(records):
    data = header(b"p", len(records), b"x") + padded(records) + header(b"a", 1) + padded(b"1")
    found = expanded(data + header(b"b", 1) + padded(b"2") + END)
    assert contents(found)[-1][1:] == (b"b", b"2")
    assert reasons(found) == [("", "archive damaged")]


def test_an_extended_header_of_gigabytes_is_not_read_into_memory():
    data = COMPRESS["gzip"](header(b"p", 3 << 30, b"x") + b"x" * (1 << 20) + header(b"b", 0) + END)
    found = expanded(data)
    assert [name for _, name, _ in contents(found)] == [b"b"]
    assert reasons(found) == [("", "archive damaged")]


def test_a_thousand_extended_headers_in_a_row_need_no_recursion():
    records = b"10 path=q\n"
    many = (header(b"p", len(records), b"x") + padded(records)) * 5000
    assert contents(expanded(many + header(b"b", 0) + END)) == [("0", b"q", b"")]


@pytest.mark.parametrize(
    "numbers", ["5,1,0,1", "0,1,2", "0,99999999999999999999,1,1", "x", "0,5", ""]
)
def test_a_map_that_cannot_be_is_damage(numbers):
    record = f" GNU.sparse.map={numbers}\n".encode()
    records = b"%d" % (len(record) + 2) + record + b"21 GNU.sparse.size=9\n".replace(b"21", b"22")
    records = records.replace(b"22 GNU.sparse.size=9", b"21 GNU.sparse.size=9")
    data = header(b"p", len(records), b"x") + padded(records) + header(b"a", 1) + padded(b"1")
    found = expanded(data + header(b"b", 1) + padded(b"2") + END)
    assert ("0", "damaged member") in reasons(found)
    assert contents(found)[-1][1:] == (b"b", b"2")


def test_global_headers_hold_for_all_and_name_nobody():
    text = b"mtime=1714979290\n"
    record = b"%d " % (len(text) + 3) + text + b"10 path=q\n"
    data = header(b"g", len(record), b"g") + padded(record) + header(b"a", 0) + header(b"b", 0)
    found = expanded(data + END)
    assert [(one.name, one.modified) for one in found] == [
        (b"box!/a", "2024-05-06T07:08:10Z"),
        (b"box!/b", "2024-05-06T07:08:10Z"),
    ]


def test_sizes_in_base_256_are_read_and_absurd_ones_are_damage():
    block = bytearray(header(b"a", 0))
    block[124:136] = b"\x80" + struct.pack(">3xQ", 3)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    assert contents(expanded(bytes(block) + padded(b"abc") + END)) == [("0", b"a", b"abc")]
    block[124:136] = b"\xff" * 12
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    found = expanded(bytes(block) + header(b"b", 0) + END)
    assert [name for _, name, _ in contents(found)] == [b"b"]
    assert reasons(found) == [("", "archive damaged")]


def test_the_standard_library_agrees_on_a_prefix():
    name = b"d" * 120 + b"/" + b"f" * 60
    data = tar_of([(name, b"1")], tarfile.USTAR_FORMAT)
    with tarfile.open(fileobj=io.BytesIO(data)) as oracle:
        assert oracle.getnames() == [name.decode()]
    assert contents(expanded(data)) == [("0", b"f" * 60, b"1")] or expanded(data)[0].name.endswith(
        b"!/" + name
    )
