"""What every analyzer promises: same bytes, same records; one `Seen`, last; nothing written."""

import os
import re
import socket
import sys
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyzers import ANALYZERS
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.engines.pool import Pool
from fanal.model.finding import Record, Seen
from fanal.model.item import Digests, FileBody, MemoryBody, StreamedBody
from fanal.pipeline.work import LookTask, LookWork, file_mark
from fanal.settings import Settings
from makers import pictures
from makers.evidence import corpus

MANUAL = Path(__file__).parents[2] / "docs" / "extend" / "analyzers.md"
SHA = "5a" * 32
OUTCOMES = {"spoke", "partly", "silent", "failed"}
WRITES: list[tuple] = []
WATCHING: list[bool] = []


def watch(event: str, arguments: tuple) -> None:
    """Note every file opened for writing and every call that changes a folder, while asked to."""
    if not WATCHING:
        return
    if event == "open" and isinstance(arguments[2], int):
        if arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC):
            WRITES.append((event, *arguments))
    elif event.startswith(("os.mkdir", "os.remove", "os.rename", "os.utime", "socket.", "subpro")):
        WRITES.append((event, *arguments))


sys.addaudithook(watch)


@pytest.fixture
def watched():
    """What the code under test wrote, opened a socket for or started."""
    WRITES.clear()
    WATCHING.append(True)
    yield WRITES
    WATCHING.clear()


def analyzer_of_the_manual():
    """The complete example of the manual, run as it stands there."""
    code = re.search(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)[1]
    names: dict = {"__name__": "manual"}
    exec(compile(code, str(MANUAL), "exec"), names)  # noqa: S102 - our own manual
    return names["Length"]


BUILT_IN = list(ANALYZERS)
EACH = pytest.mark.parametrize(
    "kind", [*BUILT_IN, analyzer_of_the_manual()], ids=lambda kind: kind.name
)
SAMPLES = {
    "empty": b"",
    "text": b"zz-test-0001\n",
    "svg": b"<svg/>",
    "video": b"\0\0\0\x18ftypisom" + bytes(40),
    "jpeg": pictures.jpeg(96, 64),
    "cut jpeg": pictures.truncated(pictures.jpeg(96, 64), 0.8),
    "start of a jpeg": pictures.jpeg(96, 64)[:40],
    "png": pictures.png(96, 64),
    "cut png": pictures.truncated(pictures.png(96, 64)),
    "gif": pictures.gif(96, 64, frames=7),
    "webp": pictures.webp(96, 64),
    "tiff": pictures.tiff(96, 64, pages=2),
    "jxl": b"\xff\x0a" + bytes(40),
}
NAMES = pytest.mark.parametrize("name", SAMPLES)


def content(data: bytes) -> Content:
    return Content(SHA, media_type(data[:4096]), MemoryBody(data))


def check(kind, records: list) -> None:
    """Assert what every answer must be."""
    assert all(isinstance(record, get_args(Record)) for record in records)
    assert [type(record) is Seen for record in records] == [False] * (len(records) - 1) + [True]
    seen = records[-1]
    assert seen.outcome in OUTCOMES
    assert (seen.analyzer, seen.version) == (kind.name, kind.version)
    if seen.outcome != "silent":  # who has nothing to say of a content gives a reason or none
        assert bool(seen.reason) == (seen.outcome != "spoke")
    assert (seen.reason + seen.detail).isprintable()
    assert len(seen.reason) <= 100
    assert len(seen.detail) <= 300
    assert {record.sha256 for record in records} == {SHA}
    keys = [(type(r), *(getattr(r, name) for name in r.KEY)) for r in records]
    assert len(set(keys)) == len(keys)
    if seen.outcome in {"silent", "failed"}:
        assert len(records) == 1


def test_names_are_those_of_the_table():
    assert [kind.name for kind in BUILT_IN] == list(ANALYZERS.names())


@EACH
def test_an_answer_ends_with_one_seen(kind):
    for data in SAMPLES.values():
        check(kind, list(kind().analyze(content(data))))


@EACH
def test_the_same_bytes_give_the_same_records(kind):
    """Whatever was looked at before: by one that is new, in this order and the other way round."""
    one = kind()
    first = {name: list(kind().analyze(content(data))) for name, data in SAMPLES.items()}
    for name in (*SAMPLES, *reversed(SAMPLES)):
        assert list(one.analyze(content(bytes(bytearray(SAMPLES[name]))))) == first[name], name


@EACH
def test_a_file_gives_what_its_bytes_give(kind, tmp_path):
    for name, data in SAMPLES.items():
        path = tmp_path / name
        path.write_bytes(data)
        held = content(data)
        lying = Content(SHA, held.media_type, FileBody(os.fsencode(path)))
        assert list(kind().analyze(lying)) == list(kind().analyze(held)), name


@EACH
@NAMES
def test_nothing_is_written_sent_or_started(kind, name, tmp_path, watched):
    path = tmp_path / "one"
    path.write_bytes(SAMPLES[name])
    before = path.stat()
    list(kind().analyze(content(SAMPLES[name])))  # imports and caches first
    WRITES.clear()
    lying = Content(SHA, media_type(SAMPLES[name]), FileBody(os.fsencode(path)))
    list(kind().analyze(lying))
    assert watched == []
    assert file_mark(path.stat()) == file_mark(before)


def test_the_watch_sees_what_it_should(tmp_path, watched):
    (tmp_path / "one").write_bytes(b"zz")
    socket.socket().close()
    assert {event for event, *_ in watched} == {"open", "socket.__new__"}


@EACH
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(SAMPLES)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), max_size=6),
    part=st.floats(0, 1),
)
def test_no_damage_raises(kind, name, edits, part):
    data = bytearray(SAMPLES[name])
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    check(kind, list(kind().analyze(content(pictures.truncated(bytes(data), 0.5 + part)))))


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
@pytest.mark.parametrize("type_", ["image/png", "image/jpeg", "image/heic", "video/mp4", "a/b"])
def test_what_is_too_large_to_hold_is_said(kind, type_):
    held = Content(SHA, type_, StreamedBody(Digests(SHA, "", "", 1 << 40, b"")))
    check(kind, list(kind().analyze(held)))


@pytest.mark.parametrize("type_", sorted({media_type(data) for data in SAMPLES.values()}))
@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_a_wrong_type_raises_nothing(kind, type_):
    for data in SAMPLES.values():
        check(kind, list(kind().analyze(Content(SHA, type_, MemoryBody(data)))))


def test_hostile_files_of_the_corpus_cost_no_worker():
    files = sorted(path for path in corpus("hostile").glob("*") if path.is_file())
    tasks = [
        LookTask(
            SHA,
            media_type(path.read_bytes()[:4096]),
            FileBody(os.fsencode(path)),
            file_mark(path.lstat()),
            ANALYZERS.names(),
        )
        for path in files
    ]
    pool = Pool(Settings(workers=2))
    try:
        given = pool.run(
            LookWork(), [tuple(tasks[at : at + 8]) for at in range(0, len(tasks), 8)], 20
        )
        answers = [answer for _, answers in given for answer in answers]
    finally:
        pool.close()
    assert len(answers) == len(files)
    for records in answers:
        assert isinstance(records, tuple)
        seen = [record for record in records if isinstance(record, Seen)]
        assert [each.analyzer for each in seen] == list(ANALYZERS.names())
        assert not any(each.reason == "analyzer failed" for each in seen)
