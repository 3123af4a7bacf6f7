"""What is read of leads that were resolved: pages, one whole, counts."""

import pytest

from fanal.leads.book import SORTS, Book
from fanal.leads.naming import lead_id
from fanal.leads.rows import LeadRow, Wanted
from fanal.model.lead import DEEDS, Ref
from fanal.pipeline import leads
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.canonical_site import account, add_site, event, login, payment
from makers.cases import opened

PHONE = "+99955501"
HOSTILE = "zz\u202e'; DROP TABLE lead; --\n"


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    store = opened(tmp_path_factory.mktemp("zz") / "case")
    add_site(
        store,
        account=[
            account("a", phone=PHONE, phone_raw="0 55 501", phone_confirmed=True),
            account("b", phone=PHONE, phone_confirmed=True),
            account("c", username=HOSTILE, email="c@z.test", email_confirmed=True),
            account("idle"),
        ],
        login=[
            login("a", "2024-03-01 10:00:00"),
            login("c", "2024-03-02 10:00:00", ip="240.0.0.2"),
        ],
        payment=[
            payment(
                "b",
                "2024-03-05",
                payer_name="Zz Owner",
                payer_email="o@z.test",
                billing_checked="failed",
            )
        ],
        media_event=[event("c", "2024-03-03", kind) for kind in ("upload", "generate")],
    )
    leads.resolve_in(store, Settings(), Silent())
    yield store
    store.close()


@pytest.fixture(scope="module")
def book(case):
    with leads.book(case) as made:
        yield made


def ids(case, *names):
    return [lead_id(case.case_id, "zz-site", name) for name in names]


def test_a_page_shows_what_leads_did(case, book):
    one, other = ids(case, "a", "c")
    rows = {row.id: row for row in book.page()}
    assert rows.keys() == {one, other}
    assert rows[one] == LeadRow(
        one,
        "unassigned",
        (),
        "uncategorised",
        ("billing check failed", "no traceable access"),
        {"paid": 1, "came": 1},
        "2024-03-01T10:00:00Z",
        "2024-03-05T00:00:00Z",
        2,
        "zz-a",
    )
    assert rows[other].deeds == {"made": 1, "sent": 1, "came": 1}
    assert rows[other].username == HOSTILE


def test_what_is_wanted_is_what_is_counted_paged_and_listed(case, book):
    one, other = ids(case, "a", "c")
    for wanted, expected in (
        (Wanted(), {one, other}),
        (Wanted(deed="made"), {other}),
        (Wanted(deed="paid"), {one}),
        (Wanted(deed="'; --"), set()),
        (Wanted(flag="no traceable access"), {one, other}),
        (Wanted(flag="billing check failed"), {one}),
        (Wanted(category="suspect"), set()),
        (Wanted(level="unassigned"), {one, other}),
        (Wanted(country="DE"), set()),
        (Wanted(search="C@Z.TEST"), {other}),
        (Wanted(search="0 55 501"), {one}),
        (Wanted(search=one[:8]), {one}),
        (Wanted(search="zz-site/b"), {one}),
        (Wanted(search=HOSTILE), {other}),
        (Wanted(search="%"), set()),
        (Wanted(deed="came", search="zz-"), {one}),
    ):
        assert set(book.ids(wanted)) == expected, wanted
        assert {row.id for row in book.page(wanted)} == expected, wanted
        assert book.count(wanted) == len(expected), wanted


def test_every_order_is_one_of_all_and_pages_go_on(book):
    for sort in SORTS:
        every = [row.id for row in book.page(sort=sort)]
        assert sorted(every) == book.ids()
        assert every == [book.page(sort=sort, start=at, count=1)[0].id for at in range(2)]
    by_last = [row.last for row in book.page(sort="last")]
    assert by_last == sorted(by_last, reverse=True)


def test_a_lead_whole_leads_back_to_bytes(case, book):
    (name,) = ids(case, "a")
    lead = book.lead(name)
    assert [(one.site, one.id) for one in lead.accounts] == [("zz-site", "a"), ("zz-site", "b")]
    assert lead.accounts[1].ref == Ref("zz-site", "shop", "raw_account", 1_100, 80)
    phone = next(one for one in lead.identifiers if one.kind == "phone")
    assert (phone.value, phone.raw, phone.confirmed, phone.shared) == (PHONE, "0 55 501", True, 0)
    payers = {(one.kind, one.raw) for one in lead.identifiers if one.of == "payer"}
    assert payers == {("name", "Zz Owner"), ("email", "o@z.test")}
    assert {one.kind for one in lead.deeds} <= set(DEEDS)
    assert [(one.rule, one.identity) for one in lead.joins] == [("same confirmed phone", True)]
    assert lead.joins == book.joins(name)
    assert lead.joins[0].refs[0] == Ref("zz-site", "shop", "raw_account", 1_000, 80)
    assert lead.category == "uncategorised"
    assert {flag.code for flag in lead.flags} == {"billing check failed", "no traceable access"}


def test_ids_that_were_joined_lead_on(case, book):
    one, gone, idle = ids(case, "a", "b", "idle")
    assert book.current(gone) == one == book.current(one)
    assert set(book.names(one)) == {one, gone}
    assert book.of_account("zz-site", "b") == one
    assert book.lead(gone) is None
    assert book.lead(idle) is None
    assert book.current("L-000000000000") == book.of_account("zz-site", "nobody") == ""


def test_everybody_is_counted(case, book):
    one, other, idle = ids(case, "a", "c", "idle")
    assert book.everybody() == (4, 3)
    assert book.accounts_without_deeds() == 1
    accounts = [(site, name, lead) for site, name, lead in book.accounts()]
    expected = zip("abc", (one, one, other), strict=True)
    assert accounts == [*(("zz-site", n, lead) for n, lead in expected), ("zz-site", "idle", idle)]
    assert book.tally("deed") == {"made": 1, "sent": 1, "paid": 1, "came": 2}
    assert book.tally("category") == {"uncategorised": 2}
    assert book.tally("flag") == {"billing check failed": 1, "no traceable access": 2}


def test_values_of_accounts_that_the_site_made_sure_of_are_listed(case, book):
    (other,) = ids(case, "c")
    assert book.values("email") == ["c@z.test"]
    assert book.values("phone") == [PHONE]
    assert book.values("name") == []
    assert book.with_identifier("email", "c@z.test") == (other,)
    assert book.with_identifier("email", "'") == ()


def test_a_book_that_is_closed_leaves_nothing(case, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    last = leads.latest(case, "leads")["leads"]
    book = Book(case.files(f"datasets/{last.folder}", last.files))
    assert list(tmp_path.iterdir())
    book.close()
    book.close()
    assert not list(tmp_path.iterdir())
