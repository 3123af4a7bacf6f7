import io
import os
import struct
import tarfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanal.model.item import Entry
from fuzz.seeds.archives import pax_tar
from makers.archives import COMPRESS, contents, expanded, reasons, tar_of
from makers.evidence import CORPUS, corpus

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(200)) + b"\xff\xd9"
MEMBERS = [(b"a.txt", b"zz-test-0001" * 50), (b"b/c.bin", bytes(range(256)) * 9), (b"empty", b"")]
FORMS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def listed(members: list[tuple[bytes, bytes]]) -> list[tuple[str, bytes, bytes]]:
    return [(str(ordinal), name, data) for ordinal, (name, data) in enumerate(members)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("pack", [bytes, *COMPRESS.values()])
def test_what_the_standard_library_writes_comes_out(form, pack):
    found = expanded(pack(tar_of(MEMBERS, form)))
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == []
    assert {one.modified for one in found} == {"2024-05-06T07:08:10Z"}


NAME = st.binary(min_size=1, max_size=300).filter(
    lambda name: b"\0" not in name and not name.endswith(b"/")
)


@given(st.lists(st.tuples(NAME, st.binary(max_size=600)), max_size=4), st.sampled_from(FORMS[1:]))
@example([(b"!/\x01", b"")], tarfile.GNU_FORMAT)
@settings(max_examples=40)
def test_any_name_comes_back(members, form):
    found = expanded(tar_of(members, form)) if members else []
    top = [one for one in found if isinstance(one, Entry) and "/" not in one.inside]
    told = [(one.inside, one.name.removeprefix(b"box!/"), one.body.data) for one in top]
    assert told == listed(members)


def test_a_first_name_that_looks_like_another_archive_does_not_hide_the_rest():
    for name in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x03\x04" + b"\x14" + b"\1" * 60):
        assert contents(expanded(tar_of([(name, b"1"), (b"b", b"2")])))[1][1:] == (b"b", b"2")


def special(kind: bytes, link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("odd")
        info.type, info.linkname = kind, link
        archive.addfile(info)
        archive.addfile(tarfile.TarInfo("after"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, "symbolic link"),
        (tarfile.LNKTYPE, "hard link"),
        (tarfile.CHRTYPE, "device"),
        (tarfile.BLKTYPE, "device"),
        (tarfile.FIFOTYPE, "pipe"),
    ],
)
def test_members_that_are_no_files_are_recorded(kind, reason):
    found = expanded(special(kind, "/etc/" + "x" * 200))
    assert [(one.inside, getattr(one, "reason", "")) for one in found] == [("0", reason), ("1", "")]
    assert not found[0].gap
    assert "link" not in reason or "/etc/xxx" in found[0].detail


def typed(kind: bytes, body: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        info = tarfile.TarInfo("odd")
        info.type, info.size = kind, len(body)
        out.write(info.tobuf(tarfile.GNU_FORMAT) + body + bytes(-len(body) % 512))
        archive.offset = out.tell()
        archive.addfile(tarfile.TarInfo("after"))
    return out.getvalue()


@pytest.mark.parametrize("kind", [b"V", b"D", b"M", b"Z"])
def test_bytes_in_a_member_of_any_other_type_are_content(kind):
    found = expanded(typed(kind, JPEG))
    assert contents(found) == [("0", b"odd", JPEG), ("1", b"after", b"")]
    assert reasons(found) == []


@pytest.mark.parametrize("kind", [b"K", b"L"])
@pytest.mark.parametrize("body", [JPEG, b"name\0" + JPEG, b"GIF89a" + b"!" * 90])
def test_bytes_that_are_no_name_are_noticed_where_a_name_belongs(kind, body):
    found = expanded(typed(kind, body))
    assert [(one.reason, one.gap) for one in found[1:]] == [("unlisted bytes", True)]
    assert found[1].detail.startswith(f"{len(body)} bytes")


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6", b"x", b"g"])
@pytest.mark.parametrize("body", [JPEG, bytes(4) + JPEG])
def test_bytes_behind_a_header_that_should_have_none_are_noticed(kind, body):
    found = expanded(typed(kind, body))
    assert ("", "archive damaged") in reasons(found)
    assert contents(found)[-1][1] == b"after"


def test_folders_are_no_members():
    assert [one.inside for one in expanded(special(tarfile.DIRTYPE))] == ["1"]


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_compressed_file_is_an_archive_of_one(kind):
    suffix = {"gzip": b".gz", "bzip2": b".bz2", "xz": b".xz", "zstd": b".zst"}[kind]
    data = COMPRESS[kind](b"zz-test-0001")
    found = expanded(data, b"folder/notes.txt" + suffix)
    assert contents(found) == [("0", b"notes.txt", b"zz-test-0001")]
    assert reasons(found) == []


def test_a_gzip_header_names_its_file_and_its_time():
    plain = COMPRESS["gzip"](b"1", mtime=0)
    head = b"\x1f\x8b\x08\x08" + struct.pack("<L", 1_714_979_290) + plain[8:10] + b"caf\xe9\0"
    (found,) = expanded(head + plain[10:])
    assert (found.name, found.modified) == (b"box!/caf\xe9", "2024-05-06T07:08:10Z")


@pytest.mark.parametrize("kind", COMPRESS)
def test_streams_one_after_the_other_are_one(kind):
    data = tar_of(MEMBERS)
    pack = COMPRESS[kind]
    found = expanded(pack(data[:700]) + pack(data[700:1500]) + pack(data[1500:]))
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == []


@pytest.mark.parametrize("kind", COMPRESS)
def test_bytes_behind_the_stream_are_noticed(kind):
    found = expanded(COMPRESS[kind](tar_of(MEMBERS)) + b"something else entirely")
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == [("", "data after the end")]


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_cut_stream_gives_the_members_before(kind):
    members = [(b"first", os.urandom(100_000)), (b"second", os.urandom(2_000_000))]
    data = COMPRESS[kind](tar_of(members))
    found = expanded(data[: len(data) - 900_000])
    assert [one.inside for one in found if isinstance(one, Entry)] == ["0"]
    assert reasons(found) == [("1", "damaged member"), ("", "archive damaged")]


def test_a_frame_that_wants_too_large_a_window_is_refused():
    # RFC 8878, 3.1.1.1.2: exponent 31 of the window descriptor asks for 2^41 bytes.
    frame = b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([31 << 3]) + b"\x01\x00\x00"
    found = expanded(frame)
    assert [reason for _, reason in reasons(found)] == ["unsupported compression"]


def test_a_member_cut_at_a_header_is_missed_by_nobody():
    data = tar_of(MEMBERS, tarfile.USTAR_FORMAT)
    found = expanded(data[: 512 + 1024])
    assert contents(found) == listed(MEMBERS)[:1]
    assert reasons(found) == [("", "archive damaged")]


def test_members_behind_a_damaged_header_are_found():
    data = bytearray(tar_of(MEMBERS, tarfile.USTAR_FORMAT))
    second = 512 + 1024
    data[second + 3] ^= 1
    found = expanded(bytes(data))
    assert [name for _, name, _ in contents(found)] == [b"a.txt", b"empty"]
    assert reasons(found) == [("", "archive damaged")]


def test_members_behind_the_end_mark_are_read_and_noted():
    found = expanded(tar_of(MEMBERS) + tar_of([(b"behind", b"1")]))
    assert [name for _, name, _ in contents(found)][-1] == b"behind"
    assert reasons(found) == [("", "data after the end")]


@pytest.mark.parametrize("path", ["hostile/absolute_paths.tar", "images/syslog.tar"])
def test_archives_of_other_projects_are_read_as_the_standard_library_reads_them(path):
    found = expanded(corpus(path).read_bytes())
    with tarfile.open(CORPUS / path) as oracle:
        wanted = [
            (info.name.encode(), oracle.extractfile(info).read()) for info in oracle if info.isreg()
        ]
    assert [(name, data) for _, name, data in contents(found)] == [
        (one.rpartition(b"!/")[2] if b"!/" in one else one, data) for one, data in wanted
    ]
    assert reasons(found) == []


def test_a_time_that_is_none_costs_only_the_time():
    found = expanded(pax_tar(b"mtime=--5"))
    assert contents(found) == [("0", b"a", b"hello")]
    assert [one.modified for one in found] == ["2023-12-31T23:55:44Z"]
