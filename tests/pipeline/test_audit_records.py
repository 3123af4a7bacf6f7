import re

import pytest

from fanal.errors import CaseError
from fanal.model.desk import NOBODY, AuditRecord, Who
from fanal.pipeline.audit_records import REFUSED, VERB, Doing, audit_record, enter
from fanal.pipeline.case import reading, writing

ANNA = Who("anna", "Anna", ("reviewer", "exporter"), "0123456789ab")


def test_a_line_says_who_did_what_under_which_roles():
    made = audit_record(ANNA, Doing("reveal", "shown", "ab" * 32, 4, "decide", data={"part": 1}))
    assert re.fullmatch(r"a-[0-9a-f]{16}", made.id)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", made.when)
    assert (made.login, made.role, made.session) == ("anna", "reviewer, exporter", ANNA.session)
    assert (made.action, made.sha256, made.level, made.purpose) == (
        *("reveal", "ab" * 32, 4, "decide"),
    )
    assert (made.outcome, made.says, dict(made.data)) == ("done", "shown", {"part": 1})


def test_a_line_is_an_act_of_its_own_in_the_custody_log(case, settings):
    with writing(case, settings) as store:
        made = enter(store, ANNA, Doing("sign in", "with a passkey"))
        enter(store, NOBODY, Doing("request", "no", outcome=REFUSED))
        leaves = [(leaf.actor, leaf.verb, dict(leaf.details)) for leaf in store.history()]
        assert leaves[-2:] == [
            ("Anna", VERB, {"action": "sign in"}),
            ("nobody signed in", VERB, {"action": "request"}),
        ]
    with reading(case, settings) as store:
        assert next(store.find(AuditRecord, id=made.id)) == made
        assert store.count(AuditRecord, outcome=REFUSED) == 1


def test_no_two_lines_have_one_name():
    assert len({audit_record(NOBODY, Doing("x")).id for _ in range(500)}) == 500


def test_what_cannot_be_written_is_not_done(case, settings):
    with writing(case, settings):
        pass
    with reading(case, settings) as store, pytest.raises(CaseError):
        enter(store, ANNA, Doing("reveal"))
