"""Reading and looking: whatever an entry is, an answer comes back and never an exception."""

import errno
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from fanal.analyzers import ANALYZERS
from fanal.analyzers.perceptual import Perceptual
from fanal.content.digest import digest_bytes
from fanal.engines.interface import Died
from fanal.model.finding import Fingerprint, Seen
from fanal.model.item import Entry, FileBody, Item, LostBody, MemoryBody, StoreBody, StreamedBody
from fanal.pipeline.work import (
    DigestWork,
    LookPace,
    LookTask,
    LookWork,
    Made,
    NotRead,
    Pace,
    analyzer_versions,
    end_of,
    file_mark,
)
from makers.evidence import digests, thumb
from makers.plugged import plugin


def entry(path: Path, mark: str = "") -> Entry:
    name = os.fsencode(path.name)
    body = FileBody(os.fsencode(path))
    return Entry("17", name, "", name, None, mark or file_mark(path.lstat()), body)


def task(body, mark: str = "") -> LookTask:
    return LookTask(digests(thumb(1))[0], "image/jpeg", body, mark, ("perceptual",))


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(thumb(1))
    return path


def test_all_bodies_of_the_same_bytes_are_the_same_item(picture):
    data = thumb(1)
    inside = Entry("17", b"z", "0", b"z!/a", None, "", MemoryBody(data))
    streamed = Entry("17", b"z", "1", b"z!/b", None, "", StreamedBody(digest_bytes(data)))
    wanted = Item(*digests(data), len(data), "image/jpeg")
    assert {DigestWork()(one) for one in (entry(picture), inside, streamed)} == {wanted}


def test_a_file_that_is_no_longer_what_was_listed_is_not_read(picture):
    listed = entry(picture)
    picture.write_bytes(thumb(2))
    assert DigestWork()(listed) == NotRead(
        "changed while reading", "it differs from what was listed"
    )
    picture.unlink()
    answer = DigestWork()(listed)
    assert isinstance(answer, NotRead)
    assert answer.reason == "disappeared"


@pytest.mark.parametrize("put", ["pipe", "link", "folder"])
def test_what_was_put_in_the_place_of_a_file_is_not_read(picture, put):
    listed = entry(picture)
    other = picture.with_name("other.jpg")
    picture.rename(other)
    {"pipe": os.mkfifo, "link": lambda at: at.symlink_to(other), "folder": os.mkdir}[put](picture)
    assert isinstance(DigestWork()(listed), NotRead)
    assert LookWork()(task(listed.body, listed.mark)) == ()


def test_a_file_written_to_while_it_is_read_is_not_taken(picture, monkeypatch):
    listed = entry(picture)

    def slowly(stream):
        found = digest_bytes(stream.read())
        picture.write_bytes(b"other")
        return found

    monkeypatch.setattr("fanal.pipeline.work.digest_stream", slowly)
    assert DigestWork()(listed) == NotRead(
        "changed while reading", "it was written to while it was read"
    )


def test_a_look_at_a_changed_file_says_nothing(picture, monkeypatch):
    listed = entry(picture)
    seen = LookWork()(task(listed.body, listed.mark))
    assert [type(record) for record in seen if isinstance(record, Fingerprint | Seen)] == [
        Fingerprint,
        Seen,
    ]
    whole = Perceptual.analyze

    def meanwhile(self, content):
        yield from whole(self, content)
        picture.write_bytes(thumb(2))

    monkeypatch.setattr(Perceptual, "analyze", meanwhile)
    assert LookWork()(task(listed.body, listed.mark)) == ()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(5, "Input/output error"), "not readable"),
        (MemoryError(), "limit: memory"),
        (ValueError("zz"), "analyzer failed"),
    ],
)
def test_an_analyzer_that_raises_costs_one_record(monkeypatch, error, reason):
    def raising(_self, _content):
        raise error
        yield

    monkeypatch.setattr(Perceptual, "analyze", raising)
    (said,) = LookWork()(task(MemoryBody(thumb(1))))
    assert isinstance(said, Seen)
    assert (said.outcome, said.reason, said.version) == ("failed", reason, Perceptual.version)


def test_every_analyzer_has_a_version():
    assert analyzer_versions(*ANALYZERS.names()) == {
        name: ANALYZERS.get(name).version for name in ANALYZERS.names()
    }


def test_a_file_that_the_system_cannot_read_is_not_read():
    # The memory of a process is a file whose first bytes nobody can read: the kernel says EIO.
    memory = Path("/proc/self/mem")
    assert DigestWork()(entry(memory)) == NotRead("not readable", os.strerror(errno.EIO))


def test_an_error_in_the_middle_of_a_file_is_one_file_not_read(picture, monkeypatch):
    def broken(stream):
        stream.read(100)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("fanal.pipeline.work.digest_stream", broken)
    assert DigestWork()(entry(picture)) == NotRead("not readable", "Input/output error")


def test_what_could_not_be_fetched_says_why():
    lost = Entry("17", b"a", "", b"a", None, "2:t:", LostBody("disappeared", "zz"))
    assert DigestWork()(lost) == NotRead("disappeared", "zz")
    assert LookWork()(task(lost.body)) == ()
    left = Entry("17", b"a", "", b"a", None, "2:t:", StoreBody("lab", b"a", 2, "t"))
    assert DigestWork()(left) == NotRead("not readable", "it was not fetched from its store")


def test_an_object_too_large_to_be_fetched_is_told_like_a_file_as_large():
    (seen,) = LookWork()(task(StoreBody("lab", b"a", 2 << 30, "t")))
    assert (seen.outcome, seen.reason) == ("failed", "limit: memory")
    assert seen.detail == f"object of {2 << 30} bytes"


def test_a_larger_file_may_take_longer():
    pace = Pace(120.0, 1000)
    body = FileBody(b"/zz")
    assert pace(Entry("17", b"a", "", b"a", None, "5000:1:2:3", body)) == 125.0
    assert pace(Entry("17", b"a", "0", b"a", None, "", MemoryBody(bytes(2000)))) == 122.0
    assert pace(Entry("17", b"a", "0", b"a", None, "", StreamedBody(digest_bytes(b"")))) == 120.0
    assert Pace(0.0, 1000)(Entry("17", b"a", "", b"a", None, "5000:1", body)) == 0
    assert pickle.loads(pickle.dumps(pace)) == pace  # noqa: S301 (our own)


def test_only_a_model_file_may_be_looked_at_longer_for_its_size():
    pace = LookPace(120.0, 1000)
    for kind, seconds in (("application/x-safetensors", 125.0), ("image/png", 120.0)):
        told = LookTask("5a" * 32, kind, FileBody(b"/zz"), "5000:1:2:3", ("model_file",))
        assert pace(told) == seconds
        assert LookPace(0.0, 1000)(told) == 0
    assert pace(task(MemoryBody(bytes(2000)), "planted:zz")) == 120.0
    assert pickle.loads(pickle.dumps(pace)) == pace  # noqa: S301 (our own)


def test_a_worker_that_took_too_long_did_not_die_of_itself():
    assert end_of(Died(out_of_time=True)) == ("limit: time", "took too long")
    assert end_of(Died()) == ("worker died", "killed the worker")


def test_an_analyzer_that_is_made_answers_like_those_of_the_table(tmp_path):
    made = Made("zz-count", "1", "makers.plugged:load", str(plugin(tmp_path / "p")))
    asked = replace(task(MemoryBody(thumb(1))), analyzers=("perceptual", "zz-count"))
    *_, found, seen = LookWork((made,))(asked)
    assert found.says == f"it has {len(thumb(1))} bytes"
    assert (seen.analyzer, seen.version, seen.outcome) == ("zz-count", "1", "spoke")


@pytest.mark.parametrize(
    ("version", "factory", "why"),
    [
        ("2", "makers.plugged:load", "is version 1"),
        ("1", "makers.nowhere:load", "cannot be made"),
        ("1", "makers.plugged:zz", "cannot be made"),
    ],
)
def test_one_that_is_not_here_as_it_was_asked_for_says_so(tmp_path, version, factory, why):
    made = Made("zz-count", version, factory, str(plugin(tmp_path / "p")))
    asked = replace(task(MemoryBody(thumb(1))), analyzers=("zz-count",))
    (seen,) = LookWork((made,))(asked)
    assert (seen.analyzer, seen.version) == ("zz-count", version)
    assert (seen.outcome, seen.reason) == ("failed", "analyzer failed")
    assert why in seen.detail
    assert seen.detail.isprintable()
