"""Pairs that are proposed: with their weights, and joined by nobody."""

import pytest

from fanal.errors import UsageError
from fanal.leads import proposals
from fanal.leads.proposals import propose, waterfall
from fanal.model.lead import Joined
from makers.canonical_site import account, payment
from makers.resolving import groups, persons, verdict

pytest.importorskip("splink")
PAIRS = 60
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number, salt):
    """A word of eight letters that another number does not have."""
    seed = (number * 2_654_435_761 + salt * 40_503) % 26**8
    return "".join(LETTERS[seed // 26**at % 26] for at in range(8))


def rows():
    """Sixty persons of two accounts each: same name, same stem, often the same password."""
    for number in range(PAIRS):
        for half in "xy":
            yield account(
                f"{number:03}{half}",
                username=f"{word(number, 1)}{'' if half == 'x' else number}",
                name_raw=f"Zz {word(number, 2)}",
                email=f"{word(number, 3 if number % 2 else half == 'x')}@z.test",
                password_hash=f"zz-{number if number % 3 else (number, half)}",
                birth_raw=f"19{number % 80 + 10}-01-01",
            )


@pytest.fixture(scope="module")
def proposed(tmp_path_factory):
    apart = [verdict("000x", "000y", "different"), verdict("001x", "001y")]
    folder = tmp_path_factory.mktemp("zz")
    with persons(folder, apart, account=list(rows()), payment=[]) as calculator:
        before = groups(calculator)
        made = propose(calculator)
        assert groups(calculator) == before
        yield made


def test_true_pairs_are_proposed_and_those_that_people_judged_are_not(proposed):
    true = {(f"zz/{number:03}x", f"zz/{number:03}y") for number in range(2, PAIRS)}
    pairs = {(one.a, one.b) for one in proposed}
    # name and username agree, neither password nor mailbox: that is not enough
    weak = {(f"zz/{number:03}x", f"zz/{number:03}y") for number in range(0, PAIRS, 6)}
    assert true - weak <= pairs <= true
    assert ("zz/000x", "zz/000y") not in pairs  # held apart
    assert ("zz/001x", "zz/001y") not in pairs  # joined already


def test_a_proposal_is_no_identity_and_its_weights_add_up(proposed):
    for one in proposed:
        assert (one.rule, one.identity) == ("proposed", False)
        told = float(one.says.partition(" ")[0])
        assert sum(one.weights.values()) == pytest.approx(told, abs=0.1)
        assert told >= proposals.LEAST
        *_, (_, _, total) = waterfall(one)
        assert total == pytest.approx(told, abs=0.1)


def test_the_strongest_come_first(proposed):
    totals = [float(one.says.partition(" ")[0]) for one in proposed]
    assert totals == sorted(totals, reverse=True)


def test_the_same_accounts_make_the_same_proposals(proposed, tmp_path):
    apart = [verdict("000x", "000y", "different"), verdict("001x", "001y")]
    with persons(tmp_path, apart, account=list(rows())[::-1]) as calculator:
        assert propose(calculator) == proposed


def test_nothing_is_proposed_where_nothing_agrees(tmp_path):
    alone = [account(n, username=n * 9) for n in "abc"]
    with persons(tmp_path, account=alone, payment=[payment("a", "2024-03-01")]) as calculator:
        assert propose(calculator) == []


def test_a_waterfall_falls_from_the_strongest_field():
    one = Joined("a", "b", "proposed", False, "", (), {"before": -13.0, "name": 2.0, "phone": -9.0})  # noqa: FBT003
    assert list(waterfall(one)) == [
        ("before anything is compared", -13.0, -13.0),
        ("phone", -9.0, -22.0),
        ("name", 2.0, -20.0),
    ]


def test_without_the_extra_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(proposals, "find_spec", lambda _name: None)
    with persons(tmp_path, account=[account("a")]) as calculator, pytest.raises(UsageError) as told:
        propose(calculator)
    assert "extra er" in str(told.value)
