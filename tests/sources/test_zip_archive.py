import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.sources.zip_archive import Zip
from makers.archives import (
    contents,
    expanded,
    raw_zip_of,
    reasons,
    streamed_zip_of,
    tar_of,
    zip_of,
)
from makers.evidence import CORPUS, corpus

JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(200)) + b"\xff\xd9"
MEMBERS = [(b"a.txt", b"zz-test-0001" * 50), (b"b/c.bin", bytes(range(256)) * 9), (b"empty", b"")]


def listed(members: list[tuple[bytes, bytes]]) -> list[tuple[str, bytes, bytes]]:
    return [(str(ordinal), name, data) for ordinal, (name, data) in enumerate(members)]


@pytest.mark.parametrize("method", [0, 8, 12, 14])
@pytest.mark.parametrize("make", [zip_of, streamed_zip_of])
def test_what_the_standard_library_writes_comes_out(make, method):
    found = expanded(make(MEMBERS, method))
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == []


@given(
    st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.binary(max_size=50)), max_size=6),
    st.binary(max_size=60),
)
def test_any_name_and_any_bytes_come_back(members, before):
    """Names are bytes: no encoding, no cleaning, duplicates kept."""
    members = [(name.rstrip(b"/") or b"x", data) for name, data in members]
    data = raw_zip_of(members)
    shifted = before + data if members and b"PK" not in before and b"7z" not in before else data
    found = expanded(data)
    assert contents(found)[: len(members)] == listed(members) or any(
        "/" in inside for inside, _, _ in contents(found)
    )
    if Zip.recognizes(shifted[:4096]):
        top = [one for one in contents(expanded(shifted)) if "/" not in one[0]]
        assert top == listed(members)


def test_names_that_are_no_utf8_and_duplicates_are_kept():
    members = [(b"caf\xe9", b"1"), (b"\xff/\xfe", b"2"), (b"caf\xe9", b"3"), (b"a\0b", b"4")]
    assert contents(expanded(raw_zip_of(members, flags=0x800))) == listed(members)


def test_names_that_lead_elsewhere_are_only_names():
    members = [(b"../../etc/x", b"1"), (b"/var/y", b"2"), (b"C:\\z", b"3")]
    assert contents(expanded(raw_zip_of(members))) == listed(members)


def test_folders_are_no_members_unless_they_hold_bytes():
    found = expanded(raw_zip_of([(b"d/", b""), (b"trick/", b"hidden")]))
    assert contents(found) == [("1", b"trick/", b"hidden")]


def test_times_have_no_zone_unless_the_archive_states_one():
    (found,) = expanded(
        raw_zip_of([(b"a", b"")], stamp=(44 << 9 | 5 << 5 | 6, 7 << 11 | 8 << 5 | 5))
    )
    assert found.modified == "2024-05-06T07:08:10"
    extra = struct.pack("<HHBl", 0x5455, 5, 1, 1_714_979_290)
    (found,) = expanded(raw_zip_of([(b"a", b"")], extra=extra))
    assert found.modified == "2024-05-06T07:08:10Z"
    (found,) = expanded(raw_zip_of([(b"a", b"")], stamp=(0, 0)))
    assert found.modified is None


@pytest.mark.parametrize("flags", [1, 0x41, 0x2001])
def test_encrypted_members_are_said_so(flags):
    found = expanded(raw_zip_of([(b"a", b"x" * 99)], flags=flags))
    assert reasons(found) == [("0", "encrypted")]


@pytest.mark.parametrize(
    ("method", "word"), [(1, "shrink"), (6, "implode"), (9, "deflate64"), (98, "PPMd"), (77, "77")]
)
def test_methods_that_are_not_read_are_said_so(method, word):
    (found,) = expanded(raw_zip_of([(b"a", b"x" * 99)], method=method))
    assert (found.inside, found.reason, found.gap) == ("0", "unsupported compression", True)
    assert word in found.detail


def test_a_wrong_check_sum_costs_that_member_alone():
    data = raw_zip_of(MEMBERS).replace(b"zz-test-0001", b"zz-test-0002", 1)
    found = expanded(data)
    assert reasons(found) == [("0", "damaged member")]
    assert contents(found) == listed(MEMBERS)[1:]


def test_a_size_that_is_not_true_is_damage_and_reserves_nothing():
    data = bytearray(zip_of([(b"a", b"x" * 99)]))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<L", 0xFFFFFFF0)
    assert reasons(expanded(bytes(data))) == [("0", "damaged member")]


@pytest.mark.parametrize(
    ("mode", "reason", "body"),
    [
        (0o120777, "symbolic link", b"/etc/\xffx"),
        (0o120777, "symbolic link", b""),
        (0o020600, "device", b""),
        (0o010600, "pipe", b""),
        (0o140600, "socket", b""),
    ],
)
def test_members_that_are_no_files_are_recorded(mode, reason, body):
    (found,) = expanded(raw_zip_of([(b"a", body)], mode=mode))
    assert (found.reason, found.gap) == (reason, False)
    assert ascii(body)[2:-1] in found.detail


@pytest.mark.parametrize(
    ("mode", "body"),
    [
        (0o120777, JPEG),
        (0o120777, b"GIF89a!!!!"),
        (0o120777, b"one\ntwo"),
        (0o020600, b"/dev/x"),
        (0o010600, JPEG),
        (0o140600, JPEG),
    ],
)
def test_bytes_that_are_no_path_are_content_whatever_the_mode_claims(mode, body):
    found = expanded(raw_zip_of([(b"a", body)], mode=mode))
    assert contents(found) == [("0", b"a", body)]
    assert reasons(found) == []


def test_a_link_too_long_for_one_is_content():
    members = [(b"a", b"picture" * 1000)]
    assert contents(expanded(raw_zip_of(members, mode=0o120777))) == listed(members)


def test_a_zip64_archive_is_read():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as member:
        member.write(b"wide")
    assert contents(expanded(out.getvalue())) == [("0", b"a", b"wide")]
    data = raw_zip_of(MEMBERS)
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    size = end - start
    record = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 3, 3, size, start)
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)
    last = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, *(0xFFFF,) * 2, *(0xFFFFFFFF,) * 2, 0)
    for before in (b"", b"junk" * 100):
        wide = before + data[:end] + record + locator + last
        with zipfile.ZipFile(io.BytesIO(wide)) as oracle:
            assert len(oracle.namelist()) == 3
        found = expanded(wide)
        assert contents(found) == listed(MEMBERS)
        assert reasons(found) == ([("", "unlisted bytes")] if before else [])


def test_members_that_share_bytes_are_read_once():
    """The way of the overlapping bomb: many entries, one kernel of bytes."""
    data = raw_zip_of([(b"a", b"x" * 1000)])
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    many = data[:start] + entry * 50
    last = struct.pack("<4H2LH", 0, 0, 50, 50, 50 * len(entry), start, 0)
    found = expanded(many + b"PK\x05\x06" + last)
    assert contents(found) == [("0", b"a", b"x" * 1000)]
    assert reasons(found) == [("", "overlapping members")]
    assert "49 of 50" in found[0].detail


def test_a_member_quoted_by_another_is_not_read_twice():
    """One stored member whose bytes are a second one's header and bytes."""
    inner = raw_zip_of([(b"in", b"y" * 500)])
    core = inner[: inner.index(b"PK\x01\x02")]
    outer = raw_zip_of([(b"out", core)])
    start = outer.index(b"PK\x01\x02")
    listed_inner = bytearray(inner[inner.index(b"PK\x01\x02") : inner.index(b"PK\x05\x06")])
    listed_inner[42:46] = struct.pack("<L", 33)
    listed_outer = outer[start : outer.index(b"PK\x05\x06")]
    directory = listed_outer + bytes(listed_inner)
    last = struct.pack("<4H2LH", 0, 0, 2, 2, len(directory), start, 0)
    found = expanded(outer[:start] + directory + b"PK\x05\x06" + last)
    assert ("", "overlapping members") in reasons(found)
    assert "0" in [inside for inside, _, _ in contents(found)]
    assert "1" not in [inside for inside, _, _ in contents(found)]


def test_a_member_that_the_directory_leaves_out_is_noticed():
    data = raw_zip_of([(b"seen", b"1"), (b"hidden", b"2" * 100), (b"also", b"3")])
    start = data.index(b"PK\x01\x02")
    entries = data[start : data.index(b"PK\x05\x06")].split(b"PK\x01\x02")[1:]
    directory = b"".join(b"PK\x01\x02" + entry for entry in (entries[0], entries[2]))
    last = struct.pack("<4H2LH", 0, 0, 2, 2, len(directory), start, 0)
    found = expanded(data[:start] + directory + b"PK\x05\x06" + last)
    assert contents(found) == [
        ("0", b"seen", b"1"),
        ("1", b"also", b"3"),
        ("2", b"hidden", b"2" * 100),
    ]
    assert reasons(found) == [("", "unlisted bytes")]
    assert found[-1].detail.startswith(f"{30 + 6 + 100} bytes")


def test_an_empty_directory_before_members_is_not_believed():
    data = raw_zip_of(MEMBERS)
    start = data.index(b"PK\x01\x02")
    last = struct.pack("<4H2LH", 0, 0, 0, 0, 0, start, 0)
    found = expanded(data[:start] + b"PK\x05\x06" + last)
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == [("", "archive damaged")]


def test_an_archive_without_members_is_empty():
    assert expanded(raw_zip_of([])) == []


def test_a_comment_with_an_end_record_in_it_does_not_mislead():
    data = raw_zip_of(MEMBERS)
    comment = b"PK\x05\x06" + b"\x01" * 18
    found = expanded(data[:-2] + struct.pack("<H", len(comment)) + comment)
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == [("", "data after the end")]


def test_a_first_member_that_the_directory_leaves_out_is_read():
    data = raw_zip_of([(b"hidden", JPEG), (b"seen", b"1")])
    start = data.index(b"PK\x01\x02")
    directory = data[data.index(b"PK\x01\x02", start + 1) : data.index(b"PK\x05\x06")]
    last = struct.pack("<4H2LH", 0, 0, 1, 1, len(directory), start, 0)
    found = expanded(data[:start] + directory + b"PK\x05\x06" + last)
    assert contents(found) == [("0", b"seen", b"1"), ("1", b"hidden", JPEG)]
    assert [(one.reason, one.gap) for one in found[2:]] == [("unlisted bytes", True)]


def test_of_two_archives_one_behind_the_other_both_are_read():
    found = expanded(raw_zip_of([(b"first", JPEG)]) + zip_of([(b"second", b"2")]))
    assert contents(found) == [("0", b"second", b"2"), ("1", b"first", JPEG)]
    assert reasons(found) == [("", "unlisted bytes")]


@pytest.mark.parametrize("before", [b"PK00", b"x" * 60])
def test_an_empty_directory_does_not_hide_what_stands_before_it(before):
    data = raw_zip_of([(b"a", JPEG)])
    end = b"PK\x05\x06" + bytes(18)
    found = expanded(before + data[: data.index(b"PK\x01\x02")] + end)
    assert contents(found) == [("0", b"a", JPEG)]
    assert reasons(found) == [("", "archive damaged")]


def test_the_mark_of_a_split_archive_is_nothing_hidden():
    found = expanded(b"PK00" + raw_zip_of(MEMBERS))
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == []


@pytest.mark.parametrize("stated", [0, len(JPEG)])
def test_bytes_behind_the_end_record_and_a_comment_that_is_no_text_are_noticed(stated):
    found = expanded(raw_zip_of(MEMBERS)[:-2] + struct.pack("<H", stated) + JPEG)
    assert contents(found) == listed(MEMBERS)
    assert [(one.reason, one.gap) for one in found[3:]] == [("data after the end", True)]


def test_a_comment_in_words_is_nothing_hidden():
    comment = "two lines,\r\nof caf\u00e9".encode()
    found = expanded(raw_zip_of(MEMBERS)[:-2] + struct.pack("<H", len(comment)) + comment)
    assert reasons(found) == []


def test_bytes_between_the_directory_and_its_end_are_noticed():
    data = raw_zip_of(MEMBERS)
    end = data.index(b"PK\x05\x06")
    found = expanded(data[:end] + JPEG + data[end:])
    assert contents(found) == listed(MEMBERS)
    assert reasons(found) == [("", "unlisted bytes")]
    assert found[-1].detail.startswith(f"{len(JPEG)} bytes")


def test_bytes_behind_a_stream_but_inside_its_length_are_noticed():
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(b"words") + packer.flush()
    data = bytearray(raw_zip_of([(b"a", packed + JPEG)], method=8))
    for at in (14, data.index(b"PK\x01\x02") + 16):
        data[at : at + 4] = struct.pack("<L", zlib.crc32(b"words"))
        data[at + 8 : at + 12] = struct.pack("<L", 5)
    found = expanded(bytes(data))
    assert contents(found) == [("0", b"a", b"words")]
    assert reasons(found) == [("", "unlisted bytes")]
    assert found[-1].detail.startswith(f"{len(JPEG)} bytes")


def test_a_tar_that_holds_a_zip_is_not_taken_for_one():
    assert not Zip.recognizes(tar_of([(b"a.zip", raw_zip_of(MEMBERS))])[:4096])


@pytest.mark.parametrize(
    "path", ["hostile/absolute_paths.zip", "hostile/bad_path_archive.zip", "images/syslog.zip"]
)
def test_archives_of_other_projects_are_read_as_the_standard_library_reads_them(path):
    found = expanded(corpus(path).read_bytes())
    with zipfile.ZipFile(CORPUS / path) as oracle:
        wanted = [
            (info.orig_filename.encode(), oracle.read(info))
            for info in oracle.infolist()
            if not info.is_dir()
        ]
    assert [(name, data) for _, name, data in contents(found)] == wanted
    assert reasons(found) == []


def test_the_bombs_of_the_corpus_stop_at_a_limit():
    bombs = sorted(corpus("hostile").glob("DO-NOT-UNPACK*.zip"))
    if not bombs:
        pytest.skip("the corpus is here without its bombs")
    for bomb in bombs:
        found = expanded(bomb.read_bytes(), memory=1 << 20)
        assert any(
            one.reason.startswith(("limit", "overlapping"))
            for one in found
            if hasattr(one, "reason")
        )
