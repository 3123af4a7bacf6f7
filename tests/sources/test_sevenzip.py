import io
import os
import struct

import py7zr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.seeds.hostile import coder_chain
from makers.archives import contents, expanded, reasons, resigned, sevenzip_of

PROGRAM = b"".join(struct.pack("<BlH", 0xE8, n * 77, 0x9090) for n in range(3000))
MEMBERS = [
    (b"a.txt", b"zz-test-0001" * 50),
    (b"b/c.bin", bytes(range(256)) * 900),
    (b"empty", b""),
    (b"program", PROGRAM),
]
WANTED = [(str(ordinal), name, data) for ordinal, (name, data) in enumerate(MEMBERS)]
LZMA, LZMA2 = {"id": py7zr.FILTER_LZMA}, {"id": py7zr.FILTER_LZMA2, "preset": 1}


@pytest.mark.parametrize(
    "filters",
    [
        [LZMA],
        [LZMA2],
        [{"id": py7zr.FILTER_COPY}],
        [{"id": py7zr.FILTER_BZIP2}],
        [{"id": py7zr.FILTER_DEFLATE}],
        [{"id": py7zr.FILTER_ZSTD, "level": 3}],
        [{"id": py7zr.FILTER_DELTA, "dist": 4}, LZMA2],
        *[
            [{"id": branch}, after]
            for branch in (py7zr.FILTER_X86, py7zr.FILTER_ARM, py7zr.FILTER_POWERPC)
            for after in (LZMA, LZMA2, {"id": py7zr.FILTER_BZIP2})
        ],
    ],
)
@pytest.mark.parametrize("plain_header", [False, True])
def test_what_py7zr_writes_comes_out(filters, plain_header):
    found = expanded(sevenzip_of(MEMBERS, *filters, plain_header=plain_header))
    assert contents(found) == WANTED
    assert reasons(found) == []


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0\\/"), min_size=1)
                  .filter(lambda name: name.strip(". ")), st.binary(max_size=300)),
        max_size=5,
        unique_by=lambda member: member[0],
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_any_name_comes_back(members):
    pairs = [("n" + name, data) for name, data in members]
    found = expanded(sevenzip_of([(name.encode(), data) for name, data in pairs], LZMA2))
    top = [one for one in contents(found) if "/" not in one[0]]
    assert top == [(str(n), name.encode(), data) for n, (name, data) in enumerate(pairs)]


def test_half_a_surrogate_pair_in_a_name_is_kept():
    data = sevenzip_of([("a\ue000b".encode(), b"1"), (b"c", b"2")], plain_header=True)
    found = expanded(resigned(data.replace(b"\x00\xe0", b"\x00\xd8")))
    assert [name for _, name, _ in contents(found)] == [b"a\xed\xa0\x80b", b"c"]


def test_times_are_in_utc():
    data = sevenzip_of([(b"a", b"1")], plain_header=True)
    with py7zr.SevenZipFile(io.BytesIO(data)) as oracle:
        wanted = oracle.list()[0].creationtime
    (found,) = expanded(data)
    assert found.modified == wanted.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_encrypted_members_and_encrypted_headers_are_said_so():
    found = expanded(sevenzip_of(MEMBERS, password="zz"))  # noqa: S106 - neutral
    assert reasons(found) == [(str(n), "encrypted") for n in range(4)]
    found = expanded(sevenzip_of(MEMBERS, password="zz", header_encryption=True))  # noqa: S106
    assert reasons(found) == [("", "encrypted")]


@pytest.mark.parametrize(
    "one",
    [{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 16}, {"id": py7zr.FILTER_BROTLI, "level": 3}],
)
def test_methods_that_are_not_read_are_said_so(one):
    found = expanded(sevenzip_of(MEMBERS[:1], one))
    assert reasons(found) == [("0", "unsupported compression")]


def test_a_wrong_check_sum_costs_that_member_alone():
    data = sevenzip_of(MEMBERS, {"id": py7zr.FILTER_COPY})
    found = expanded(data.replace(b"zz-test-0001", b"zz-test-0002", 1))
    assert reasons(found) == [("0", "damaged member")]
    assert contents(found) == WANTED[1:]


def test_damage_in_a_solid_block_costs_the_members_behind_it():
    members = [(b"%d" % n, os.urandom(70_000)) for n in range(5)]
    data = bytearray(sevenzip_of(members, LZMA2))
    data[200_000] ^= 255
    found = expanded(bytes(data))
    good = [inside for inside, _, _ in contents(found)]
    assert {"0", "1"} <= set(good)
    bad = [inside for inside, reason in reasons(found) if reason == "damaged member"]
    assert bad
    assert sorted(good + bad) == ["0", "1", "2", "3", "4"]


def test_a_window_of_gigabytes_is_refused():
    data = sevenzip_of(MEMBERS[:1], LZMA2, plain_header=True)
    # LZMA2 in 7z: method 0x21 with one byte of properties, the dictionary's size (40: 4 GiB).
    at = data.index(b"\x21\x21\x01") + 3
    found = expanded(resigned(data[:at] + b"\x28" + data[at + 1 :]))
    assert reasons(found) == [("0", "unsupported compression")]


def test_members_that_only_the_header_knows_are_said_once():
    """A header of a few bytes that lists a thousand members must not become a thousand lines."""
    names = b"".join(b"a\0\0\0" for _ in range(1000))
    header = (
        b"\x01\x05" + b"\x83\xe8" + b"\x11"
        + bytes([0xC0 | (len(names) + 1 >> 16)]) + struct.pack("<H", len(names) + 1 & 0xFFFF)
        + b"\0" + names + b"\0\0"
    )  # fmt: skip
    start = struct.pack("<QQL", 0, len(header), 0)
    found = expanded(resigned(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start + header))
    assert reasons(found) == [("", "archive damaged")]
    found = expanded(resigned(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start + header), members=999)
    assert reasons(found) == [("", "limit: members")]


def test_an_archive_without_members_is_empty():
    start = struct.pack("<QQL", 0, 0, 0)
    assert expanded(resigned(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start)) == []


@pytest.mark.parametrize(
    ("body", "link"), [(b"../a", True), (b"\xff\xd8\xff\xe0\0\x10JFIF", False), (b"a\nb", False)]
)
def test_a_link_whose_bytes_are_no_path_is_content(body, link):
    data = sevenzip_of([(b"a", body)], plain_header=True)
    mark = bytes.fromhex("1506010020808081")
    assert data.count(mark) == 1
    found = expanded(resigned(data.replace(mark, bytes.fromhex("150601002080ffa1"))))
    assert contents(found) == ([] if link else [("0", b"a", body)])
    assert reasons(found) == ([("0", "symbolic link")] if link else [])


def test_what_comes_out_between_two_decompressors_counts_too():
    """LZMA2 that expands to empty deflated blocks: 12 kB work for ever and give nothing."""
    assert reasons(expanded(coder_chain())) == [("", "limit: ratio")]


def test_names_of_an_odd_number_of_bytes_are_read():
    header = b"\x01\x05\x01\x0e\x01\x80\x0f\x01\x80\x11\x06\x00a\0\0\0b\0\0"
    start = struct.pack("<QQL", 0, len(header), 0)
    data = resigned(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start + header)
    assert contents(expanded(data)) == [("0", b"a", b"")]
