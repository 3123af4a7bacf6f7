"""A whole operation is reviewed at the desk, by three people with their keys, from code to seal."""

from collections import Counter
from contextlib import ExitStack

import pytest

from fanal.model.decision import TREAT_AS_REAL, Decision
from fanal.model.desk import AuditRecord, Person, SecondOpinion
from fanal.pipeline.case import reading
from fanal.pipeline.numbers import Numbers
from makers.grading import (
    IDENTIFIED,
    KNOWN,
    REAL,
    at,
    gives_second_opinion,
    grade,
    press,
    queue,
    settled,
)
from makers.program import called
from makers.signing_in import (
    first_person,
    joins,
    person,
    program,
    signs_in,
    signs_in_by_passkey,
)
from makers.waiting import until

ADA, BO, CY = "zz-ada", "zz-bo", "zz-cy"


@pytest.fixture
def desk(own, tmp_path):
    with program(own, FANAL_HOME=str(tmp_path / "home")) as lent:
        yield lent


def adds(seen, login, name):
    """Let a supervisor add a reviewer; return the code for them."""
    seen.open("/people")
    form = seen.page.locator("form[action='/people/add']")
    form.locator("[name=login]").fill(login)
    form.locator("[name=name]").fill(name)
    form.locator("[name=reason]").fill("works on this case")
    with seen.page.expect_navigation():
        form.get_by_role("button", name="Add").click()
    return seen.text("code.secret")


def decides_a_series(seen):
    """Open the first series of the queue by its key and decide it whole; return its contents."""
    queue(seen)
    while "series" not in seen.page.locator(":focus .marks").inner_text():
        before = at(seen)
        press(seen, "ArrowRight")
        until(lambda before=before: at(seen) not in {before, ""})
    press(seen, "s")
    seen.see("[data-page=series]")
    contents = seen.page.locator(".contacts [data-item]").evaluate_all(
        "all => all.map(one => one.dataset.item)"
    )
    seen.page.locator("#reason").fill("looked through the contact sheet")
    seen.page.locator("#strip").focus()
    with seen.page.expect_response(lambda answer: answer.url.endswith("/decide")) as told:
        press(seen, KNOWN)
    assert told.value.ok, told.value.text()
    return contents


def works_to_the_end(seen):
    """Grade tile after tile until nothing undecided follows; return what was graded."""
    queue(seen)
    graded = []
    while True:
        graded.append(grade(seen, REAL))
        settled(seen)
        if at(seen) == graded[-1]:
            return graded


def standing(decisions):
    """Return what each login said of each content, as the guide says it (docs/guide/decide.md).

    What was taken back does not count, unless the taking back was taken back.
    """
    undoers = {}
    for one in decisions:
        undoers.setdefault((one.undoes, one.sha256), []).append(one)

    def stands(one):
        return not any(map(stands, undoers.get((one.id, one.sha256), ())))

    words = [one for one in decisions if not one.undoes and stands(one)]
    assert len({(one.account, one.sha256) for one in words}) == len(words)
    return {(one.account, one.sha256): one.victim_state for one in words}


def test_a_whole_operation_is_reviewed(browser, own, desk, capsys):
    with ExitStack() as stack:
        ada, bo, cy = (stack.enter_context(person(browser, desk.origin)) for _ in range(3))
        first_person(ada, desk.code, ADA, "Ada Zz")
        codes = joins(bo, adds(ada, BO, "Bo Zz"), BO)
        joins(cy, adds(ada, CY, "Cy Zz"), CY, password="")

        whole = decides_a_series(ada)
        graded = works_to_the_end(ada)
        assert len(graded) == len(set(graded)) > 5
        assert not set(graded) & set(whole)

        takes_back_and_again(ada)

        signs_out(bo)
        signs_in(bo, BO, codes)
        first_words = gives_second_opinion(bo, IDENTIFIED)
        assert "Ada" not in first_words
        third_words = gives_second_opinion(cy, IDENTIFIED)
        assert "Two people said different things" in third_words
        assert not {"Ada", "Bo"} & set(third_words.split())

        reads_the_log(ada)
        for seen in (ada, bo, cy):
            seen.clean(1)
        signs_out(ada)
        signs_out_and_in_by_passkey(cy)
    assert desk.end() == (0, "")
    check(own, graded, whole, capsys)


def takes_back_and_again(seen):
    """Undo the last decision by its key, and do it again."""
    press(seen, "u")
    settled(seen)
    press(seen, "Shift+U")
    settled(seen)


def reads_the_log(seen):
    seen.open("/audit")
    log = seen.text("main").lower()
    for action in ("decide", "undo", "sign in", "proofs"):
        assert action in log, action


def signs_out(seen):
    """Sign out; the way back shows nothing of before."""
    seen.page.get_by_role("button", name="Sign out").click()
    seen.see("form[action='/sign-in']")
    seen.page.go_back()
    seen.see("form[action='/sign-in']")


def signs_out_and_in_by_passkey(seen):
    signs_out(seen)
    signs_in_by_passkey(seen)
    assert "Cy Zz" in seen.text("header")


def check(case, graded, whole, capsys):
    """Compare what the case holds with what was done at the pages."""
    with reading(case) as store:
        numbers = Numbers(store)
        decisions = list(store.find(Decision))
        said = standing(decisions)
        by_ada = {numbers.of(sha256) for login, sha256 in said if login == ADA}
        records = list(store.find(AuditRecord))
        seconds = list(store.find(SecondOpinion))
        assert {one.login for one in store.find(Person)} == {ADA, BO, CY}
    made = Counter((one.account, one.sha256) for one in decisions if not one.undoes)
    assert set(made.values()) == {1}
    last = numbers.sha256(graded[-1])
    own_undoing = [one for one in decisions if one.undoes and one.account == ADA]
    assert [one.sha256 for one in own_undoing] == [last, last]
    assert {(one.login, one.turn) for one in seconds} == {(BO, 2), (CY, 3)}
    asked = {one.sha256 for one in seconds}
    assert {said[ADA, sha256] for sha256 in map(numbers.sha256, graded) if sha256 not in asked} == {
        TREAT_AS_REAL
    }
    assert by_ada | {numbers.of(sha256) for sha256 in asked} == set(graded) | set(whole)
    assert {said[BO, sha256] for sha256 in asked} == {said[CY, sha256] for sha256 in asked}
    assert {(ADA, sha256) for sha256 in asked}.isdisjoint(said)  # two say otherwise
    for login in (ADA, BO, CY):
        assert {one.session for one in records if one.login == login}
    actions = Counter(one.action for one in records if one.login == ADA)
    assert actions["undo"] == 1
    assert called("audit", "verify", "--case", case) == 0
    capsys.readouterr()
