"""Two people, and what one approved is what the other sends; corrections and recalls follow."""

from dataclasses import replace

import pytest

from fanal.errors import CaseError, PackageError, UsageError
from fanal.exchange.manifest import RECALL
from fanal.exchange.unseal import check, unlock
from fanal.model.desk import AuditRecord, Person
from fanal.model.package import APPROVED, DRAFT, RECALLED, REFUSED, SENT
from fanal.pipeline import package_acts
from fanal.pipeline.assess import CATEGORY, RESTRICTION, assess
from fanal.pipeline.case import writing
from fanal.pipeline.package_acts import Sending, approve, recall, refuse, send
from fanal.pipeline.package_build import build
from fanal.pipeline.package_content import content
from fanal.pipeline.packages import history, last_sent, named, packages, rendered
from fanal.pipeline.recipients import New, add, end
from fanal.pipeline.said import Said
from fanal.pipeline.transfers import register
from fanal.settings import Settings
from makers.packages import (
    ANNA,
    BERT,
    LEAD,
    OTHER,
    case,
    identity,
    plain,
    public,
    quick,
    ready,
    sent,
    wanted,
)
from makers.packages import settings as told

__all__ = ["case", "quick"]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


@pytest.fixture
def book(store):
    return ready(store)


@pytest.fixture
def draft(store, book):
    return build(store, told(), ANNA, wanted(), book).package


def opened(path):
    return check(unlock(path.read_bytes(), [identity()]))


def test_a_draft_that_calls_a_lead_what_it_is_no_more_is_not_approved(store, book, draft):
    says = draft.leads[LEAD]["category"]
    assert says != "witness"
    assess(store, ANNA, CATEGORY, LEAD, "witness")
    with pytest.raises(PackageError, match=f"its category was {says} .* and is witness"):
        approve(store, BERT, draft.id, book)
    assert named(store, draft.id).state == DRAFT


def test_it_goes_from_draft_to_sent_and_everything_is_logged(store, book, draft, tmp_path):
    done = approve(store, BERT, draft.id, book)
    assert (done.state, done.manifest) == (APPROVED, rendered(store, book, draft).digest)
    gone = send(store, told(), ANNA, Sending(draft.id, tmp_path / "p.age"), book)
    assert [one.state for one in history(store, draft.id)] == [DRAFT, APPROVED, SENT]
    found = opened(tmp_path / "p.age")
    assert found.digest == gone.manifest == done.manifest
    assert found.manifest.recipient.name == "ZZ Receiver"
    lines = {one.action: one for one in store.find(AuditRecord)}
    assert lines["package sent"].data["file"] == gone.file
    assert [lines[f"package {what}"].login for what in ("drafted", "approved", "sent")] == [
        "anna",
        "bert",
        "anna",
    ]
    leaf = list(store.history())[-1]
    assert (leaf.verb, leaf.details["action"]) == ("package", "sent")


@pytest.mark.parametrize(
    "again", [ANNA, replace(ANNA, by="other"), replace(ANNA, account="other", by="ANNA")]
)
def test_one_person_does_not_do_both(store, book, draft, tmp_path, again):
    with pytest.raises(UsageError, match="another person"):
        approve(store, again, draft.id, book)
    approve(store, BERT, draft.id, book)
    with pytest.raises(UsageError, match="another person"):
        send(store, told(), BERT, Sending(draft.id, tmp_path / "p"), book)
    assert not list(tmp_path.glob("p*"))


def person(act, login, *roles):
    return Person(
        *(login, act.number, login, roles, "active", "zz", "", ()), *("zz", "2026-01-01T00:00:00Z")
    )


def test_where_people_have_roles_they_need_the_right_one(store, book, draft, tmp_path):
    carl = Said("zz-test-0001", "carl", "carl")
    with store.act("zz", "people") as act:
        act.put(
            [
                person(act, "anna", "exporter"),
                person(act, "bert", "supervisor"),
                person(act, "carl", "exporter"),
            ]
        )
    with pytest.raises(UsageError, match="no role"):
        approve(store, carl, draft.id, book)
    approve(store, BERT, draft.id, book)
    dora = Said("zz-test-0001", "dora", "dora")
    with pytest.raises(UsageError, match="no role"):
        send(store, told(), dora, Sending(draft.id, tmp_path / "p"), book)
    send(store, told(), carl, Sending(draft.id, tmp_path / "p"), book)


def test_each_step_has_its_state(store, book, draft, tmp_path):
    out = Sending(draft.id, tmp_path / "p")
    with pytest.raises(UsageError, match="only what is approved is sent"):
        send(store, told(), ANNA, out, book)
    approve(store, BERT, draft.id, book)
    with pytest.raises(UsageError, match="only what is draft is approved"):
        approve(store, BERT, draft.id, book)
    send(store, told(), ANNA, out, book)
    with pytest.raises(UsageError, match="only what is approved is sent"):
        send(store, told(), ANNA, replace(out, force=True), book)
    with pytest.raises(UsageError, match="is sent"):
        refuse(store, BERT, draft.id)


def test_a_refused_draft_is_not_sent(store, book, draft):
    assert refuse(store, BERT, draft.id).state == REFUSED
    assert named(store, draft.id).reason == BERT.reason
    with pytest.raises(UsageError, match="is refused"):
        approve(store, BERT, draft.id, book)


def test_what_was_shown_is_what_is_approved(store, book, draft):
    with pytest.raises(PackageError, match="not what was shown"):
        approve(store, BERT, draft.id, book, "0" * 64)
    approve(store, BERT, draft.id, book, rendered(store, book, draft).digest)


def test_a_change_after_approval_stops_it_and_is_named(store, book, draft, tmp_path):
    approve(store, BERT, draft.id, book)
    book.leads[LEAD] = replace(book.leads[LEAD], last="2025-09-09T00:00:00Z")
    with pytest.raises(PackageError, match=rf"not what was approved: .*leads/{LEAD}\.json differs"):
        send(store, told(), ANNA, Sending(draft.id, tmp_path / "p"), book)
    assert not (tmp_path / "p").exists()
    assert named(store, draft.id).state == APPROVED


def test_a_lead_that_may_leave_no_more_stops_it(store, book, draft, tmp_path):
    approve(store, BERT, draft.id, book)
    assess(store, ANNA, RESTRICTION, OTHER, "restricted")
    with pytest.raises(PackageError, match=f"{OTHER}: .*restricted"):
        send(store, told(), ANNA, Sending(draft.id, tmp_path / "p"), book)


def test_other_keys_of_the_receiver_stop_it(store, book, draft, tmp_path):
    approve(store, BERT, draft.id, book)
    add(store, ANNA, New("ZZ Receiver", "DE", public(3)))
    with pytest.raises(PackageError, match="other keys"):
        send(store, told(), ANNA, Sending(draft.id, tmp_path / "p"), book)
    end(store, ANNA, "ZZ Receiver")
    with pytest.raises(UsageError, match="no recipient"):
        send(store, told(), ANNA, Sending(draft.id, tmp_path / "p"), book)


def test_another_signing_key_stops_it(store, book, draft, tmp_path):
    approve(store, BERT, draft.id, book)
    other = Settings(engine="inline", key=str(tmp_path / "other.key"))
    with pytest.raises(PackageError, match="not the one that the manifest names"):
        send(store, other, ANNA, Sending(draft.id, tmp_path / "p"), book)


@pytest.mark.parametrize("place", ["in the case", "there", "no folder"])
def test_the_file_goes_to_a_good_place(store, book, draft, tmp_path, place):
    approve(store, BERT, draft.id, book)
    (tmp_path / "there").write_bytes(b"zz")
    where = {
        "in the case": store.folder / "p",
        "there": tmp_path / "there",
        "no folder": tmp_path / "no" / "p",
    }
    with pytest.raises(UsageError):
        send(store, told(), ANNA, Sending(draft.id, where[place]), book)
    assert named(store, draft.id).state == APPROVED
    assert (tmp_path / "there").read_bytes() == b"zz"


def test_nothing_stands_under_its_name_where_the_log_cannot_be_written(
    store, book, draft, tmp_path, monkeypatch
):
    approve(store, BERT, draft.id, book)

    def full(*_, **__):
        raise CaseError("no room")

    monkeypatch.setattr(package_acts, "noted", full)
    with pytest.raises(CaseError):
        send(store, told(), ANNA, Sending(draft.id, tmp_path / "p"), book)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_correction_is_a_new_version_that_says_what_it_takes_back(store, book, tmp_path):
    first = sent(store, book, tmp_path / "p1")
    second = sent(store, book, tmp_path / "p2", LEAD, corrects=first.id)
    assert (second.id, second.version, second.state) == (first.id, 2, SENT)
    manifest = opened(tmp_path / "p2").manifest
    assert (manifest.supersedes, manifest.withdrawn) == (first.manifest, (OTHER,))
    assert [one.version for one in packages(store)] == [2]
    assert last_sent(store, first.id).version == 2


def test_one_correction_at_a_time_and_to_the_same_authority(store, book, tmp_path):
    first = sent(store, book, tmp_path / "p1")
    add(store, ANNA, New("ZZ Second", "DE", public(3)))
    with pytest.raises(UsageError, match="went to ZZ Receiver"):
        build(store, told(), ANNA, wanted(corrects=first.id, recipient="ZZ Second"), book)
    build(store, told(), ANNA, wanted(corrects=first.id), book)
    with pytest.raises(UsageError, match="was not sent yet"):
        build(store, told(), ANNA, wanted(corrects=first.id), book)


def test_a_recall_is_one_persons_act_and_a_package_itself(store, book, tmp_path):
    first = sent(store, book, tmp_path / "p1")
    build(store, told(), ANNA, wanted(corrects=first.id), book)
    end(store, ANNA, "ZZ Receiver")  # a recall still reaches it
    gone = recall(store, told(), ANNA, Sending(first.id, tmp_path / "p3"))
    assert (gone.state, gone.version) == (RECALLED, 3)
    manifest = opened(tmp_path / "p3").manifest
    assert (manifest.kind, manifest.leads, manifest.version) == (RECALL, {}, 3)
    assert (manifest.withdrawn, manifest.supersedes) == ((LEAD, OTHER), first.manifest)
    assert manifest.reason == ANNA.reason
    assert len((tmp_path / "p3").read_bytes()) - len((tmp_path / "p1").read_bytes()) < 500
    with pytest.raises(UsageError, match="recalled already"):
        recall(store, told(), ANNA, Sending(first.id, tmp_path / "p4"))


def test_what_was_recalled_may_be_sent_corrected(store, book, tmp_path):
    first = sent(store, book, tmp_path / "p1")
    recall(store, told(), ANNA, Sending(first.id, tmp_path / "p2"))
    third = sent(store, book, tmp_path / "p3", LEAD, corrects=first.id)
    assert (third.version, third.state) == (3, SENT)


def test_what_was_never_sent_is_not_recalled(store, draft, tmp_path):
    with pytest.raises(UsageError, match="never sent"):
        recall(store, told(), ANNA, Sending(draft.id, tmp_path / "p"))


def test_the_register_of_transfers_has_the_fields_of_the_law(store, tmp_path):
    transfer = {
        "ground": "37(1)(a)",
        "instrument": "zz-agreement",
        "date": "2026-01-01",
        "justification": "zz-test-0001",
        "consent": "ZZ State, 2026-02-02, ref 7",
    }
    book = ready(store, plain(1), transfer=transfer)
    done = sent(store, book, tmp_path / "p", LEAD)
    (line,) = register(store)
    assert (line.package, line.recipient, line.country) == (done.id, "ZZ Receiver", "DE")
    assert (line.ground, line.instrument, line.ground_date) == (
        "37(1)(a)",
        "zz-agreement",
        "2026-01-01",
    )
    assert (line.consent, line.leads, line.file) == ("ZZ State, 2026-02-02, ref 7", 1, done.file)
    assert "anna" in line.by
    assert "bert" in line.by


def test_the_same_draft_makes_the_same_bytes(store, book, draft, monkeypatch):
    monkeypatch.setattr("fanal.pipeline.packages.content", content)  # the real one
    first = rendered(store, book, draft)
    assert first.raw == rendered(store, book, draft).raw
    assert "brief.pdf" in first.files


def test_a_file_that_was_lost_is_written_again_if_it_is_still_the_same(store, book, tmp_path):
    first = sent(store, book, tmp_path / "p1")
    again = send(store, told(), ANNA, Sending(first.id, tmp_path / "p2", again=True), book)
    assert (again.manifest, again.version, again.state) == (first.manifest, 1, SENT)
    assert opened(tmp_path / "p2").digest == opened(tmp_path / "p1").digest
    assert len(list(register(store))) == 2
    book.leads[LEAD] = replace(book.leads[LEAD], last="2025-09-09T00:00:00Z")
    with pytest.raises(PackageError, match=rf"leads/{LEAD}\.json differs"):
        send(store, told(), ANNA, Sending(first.id, tmp_path / "p3", again=True), book)
