"""Remarks stand until they are taken back; they bear on no decision and no opinion."""

import pytest

from fanal.errors import UsageError
from fanal.model.desk import NOBODY, AuditRecord, Person, Remark, Who
from fanal.model.opinion import Opinion
from fanal.pipeline.decided import standings
from fanal.pipeline.remarks import (
    COMPARED,
    NOTE,
    ORIGIN,
    OUTCOME,
    OUTCOMES,
    QUESTION,
    SECOND,
    VIOLENT,
    Told,
    of_kind,
    questions,
    remark,
    remarks_of,
    take_back,
)
from makers.cases import digest, opened
from makers.deciding import contents

A = Who("zz-a", "Anna", ("reviewer",), "s1")
B = Who("zz-b", "Béla", ("reviewer",), "s2")
BOSS = Who("zz-s", "Sara", ("supervisor",), "s3")
ONE, TWO = (digest("sha256", number) for number in range(2))


@pytest.fixture
def store(tmp_path):
    made = opened(tmp_path / "case")
    with made.act("zz", "intake") as act:
        act.put(contents(2))
        act.put([Opinion(ONE, "generator", "strong", settled=False, real_child=True)])
    yield made
    made.close()


def test_a_supervisor_takes_back_what_keeps_a_content_from_others(store):
    made, note = remark(store, A, Told(VIOLENT, "", ONE)), remark(store, A, Told(NOTE, "a", ONE))
    with pytest.raises(UsageError, match="only whoever wrote it"):
        take_back(store, B, made.id)
    with pytest.raises(UsageError, match="only whoever wrote it"):
        take_back(store, BOSS, note.id)
    take_back(store, BOSS, made.id)
    assert remarks_of(store, [ONE]) == {ONE: [note]}


def test_a_remark_stands_until_it_is_taken_back(store):
    made = remark(store, A, Told(NOTE, " the\tlamp\n", ONE))
    assert made.says == "the lamp"
    assert remarks_of(store, [ONE, TWO]) == {ONE: [made]}
    with pytest.raises(UsageError, match="only whoever wrote it"):
        take_back(store, B, made.id)
    take_back(store, A, made.id)
    assert remarks_of(store, [ONE]) == {}
    with pytest.raises(UsageError, match="already"):
        take_back(store, A, made.id)
    with pytest.raises(UsageError, match="no such"):
        take_back(store, A, "zz")
    assert store.count(Remark) == 2
    told = [one.says for one in store.find(AuditRecord, order=("act",))]
    assert told == ["note written", "note taken back"]


def test_the_words_of_a_remark_are_not_in_the_log(store):
    remark(store, A, Told(NOTE, "zz-words", ONE))
    assert "zz-words" not in str(list(store.find(AuditRecord)))


def test_another_origin_is_told_beside_the_evidence(store):
    before = list(store.find(Opinion))
    made = remark(store, A, Told(ORIGIN, "camera", ONE, "its cable is in other pictures"))
    assert list(store.find(Opinion)) == before
    assert standings(store) == {}
    assert of_kind(store, ORIGIN) == [made]


def test_questions_are_for_one_or_for_all(store):
    mine = remark(store, A, Told(QUESTION, "this lamp?", ONE, to="zz-b"))
    everybody = remark(store, A, Told(QUESTION, "this chart?", TWO))
    assert questions(store, "zz-b") == [everybody, mine]
    assert questions(store, "zz-c") == [everybody]
    assert questions(store, "zz-a") == []
    with pytest.raises(UsageError):
        take_back(store, BOSS, mine.id)
    take_back(store, B, mine.id)
    assert questions(store, "zz-b") == [everybody]


def test_a_question_goes_to_somebody_who_is_there(store):
    with store.act("zz", "people") as act:
        act.put(
            [Person("zz-b", act.number, "Béla", ("reviewer",), "active", "", "", (), "zz", "now")]
        )
    remark(store, A, Told(QUESTION, "zz", ONE, to="zz-b"))
    with pytest.raises(UsageError, match="login"):
        remark(store, A, Told(QUESTION, "zz", ONE, to="zz-x"))


def test_some_kinds_need_no_words(store):
    for kind in (SECOND, VIOLENT):
        assert remark(store, A, Told(kind, sha256=ONE)).says == ""


def test_supervisors_tell_how_it_went_on(store):
    with pytest.raises(UsageError, match="supervisors"):
        remark(store, A, Told(OUTCOME, OUTCOMES[0]))
    made = remark(store, BOSS, Told(OUTCOME, OUTCOMES[0], reason="zz"))
    assert of_kind(store, OUTCOME) == [made]


@pytest.mark.parametrize(
    "told",
    [
        Told("zz", "zz", ONE),
        Told(NOTE, "", ONE),
        Told(NOTE, "zz\u202ezz", ONE),
        Told(NOTE, "z" * 2001, ONE),
        Told(NOTE, "zz", "f" * 64),
        Told(COMPARED, "same scene", ONE),
        Told(COMPARED, "same scene", ONE, other=ONE),
        Told(COMPARED, "zz", ONE, other=TWO),
        Told(ORIGIN, "camera", ONE),
        Told(ORIGIN, "zz", ONE, "zz"),
    ],
)
def test_what_is_no_remark(store, told):
    with pytest.raises(UsageError):
        remark(store, A, told)
    assert store.count(Remark) == 0


def test_nobody_remarks_nothing(store):
    with pytest.raises(UsageError):
        remark(store, NOBODY, Told(NOTE, "zz", ONE))
