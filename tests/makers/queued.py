"""A desk on a small case made of records: series, lists, cameras, mosaics, and people at it."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from fanal.model.finding import Mosaic
from fanal.web.desk import Desk
from fanal.web.numbers import numbers as known
from makers.cases import opened
from makers.desk import Client, client, desk_on
from makers.ordering import Scene, name, ordered

KINDS = {3: "illegal", 4: "harmless", 9: "unidentified", 10: "generated"}


def filled(folder: Path, count: int = 14, blind: float = 0.0) -> Path:
    """Return a copy of a case: contents 0 to 2 and 5, 6 are series; lists know 3, 4, 9 and 10."""
    return Path(shutil.copytree(_written(count, blind), folder / "case"))


@cache
def _written(count: int, blind: float) -> Path:
    home = Path(tempfile.mkdtemp(prefix="zz-queued-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    store = opened(home / "case")
    made = Scene()
    for number in range(count):
        told: dict[str, Any] = {}
        if number % 3 == 1:
            told = {"origin": "camera", "taken": f"20{10 + number}-03-04T10:00:00"}
        where = (f"desk-{number % 3}/zz {number}", f"phone/{number}")[: 1 + number % 2]
        made.add(number, where, kind=KINDS.get(number, ""), victim=True, **told)
        made.records.append(Mosaic(name(number), 0, 4, 2, b"\x01\x23\x45\xef"))
    made.series("s-1", 0, 1, 2)
    made.series("s-2", 5, 6)
    made.write(store)
    ordered(store, blind)
    store.close()
    return home / "case"


@contextmanager
def queue_of(folder: Path, **told: Any) -> Iterator[Desk]:
    """Lend a desk on such a case."""
    with desk_on(filled(folder, **told)) as desk:
        yield desk


def reviewer(desk: Desk, login: str, *roles: str) -> Client:
    """Return the browser of a person."""
    return client(desk, login, roles or ("reviewer",))


def page(who: Client, view: str, start: int = 0, count: int = 200) -> Any:
    """Return a part of a view."""
    told = f"/queue/page?view={view}&from={start}&count={count}"
    return who.get(told, accept="application/json").facts


def rows(who: Client, **wish: Any) -> list[dict[str, Any]]:
    """Return the rows of a new view."""
    answer = who.post("/view", wish)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = page(who, answer.facts["view"])["rows"]
    return found


def numbers(desk: Desk, *contents: int) -> list[str]:
    """Return the numbers of contents, for addresses."""
    return [desk.of(known).of(name(one)) for one in contents]
