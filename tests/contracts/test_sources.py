"""Every kind of archive keeps what the contract promises, whole, cut or changed."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody, MemoryBody, StoreBody
from fanal.sources import ARCHIVES, Limits, expand, object_store, recognize, walk
from fanal.sources.nesting import follow
from makers.archives import COMPRESS, contents, expanded, held, reasons, sevenzip_of, tar_of, zip_of
from makers.evidence import fill

NAMES = ARCHIVES.names()
WRITES: list[tuple[object, object]] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note every file opened for writing, while the list is on."""
    if event == "open" and WATCHING and isinstance(arguments[2], int):
        writing = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writing:
            WRITES.append((arguments[0], arguments[2]))
    elif WATCHING and event in {"os.mkdir", "os.rename", "tempfile.mkstemp", "shutil.copyfile"}:
        WRITES.append((event, arguments))


WATCHING: list[bool] = []
sys.addaudithook(watch)

MEMBERS = [(b"one.txt", b"zz-test-0001 " * 60), (b"two.txt", bytes(range(256))), (b"e", b"")]
SAMPLES = {
    "zip": zip_of(MEMBERS),
    "tar": tar_of(MEMBERS)[:4096],
    **{kind: pack(tar_of(MEMBERS)) for kind, pack in COMPRESS.items()},
    "sevenzip": sevenzip_of(MEMBERS),
}
KINDS = pytest.mark.parametrize("kind", NAMES)


@KINDS
def test_the_example_holds_hello(kind):
    found = expanded(ARCHIVES.get(kind).example)
    assert contents(found) == [("0", b"a.txt", b"hello")]
    assert len(found) == 1
    assert found[0].name == b"box!/a.txt"
    assert (found[0].exhibit, found[0].path, found[0].mark) == ("17", b"box", "")


@KINDS
def test_the_example_is_recognized_by_its_own_kind_alone(kind):
    example = ARCHIVES.get(kind).example
    assert [name for name in NAMES if ARCHIVES.get(name).recognizes(example[:4096])] == [kind]
    assert recognize(example[:4096]).name == ARCHIVES.get(kind).name


@KINDS
@pytest.mark.parametrize(
    "head", [b"", b"\0" * 4096, b"PK", b"hello", b"\xff\xd8\xff\xe0" * 99, b"%PDF-1.7\n" * 99]
)
def test_what_is_no_archive_is_recognized_by_none(kind, head):
    assert not ARCHIVES.get(kind).recognizes(head)
    assert expanded(head) == []


@KINDS
def test_every_truncation_gives_the_member_or_says_why_not(kind):
    example = ARCHIVES.get(kind).example
    for size in range(len(example)):
        found = expanded(example[:size])
        assert all(isinstance(one, Entry | Failure) for one in found)
        if recognize(example[:size]):
            whole = [data for _, _, data in contents(found)] == [b"hello"]
            assert whole or any(isinstance(one, Failure) and one.gap for one in found)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_truncation_of_a_larger_archive_is_accounted_for(sample):
    data = SAMPLES[sample]
    wanted = dict(MEMBERS)
    for size in range(0, len(data), 7 if len(data) > 1024 else 3):
        found = expanded(data[:size])
        if not recognize(data[:size]):
            continue
        got = {name: content for _, name, content in contents(found) if name in wanted}
        assert all(wanted[name] == content for name, content in got.items())
        assert got == wanted or any(isinstance(one, Failure) and one.gap for one in found)


@pytest.mark.parametrize("sample", SAMPLES)
@given(
    changes=st.lists(
        st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=8
    )
)
@settings(max_examples=25, deadline=60_000)
def test_no_change_of_bytes_makes_it_raise(sample, changes):
    data = bytearray(SAMPLES[sample])
    for place, value in changes:
        data[place % len(data)] = value
    for one in expanded(bytes(data)):
        assert isinstance(one, Entry | Failure)
        if isinstance(one, Failure):
            # What a parser did not foresee shows as the name of a Python error.
            assert not one.detail.startswith(
                ("TypeError", "IndexError", "KeyError", "struct.error")
            )


def opened() -> set[Any]:
    """The open files and the threads of this process; what others left may end meanwhile."""
    held: set[Any] = set(threading.enumerate())
    for number in os.listdir("/proc/self/fd"):  # noqa: PTH208 (names only)
        with suppress(OSError):  # of the listing itself, which is over
            held.add((number, os.readlink(f"/proc/self/fd/{number}")))  # noqa: PTH115 (no path)
    return held


@pytest.mark.parametrize("sample", SAMPLES)
def test_stopping_early_leaves_nothing_open(sample, tmp_path):
    path = tmp_path / "box"
    path.write_bytes(SAMPLES[sample])
    entry = Entry("17", b"box", "", b"box", None, "", FileBody(os.fsencode(path)))
    before = opened()
    members: Iterator[Entry | Failure] = expand(entry, Limits())
    assert next(members).inside == "0"
    assert [name for _, name in opened() - before] == [str(path)]
    members.close()
    assert opened() <= before
    assert len(list(expand(entry, Limits()))) == len(MEMBERS)
    assert opened() <= before


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_is_written_anywhere(sample, tmp_path):
    path = tmp_path / "box"
    path.write_bytes(SAMPLES[sample])
    entry = Entry("17", b"box", "", b"box", None, "", FileBody(os.fsencode(path)))
    before = path.stat()
    WRITES.clear()
    WATCHING.append(True)
    try:
        found = list(expand(entry, Limits()))
    finally:
        WATCHING.clear()
    assert [content for _, _, content in contents(found)] == [data for _, data in MEMBERS]
    assert WRITES == []
    assert sorted(tmp_path.iterdir()) == [path]
    after = path.stat()
    assert (before.st_atime_ns, before.st_mtime_ns) == (after.st_atime_ns, after.st_mtime_ns)


def test_the_watch_sees_a_write(tmp_path):
    WATCHING.append(True)
    try:
        (tmp_path / "x").write_bytes(b"")
    finally:
        WATCHING.clear()
    assert WRITES
    WRITES.clear()


@KINDS
def test_a_file_that_is_gone_is_a_failure(kind, tmp_path):
    path = os.fsencode(tmp_path / "gone")
    entry = Entry("17", b"gone", "", b"gone", None, "", FileBody(path))
    found = list(expand(entry, Limits()))
    assert [(one.reason, one.gap) for one in found] == [("unreadable file", True)]


@pytest.fixture
def across(monkeypatch):
    """Make an archive an object of a store, read in small blocks; no network is needed."""

    def entry(data: bytes) -> Entry:
        monkeypatch.setattr(object_store, "BLOCK", 100)
        monkeypatch.setattr(
            object_store.client, "read", lambda _body, start, size: data[start : start + size]
        )
        mark = f"{len(data)}:t:"
        return Entry("17", b"box", "", b"box", None, mark, StoreBody("lab", b"box", len(data), "t"))

    return entry


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_archive_in_a_store_gives_what_it_gives_in_memory(sample, across):
    data = SAMPLES[sample]
    for size in (len(data), len(data) - 1, len(data) // 2, 1):
        told = list(expand(across(data[:size]), Limits()))
        wanted = expanded(data[:size])
        assert contents(told) == contents(wanted)
        assert reasons(told) == reasons(wanted)


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_of_a_store_is_written_anywhere(sample, across):
    entry = across(SAMPLES[sample])
    WRITES.clear()
    WATCHING.append(True)
    try:
        found = list(expand(entry, Limits()))
    finally:
        WATCHING.clear()
    assert len(found) == len(MEMBERS)
    assert WRITES == []


@pytest.mark.parametrize("where", ["a folder", "a store"])
def test_a_place_is_listed_in_order_and_as_it_comes(where, tmp_path, monkeypatch):
    files = [b"a!x", b"a.txt", b"a/b.txt", b"b"]
    root = os.fsencode(tmp_path)
    if where == "a store":
        root = b"s3://lab/17"
        told = [object_store.client.Listed(b"17/" + name, 2, "t", 9) for name in files]
        pages = {b"17": [], b"17/": told}
        monkeypatch.setattr(
            object_store.client,
            "page",
            lambda _bucket, prefix, *_, **__: object_store.client.Page(tuple(pages[prefix]), ""),
        )
    else:
        fill(tmp_path, dict.fromkeys(files, b"zz"))
    found = list(walk("17", root))
    assert sorted(one.path for one in found) == files
    for one in found:
        assert isinstance(one, Entry)
        assert (one.exhibit, one.inside, one.name) == ("17", "", one.path)
        assert one.mark.partition(":")[0] == "2"
        assert one.modified.endswith("Z")


def test_members_are_held_by_value():
    (found,) = expanded(ARCHIVES.get("zip").example)
    assert found.body == MemoryBody(b"hello")
    assert held(b"x").body == MemoryBody(b"x")


def test_the_example_of_the_manual_keeps_the_contract():
    page = (Path(__file__).parents[2] / "docs" / "extend" / "sources.md").read_text()
    space: dict[str, object] = {}
    exec(page.split("```python\n")[1].split("```")[0], space)  # noqa: S102 - our own manual
    shelf = space["Shelf"]
    assert not any(kind.recognizes(shelf.example) for kind in ARCHIVES)

    def known(head: bytes) -> object:
        return shelf() if shelf.recognizes(head) else recognize(head)

    def read(data: bytes, **limits: int) -> list[Entry | Failure]:
        return list(follow(held(data), Limits(**limits), known))

    assert contents(read(shelf.example)) == [("0", b"a.txt", b"hello")]
    for size in range(len(b"SHELF 1\na"), len(shelf.example)):
        found = read(shelf.example[:size])
        assert [type(one) for one in found] == [Failure]
        assert found[0].gap
    nested = b"SHELF 1\nin\t%d\n" % len(shelf.example) + shelf.example
    assert [one.inside for one in read(nested)] == ["0", "0/0"]
    assert reasons(read(nested, depth=1)) == [("0", "limit: depth")]
    assert reasons(read(nested, members=1)) == [("", "limit: members")]
    inner = ARCHIVES.get("zip").example
    assert [one.inside for one in read(b"SHELF 1\nz\t%d\n" % len(inner) + inner)] == ["0", "0/0"]
