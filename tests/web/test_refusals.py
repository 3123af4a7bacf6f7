import pytest

from fanal.errors import CaseError
from fanal.model.desk import NOBODY, AuditRecord, Who
from fanal.pipeline.audit_records import Doing
from fanal.web.refusals import MOST, MOST_HOUR, WINDOW, Refusals
from makers.desk import desk_on
from makers.door import Clock

ANNA = Who("anna", "Anna", ("reviewer",), "s")
NO = Doing("request", "no", outcome="refused")


@pytest.fixture
def desk(bare):
    with desk_on(bare) as made:
        yield made


def test_so_many_a_minute_are_written_and_the_others_counted(desk):
    clock = Clock()
    made = Refusals(desk, clock)
    for _ in range(1000):
        made.enter(ANNA, NO)
    assert desk.store.count(AuditRecord) == MOST
    clock.passed += WINDOW
    made.enter(NOBODY, NO)
    *_, last = desk.store.find(AuditRecord)
    assert last.data == {"counted": 1000 - MOST}
    assert "980 more refusals before it were only counted" in last.says


def test_a_page_that_goes_on_for_a_day_does_not_fill_the_case(desk, monkeypatch):
    written = []
    made, clock = Refusals(desk), Clock()
    made._clock = clock
    monkeypatch.setattr(made, "_write", lambda _who, doing: written.append(doing))
    while clock.passed < 86_400:
        made.enter(NOBODY, NO)
        clock.passed += 2
    made.close()
    assert len(written) <= 25 * MOST_HOUR
    assert sum(one.data.get("counted", 0) for one in written) + len(written) - 1 == 43_200


def test_what_was_only_counted_is_written_at_the_end(desk):
    made = Refusals(desk, Clock())
    made.close()
    assert desk.store.count(AuditRecord) == 0
    for _ in range(MOST + 5):
        made.enter(ANNA, NO)
    made.close()
    made.close()
    assert [one.data.get("counted") for one in desk.store.find(AuditRecord)][-2:] == [None, 5]


def test_it_is_refused_also_where_it_cannot_be_written(desk, capfd, monkeypatch):
    def full(*_args, **_details):
        raise CaseError("the disk is full")

    monkeypatch.setattr(desk.store, "act", full)
    Refusals(desk, Clock()).enter(ANNA, NO)
    assert "the disk is full" in capfd.readouterr().err
