"""What people make of facts is kept apart from them, with a name, a login, grounds and a time."""

import pytest

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord
from fanal.model.lead import Assessment
from fanal.pipeline.assess import Further, assess, made, standing_of, take_back, write
from makers.cases import opened
from makers.deciding import said


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


def test_an_assessment_has_its_person_grounds_and_line_in_the_audit_log(store):
    one = assess(store, said("Anna", "anna"), "category", "L-1", "witness", Further("", "B", "3"))
    (kept,) = store.find(Assessment)
    assert kept == one
    assert (one.by, one.login, one.grounds, one.source, one.information) == (
        *("Anna", "anna", "zz-test-0001, seen", "B", "3"),
    )
    (line,) = store.find(AuditRecord)
    assert (line.action, line.login, line.data["about"]) == ("assess", "anna", "L-1")


def test_nothing_presets_how_sure_it_is(store):
    one = assess(store, said("Anna"), "category", "L-1", "witness")
    assert (one.source, one.information) == ("", "")


@pytest.mark.parametrize(
    ("kind", "value", "more", "words"),
    [
        ("guilt", "yes", Further(), "nothing is assessed as 'guilt'"),
        ("category", "guilty", Further(), "there is no 'guilty'"),
        ("category", "suspect", Further(source="A1"), "no code 'A1' for the source"),
        ("category", "suspect", Further(information="5"), "no code '5' for the information"),
        ("note", "  ", Further(), "needs a value"),
        ("note", "one\ntwo", Further(), "needs a value"),
        ("juvenile", "85 %", Further(), "there is no '85 %'"),
    ],
)
def test_what_says_nothing_or_something_else_is_refused(store, kind, value, more, words):
    with pytest.raises(UsageError, match=words):
        assess(store, said("Anna"), kind, "L-1", value, more)
    assert store.count(Assessment) == 0


def test_it_needs_grounds_and_something_that_it_is_about(store):
    with pytest.raises(UsageError, match="reason"):
        assess(store, said("Anna", reason=" "), "category", "L-1", "witness")
    with pytest.raises(UsageError, match="about something"):
        assess(store, said("Anna"), "category", " ", "witness")


def test_it_is_taken_back_once_by_a_person_with_a_reason(store):
    one = assess(
        store,
        said("Anna"),
        "juvenile",
        "L-1",
        "possible minor",
        Further(data={"accounts": ["a/1"]}),
    )
    back = take_back(store, said("Béla"), one.id)
    assert (back.undoes, back.value, back.kind, back.data) == (
        *(one.id, "", "juvenile", {"accounts": ["a/1"]}),
    )
    assert standing_of(store.find(Assessment)) == []
    for id_ in (one.id, back.id, "j-none"):
        with pytest.raises(UsageError, match="taken back"):
            take_back(store, said("Béla"), id_)
    assert store.count(Assessment) == 2


def test_several_go_into_one_act(store):
    before = sum(1 for _ in store.history())
    each = [made(said("Anna"), "note", f"L-{number}", "zz") for number in range(3)]
    write(store, said("Anna"), each)
    assert sum(1 for _ in store.history()) == before + 1
    assert store.count(Assessment) == store.count(AuditRecord) == 3
