"""Lends the leads of a case to the commands that put them into packages."""

from collections.abc import Iterator
from contextlib import contextmanager

from fanal.leads.book import Book
from fanal.pipeline import leads
from fanal.stores.interface import CaseStore


@contextmanager
def reading_leads(store: CaseStore) -> Iterator[Book]:
    """Lend the leads of a case."""
    with leads.book(store) as book:
        yield book
