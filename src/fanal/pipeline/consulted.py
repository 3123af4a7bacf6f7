"""Hands a lead to somebody who asks for it: recorded first, then read.

Consultations are logged (Directive (EU) 2016/680, article 25): who, when, of which lead, what for.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from fanal.errors import UsageError
from fanal.leads.book import Book
from fanal.model.desk import Who
from fanal.model.lead import Lead
from fanal.pipeline.audit_records import Doing, enter
from fanal.stores.interface import CaseStore

CONSULT, DISCLOSE, LIST = "consult", "disclose", "list leads"
"""What the audit log calls reading one, writing all of it out, and listing them."""
LONGEST = 200
"""Letters of a purpose that are kept."""


def consult(store: CaseStore, book: Book, by: tuple[str, str], id_: str, purpose: str = "") -> Lead:
    """Record that a person (login, name) reads a lead, and return it.

    An id that was joined to another leads to that one.
    """
    return _lent(store, book, by, id_, (CONSULT, "read", purpose))


def disclosed(store: CaseStore, book: Book, by: tuple[str, str], id_: str, reason: str) -> Lead:
    """Record that a person (login, name) discloses how a lead came about, and return it."""
    if not any(map(str.isalnum, reason)):
        raise UsageError("a disclosure needs a reason in words", "give one: --reason TEXT")
    return _lent(store, book, by, id_, (DISCLOSE, "disclosed", reason))


def _lent(
    store: CaseStore, book: Book, by: tuple[str, str], id_: str, why: tuple[str, str, str]
) -> Lead:
    lead = book.lead(book.current(id_) or id_)
    if lead is None:
        raise UsageError(f"there is no lead {id_[:40]!r}", "fanal leads list shows them")
    action, did, purpose = why
    data = {"lead": lead.id, **({"asked": id_} if id_ != lead.id else {})}
    doing = Doing(action, f"{did} lead {lead.id}", purpose=purpose[:LONGEST], data=data)
    enter(store, Who(by[0], by[1], (), ""), doing)
    return lead


def listed(store: CaseStore, who: Who, filters: Mapping[str, str], words: str = "") -> None:
    """Record that a person lists leads, or looks for words in them (LAW-02).

    The words stand there as their digest and in the clear: who reads the log is in it, too.
    """
    data: dict[str, Any] = {"filters": {name: value for name, value in filters.items() if value}}
    if words:
        digest = hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()
        data |= {"sha256": digest, "words": words}
    enter(store, who, Doing(LIST, "looked for leads" if words else "listed leads", data=data))
