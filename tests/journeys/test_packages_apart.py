"""No country is told of another's people: every file of every package of one site is read."""

import re
from collections import defaultdict

import pytest

from fanal.demo.site import build_site
from fanal.demo.site_run import run_site
from fanal.errors import UsageError
from fanal.exchange import brief
from fanal.leads.rows import Wanted as Sought
from fanal.pipeline.assess import TIER, made, write
from fanal.pipeline.case import writing
from fanal.pipeline.leads import book as book_of
from fanal.pipeline.package_build import Wanted, build
from fanal.pipeline.packages import rendered
from fanal.pipeline.progress import Silent
from fanal.pipeline.recipients import New, add
from makers.packages import ANNA, public
from makers.packages import settings as told

GROUND = {
    "ground": "37(1)(a)",
    "instrument": "zz-agreement",
    "date": "2026-01-01",
    "justification": "zz-test-0001",
    "consent": "no other state supplied any",
}
WORD = re.compile(r"[\w@.+:-]+")
ACCOUNTS = 110
SHORTEST = 6
"""Shorter values stand in texts by chance."""


class Only:
    """A book in which there are only the leads that name one country."""

    def __init__(self, book, country):
        self.book = book
        self.own = set(book.ids(Sought(country=country, possible=True)))

    def lead(self, id_):
        return self.book.lead(id_) if id_ in self.own else None

    def of_account(self, site, account):
        found = self.book.of_account(site, account)
        return found if found in self.own else ""

    def with_identifier(self, kind, value, most=100):
        return [one for one in self.book.with_identifier(kind, value, most) if one in self.own]


def countries(lead):
    return {one.country for one in lead.countries}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Country → what its package holds, with all leads there and with its own; and all leads."""
    folder = tmp_path_factory.mktemp("apart")
    # The brief for paper is set from what the one for a browser says; its text lies packed in it.
    patch = pytest.MonkeyPatch()
    patch.setattr(brief, "pdf", lambda *_: b"%PDF-")
    site = build_site(folder, ACCOUNTS, 5)
    found, leads = {}, {}
    with writing(folder / "case", told()) as store:
        run_site(store, told(), site, Silent())
        with book_of(store) as book:
            leads = {id_: book.lead(id_) for id_ in book.ids()}
            write(store, ANNA, [made(ANNA, TIER, id_, "tier 2") for id_ in leads])
            for country in sorted(
                {one.country for lead in leads.values() for one in lead.countries}
            ):
                add(store, ANNA, New(f"ZZ {country}", country, public(), "", GROUND))
                own = tuple(book.ids(Sought(country=country, possible=True)))
                wanted = Wanted(country, f"ZZ {country}", own, "ZZ Sender", skip=True)
                try:
                    draft = build(store, told(), ANNA, wanted, book).package
                except UsageError as error:  # a country none of whose few leads may leave
                    assert "may leave" in error.message  # noqa: PT017
                    continue
                alone = rendered(store, Only(book, country), draft)
                found[country] = rendered(store, book, draft), alone
    patch.undo()
    return found, leads


def values(lead):
    """Everything by which the people of a lead may be found."""
    yield lead.id
    for account in lead.accounts:
        yield from (account.id, account.username)
    for one in lead.identifiers:
        yield from (one.value, one.raw)


def test_there_are_several_countries_and_contested_leads(packages):
    found, leads = packages
    assert len(found) > 6
    assert sum(len(one.countries) > 1 for one in leads.values()) >= 1


def test_no_package_holds_an_identifier_that_is_only_anothers(packages):
    found, leads = packages
    owners = defaultdict(set)
    for lead in leads.values():
        for value in values(lead):
            if len(value) >= SHORTEST:
                owners[value].add(lead.id)
    seen = 0
    for country, (made_, _) in found.items():
        own = {id_ for id_, one in leads.items() if country in countries(one)}
        foreign = {value for value, of in owners.items() if not of & own}
        text = (b"\\n".join(made_.files.values()) + made_.raw).decode("utf-8")
        words = set()
        for word in WORD.findall(text):
            words |= {word, word.strip(".:+-"), word.lower()}
        assert not foreign & words, country
        sent = [one for id_, one in leads.items() if id_ in made_.manifest.leads]
        names = {account.username for one in sent for account in one.accounts}
        assert names <= words, "what is in it is not found: this test would see nothing"
        assert not [one for one in foreign if not WORD.fullmatch(one) and one in text], country
        seen += len(foreign)
    assert seen > 500


def test_a_package_is_the_same_where_there_are_no_other_leads(packages):
    found, _ = packages
    for country, (whole, alone) in found.items():
        assert whole.files.keys() == alone.files.keys(), country
        assert whole.manifest.leads == alone.manifest.leads
        differs = [name for name, data in whole.files.items() if data != alone.files[name]]
        assert not differs, country


def test_names_of_files_and_ids_say_nothing_of_others(packages):
    found, leads = packages
    for country, (whole, _) in found.items():
        own = {id_ for id_, one in leads.items() if country in countries(one)}
        named = {name[6:-5] for name in whole.files if name.startswith("leads/")}
        assert named == whole.manifest.leads.keys()
        assert named <= own
        assert re.fullmatch("p-[0-9a-f]{12}", whole.manifest.id)
    assert len({whole.manifest.id for whole, _ in found.values()}) == len(found)
