"""A signed checklist is answered by people; an officer sets the tier, and both are kept."""

import dataclasses
import shutil

import pytest

from fanal.errors import CaseError, UsageError
from fanal.model.lead import Assessment
from fanal.model.review import Priorities
from fanal.pipeline import leads
from fanal.pipeline.assess import assess, take_back
from fanal.pipeline.checklist import (
    answer,
    current,
    effective,
    needed,
    set_checklist,
    set_tiers,
    sheet,
    sign,
    spelled,
)
from fanal.pipeline.priorities import SignedFile
from fanal.review.checklist import INSUFFICIENT
from makers.cases import opened
from makers.checklists import TEXT, private, signed
from makers.deciding import said
from makers.tiered import answers, fill, known


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiered")
    with_store = opened(folder / "case")
    fill(with_store, folder / "list")
    with_store.close()
    return folder / "case"


@pytest.fixture
def store(made, tmp_path):
    with_store = opened(shutil.copytree(made, tmp_path / "case"))
    yield with_store
    with_store.close()


@pytest.fixture
def book(store):
    with leads.book(store) as opened_book:
        yield opened_book


def first(store, book):
    return known(store, book)[0]


def test_without_a_checklist_nobody_sets_a_tier(tmp_path):
    empty = opened(tmp_path / "none")
    assert current(empty) is None
    with pytest.raises(UsageError, match="no checklist"):
        needed(empty)
    empty.close()


def test_the_newest_counts_and_is_checked_at_every_use(store, tmp_path):
    kept = set_checklist(store, "zz", signed(tmp_path / "b", TEXT.replace("2026", "2027")))
    assert current(store)[1].name == "zz checklist 2027"
    changed = dataclasses.replace(kept, sha256="0" * 64, text=kept.text.replace("B", "C"))
    with store.act("zz", "checklist", set=changed.sha256) as act:
        act.put([changed])
    with pytest.raises((CaseError, UsageError)):
        current(store)
    assert store.count(Priorities) == 3


def test_what_another_key_signed_is_not_set(store, tmp_path):
    given = signed(tmp_path / "c")
    given.rules.write_text(TEXT + "\n", "utf-8")
    with pytest.raises(UsageError, match="signature"):
        set_checklist(store, "zz", given)
    given.key.write_text("zz")
    with pytest.raises(UsageError, match="no public Ed25519 key"):
        set_checklist(store, "zz", given)


def test_a_file_is_signed_only_where_it_could_be_set(store, tmp_path):
    given = signed(tmp_path / "d")
    given = SignedFile(given.rules, tmp_path / "new.sig", private(tmp_path))
    sign(given)
    assert given.signature.read_bytes() == (tmp_path / "d" / "zz.sig").read_bytes()
    with pytest.raises(UsageError, match="there already"):
        sign(given)
    given.rules.write_text(TEXT.replace("presses", "Nationalität"), "utf-8")
    with pytest.raises(UsageError, match="nationality"):
        sign(dataclasses.replace(given, signature=tmp_path / "other.sig"))
    with pytest.raises(UsageError, match="there is no key"):
        sign(dataclasses.replace(signed(tmp_path / "e"), key=tmp_path / "none"))


def test_items_are_answered_by_people_with_source_and_evaluation(store, book):
    """PRIO-03."""
    lead, stands = first(store, book)
    assert {one.value for one in sheet(store, lead, stands).answers} == {"not asked"}
    answers(store, lead, shares="yes")
    lead, stands = first(store, book)
    told = {one.item.id: one for one in sheet(store, lead, stands).answers}
    assert told["shares"].value == "yes"
    word = told["shares"].word
    assert (word.by, word.source, word.information) == ("Anna", "B", "3")
    assert told["shares"].shows["deeds.sent"] == "0"
    assert told["production"].shows == {"deeds.made": "0"}


def test_only_items_of_the_checklist_are_answered(store, book):
    lead, _ = first(store, book)
    with pytest.raises(UsageError, match="no item 'zz'"):
        answer(store, said("Anna"), lead, ("zz", "yes"))
    with pytest.raises(UsageError, match="there is no 'perhaps'"):
        answer(store, said("Anna"), lead, ("work", "perhaps"))


def test_the_last_answer_counts_but_a_yes_of_the_screen_until_it_is_taken_back(store, book):
    lead, _ = first(store, book)
    answer(store, said("Anna"), lead, ("work", "yes"))
    answer(store, said("Béla"), lead, ("work", "no"))
    told = answer(store, said("Anna"), lead, ("contact", "yes"))
    answer(store, said("Béla"), lead, ("contact", "no"))
    lead, stands = first(store, book)
    values = {one.item.id: one.value for one in sheet(store, lead, stands).answers}
    assert (values["work"], values["contact"]) == ("no", "yes")
    with pytest.raises(UsageError, match="neither of you takes back"):
        take_back(store, said("Béla"), told.id)
    take_back(store, said("Chloé"), told.id)
    lead, stands = first(store, book)
    values = {one.item.id: one.value for one in sheet(store, lead, stands).answers}
    assert values["contact"] == "no"


def test_an_answer_to_another_question_does_not_count(store, book, tmp_path):
    lead, _ = first(store, book)
    answer(store, said("Anna"), lead, ("work", "yes"))
    set_checklist(
        store, "zz", signed(tmp_path / "f", TEXT.replace("Does the work", "Did the work"))
    )
    lead, stands = first(store, book)
    values = {one.item.id: one.value for one in sheet(store, lead, stands).answers}
    assert values["work"] == "not asked"


def test_what_was_proposed_and_what_was_set_are_kept(store, book):
    """PRIO-06."""
    lead, _ = first(store, book)
    answers(store, lead)
    (agreed,) = set_tiers(store, said("Anna", reason=""), [first(store, book)], "C")
    assert agreed.data["proposed"] == "C"
    assert not agreed.data["differs"]
    assert "as proposed by the checklist zz checklist 2026" in agreed.grounds
    with pytest.raises(UsageError, match="another tier needs a reason"):
        set_tiers(store, said("Anna", reason=" "), [first(store, book)], "B")
    (other,) = set_tiers(store, said("Anna"), [first(store, book)], "B")
    assert (other.value, other.data["proposed"], other.data["differs"]) == ("B", "C", True)
    assert other.data["answers"]["work"] == "no"
    assert other.data["accounts"] == [f"{one.site}/{one.id}" for one in lead.accounts]
    with pytest.raises(UsageError, match="there is no tier 'Z'"):
        set_tiers(store, said("Anna"), [first(store, book)], "Z")


def test_while_the_screen_says_yes_nobody_sets_another_tier(store, book):
    """PRIO-02."""
    lead, _ = first(store, book)
    set_tiers(store, said("Anna"), [first(store, book)], "C")
    yes = answer(store, said("Béla"), lead, ("live", "yes"))
    lead, stands = first(store, book)
    assert effective(stands, sheet(store, lead, stands))[0] == "A", (
        "at once, before anybody sets it"
    )
    with pytest.raises(UsageError, match="regardless of everything else"):
        set_tiers(store, said("Anna"), [(lead, stands)], "C")
    take_back(store, said("Béla"), yes.id)
    set_tiers(store, said("Anna"), [first(store, book)], "C")


def test_no_answer_sets_a_tier_by_itself(store, book):
    lead, _ = first(store, book)
    answers(store, lead, before="yes")
    lead, stands = first(store, book)
    assert sheet(store, lead, stands).proposal.tier == "B"
    assert stands.tier == ""
    assert effective(stands, sheet(store, lead, stands))[0] == INSUFFICIENT


def test_several_leads_are_set_in_one_act_each_with_its_own_proposal(store, book):
    every = known(store, book)
    before = sum(1 for _ in store.history())
    made = set_tiers(store, said("Anna"), every, "B")
    assert sum(1 for _ in store.history()) == before + 1
    assert {one.about for one in made} == {lead.id for lead, _ in every}
    assert store.count(Assessment, kind="tier") == 3


def test_a_result_of_an_instrument_is_a_note_and_moves_nothing(store, book):
    """PRIO-05."""
    lead, _ = first(store, book)
    assess(store, said("Anna"), "note", lead.id, "high, made by trained staff")
    lead, stands = first(store, book)
    assert sheet(store, lead, stands).proposal.tier == INSUFFICIENT


def test_it_is_told_line_by_line(store):
    lines = list(spelled(needed(store)[1]))
    assert "tier A: at once, within 24 hours" in lines
    assert any("yes lifts to A" in line for line in lines if line.startswith("live "))
