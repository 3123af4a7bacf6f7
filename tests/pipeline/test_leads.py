"""Leads are resolved from what a case knows, the same every time, and follow what people say."""

import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.leads.naming import lead_id
from fanal.leads.persons import DIFFERENT, SAME, Verdict
from fanal.model.desk import AuditRecord
from fanal.model.lead import Assessment
from fanal.model.site import Dataset
from fanal.pipeline import addresses, assess, leads, leads_join
from fanal.pipeline.consulted import consult
from fanal.pipeline.leads_join import verdicts_of
from fanal.pipeline.leads_propose import made_before
from fanal.pipeline.leads_propose import make as propose
from fanal.pipeline.progress import Silent
from fanal.pipeline.said import Said
from fanal.settings import Settings
from makers.canonical_site import account, add_site, event, login, payment
from makers.cases import opened

PHONE = "+99955501"
NAMES = "abcd"
WHO = [Said("zz-grounds", f"zz-person-{n}", f"zz-login-{n}") for n in range(3)]


def filled(folder, **more):
    store = opened(folder / "case")
    rows = {
        "account": [account(n, phone=PHONE, phone_confirmed=n in "ab") for n in NAMES],
        "login": [login(n, f"2024-03-0{at + 1}") for at, n in enumerate(NAMES)],
        "media_event": [event(n, "2024-03-03") for n in NAMES],
        "payment": [payment("c", "2024-03-05", payer_name="Zz Owner")],
    }
    add_site(store, **{**rows, **more})
    return store


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("resolved")
    store = filled(folder)
    leads.resolve_in(store, Settings(), Silent())
    store.close()
    return folder / "case"


@pytest.fixture
def case(made, tmp_path):
    store = opened(shutil.copytree(made, tmp_path / "case"))
    yield store
    store.close()


def resolved(store):
    return leads.resolve_in(store, Settings(), Silent()).dataset


def of(store, name, site="zz-site"):
    with leads.book(store) as book:
        return book.of_account(site, name)


def test_what_is_resolved_is_kept_and_counted(case):
    made = leads.latest(case, "leads")["leads"]
    assert made.facts["accounts"] == 4
    assert made.facts["persons"] == made.facts["leads"] == 3
    assert made.facts["category"] == {"uncategorised": 3}
    assert (case.folder / "datasets" / made.folder / "lead.parquet").is_file()
    assert {path.name for path in (case.folder / "datasets").iterdir()} == {
        "site-zz-site",
        made.folder,
    }
    leaf = [one for one in case.history() if one.verb == "resolve leads"]
    assert [one.details["leads"] for one in leaf] == [3]


def test_the_same_facts_make_the_same_bytes(case, tmp_path):
    first = leads.latest(case, "leads")["leads"]
    again = leads.resolve_in(case, Settings(), Silent())
    assert not again.is_new
    assert again.dataset == first
    assert len([one for one in case.history() if one.verb == "resolve leads"]) == 1


def test_the_order_of_rows_in_the_site_changes_no_lead(case, tmp_path):
    rows = [account(n, phone=PHONE, phone_confirmed=n in "ab") for n in NAMES]
    for at, row in enumerate(rows):
        row["ref"] = 1_000 + 100 * at
    other = filled(tmp_path / "other", account=rows[::-1])
    try:
        object.__setattr__(other, "case_id", case.case_id)
        assert resolved(other).files == leads.latest(case, "leads")["leads"].files
    finally:
        other.close()


def test_a_case_without_sites_and_one_without_leads_say_what_to_do(tmp_path):
    store = opened(tmp_path / "case")
    try:
        with pytest.raises(UsageError, match="no seized site"):
            leads.resolve_in(store, Settings(), Silent())
        with pytest.raises(UsageError, match="no leads were resolved"):
            leads.book(store)
        assert leads.warning(store) == ""
    finally:
        store.close()


def test_leads_that_are_older_than_a_site_say_so(case):
    assert leads.warning(case) == ""
    add_site(case, "zz-other", account=[account("a")])
    assert "run fanal leads resolve again" in leads.warning(case)
    resolved(case)
    assert leads.warning(case) == ""


def test_leads_that_hang_on_a_table_set_aside_since_say_so(case, tmp_path):
    file = tmp_path / "lands.csv"
    file.write_text("start,end,cc\n240.1.0.0,240.1.0.255,DE\n")
    lands = addresses.AddressFile(file, "country", "2024-01-01", "lands", "zz terms")
    addresses.add(case, "Zz", lands, Silent())
    assert "older" in leads.warning(case)
    resolved(case)
    assert leads.warning(case) == ""
    addresses.put_aside(case, WHO[0], "lands")
    assert "older" in leads.warning(case)
    resolved(case)
    assert leads.warning(case) == ""


def test_a_join_holds_from_the_next_resolve_and_is_gone_with_what_was_derived(case):
    before = leads.latest(case, "leads")["leads"]
    with leads.book(case) as book:
        (made,) = leads_join.join(case, book, WHO[0], "zz-site/c", of(case, "d"))
    assert (made.about, made.other, made.value) == ("zz-site/c", "zz-site/d", SAME)
    assert "older" in leads.warning(case)
    joined = resolved(case)
    assert joined.facts["persons"] == 2
    assert of(case, "d") == of(case, "c") == lead_id(case.case_id, "zz-site", "c")
    assess.take_back(case, WHO[1], made.id)
    after = resolved(case)
    assert after.files == before.files
    assert after.sha256 == before.sha256
    assert of(case, "d") != of(case, "c")


def test_a_part_holds_against_rules(case):
    with leads.book(case) as book:
        (made,) = leads_join.part(case, book, WHO[0], "zz-site/b", "zz-site/a")
    assert made.value == DIFFERENT
    resolved(case)
    assert of(case, "a") != of(case, "b")
    with leads.book(case) as book:
        lead = book.lead(of(case, "b"))
    assert "held apart" in {flag.code for flag in lead.flags}
    assert {(one.rule, one.identity) for one in lead.joins} >= {
        ("same confirmed phone", False),
        ("a person said so", False),
    }


def test_whole_leads_are_parted_account_by_account(case):
    with leads.book(case) as book:
        made = leads_join.part(case, book, WHO[0], of(case, "a"), of(case, "c"))
    assert {(one.about, one.other) for one in made} == {
        ("zz-site/a", "zz-site/c"),
        ("zz-site/b", "zz-site/c"),
    }


@pytest.mark.parametrize(
    ("a", "b"),
    [("zz-site/a", "zz-site/a"), ("zz-site/a", "nobody"), ("zz-site/x", "zz-site/a"),
     ("L-000000000000", "zz-site/a"), ("", "zz-site/a")],
)  # fmt: skip
def test_what_names_no_two_accounts_is_refused(case, a, b):
    with leads.book(case) as book, pytest.raises(UsageError):
        leads_join.join(case, book, WHO[0], a, b)
    assert not list(case.find(Assessment))


def test_people_who_disagree_part_and_the_last_word_of_each_counts(case):
    with leads.book(case) as book:
        leads_join.join(case, book, WHO[0], "zz-site/c", "zz-site/d")
        leads_join.part(case, book, WHO[1], "zz-site/c", "zz-site/d")
    (told,) = verdicts_of(case)
    assert told.value == DIFFERENT
    assert "somebody else says otherwise" in told.says
    with leads.book(case) as book:
        leads_join.join(case, book, WHO[1], "zz-site/d", "zz-site/c")
    (told,) = verdicts_of(case)
    assert told == Verdict(
        ("zz-site", "c"), ("zz-site", "d"), SAME, "zz-person-1: same, for zz-grounds"
    )


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()), max_size=5)
)
def test_whatever_was_said_and_taken_back_leaves_the_bytes_from_before(tmp_path_factory, said):
    store = filled(tmp_path_factory.mktemp("zz"))
    try:
        before = resolved(store)
        made = []
        with leads.book(store) as book:
            for a, b, same in said:
                if a != b:
                    verb = leads_join.join if same else leads_join.part
                    made += verb(store, book, WHO[0], f"zz-site/{a}", f"zz-site/{b}")
        resolved(store)
        for one in made:
            assess.take_back(store, WHO[2], one.id)
        after = resolved(store)
        assert (after.files, after.sha256) == (before.files, before.sha256)
    finally:
        store.close()


def test_a_lead_is_read_only_after_that_was_recorded(case):
    name = of(case, "b")
    gone = lead_id(case.case_id, "zz-site", "b")
    with leads.book(case) as book:
        lead = consult(case, book, ("zz-login", "Zz Person"), gone, "zz-purpose")
        assert lead.id == name != gone
        with pytest.raises(UsageError, match="no lead"):
            consult(case, book, ("zz-login", "Zz Person"), "L-0")
    (record,) = case.find(AuditRecord, action="consult")
    assert (record.login, record.purpose, record.says) == (
        "zz-login",
        "zz-purpose",
        f"read lead {name}",
    )
    assert record.data == {"lead": name, "asked": gone}


def test_files_of_leads_before_last_are_gone(case):
    folders = []
    for site in ("zz-one", "zz-two"):
        add_site(case, site, account=[account("a")])
        folders.append(resolved(case).folder)
    there = {path.name for path in (case.folder / "datasets").glob("leads-*")}
    assert there == set(folders[-2:])
    assert len(list(case.find(Dataset, kind="leads"))) == 1


def test_proposals_are_kept_and_join_nobody(tmp_path, monkeypatch):
    pytest.importorskip("splink")
    rows = [
        account(f"{n}{half}", name_raw=f"Zz {chr(97 + n) * 6}", password_hash=f"zz-{n}",
                birth_raw=f"19{n + 10}", email=f"{chr(97 + n) * 7}@{half}.test")
        for n in range(20)
        for half in "xy"
    ]  # fmt: skip
    store = filled(tmp_path, account=rows)
    store.close()
    settings = Settings(key=str(tmp_path / "key"), home=str(tmp_path / "home"))
    made = propose(tmp_path / "case", settings, Silent())
    assert ("zz-site/3x", "zz-site/3y") in {(one.a, one.b) for one in made}
    store = opened(tmp_path / "case")
    try:
        assert made_before(store) == made
        before = resolved(store)
        assert before.facts["persons"] == before.facts["accounts"]
        with leads.book(store) as book:
            leads_join.join(store, book, WHO[0], "zz-site/3x", "zz-site/3y")
        assert resolved(store).facts["persons"] == before.facts["persons"] - 1
    finally:
        store.close()
