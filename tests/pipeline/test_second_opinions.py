"""A second person sees no word, a third no names; nobody judges their own; what loses goes back."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.decision import (
    IDENTIFIED,
    KNOWN_UNIDENTIFIED,
    LIKENESS,
    NO_REAL_PERSON,
    TREAT_AS_REAL,
    VICTIM_STATES,
    Decision,
)
from fanal.model.desk import AuditRecord, SecondOpinion, Who
from fanal.model.opinion import Opinion
from fanal.model.series import Member, Series
from fanal.pipeline.choices import choose
from fanal.pipeline.decided import standings
from fanal.pipeline.remarks import ORIGIN, SECOND, VIOLENT, Told, remark
from fanal.pipeline.second_opinions import Answer, SecondOpinions, answer, pairs
from fanal.settings import Settings
from makers.cases import digest, opened
from makers.deciding import contents, says

ROLES = ("reviewer", "supervisor")
A, B, C, D = (Who(f"zz-{n}", n, ROLES, "s") for n in ("Anna", "Béla", "Cyra", "Dana"))
ONE, TWO, THREE = (digest("sha256", number) for number in range(3))


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    with made.act("zz", "intake") as act:
        act.put(contents(6))
    for person in (A, B):
        choose(made, person, "second_share", 0.0)
    yield made
    made.close()


@pytest.fixture
def seconds(store, tmp_path):
    return SecondOpinions(store, Settings.from_environment({}).changed({"home": str(tmp_path)}))


def first(store, who: Who, state: str, *sha256: str) -> str:
    return says(store, who.name, state, *sha256, login=who.login).id


def give(store, seconds, who: Who, state: str, *sha256: str, again: str = "") -> str:
    return answer(store, seconds, who, Answer(sha256, state, f"seen by {who.login}", again))


def asked(seconds, who: Who) -> set[str]:
    return {sha256 for unit in seconds.units(who) for sha256 in unit.contents}


def test_nothing_waits_that_nobody_decided(store, seconds):
    remark(store, A, Told(SECOND, sha256=ONE))
    assert asked(seconds, B) == set()
    first(store, A, TREAT_AS_REAL, ONE, TWO)
    assert asked(seconds, B) == {ONE}
    assert asked(seconds, A) == set()


def test_reasons_come_from_evidence_and_people(store, seconds):
    first(store, A, TREAT_AS_REAL, ONE, TWO)
    assert asked(seconds, B) == set()
    with store.act("zz", "weigh") as act:
        act.put([Opinion(ONE, "conflicting", "weak", settled=False, real_child=True)])
    assert asked(seconds, B) == {ONE}
    remark(store, B, Told(ORIGIN, "camera", TWO, "the cable in the picture"))
    assert asked(seconds, B) == {ONE, TWO}
    first(store, C, NO_REAL_PERSON, THREE)
    assert asked(seconds, B) == {ONE, TWO, THREE}
    assert asked(seconds, C) == {ONE, TWO}


def test_who_agrees_ends_it(store, seconds):
    id_ = first(store, A, NO_REAL_PERSON, ONE)
    (unit,) = seconds.units(B)
    assert (unit.turn, unit.reasons) == (2, ())
    given_ = give(store, seconds, B, NO_REAL_PERSON, ONE)
    (made,) = store.find(SecondOpinion)
    assert (made.decision, made.sha256, made.login, made.turn) == (given_, ONE, B.login, 2)
    assert (made.first, made.agrees) == (id_, True)
    assert [asked(seconds, who) for who in (A, B, C)] == [set(), set(), set()]
    assert standings(store)[ONE].victim_state == NO_REAL_PERSON
    (told,) = store.find(AuditRecord, action="second opinion")
    assert (told.login, told.sha256, told.data["decision"]) == (B.login, ONE, given_)


def test_no_number_tells_what_was_drawn(store, seconds):
    for person in (A, B):
        choose(store, person, "second_share", 1.0)
    first(store, A, TREAT_AS_REAL, ONE)
    assert asked(seconds, B) == {ONE}
    assert seconds.waiting() == {}
    first(store, A, NO_REAL_PERSON, TWO)
    assert seconds.waiting() == {2: 1}


def test_a_third_person_sees_both_reasons_and_no_names(store, seconds):
    first(store, A, NO_REAL_PERSON, ONE)
    give(store, seconds, B, LIKENESS, ONE)
    assert standings(store)[ONE].victim_state == LIKENESS
    assert asked(seconds, A) == asked(seconds, B) == set()
    (unit,) = seconds.units(C)
    assert unit.turn == 3
    assert sorted(state for state, _ in unit.reasons) == sorted([NO_REAL_PERSON, LIKENESS])
    assert sorted(reason for _, reason in unit.reasons) == ["seen by zz-Béla", "zz-test-0001, seen"]
    give(store, seconds, C, LIKENESS, ONE)
    found = standings(store)[ONE]
    assert (found.victim_state, found.decided) == (LIKENESS, True)
    undone = [one for one in store.find(Decision) if one.undoes]
    assert [(one.by, one.reason) for one in undone] == [(C.name, "seen by zz-Cyra")]
    assert [asked(seconds, who) for who in (A, B, C, D)] == [set()] * 4
    assert seconds.unresolved() == []


def test_the_order_of_reasons_says_nothing_of_who_came_first(store, seconds):
    every = [digest("sha256", number) for number in range(6)]
    for sha256 in every:
        first(store, A, IDENTIFIED, sha256)
        remark(store, A, Told(SECOND, sha256=sha256))
    for sha256 in every:
        give(store, seconds, B, LIKENESS, sha256)
    orders = {unit.reasons[0][0] for unit in seconds.units(C)}
    places = [unit.contents[0] for unit in seconds.units(C)]
    assert orders == {IDENTIFIED, LIKENESS}
    assert places != every


def test_three_different_words_keep_what_protects_most(store, seconds):
    first(store, A, NO_REAL_PERSON, ONE)
    give(store, seconds, B, LIKENESS, ONE)
    give(store, seconds, C, TREAT_AS_REAL, ONE)
    assert standings(store)[ONE].victim_state == TREAT_AS_REAL
    assert [one.sha256 for one in seconds.unresolved()] == [ONE]
    assert not [one for one in store.find(Decision) if one.undoes]
    assert asked(seconds, D) == set()


def test_what_loses_goes_back_on_this_content_alone(store, seconds):
    id_ = first(store, A, NO_REAL_PERSON, ONE, TWO, THREE)
    give(store, seconds, B, KNOWN_UNIDENTIFIED, TWO)
    give(store, seconds, C, KNOWN_UNIDENTIFIED, TWO)
    assert {one.sha256 for one in store.find(Decision, undoes=id_)} == {TWO}
    assert asked(seconds, D) == {ONE, THREE}


def test_a_third_word_that_was_cut_off_is_finished(store, seconds, monkeypatch):
    first(store, A, IDENTIFIED, ONE)
    remark(store, A, Told(SECOND, sha256=ONE))
    give(store, seconds, B, LIKENESS, ONE)
    first(store, A, IDENTIFIED, TWO)
    remark(store, A, Told(SECOND, sha256=TWO))
    with monkeypatch.context() as patch:
        patch.setattr("fanal.pipeline.second_opinions.undo", broken)
        with pytest.raises(OSError, match="cut off"):
            give(store, seconds, C, LIKENESS, ONE)
    assert [one.sha256 for one in seconds.unresolved()] == [ONE]
    give(store, seconds, C, IDENTIFIED, TWO)
    assert seconds.unresolved() == []
    assert standings(store)[ONE].victim_state == LIKENESS
    assert standings(store)[ONE].decided


def broken(*_args, **_told):
    raise OSError("cut off")


def test_the_same_answer_again_writes_nothing(store, seconds):
    first(store, A, NO_REAL_PERSON, ONE)
    id_ = give(store, seconds, B, LIKENESS, ONE, again="zz-1")
    count = store.count(Decision)
    assert give(store, seconds, B, LIKENESS, ONE, again="zz-1") == id_
    assert store.count(Decision) == count
    with pytest.raises(UsageError, match="another answer"):
        give(store, seconds, B, IDENTIFIED, ONE, again="zz-1")


def test_whoever_is_not_asked_is_refused(store, seconds):
    first(store, A, NO_REAL_PERSON, ONE)
    for who, sha256 in ((A, ONE), (B, TWO), (Who("zz-a2", "ANNA", ROLES, ""), ONE)):
        with pytest.raises(UsageError, match="not asked"):
            give(store, seconds, who, NO_REAL_PERSON, sha256)
    assert store.count(Decision) == 1


def test_series_come_together(store, seconds):
    with store.act("zz", "group") as act:
        act.put([Series("s-1", 2, ONE, held=False, says="zz")])
        act.put([Member(ONE, "s-1"), Member(TWO, "s-1")])
    first(store, A, NO_REAL_PERSON, ONE, TWO, THREE)
    assert sorted(len(unit.contents) for unit in seconds.units(B)) == [1, 2]
    give(store, seconds, B, NO_REAL_PERSON, ONE, TWO)
    assert asked(seconds, C) == {THREE}
    assert store.count(SecondOpinion) == 2


def test_violence_goes_to_others(store, seconds):
    first(store, A, NO_REAL_PERSON, ONE)
    remark(store, A, Told(VIOLENT, sha256=ONE))
    choose(store, B, "violence_opt_out", value=True)
    assert asked(seconds, B) == set()
    assert asked(seconds, C) == {ONE}


def test_pairs_are_first_and_second_words(store, seconds):
    for person in (A, B):
        choose(store, person, "second_share", 1.0)
    first(store, A, LIKENESS, ONE)
    first(store, A, IDENTIFIED, TWO)
    give(store, seconds, B, LIKENESS, ONE)
    give(store, seconds, B, TREAT_AS_REAL, TWO)
    give(store, seconds, C, TREAT_AS_REAL, TWO)
    told = {(one.first, one.second) for one in pairs(store)}
    assert told == {(LIKENESS, LIKENESS), (IDENTIFIED, TREAT_AS_REAL)}
    assert len(pairs(store, drawn=True)) == 2


def test_a_restart_knows_the_same(store, seconds, tmp_path):
    for person in (A, B):
        choose(store, person, "second_share", 0.5)
    first(store, A, LIKENESS, *(digest("sha256", number) for number in range(6)))
    before = seconds.units(B)
    again = SecondOpinions(store, Settings.from_environment({}).changed({"home": str(tmp_path)}))
    assert again.units(B) == before
    homes = [str(tmp_path / name) for name in "abcde"]  # one may draw the same six by chance
    others = [Settings.from_environment({}).changed({"home": home}) for home in homes]
    assert any(SecondOpinions(store, other).units(B) != before for other in others)


STEP = st.tuples(
    st.sampled_from([A, B, C, replace(B, login="zz-b2")]), st.sampled_from(VICTIM_STATES)
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=1, max_size=5))
def test_no_path_leads_one_person_to_nobody_found(tmp_path_factory, steps):
    home = tmp_path_factory.mktemp("zz")
    made = opened(home / "case")
    with made.act("zz", "intake") as act:
        act.put(contents(1))
    told = Settings.from_environment({}).changed({"home": str(home)})
    seconds = SecondOpinions(made, told)
    (who, state), *others = steps
    first(made, who, state, ONE)
    remark(made, A, Told(SECOND, sha256=ONE))
    for other, said in others:
        try:
            give(made, seconds, other, said, ONE)
        except UsageError:
            continue
    if standings(made)[ONE].victim_state == NO_REAL_PERSON:
        said_so = {one.by for one in made.find(Decision, victim_state=NO_REAL_PERSON)}
        assert len(said_so) > 1
    made.close()
