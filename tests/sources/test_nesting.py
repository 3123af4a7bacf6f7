import os
import tracemalloc

import py7zr
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.content.digest import digest_bytes
from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody, StreamedBody
from fanal.sources import Limits, expand
from fanal.sources.interface import Budget, LimitReachedError
from makers.archives import (
    COMPRESS,
    contents,
    expanded,
    reasons,
    sevenzip_of,
    streamed_zip_of,
    tar_of,
    zip_of,
)

DEEP = sevenzip_of(
    [
        (b"first", b"1"),
        (b"box.tgz", COMPRESS["gzip"](tar_of([(b"x", b"2"), (b"in.zip", zip_of([(b"y", b"3")]))]))),
        (b"last", b"4"),
    ]
)


def test_archives_in_archives_come_after_the_member_that_holds_them():
    found = expanded(DEEP, b"evidence.7z")
    assert [(one.inside, one.name) for one in found] == [
        ("0", b"evidence.7z!/first"),
        ("1", b"evidence.7z!/box.tgz"),
        ("1/0", b"evidence.7z!/box.tgz!/x"),
        ("1/1", b"evidence.7z!/box.tgz!/in.zip"),
        ("1/1/0", b"evidence.7z!/box.tgz!/in.zip!/y"),
        ("2", b"evidence.7z!/last"),
    ]
    assert {one.path for one in found} == {b"evidence.7z"}
    assert found[4].body.data == b"3"


def test_a_member_is_an_archive_by_its_bytes_not_its_name():
    found = expanded(zip_of([(b"a.zip", b"no archive"), (b"b.jpg", zip_of([(b"c", b"1")]))]))
    assert [one.inside for one in found] == ["0", "1", "1/0"]


@pytest.mark.parametrize(
    ("depth", "wanted", "refused"),
    [
        (1, ["0", "1", "2"], ["1"]),
        (2, ["0", "1", "1/0", "1/1", "2"], ["1/1"]),
        (3, ["0", "1", "1/0", "1/1", "1/1/0", "2"], []),
    ],
)
def test_depth_stops_the_way_down_and_nothing_else(depth, wanted, refused):
    found = expanded(DEEP, depth=depth)
    assert [one.inside for one in found if isinstance(one, Entry)] == wanted
    assert reasons(found) == [(inside, "limit: depth") for inside in refused]


@pytest.mark.parametrize("most", [3, 4, 5])
def test_members_are_counted_over_the_whole(most):
    found = expanded(DEEP, members=most)
    assert len([one for one in found if isinstance(one, Entry)]) == most
    assert reasons(found) == [("", "limit: members")]
    assert found[-1].gap


def test_a_member_more_than_enough_is_no_limit():
    assert reasons(expanded(DEEP, members=6)) == []


@pytest.mark.parametrize("kind", ["zip", "gzip", "bzip2", "xz", "zstd", "sevenzip"])
def test_a_bomb_stops_at_the_ratio(kind):
    if kind == "zip":
        data = zip_of([(b"z", bytes(70 << 20))])
    elif kind == "sevenzip":
        data = sevenzip_of([(b"z", bytes(70 << 20))], {"id": py7zr.FILTER_DEFLATE})
    else:
        # Streams may follow each other, so ten small ones are one large one.
        data = COMPRESS[kind](bytes(7 << 20)) * 10
    found = expanded(data, ratio=70 * 2**20 // len(data) // 2, memory=1 << 20)
    assert reasons(found) == [("", "limit: ratio")]
    assert [one for one in found if isinstance(one, Entry)] == []
    assert found[-1].gap


def test_ten_megabytes_of_zeros_ten_times_nested_ten_times_stop_at_the_ratio():
    inner = zip_of([(b"%d" % n, bytes(10 << 20)) for n in range(10)])
    outer = zip_of([(b"%d.zip" % n, inner) for n in range(10)])
    found = expanded(outer)
    assert reasons(found) == [("", "limit: ratio")]
    members = [one for one in found if isinstance(one, Entry) and len(one.body.data) == 10 << 20]
    # 64 MiB may come out before the ratio counts.
    assert 6 <= len(members) < 100


def test_the_total_is_that_of_the_outermost_archive():
    inner = zip_of([(b"a", b"x" * 600)], 0)
    data = zip_of([(b"1.zip", inner), (b"2.zip", inner)], 0)
    found = expanded(data, total=2 * len(inner) + 600)
    assert [one.inside for one in found if isinstance(one, Entry)] == ["0", "0/0", "1"]
    assert reasons(found) == [("", "limit: total")]
    assert reasons(expanded(data, total=2 * len(inner) + 1200)) == []


@pytest.mark.parametrize("kind", ["zip", "stream", "tar", "gzip", "sevenzip"])
def test_a_member_too_large_to_hold_is_digested(kind):
    data = os.urandom(3000) * 1000
    members = [(b"a", b"small"), (b"big", data), (b"c", b"small")]
    box = {
        "zip": zip_of,
        "stream": streamed_zip_of,
        "tar": tar_of,
        "gzip": lambda members: COMPRESS["gzip"](tar_of(members)),
        "sevenzip": sevenzip_of,
    }[kind](members)
    found = expanded(box, memory=1 << 20)
    assert [one.inside for one in found] == ["0", "1", "2"]
    assert found[1].body == StreamedBody(digest_bytes(data))
    assert found[1].body.digests.head == data[:4096]


def test_an_archive_too_large_to_hold_is_said_so():
    inner = zip_of([(b"a", os.urandom(5000))])
    found = expanded(zip_of([(b"in.zip", inner)]), memory=4000)
    assert [type(one) for one in found] == [Entry, Failure]
    assert reasons(found) == [("0", "limit: memory")]
    assert found[1].gap


def test_memory_does_not_grow_with_what_comes_out():
    box = zip_of([(b"%d" % n, bytes(40 << 20)) for n in range(2)])
    tracemalloc.start()
    try:
        found = expanded(box, memory=1 << 20, ratio=10**6)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [one.body.digests.size for one in found] == [40 << 20] * 2
    assert peak < 16 << 20


def test_a_pipe_in_the_place_of_a_file_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    body = FileBody(os.fsencode(tmp_path / "pipe"))
    found = list(expand(Entry("17", b"pipe", "", b"pipe", None, "", body), Limits()))
    assert reasons(found) == [("", "unreadable file")]


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path):
    (tmp_path / "box").write_bytes(DEEP)
    (tmp_path / "link").symlink_to("box")
    body = FileBody(os.fsencode(tmp_path / "link"))
    found = list(expand(Entry("17", b"link", "", b"link", None, "", body), Limits()))
    assert reasons(found) == [("", "unreadable file")]


def test_a_digested_entry_is_not_expanded():
    body = StreamedBody(digest_bytes(DEEP))
    assert list(expand(Entry("17", b"a", "", b"a", None, "", body), Limits())) == []


@given(st.lists(st.integers(0, 1 << 26), max_size=30), st.integers(1, 1 << 20))
def test_a_budget_ends_where_the_sums_say(sizes, packed):
    budget = Budget(Limits(ratio=100, total=1 << 28), packed)
    out = 0
    for size in sizes:
        out += size
        over = out > 1 << 28 or (out > 64 << 20 and out > 100 * packed)
        if over:
            with pytest.raises(LimitReachedError):
                budget.spend(size)
            return
        budget.spend(size)


def test_contents_of_equal_bytes_are_all_given():
    box = zip_of([(b"a", b"same"), (b"b", b"same")])
    assert [data for _, _, data in contents(expanded(box))] == [b"same", b"same"]
