"""Evidence that is not mounted where the work is done stops the run with a sentence."""

import pickle
import shutil

import pytest

from fanal.engines.inline import Inline
from fanal.errors import CaseError
from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody, MemoryBody, Place
from fanal.pipeline import triage as triage_module
from fanal.pipeline.fetch import Mounted
from makers.evidence import done, fill, found, thumb


def entry(body):
    return Entry("zz", b"a", "", b"a", None, "1:", body)


def test_a_task_passes_where_its_evidence_is(tmp_path):
    here = entry(FileBody(bytes(tmp_path / "a")))
    assert Mounted(bytes(tmp_path))(here) is here


def test_bytes_in_memory_need_no_mount():
    member = entry(MemoryBody(b"zz"))
    assert Mounted(b"/zz-not-there")(member) is member


def test_it_says_which_evidence_and_where(tmp_path):
    mounted = travelled(Mounted(bytes(tmp_path / "gone")))
    with pytest.raises(CaseError, match="gone' is not there on") as caught:
        mounted(entry(FileBody(bytes(tmp_path / "gone" / "a"))))
    assert "mount it there" in caught.value.advice
    assert "mount it there" in travelled(caught.value).advice


def travelled(thing):
    """What arrives on another machine."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301 (our own)


def test_a_run_whose_evidence_is_taken_away_stops_and_goes_on_later(
    tmp_path, case, settings, monkeypatch
):
    evidence = fill(tmp_path / "desk", {b"%d.jpg" % n: thumb(n) for n in range(6)})
    away = tmp_path / "away"

    class Unplugged(Inline):
        def run(self, work, batches, seconds=0.0, fetch=None):
            for number, batch in enumerate(batches):
                if number == 1 and evidence.exists():
                    shutil.move(evidence, away)
                yield from super().run(work, [batch], seconds, fetch)

    monkeypatch.setitem(triage_module.ENGINES._loaded, "inline", Unplugged)
    few = settings.changed({"batch_files": 2})
    with pytest.raises(CaseError, match="is not there"):
        done(case, few, evidence)
    assert found(case, Failure) == []
    shutil.move(away, evidence)
    monkeypatch.undo()
    assert done(case, few, evidence).gaps is False
    assert len(found(case, Place)) == 6
