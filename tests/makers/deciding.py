"""Makes events of people, and a case in which they decide."""

from typing import Any

from fanal.model.decision import Decision
from fanal.model.item import Item, Place
from fanal.pipeline.decide import Decided, Wanted, decide, undo
from fanal.pipeline.said import Said
from makers.cases import item, place

REASON = "zz-test-0001, seen"


def event(
    number: Any, by: str, state: str = "", *, login: str | None = None, undoes: Any = ""
) -> Decision:
    """Return one event of the content `zz`; the login is the name unless told."""
    account = by if login is None else login
    return Decision(str(number), "zz", by, account, "2026-03-01", state, REASON, str(undoes))


def contents(count: int) -> list[Item | Place]:
    """Return so many contents, each at two places."""
    records: list[Item | Place] = []
    for number in range(count):
        records += [item(number), place(number), place(number, 1)]
    return records


def said(by: str, login: str | None = None, reason: str = REASON) -> Said:
    """Return who speaks; the login is the name unless told."""
    return Said(reason, by, by if login is None else login)


def says(store: Any, by: str, state: str, *sha256: str, **told: Any) -> Decided:
    """Let a person decide."""
    login = told.pop("login", None)
    return decide(store, Wanted(sha256, **told), state, said(by, login))


def takes_back(store: Any, by: str, id_: str, login: str | None = None) -> Decided:
    """Let a person take an event back."""
    return undo(store, id_, said(by, login))
