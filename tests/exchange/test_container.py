"""A set of files has one archive, byte for byte; whatever else comes is refused with its place."""

import io
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import PackageError
from fanal.exchange import container
from fanal.exchange.container import BLOCK, LEAST, header, pack, padded, unpack
from fanal.exchange.paths import clash, unfit

PARTS = st.text("abcXYZ019._-", min_size=1, max_size=8)
NAMES = st.lists(PARTS, min_size=1, max_size=6).map("/".join)
FILES = {"manifest.json": b"{}", "manifest.sig": b"s", "sender.pem": b"k", "a/b.txt": b"x" * 700}
PACKED = pack(FILES)
CONTENTS = [(512, 514), (1536, 1537), (2560, 2561), (3584, 4284)]
"""Where the contents of these files stand: one header before each, zeros up to the next block."""


@given(st.dictionaries(NAMES, st.binary(max_size=1500), max_size=6))
def test_what_is_packed_comes_out_again_or_is_refused(files):
    try:
        data = pack(files)
    except PackageError:
        assert clash([*sorted(files), "padding"])[1] or any(map(unfit, files))
        return
    assert unpack(data) == files
    assert list(unpack(data)) == list(container.in_order(files))


def test_stock_programs_read_it_without_a_word(tmp_path):
    (tmp_path / "x.tar").write_bytes(pack(FILES))
    told = subprocess.run(
        ["tar", "xvf", "x.tar"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (told.stdout.split(), told.stderr) == ([*FILES, "padding"], "")
    assert (tmp_path / "a/b.txt").read_bytes() == FILES["a/b.txt"]
    with tarfile.open(fileobj=io.BytesIO(pack(FILES))) as stock:
        assert [(one.name, one.size, one.mode) for one in stock] == [
            *((name, len(data), 0o600) for name, data in FILES.items()),
            ("padding", LEAST - 4608 - 3 * 512, 0o600),
        ]


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        (1, 1 << 20),
        ((1 << 20) - 1536, 1 << 20),
        ((1 << 20) - 1535, 1 << 21),
        (5 << 20, 8 << 20),
    ],
)
def test_the_size_is_a_power_of_two(size, wanted):
    assert padded(size) == wanted


def test_sizes_tell_nothing_of_what_is_in_it():
    assert len(pack({"a": b""})) == len(pack({"a": b"x" * 1_000_000})) == LEAST
    assert len(pack({"a": b"x" * LEAST})) == 2 * LEAST


@given(st.integers(0, LEAST - 1), st.integers(1, 255))
def test_every_changed_byte_has_a_place(at, bits):
    data = bytearray(PACKED)
    data[at] ^= bits
    inside = any(start <= at < end for start, end in CONTENTS)
    if inside:  # for the digests to find
        assert unpack(bytes(data)) != FILES
    else:
        with pytest.raises(PackageError, match=r"byte [0-9,]+|file '"):
            unpack(bytes(data))


@pytest.mark.parametrize("size", [0, 1, 511, 512, 4000, LEAST - 1, LEAST + 512])
def test_an_archive_cut_short_or_grown_is_refused(size):
    with pytest.raises(PackageError):
        unpack((pack(FILES) + bytes(512))[:size])


def ended(data: bytes) -> bytes:
    """The archive that begins so."""
    zeros = LEAST - len(data) - 3 * BLOCK
    return data + header("padding", zeros) + bytes(zeros + 2 * BLOCK)


def _one(name: bytes, kind: bytes = b"0", link: bytes = b"", body: bytes = b"", size=None) -> bytes:
    """An archive of one member, with whatever a hostile sender writes in its header."""
    length = len(body) if size is None else size
    block = bytearray(header("x", 0))
    block[:100] = name.ljust(100, b"\0")[:100]
    block[124:135] = b"%011o" % length
    block[156:157] = kind
    block[157:257] = link.ljust(100, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return ended(bytes(block) + body + bytes(-len(body) % BLOCK))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (_one(b"../x"), "climbs"),
        (_one(b"a/../../x"), "climbs"),
        (_one(b"./x"), "climbs"),
        (_one(b"/etc/x"), "absolute"),
        (_one(b"a\\..\\x"), "letters"),
        (_one(b"C:x"), "letters"),
        (_one(b"-rf"), "letters"),
        (_one(b".ssh"), "letters"),
        (_one(b"a\0b"), "letters"),
        (_one("ä".encode()), "letters"),
        (_one(b"nul.txt"), "device on other"),
        (_one(b"a/b/c/d/e/f"), "deeper"),
        (_one(b"x", b"1", b"/etc/passwd"), "link"),
        (_one(b"x", b"2", b"/etc/passwd"), "link"),
        (_one(b"x", b"3"), "device"),
        (_one(b"x", b"4"), "device"),
        (_one(b"x", b"6"), "device"),
        (_one(b"x/", b"5"), "folder"),
        (_one(b"x", b"x"), "extension"),
        (_one(b"x", b"g"), "extension"),
        (_one(b"x", b"L"), "extension"),
        (_one(b"x", b"S"), "extension"),
        (_one(b"x", b"7"), "not as it must be"),
        (_one(b"x", b"\0"), "not as it must be"),
        (_one(b"x", size=1 << 32), "larger than"),
        (_one(b"x", size=LEAST), "ends inside"),
        (_one(b"x", link=b"y"), "not as it must be"),
    ],
)
def test_tricks_are_refused_with_their_reason(data, why):
    with pytest.raises(PackageError, match=why):
        unpack(data)


def test_two_files_of_one_name_are_refused():
    block = header("a", 0)
    for other in (block, header("A", 0), header("a/b", 0)):
        with pytest.raises(PackageError, match=r"twice|at once"):
            unpack(ended(block + other))


def test_files_out_of_order_are_refused():
    with pytest.raises(PackageError, match="order"):
        unpack(ended(header("b", 0) + header("a", 0)))


def test_a_flood_of_members_is_refused(monkeypatch):
    monkeypatch.setattr(container, "MOST", 3)
    heads = b"".join(header(f"f{number}", 0) for number in range(4))
    with pytest.raises(PackageError, match="3 files at most"):
        unpack(ended(heads))
    with pytest.raises(PackageError, match="3 files at most"):
        pack({f"f{number}": b"" for number in range(4)})


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(container, "LARGEST", LEAST)
    with pytest.raises(PackageError, match="larger"):
        pack({"a": bytes(LEAST)})
    with pytest.raises(PackageError, match="larger"):
        unpack(bytes(LEAST + 1))


def test_hidden_bytes_in_the_padding_are_found():
    data = bytearray(pack(FILES))
    data[-1] = 1
    with pytest.raises(PackageError, match=rf"byte {LEAST - 1:,}: there is something hidden"):
        unpack(bytes(data))
