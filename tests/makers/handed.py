"""Makes leads of made-up accounts, and a book that holds them, to be handed over."""

from dataclasses import replace
from datetime import UTC, datetime

from fanal.model.lead import (
    CAME,
    CONTESTED,
    FETCHED,
    KEPT,
    MADE,
    PAID,
    STRONG,
    SUSPECT,
    Account,
    Country,
    Deed,
    Flag,
    Identifier,
    Joined,
    Lead,
    Reason,
    Ref,
)
from fanal.model.site import Dataset
from makers.cases import digest, item, opened

MOMENT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
SITE = "zz-site"
DUMP = "c0" * 32
GERMAN, FRENCH = "+4930234560001", "+33199000001"
"""From ranges reserved for fiction: Bundesnetzagentur's for Berlin, Arcep's for Paris."""


def ref(row, table="users", artefact="dump"):
    return Ref(SITE, artefact, table, row * 100, 90)


def identifier(kind, value, row, **told):
    told = {"raw": value, "confirmed": False, "of": "account", "shared": 0} | told
    return Identifier(kind, value, ref=told.pop("ref", ref(row)), **told)


def reason(country, family, row, **told):
    given = {"role": "residence", "strength": "medium", "rows": 3, "dataset": "", "caveats": ()}
    given |= {"first": "2025-01-02T03:04:05Z", "last": "2025-02-03T04:05:06Z"}
    given |= {"says": f"{family} in {country}", "refs": (ref(row, "logins"),)} | told
    return Reason(country, given.pop("role"), family, **given)


def lead(number=1, **told):
    """A lead with something in every field, for Germany alone."""
    account = Account(SITE, f"a{number}", f"zz-test-{number:04}", "2 Jan 2025", "", ref(number))
    made = Lead(
        id=f"L-{number:012x}",
        accounts=(replace(account, created="2025-01-02T00:00:00Z"),),
        identifiers=(
            identifier("username", f"zz-test-{number:04}", number),
            identifier("email", f"zz{number}@mail.example", number, confirmed=True, shared=2),
            identifier("phone", GERMAN, number, confirmed=True),
            identifier("address", f"240.0.0.{number}", 0, ref=ref(number, "logins")),
            identifier("name", "Zz Payer", 0, of="payer", ref=ref(number, "payments")),
            identifier("wallet", f"zzwallet{number}", number),
        ),
        deeds=(
            Deed(
                MADE,
                "zz-series",
                2,
                "2025-01-03T00:00:00Z",
                "2025-01-04T00:00:00Z",
                "let 2 pictures be generated",
                (ref(number, "jobs"),),
                {"series": "zz-series", "origin": {"generator": 2}},
            ),
            Deed(
                FETCHED,
                digest("sha256", 1),
                1,
                "2025-01-05T00:00:00Z",
                "2025-01-05T00:00:00Z",
                "downloaded once: 1 medium (content zz of the case); exhibit zz-other-1 holds the"
                " same file, exhibit d7 holds the same 2 files and 3 more exhibits;"
                " 1 of them only look alike",
                (ref(number, "views"),),
                {
                    "origin": {"camera": 1},
                    "contents": [digest("sha256", 1)],
                    "exhibits": [
                        {"exhibit": "zz-other-1", "files": 1},
                        {"exhibit": "d7", "files": 2},
                    ],
                },
            ),
            Deed(
                KEPT,
                digest("sha256", 2),
                1,
                "",
                "",
                "holds it on a seized device",
                (),
                {"contents": [digest("sha256", 2)], "exhibit": "exhibit-2"},
            ),
            Deed(
                PAID,
                "",
                1,
                "2025-01-02T00:00:00Z",
                "2025-01-02T00:00:00Z",
                "paid once",
                (ref(number, "payments"),),
            ),
            Deed(
                CAME,
                "",
                9,
                "2025-01-02T03:04:05Z",
                "2025-02-03T04:05:06Z",
                "logged in 9 times",
                (ref(number, "logins"),),
            ),
        ),
        level=STRONG,
        countries=(Country("DE", possible=False),),
        reasons=(
            reason("DE", "phone confirmed", number, strength="medium"),
            reason(
                "DE",
                "access network",
                number,
                dataset="zz-table 2025-01-01",
                caveats=("table 12 days away",),
            ),
        ),
        category=SUSPECT,
        category_says="let pictures be generated, apart from any payment",
        flags=(
            Flag(
                "shared address",
                "others came from 240.0.0.1 in the same hour",
                (ref(number, "logins"),),
            ),
        ),
        joins=(),
        first="2025-01-02T03:04:05Z",
        last="2025-02-03T04:05:06Z",
        content={"generator": 2, "known real": 1},
    )
    return replace(made, **told)


def torn(number=2):
    """A lead that may belong to Germany or to France, with identifiers of both."""
    first = lead(number)
    own, other = ref(number, "logins"), ref(number + 50, "logins")
    return replace(
        first,
        level=CONTESTED,
        countries=(Country("DE", possible=True), Country("FR", possible=True)),
        identifiers=(
            *first.identifiers[:2],
            identifier("phone", GERMAN, number, confirmed=True),
            identifier("phone", FRENCH, number, confirmed=True),
            identifier("address", "240.0.1.1", 0, ref=own),
            identifier("address", "240.0.2.2", 0, ref=other),
        ),
        reasons=(
            reason("DE", "phone confirmed", number, says=f"the phone {GERMAN} was confirmed"),
            reason(
                "FR",
                "phone confirmed",
                number,
                says=f"the phone {FRENCH} was confirmed",
                refs=(ref(number),),
            ),
            reason("DE", "access network", number, refs=(own,)),
            reason("FR", "access network", number, refs=(other,), says="came from 240.0.2.2"),
            reason("ES", "language", number, strength="weak"),
        ),
        flags=(Flag("two countries", f"{FRENCH} and {GERMAN} stand in one account"),),
    )


def link(one, other, says="", **told):
    """A link between the first accounts of two leads."""
    ends = [f"{each.accounts[0].site}/{each.accounts[0].id}" for each in (one, other)]
    given = {"rule": "same address", "identity": False, "says": says} | told
    return Joined(*ends, **given)


class Book:
    """A book of leads that are given."""

    def __init__(self, *leads):
        self.leads = {one.id: one for one in leads}

    def lead(self, id_):
        return self.leads.get(id_)

    def of_account(self, site, account):
        for one in self.leads.values():
            if any((each.site, each.id) == (site, account) for each in one.accounts):
                return one.id
        return ""

    def with_identifier(self, kind, value, most=100):
        shown = {
            id_
            for id_, one in self.leads.items()
            for each in one.identifiers
            if (each.kind, each.value) == (kind, value)
        }
        return tuple(sorted(shown))[:most]


def site():
    """The data set of the site that the leads are of."""
    facts = {
        "artefacts": [
            {
                "name": "dump",
                "path": "/zz-secret-folder/dump.sql",
                "sha256": DUMP,
                "size": 12_345,
                "reader": "mysql 1",
                "seized_at": "2025-03-01",
                "handler": "Zz Handler",
                "notes": [],
            },
            {"name": "unused", "path": "x", "sha256": "c1" * 32, "size": 1, "reader": "csv 1"},
        ]
    }
    return Dataset("site", SITE, "", DUMP, "", facts, "site-zz", {}, "Zz", "2026-11-26T00:00:00Z")


def case(folder, *records):
    """A case with the site, two contents and further records."""
    store = opened(folder)
    with store.act("Zz", "make") as act:
        act.put([site(), item(1), item(2), *records])
    return store
