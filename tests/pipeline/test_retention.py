"""Nothing is due without a policy, nothing goes without a word, and what is made of it goes too."""

import hashlib
import json
from datetime import date

import pytest

from fanal.custody import verifier
from fanal.custody.sign import is_signed
from fanal.custody.spelling import canonical
from fanal.errors import UsageError
from fanal.model.desk import AuditRecord
from fanal.model.site import Dataset
from fanal.pipeline.case import writing
from fanal.pipeline.package_acts import Sending, send
from fanal.pipeline.packages import packages
from fanal.pipeline.retention import Erasing, due, erase, kept, not_erased, reviewed
from fanal.pipeline.retention_policy import NONE, Policies, parse
from makers.handed import Book
from makers.packages import ANNA, BERT, LEAD, case, plain, quick, ready, sent
from makers.packages import settings as told

TODAY = date(2026, 11, 26)
POLICY = """
[[policy]]
name = "zz-{covers}"
purpose = "zz-test-0001"
basis = "zz-law, section 1"
covers = "{covers}"
trigger = "{trigger}"
period_days = {days}
review_days = 30
"""


__all__ = ["case", "quick"]
pytestmark = pytest.mark.usefixtures("quick")


def policies(*of):
    return parse("".join(POLICY.format(covers=c, trigger=t, days=d) for c, t, d in of).encode())


def dataset(store, kind, name, when="2026-01-01T00:00:00Z"):
    folder = f"{kind}-{name}" if kind == "leads" else name
    home = store.folder / "datasets" / folder
    home.mkdir(parents=True)
    (home / "zz.parquet").write_bytes(name.encode())
    digest = hashlib.sha256(name.encode()).hexdigest()
    files = {"zz.parquet": digest}
    store.keep_files(f"datasets/{folder}", files)
    with store.act("zz", "import site") as act:
        act.put([Dataset(kind, name, "", digest, "", {}, folder, files, "zz", when)])
    return home


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


@pytest.fixture
def full(store, tmp_path):
    """A case with two sites, leads, addresses and the copy of a package."""
    for kind, name in (("site", "zz1"), ("site", "zz2"), ("leads", "leads"), ("addresses", "zz")):
        dataset(store, kind, name)
    sent(store, ready(store), tmp_path / "p.age", LEAD)
    return store


def names(store):
    return [one.what.rpartition(" p-")[0] or one.what for one in kept(store)]


def test_without_a_policy_nothing_is_ever_due(full):
    assert due(full, NONE, date(2999, 1, 1)) == []
    assert names(full) == ["sites zz1", "sites zz2", "leads leads", "addresses zz", "copies"]


def test_what_is_kept_longer_than_its_policy_is_listed(full):
    found = due(full, policies(("sites", "made", 300), ("leads", "made", 400)), TODAY)
    assert [(one.kept.what, one.until, one.is_overdue) for one in found] == [
        ("sites zz1", "2026-10-28", True),
        ("sites zz2", "2026-10-28", True),
        ("leads leads", "2027-02-05", False),
    ]
    assert all(one.is_review_due for one in found)


def test_the_last_day_is_not_too_late(full):
    every = policies(("addresses", "made", 10))
    assert not due(full, every, date(2026, 1, 11))[0].is_overdue
    assert due(full, every, date(2026, 1, 12))[0].is_overdue


def test_a_copy_is_kept_from_when_it_was_sent(full):
    (one,) = due(full, policies(("copies", "sent", 1)), date(2999, 1, 1))
    assert one.is_overdue
    assert due(full, policies(("copies", "recalled", 1)), date(2999, 1, 1)) == []


def test_a_review_moves_the_next_one(full):
    every = policies(("sites", "made", 9000))
    reviewed(full, BERT, "sites zz1")
    found = {one.kept.what: one for one in due(full, every, TODAY)}
    assert found["sites zz2"].is_review_due
    assert found["sites zz1"].review > found["sites zz2"].review
    with pytest.raises(UsageError, match="keeps no"):
        reviewed(full, BERT, "sites zz9")


def erased(store, tmp_path, *what, every=NONE):
    return erase(store, told(), BERT, Erasing(what, tmp_path / "certificate.json", every))


def test_a_site_takes_leads_and_copies_with_it_and_leaves_the_rest(full, tmp_path):
    (full.folder / "datasets" / "leads-earlier").mkdir()
    erased(full, tmp_path, "sites zz1")
    assert names(full) == ["sites zz2", "addresses zz"]
    left = sorted(path.name for path in (full.folder / "datasets").iterdir())
    assert left == ["zz", "zz2"]
    assert not (tmp_path / "p.age").exists()
    assert {one.name for one in full.find(Dataset)} == {"zz2", "zz"}
    assert list(not_erased(tmp_path / "certificate.json")) == []


def test_addresses_go_alone(full, tmp_path):
    erased(full, tmp_path, "addresses zz")
    assert names(full) == ["sites zz1", "sites zz2", "leads leads", "copies"]


def test_the_certificate_says_what_and_is_signed_and_logged(full, tmp_path):
    every = policies(("sites", "made", 1))
    erased(full, tmp_path, "sites zz2", every=every)
    text = (tmp_path / "certificate.json").read_bytes()
    facts = json.loads(text)
    signature = facts.pop("signature")
    assert is_signed(canonical(facts).encode(), facts["key"], signature)
    assert facts["erased"][0]["what"] == "sites zz2"
    assert facts["erased"][0]["files"] == {"zz.parquet": hashlib.sha256(b"zz2").hexdigest()}
    assert facts["policies"]["policies"][0]["basis"] == "zz-law, section 1"
    assert (facts["by"], facts["reason"]) == (BERT.by, BERT.reason)
    (line,) = full.find(AuditRecord, action="erase")
    assert line.data["certificate"] == hashlib.sha256(text).hexdigest()


def test_another_file_in_the_place_of_a_copy_is_left(full, tmp_path):
    (tmp_path / "p.age").write_bytes(b"zz")
    erased(full, tmp_path, "leads leads")
    assert (tmp_path / "p.age").read_bytes() == b"zz"
    (says,) = not_erased(tmp_path / "certificate.json")
    assert "another file" in says


def test_nothing_is_erased_that_is_not_named(full, tmp_path):
    for what in ((), ("sites",), ("zz1",)):
        with pytest.raises(UsageError):
            erased(full, tmp_path, *what)
    assert not (tmp_path / "certificate.json").exists()
    assert len(names(full)) == 5


def test_the_case_is_whole_after_an_erasure(case, settings, tmp_path):
    with writing(case, settings) as store:
        dataset(store, "site", "zz1")
        erased(store, tmp_path, "sites zz1")
    assert not verifier.verify(case).problems


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[[policy]]\nname=1", "not exactly these"),
        (b"x = 1", "says 'x'"),
        (b"policy = 1", "at most"),
        (b"[", "not valid TOML"),
        (POLICY.format(covers="all", trigger="made", days=1).encode(), "covers"),
        (POLICY.format(covers="sites", trigger="sent", days=1).encode(), "copies of packages"),
        (POLICY.format(covers="copies", trigger="made", days=1).encode(), "copies of packages"),
        (POLICY.format(covers="sites", trigger="made", days=0).encode(), "number of days"),
        (POLICY.format(covers="sites", trigger="made", days="true").encode(), "number of days"),
        (POLICY.format(covers="sites", trigger="made", days=1).encode() * 2, "one name"),
        (b"#" * (2 << 20), "more than"),
    ],
)
def test_a_policy_that_says_something_else_is_refused(text, why):
    with pytest.raises(UsageError, match=why):
        parse(text)


def test_an_empty_file_is_no_policy():
    assert parse(b"") == Policies(hashlib.sha256(b"").hexdigest())


def test_every_copy_of_a_version_goes(full, tmp_path):
    book = Book(plain(1))
    (package,) = packages(full)
    send(full, told(), ANNA, Sending(package.id, tmp_path / "q.age", again=True), book)
    (copies,) = [one for one in kept(full) if one.covers == "copies"]
    assert set(copies.files) == {str(tmp_path / "p.age"), str(tmp_path / "q.age")}
    erased(full, tmp_path, copies.what)
    assert not list(tmp_path.glob("*.age"))
