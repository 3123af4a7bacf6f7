"""Hands a lead to somebody who asks for it: recorded first, then read.

Consultations are logged (Directive (EU) 2016/680, article 25): who, when, of which lead, what for.
"""

from fanal.errors import UsageError
from fanal.leads.book import Book
from fanal.model.desk import Who
from fanal.model.lead import Lead
from fanal.pipeline.audit_records import Doing, enter
from fanal.stores.interface import CaseStore

CONSULT = "consult"
"""What the audit log calls it."""
LONGEST = 200
"""Letters of a purpose that are kept."""


def consult(store: CaseStore, book: Book, by: tuple[str, str], id_: str, purpose: str = "") -> Lead:
    """Record that a person (login, name) reads a lead, and return it.

    An id that was joined to another leads to that one.
    """
    lead = book.lead(book.current(id_) or id_)
    if lead is None:
        raise UsageError(f"there is no lead {id_[:40]!r}", "fanal leads list shows them")
    who = Who(by[0], by[1], (), "")
    data = {"lead": lead.id, **({"asked": id_} if id_ != lead.id else {})}
    enter(store, who, Doing(CONSULT, f"read lead {lead.id}", purpose=purpose[:LONGEST], data=data))
    return lead
