"""Walking records side by side gives the same as picking them one by one."""

import pytest

from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.review import Task
from fanal.pipeline.joined import everything
from makers.cases import digest, of_every_kind, opened, place

FIELDS = {
    "places": Place,
    "pictures": Picture,
    "fingerprints": Fingerprint,
    "seen": Seen,
    "matches": Match,
    "findings": Finding,
    "tasks": Task,
}


@pytest.fixture
def store(tmp_path):
    found = opened(tmp_path / "case")
    with found.act("zz", "write") as act:
        for number in (1, 3, 4, 8, 9):
            act.put(of_every_kind(number))
        act.put([place(3, copy) for copy in (1, 2)])
        act.put([place(7)])  # of a content whose item is not there
    yield found
    found.close()


@pytest.mark.parametrize("fields", [(), ("places",), ("seen", "tasks"), tuple(FIELDS)])
@pytest.mark.parametrize("among", [None, [], [3], [9, 1, 77]])
def test_everything_is_what_picking_one_by_one_gives(store, fields, among):
    chosen = None if among is None else [digest("sha256", number) for number in among]
    walked = list(everything(store, *fields, among=chosen))
    items = sorted(store.find(Item), key=lambda item: item.sha256)
    assert [known.item for known in walked] == [
        item for item in items if chosen is None or item.sha256 in chosen
    ]
    for known in walked:
        for name, kind in FIELDS.items():
            picked = (
                set(store.find(kind, sha256=known.item.sha256))
                if name in fields and name != "findings"
                else None
            )
            held = getattr(known, name)
            if picked is None:
                assert len(held) == (name in fields)
            else:
                assert (set(held), len(held)) == (picked, len(picked))
