"""From a registered trial at a service to what its counters show."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from fanal.prevention.config import read_config
from fanal.prevention.counting.counters import read_counts
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.nouns import Signals, Surface
from fanal.prevention.trials import assignment
from fanal.prevention.trials.analysis import State, analyse, is_over
from makers.trials import FIRST, registered

CONFIG = """\
[words]
lists = ["terms.csv"]
[messages]
family = "combined"
[trial]
registration = "registered.toml"
[counting]
folder = "counts"
"""
GO_ON = {"combined": 0.9, "help": 0.3}
HIT = Signals(text="zz-test-0001", country="DK")


class Clock:
    now = datetime(2026, 12, 1, 9, tzinfo=UTC)

    def __call__(self):
        return self.now


def visited(deterrent, clock, people, told):
    """Let sessions come for two days; return who saw what, and who went on."""
    seen, went_on = Counter(), Counter()
    for day in range(2):
        for at in range(150):
            session = f"d{day}s{at}"
            first = deterrent.decide(Surface.SEARCH, HIT, "en", session)
            assert first.trial_id == told.trial_id
            seen[first.variant_id] += 1
            if people.random() < GO_ON[first.variant_id]:
                again = deterrent.decide(Surface.SEARCH, HIT, "en", session)
                assert again.variant_id == first.variant_id
                went_on[first.variant_id] += 1
        upload = deterrent.decide(Surface.UPLOAD, HIT, "en", "other")
        assert (upload.trial_id, upload.variant_id) == ("", "combined")
        clock.now += timedelta(days=1)
        deterrent.reload()
    return seen, went_on


def test_sessions_are_assigned_counted_and_analysed(tmp_path, monkeypatch):
    keys = random.Random(6)
    monkeypatch.setattr(assignment, "token_bytes", keys.randbytes)
    told = registered(tmp_path)
    (tmp_path / "terms.csv").write_text("id,pattern,kind\nzz-1,zz-test-0001,token\n")
    (tmp_path / "deter.toml").write_text(CONFIG)
    clock, people = Clock(), random.Random(5)
    deterrent = Deterrent(read_config(tmp_path / "deter.toml"), clock=clock)
    seen, went_on = visited(deterrent, clock, people, told)
    deterrent.flush()
    clock.now += timedelta(days=1)
    deterrent.reload()
    after = deterrent.decide(Surface.SEARCH, HIT, "en", "after the call")
    assert (after.trial_id, after.variant_id) == ("", "combined")
    deterrent.close()

    found = analyse(told, read_counts(tmp_path / "counts").rows, FIRST + timedelta(days=2))
    assert {arm.variant: arm.shown for arm in found.arms} == seen
    assert {arm.variant: arm.primary for arm in found.arms} == went_on
    assert found.state is State.CALLED
    assert is_over(told, read_counts(tmp_path / "counts").rows, FIRST + timedelta(days=2))
    assert found.comparisons[0].is_better
    kept = b"".join(path.read_bytes() for path in (tmp_path / "counts").iterdir())
    assert b"d0s1" not in kept
