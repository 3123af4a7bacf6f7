"""A small case with resolved leads and a checklist that counts."""

from fanal.pipeline import checklist, leads
from fanal.pipeline.assess import Further
from fanal.pipeline.checklist import answer
from fanal.pipeline.progress import Silent
from fanal.pipeline.standing import standing
from fanal.settings import Settings
from makers.canonical_site import account, add_site, event, login, payment
from makers.checklists import IDS, signed
from makers.deciding import said


def fill(store, folder, count=3):
    """Write a site of so many accounts, resolve it, and set the checklist."""
    names = [f"u{number}" for number in range(count)]
    add_site(
        store,
        account=[account(name) for name in names],
        login=[login(name, "2024-03-01 10:00:00") for name in names],
        media_event=[event(name, "2024-03-02 10:00:00") for name in names],
        payment=[payment(names[0], "2024-03-05 10:00:00", chargeback=True)],
    )
    leads.resolve_in(store, Settings(), Silent())
    checklist.set_checklist(store, "zz", signed(folder))


def known(store, book, *ids):
    """Return these leads, or all, each with where it stands."""
    every = {id_: book.lead(id_) for id_ in (ids or book.ids())}
    return [(every[id_], one) for id_, one in standing(store, every, every, book).items()]


def answers(store, lead, by="Anna", **told):
    """Let a person answer items; those that are not named with `no`."""
    for item in IDS:
        answer(store, said(by), lead, (item, told.get(item, "no")), Further("", "B", "3"))
