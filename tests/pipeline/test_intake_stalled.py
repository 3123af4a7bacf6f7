"""Evidence that stalls or breaks costs one file and a limited time, and is read by a later run."""

import errno
import os
from pathlib import Path

from fanal.engines import ENGINES
from fanal.engines.inline import Inline
from fanal.engines.interface import Died, limit
from fanal.model.failure import Failure
from fanal.model.item import Entry, Item
from fanal.pipeline import work
from makers.evidence import done, fill, found, sha256, thumb


class Stalling(Inline):
    """An engine on which the digest of one file never ends."""

    told: list[float] = []  # noqa: RUF012 (one list for the test)

    def run(self, work, batches, seconds=0.0, fetch=None):
        for batch, answers in super().run(work, batches, seconds, fetch):
            yield batch, tuple(map(self.stalled, batch, answers, [seconds] * len(batch)))

    def stalled(self, task, answer, seconds):
        if isinstance(task, Entry) and task.path == b"b.jpg":
            self.told.append(limit(seconds, task))
            return Died(out_of_time=True)
        return answer


def test_a_digest_that_takes_too_long_is_a_limit_and_is_tried_again(
    case, settings, tmp_path, monkeypatch
):
    folder = fill(tmp_path / "17", {b"a.jpg": thumb(1), b"b.jpg": thumb(2), b"c.jpg": thumb(3)})
    monkeypatch.setattr(ENGINES, "get", lambda _name: Stalling)
    assert done(case, settings, folder).gaps
    (failure,) = found(case, Failure)
    assert (failure.path, failure.reason, failure.detail) == (
        b"b.jpg", "limit: time", "reading it took too long",
    )  # fmt: skip
    assert Stalling.told == [settings.seconds + len(thumb(2)) / 1_000_000]
    assert {one.sha256 for one in found(case, Item)} == {sha256(thumb(1)), sha256(thumb(3))}
    monkeypatch.undo()
    assert not done(case, settings, folder).gaps
    assert found(case, Failure) == []
    assert len(found(case, Item)) == 3


def test_a_read_error_in_the_middle_of_a_file_costs_that_file(
    case, settings, tmp_path, monkeypatch
):
    folder = fill(tmp_path / "17", {b"a.jpg": thumb(1), b"b.jpg": thumb(2), b"c.jpg": thumb(3)})
    real = work.digest_stream

    def broken(stream):
        if Path(f"/proc/self/fd/{stream.fileno()}").readlink().name == "b.jpg":
            stream.read(100)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(stream)

    monkeypatch.setattr(work, "digest_stream", broken)
    assert done(case, settings, folder).gaps
    assert [(one.path, one.reason, one.detail) for one in found(case, Failure)] == [
        (b"b.jpg", "not readable", "Input/output error")
    ]
    assert len(found(case, Item)) == 2
    monkeypatch.undo()
    assert not done(case, settings, folder).gaps
    assert found(case, Failure) == []
