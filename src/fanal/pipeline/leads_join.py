"""Records what people say of two accounts: one person's or not; and reads what of it stands."""

from collections.abc import Iterable, Sequence
from itertools import product

from fanal.errors import UsageError
from fanal.leads.book import Book
from fanal.leads.naming import BEGINS, account_name, parts_of
from fanal.leads.persons import DIFFERENT, SAME, Verdict
from fanal.model.lead import Assessment
from fanal.pipeline import assess
from fanal.pipeline.said import Said
from fanal.stores.interface import CaseStore

MOST = 200
"""Pairs that are held apart at once."""


def join(store: CaseStore, book: Book, said: Said, a: str, b: str) -> list[Assessment]:
    """Record that two accounts, or the persons of two leads, are one."""
    return _say(store, said, SAME, [(accounts(book, a)[0], accounts(book, b)[0])])


def part(store: CaseStore, book: Book, said: Said, a: str, b: str) -> list[Assessment]:
    """Record that two accounts, or all accounts on either side, are of different persons."""
    one, other = accounts(book, a), accounts(book, b)
    pairs = [(x, y) for x, y in product(one, other) if x != y]
    if len(pairs) > MOST:
        raise UsageError(
            f"{len(pairs):,} pairs of accounts are too many to hold apart at once",
            "name the accounts: fanal leads part SITE/ACCOUNT SITE/ACCOUNT",
        )
    return _say(store, said, DIFFERENT, pairs)


def accounts(book: Book, name: str) -> list[tuple[str, str]]:
    """Return the accounts that somebody names: one of a site, or all of a lead."""
    if name.startswith(BEGINS) and "/" not in name:
        lead = book.lead(book.current(name) or name)
        if lead is None:
            raise UsageError(f"there is no lead {name!r}", "fanal leads list shows them")
        return [(one.site, one.id) for one in lead.accounts]
    site, account = parts_of(name)
    if not book.of_account(site, account):
        raise UsageError(f"there is no account {name!r}", "write it as SITE/ACCOUNT")
    return [(site, account)]


def _say(
    store: CaseStore,
    said: Said,
    value: str,
    pairs: Sequence[tuple[tuple[str, str], tuple[str, str]]],
) -> list[Assessment]:
    if not pairs or any(a == b for a, b in pairs):
        raise UsageError("that is one account", "name two different ones")
    made = [
        assess.made(
            said,
            assess.SAME_PERSON,
            account_name(*min(a, b)),
            value,
            assess.Further(other=account_name(*max(a, b))),
        )
        for a, b in pairs
    ]
    assess.write(store, said, made)
    return made


def verdicts_of(store: CaseStore) -> tuple[Verdict, ...]:
    """Return what people say of pairs of accounts, after all that was taken back.

    Of each login the last word counts; whoever says `different` stands before who says `same`.
    """
    found = store.find(Assessment, order=("act", "when", "id"), kind=assess.SAME_PERSON)
    words: dict[tuple[tuple[str, str], tuple[str, str]], dict[str, Assessment]] = {}
    for one in assess.standing_of(found):
        a, b = sorted((parts_of(one.about), parts_of(one.other)))
        by_login = words.setdefault((a, b), {})
        by_login.pop(one.login, None)
        by_login[one.login] = one
    folded = (_folded(a, b, by.values()) for (a, b), by in sorted(words.items()))
    return tuple(verdict for verdict in folded if verdict is not None)


def _folded(a: tuple[str, str], b: tuple[str, str], said: Iterable[Assessment]) -> Verdict | None:
    every = list(said)
    for value in (DIFFERENT, SAME):
        if speaking := [one for one in every if one.value == value]:
            last = speaking[-1]
            against = "; somebody else says otherwise" * (len(speaking) < len(every))
            return Verdict(a, b, value, f"{last.by}: {value}, for {last.grounds}{against}")
    return None
