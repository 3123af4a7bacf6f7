"""Lends the pages the leads of the case as they were resolved last."""

import re
import threading

from fanal.leads.book import Book
from fanal.model.lead import Lead
from fanal.model.site import Dataset
from fanal.pipeline import leads
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.standing import Standing, standing
from fanal.web.asked import Asked, Refused
from fanal.web.desk import Desk

NAME = re.compile(r"L-[0-9a-f]{12}")
NONE = ("no site has been resolved to leads yet", "fanal leads import, then fanal leads resolve")


class Shelf:
    """Keeps the book open until leads are resolved anew."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk, to be asked for by `desk.of(Shelf)`."""
        self._desk = desk
        self._lock = threading.Lock()
        self._act = -1
        self._book: Book | None = None

    def book(self) -> Book | None:
        """Return the book of the newest leads; None where there are none."""
        with self._lock:
            act = self._desk.store.last_act(Dataset)
            if act != self._act:
                has = next(self._desk.store.find(Dataset, kind="leads"), None)
                self._book = leads.book(self._desk.store) if has else None
                self._act = act
            return self._book

    def close(self) -> None:
        """Let go of it."""
        with self._lock:
            if self._book is not None:
                self._book.close()
            self._book, self._act = None, -1


def book(asked: Asked) -> Book:
    """Return the leads, or refuse where there are none."""
    if (found := asked.desk.of(Shelf).book()) is None:
        raise Refused(404, *NONE)
    return found


def lead_of(asked: Asked, name: str) -> Lead:
    """Return the lead that an address names; an id that was joined to another leads on to it."""
    if not NAME.fullmatch(name):
        raise Refused(404, "there is no such lead in this case")
    known = book(asked)
    found = known.lead(name) or known.lead(known.current(name))
    if found is None:
        raise Refused(
            404, "there is no such lead in this case", "it may have been joined or parted"
        )
    return found


def opened(asked: Asked, name: str, why: str) -> tuple[Lead, Standing]:
    """Return a lead and where it stands; that it was read is in the audit log first (LAW-02)."""
    lead = lead_of(asked, name)
    doing = Doing("consult", why, data={"lead": lead.id})
    enter(asked.desk.store, asked.who, doing)
    return lead, stands(asked, lead)


def stands(asked: Asked, lead: Lead) -> Standing:
    """Return where a lead stands by the words of people."""
    return standing(asked.desk.store, [lead.id], {lead.id: lead})[lead.id]


def sites(asked: Asked) -> int:
    """Return how many seized sites were read."""
    return asked.desk.store.count(Dataset, kind="site")
