"""Leads built by hand, for what reads them: graphs, pages, packages."""

from fanal.model import lead as nouns
from fanal.model.lead import (
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
from makers.handed import Book


def ref(row=0, table="users", artefact="dump", site="zz-site"):
    """A row of a seized file."""
    return Ref(site, artefact, table, 100 * row, 90)


def account(number, site="zz-site"):
    """An account of that number."""
    day = "2025-01-01T10:00:00Z"
    return Account(
        site, str(number), f"zz-user-{number}", "1735725600", day, ref(number, site=site)
    )


def identifier(kind, value, shared=0, *, confirmed=True, of="account"):
    """A value by which somebody may be found."""
    return Identifier(kind, value, value.upper(), confirmed, of, shared, ref(7))


def deed(kind, what="", count=1, **data):
    """Something that was done."""
    first, last = "2025-01-02T10:00:00Z", "2025-02-02T10:00:00Z"
    return Deed(kind, what, count, first, last, f"{kind} {what}, {count} times", (ref(9),), data)


def lead(number, accounts=(), countries=("DE",), **more):
    """A lead of that number, of its own account unless others are given."""
    told = {
        "identifiers": (identifier("email", f"zz-{number}@mail.example"),),
        "deeds": (deed(nouns.CAME), deed(nouns.FETCHED, f"s-{number}")),
        "level": nouns.MODERATE if len(countries) == 1 else nouns.CONTESTED,
        "countries": tuple(Country(code, len(countries) > 1) for code in countries),
        "reasons": tuple(
            Reason(
                *(code, "residence", "phone confirmed by code", "medium"),
                *("2025-01-01T10:00:00Z", "2025-01-01T10:00:00Z", 1, f"a phone of {code}"),
                (ref(number),),
            )
            for code in countries
        ),
        "category": nouns.SUSPECT,
        "category_says": "logged in on 3 days apart from its payment",
        "flags": (),
        "joins": (),
        "first": "2025-01-01T10:00:00Z",
        "last": "2025-02-02T10:00:00Z",
        "content": {"unknown": 3},
    }
    given = tuple(accounts) or (account(number),)
    return Lead(f"L-{number:012x}", given, **{**told, **more})


def joined(a, b, rule="same wallet", *, identity=False):
    """What two accounts have in common."""
    return Joined(f"zz-site/{a}", f"zz-site/{b}", rule, identity, f"{rule} zz", (ref(3),))


def flag(code="payment only"):
    """Something to know first."""
    return Flag(code, f"{code}, as rows say", (ref(4),))


class Leads(Book):
    """The same questions that the book of a case answers, over leads built by hand."""

    def with_deed(self, what, most=50):
        has = (one.id for one in self.leads.values() if any(d.what == what for d in one.deeds))
        return tuple(sorted(has)[:most])
