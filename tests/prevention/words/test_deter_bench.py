"""The benchmark of decisions measures what it says, and complains of a wrong decision."""

import pytest

from fanal.bench import deter
from fanal.prevention.nouns import Action
from fanal.prevention.words.lists import book


def test_decisions_are_timed_in_every_script_and_beside_a_reload(capsys, monkeypatch):
    monkeypatch.setattr(deter, "TEXTS", 3)
    outside = []
    monkeypatch.setattr(deter.deter_http, "main", outside.append)
    deter.main(["--phrases", "30", "--length", "80", "--inside"])
    told = capsys.readouterr().out
    assert all(script in told for script in deter.ALPHABETS)
    assert "none wrong" in told
    assert outside == []
    assert {len(one) for one in deter.texts("Thai", 70)} == {70}


def test_a_wrong_decision_ends_it():
    words = book(())
    with pytest.raises(ValueError, match="wrong"):
        deter._timed(deter._rules(words), ["zz"], Action.INTERVENE)


def test_a_quantile_is_one_of_the_times():
    times = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert [deter.quantile(times, one) for one in (0, 0.5, 0.99, 1)] == [1, 3, 5, 5]
