"""What a receiver answers comes back once, from them, and about what they were sent."""

from pathlib import Path

import pytest

from fanal.custody.sign import Signer
from fanal.errors import PackageError, UsageError
from fanal.exchange.manifest import Party
from fanal.model.desk import AuditRecord
from fanal.model.lead import Assessment
from fanal.pipeline import replies
from fanal.pipeline.case import writing
from fanal.pipeline.overview_done import progress
from fanal.pipeline.package_build import build
from fanal.pipeline.received import Given, open_package
from fanal.pipeline.replies import Came, answer, outcomes, take_in
from fanal.pipeline.standing import standing
from makers.cases import signer
from makers.packages import (
    ANNA,
    LEAD,
    OTHER,
    case,
    key_file,
    quick,
    ready,
    receiving,
    sealed,
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
def far(tmp_path):
    """The machine of the receiver."""
    return receiving(tmp_path)


def answered(store, far, tmp_path, told_of=None, name="r.age", sender=""):
    """A reply to a package that was sent."""
    sender = sender or Signer.from_file(Path(told().key)).public
    given = Given(tmp_path / "p.age", key_file(tmp_path), sender)
    answer(far, given, told_of or {LEAD: "arrested: zz words"}, tmp_path / name)
    return Came(tmp_path / name)


def knows(store, far, **more):
    key = Signer.from_file(Path(far.key)).public
    return ready(store, signing_key=key, **more)


def test_an_answer_becomes_an_assessment_of_its_lead(store, far, tmp_path):
    package = sent(store, knows(store, far), tmp_path / "p.age")
    done = take_in(store, told(), ANNA, answered(store, far, tmp_path))
    (one,) = done.assessments
    assert (one.kind, one.about, one.value) == ("outcome", LEAD, "arrested")
    assert "ZZ Receiver answers" in one.grounds
    assert "zz words" in one.grounds
    assert (one.source, one.information, one.login) == ("", "", "anna")
    assert (one.data["package"], one.data["version"]) == (package.id, 1)
    assert standing(store, [LEAD])[LEAD].outcome == "arrested"
    assert {line.action for line in store.find(AuditRecord)} >= {"assess", "package reply"}


def test_the_overview_tells_it_without_the_lead(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    take_in(store, told(), ANNA, answered(store, far, tmp_path))
    (news,) = progress(store).outcomes
    assert (news.by, news.says, news.sha256) == ("ZZ Receiver", "arrested (a lead)", "")
    assert LEAD not in str(news)


def test_the_same_reply_is_not_taken_in_twice(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    came = answered(store, far, tmp_path)
    take_in(store, told(), ANNA, came)
    with pytest.raises(PackageError, match="was taken in on"):
        take_in(store, told(), ANNA, came)
    assert store.count(Assessment, kind="outcome") == 1


def test_an_older_reply_that_comes_late_changes_nothing(store, far, tmp_path, monkeypatch):
    sent(store, knows(store, far), tmp_path / "p.age")
    first = answered(store, far, tmp_path, {LEAD: "accepted", OTHER: "known"})
    monkeypatch.setattr(replies, "_now", lambda: "2099-01-01T00:00:00+00:00")
    second = answered(store, far, tmp_path, {LEAD: "arrested"}, "r2.age")
    take_in(store, told(), ANNA, second)
    done = take_in(store, told(), ANNA, first)
    assert (done.older, [one.about for one in done.assessments]) == ((LEAD,), [OTHER])
    assert {one.about: one.value for one in outcomes(store)} == {LEAD: "arrested", OTHER: "known"}
    third = answered(store, far, tmp_path, {LEAD: "no action"}, "r3.age")
    assert take_in(store, told(), ANNA, third).assessments[0].value == "no action"


def test_without_the_receivers_key_on_record_nothing_is_taken_in(store, far, tmp_path):
    sent(store, ready(store), tmp_path / "p.age")
    with pytest.raises(PackageError, match="no key is on record"):
        take_in(store, told(), ANNA, answered(store, far, tmp_path))


def test_somebody_elses_signature_is_refused(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    other = receiving(tmp_path, "somebody")
    with pytest.raises(PackageError, match="not the one of ZZ Receiver"):
        take_in(store, told(), ANNA, answered(store, other, tmp_path))
    assert not store.count(Assessment, kind="outcome")


def test_a_reply_to_what_this_case_did_not_send_is_refused(store, far, tmp_path):
    (tmp_path / "p.age").write_bytes(sealed().data)
    with pytest.raises(PackageError, match="encrypted to none of these keys"):
        take_in(store, told(), ANNA, answered(store, far, tmp_path, sender=signer().public))
    book = knows(store, far)
    draft = build(store, told(), ANNA, wanted(), book).package
    party = Party("ZZ Sender", draft.data["sender"]["age_key"], signer().public)
    (tmp_path / "p.age").write_bytes(sealed(sender=party).data)
    with pytest.raises(PackageError, match="never sent so"):
        take_in(
            store,
            told(),
            ANNA,
            answered(store, far, tmp_path, name="r2.age", sender=signer().public),
        )


def test_a_package_is_no_reply(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    with pytest.raises(PackageError, match="none of these keys"):
        take_in(store, told(), ANNA, Came(tmp_path / "p.age"))
    came = Came(tmp_path / "p.age", key_file(tmp_path))
    with pytest.raises(PackageError, match="no reply"):
        take_in(store, told(), ANNA, came)


def test_wrong_words_and_leads_are_refused(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    with pytest.raises(UsageError, match="no outcome"):
        answered(store, far, tmp_path, {LEAD: "maybe"})
    with pytest.raises(UsageError, match="no lead"):
        answered(store, far, tmp_path, {"L-zz": "known"})
    answered(store, far, tmp_path)
    with pytest.raises(UsageError, match="there already"):
        answered(store, far, tmp_path)


def test_an_answer_about_an_earlier_version_is_taken_in(store, far, tmp_path):
    book = knows(store, far)
    first = sent(store, book, tmp_path / "p.age")
    came = answered(store, far, tmp_path)
    sent(store, book, tmp_path / "p2.age", LEAD, corrects=first.id)
    assert take_in(store, told(), ANNA, came).package.version == 1


def test_a_sender_whom_nobody_named_gets_no_answer(store, far, tmp_path):
    sent(store, knows(store, far), tmp_path / "p.age")
    given = Given(tmp_path / "p.age", key_file(tmp_path))
    with pytest.raises(UsageError, match="nobody here has named that key"):
        answer(far, given, {LEAD: "known"}, tmp_path / "r.age")
    open_package(far, given, tmp_path / "in")
    answer(far, given, {LEAD: "known"}, tmp_path / "r.age")
    assert (tmp_path / "r.age").exists()
