"""Shows the queue: a list that a person chose, in parts, with what is known of each place."""

import threading
import time
from collections.abc import Mapping
from itertools import islice
from typing import Any

from starlette.responses import RedirectResponse, Response

from fanal.model.series import SHEET, Tie
from fanal.pipeline.choices import limits, purposes
from fanal.pipeline.claims import around
from fanal.pipeline.desk_rows import DISAGREE, SECOND
from fanal.pipeline.desk_table import TITLES
from fanal.pipeline.queued import Queue
from fanal.review.pacing import rests
from fanal.review.permits import SUPERVISOR
from fanal.stores.interface import CaseStore
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.decisions import near_to, states
from fanal.web.desk import Desk
from fanal.web.numbers import item_of
from fanal.web.pages import page
from fanal.web.queue_rows import Telling, cut
from fanal.web.veiled import veiled
from fanal.web.views import SORTS, View, Wish, form_of, unwanted, views, wish_of

MOST_ROWS = 400
"""Rows of one answer."""
FIRST = 60
"""Rows of a page without scripts."""
MOST_BESIDE = 2_000
"""Near copies, or what is alike, of one item."""
SEARCHES = 60
"""Searches a minute of one person."""
ADVICE = "the list is being read; it is there in a moment"


class Searches:
    """How often people search."""

    def __init__(self, desk: Desk) -> None:  # noqa: ARG002 (a part of the desk)
        """Begin without any."""
        self._lock = threading.Lock()
        self._times: dict[str, list[float]] = {}

    def take(self, login: str) -> None:
        """Count a search, or refuse it."""
        with self._lock:
            now = time.monotonic()
            times = [at for at in self._times.get(login, []) if now - at < 60]
            self._times[login] = times
            if len(times) >= SEARCHES:
                raise Refused(429, f"at most {SEARCHES} searches a minute", "wait a moment")
            times.append(now)


def made(asked: Asked, wish: Wish) -> View | None:
    """Return a view of the queue as it is now; None while the queue is being read."""
    kept = asked.desk.of(views)
    if not kept.index.refresh():
        return None
    if wish.search:
        asked.desk.of(Searches).take(asked.who.login)
    without = _left_out(asked)
    return kept.make(asked.who.login, wish, without, unwanted(asked), veiled(asked))


def _left_out(asked: Asked) -> frozenset[str]:
    """Return the facets that this person is not told of: who waits for whom is no hint to them."""
    return frozenset() if SUPERVISOR in asked.who.roles else frozenset({"agreement"})


def view(asked: Asked) -> Response:
    """Choose what to see: filters, order, words; answer a form without scripts with the page."""
    if beside := {name for name in ("near", "like") if asked.told.get(name)}:
        return _beside(asked, min(beside))
    is_form = asked.wants_page
    told = Asked(**{**_parts(asked), "told": form_of(asked.told)}) if is_form else asked
    wish = wish_of(told)
    _refuse_agreement(asked, wish)
    found = made(asked, wish)
    if is_form:
        return RedirectResponse(f"/queue?view={found.number}" if found else "/queue", 303)
    if found is None:
        steps = Queue(asked.desk.store).steps()
        return as_json(
            {"view": "", "total": sum(steps.values()), "facets": [], "building": building(asked)}
        )
    return as_json(
        {
            "view": found.number,
            "total": len(found.slots),
            "facets": facets(found),
            "building": None,
        }
    )


def _beside(asked: Asked, how: str) -> Response:
    """Keep a view of an item with its near copies, or with what is tied to it."""
    store, sha256 = asked.desk.store, item_of(asked, asked.told[how])
    others = near_to(asked, sha256) if how == "near" else alike(store, sha256)
    contents = list(dict.fromkeys((sha256, *others)))[:MOST_BESIDE]
    kept = asked.desk.of(views)
    kept.index.refresh()
    found = kept.exactly(asked.who.login, contents)
    told = {"view": found.number, "total": len(contents), "facets": [], "building": None}
    return as_json(told)


def alike(store: CaseStore, sha256: str) -> list[str]:
    """Return the rest of a content's series, then what a tie has in common with it."""
    found = around(store, [sha256])
    for tie in store.find(Tie, order=("kind", "common"), sha256=sha256):
        rows = store.columns(Tie, "sha256", kind=tie.kind, common=tie.common)
        found += sorted(name for (name,) in islice(rows, MOST_BESIDE))
    return found


def _parts(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


def _refuse_agreement(asked: Asked, wish: Wish) -> None:
    if "agreement" in wish.filters and SUPERVISOR not in asked.who.roles:
        raise Refused(403, "who waits for whom is shown to supervisors")


def building(asked: Asked) -> dict[str, int] | None:
    """Return how far the list is that is being made; None where it is there."""
    told = asked.desk.of(views).index.progress()
    return {"done": told.done, "of": told.of} if told else None


def facets(found: View) -> list[dict[str, Any]]:
    """Return the facets of a view as plain objects."""
    return [
        {
            "name": name,
            "says": says,
            "values": [
                {
                    "code": one.code,
                    "says": cut(one.says),
                    "count": one.count,
                    "chosen": _chosen(found.wish, name, one.code),
                }
                for one in values
            ],
        }
        for name, says, values in found.facets
    ]


def _chosen(wish: Wish, name: str, code: str) -> str:
    choice = wish.filters.get(name)
    if choice is None:
        return ""
    return "only" if code in choice.only else "not" if code in choice.without else ""


def part(asked: Asked) -> Response:
    """Tell a part of a view, or of the queue itself while the list is being made."""
    first = asked.number("from", 0, 10**9, 0)
    count = asked.number("count", 1, MOST_ROWS, 200)
    number = asked.query.get("view", "")
    kept = asked.desk.of(views)
    is_there = kept.index.refresh()
    if not number or not is_there:
        return as_json(_early(asked, first, count))
    found = kept.find(asked.who.login, number)
    told = {
        "total": len(found.slots),
        "from": first,
        "stale": found.version != kept.index.version,
        "building": None,
        "left": kept.index.left(),
        "rows": rows_of(asked, found, first, count),
    }
    return as_json(told)


def rows_of(asked: Asked, found: View, first: int, count: int) -> list[dict[str, Any]]:
    """Return so many rows of a view, as they are now."""
    kept = asked.desk.of(views)
    most = limits(asked.desk.store).severe_in_a_row
    with kept.index.lock:
        table = kept.index.table
        if table is None:
            return []
        slots = found.slots[: first + count]
        rest = rests(table.grave(slots), most)[first:].tolist()
        chosen = slots[first:].tolist()
        ranks = [table.rank(slot) for slot in chosen]
        contents = [table.sha256(slot) for slot in chosen]
        held = kept.index.claims.held(besides=asked.who.login)
    telling = Telling(asked, contents, held)
    return [
        telling.row(sha256, rank, first + at + 1, rest=light)
        for at, (sha256, rank, light) in enumerate(zip(contents, ranks, rest, strict=True))
    ]


def _early(asked: Asked, first: int, count: int) -> dict[str, Any]:
    """Tell a part of the queue as the case keeps it, in its own order."""
    queue = Queue(asked.desk.store)
    tasks = [task.sha256 for task in islice(queue.tasks(first + count), first, None)]
    telling = Telling(asked, tasks, {})
    rows = [telling.row(name, first + at + 1, first + at + 1) for at, name in enumerate(tasks)]
    total = sum(queue.steps().values())
    return {
        "total": total,
        "from": first,
        "stale": False,
        "building": building(asked),
        "left": total,
        "rows": rows,
    }


def queue(asked: Asked) -> Response:
    """Show the page: a view that was chosen, what an address asks for, or all that is open."""
    wish = _asked_for(asked)
    if wish is not None:
        _refuse_agreement(asked, wish)
        found = made(asked, wish)
        return RedirectResponse(f"/queue?view={found.number}" if found else "/queue", 303)
    first = asked.number("from", 0, 10**9, 0)
    kept, number = asked.desk.of(views), asked.query.get("view", "")
    if number and kept.index.refresh():
        try:
            chosen: View | None = kept.find(asked.who.login, number)
        except Refused:
            return RedirectResponse("/queue", 303)
    else:
        chosen = made(asked, Wish())
    if chosen is None:
        early = _early(asked, first, FIRST)
        told = {"view": "", "facets": [], "wish": Wish(), **early}
    else:
        told = {
            "view": chosen.number,
            "facets": facets(chosen),
            "wish": chosen.wish,
            "total": len(chosen.slots),
            "from": first,
            "building": None,
            "left": kept.index.left(),
            "rows": rows_of(asked, chosen, first, FIRST),
        }
    return page(asked, "queue.html", **_for_page(asked, told))


def _for_page(asked: Asked, told: Mapping[str, Any]) -> dict[str, Any]:
    wish: Wish = told["wish"]
    return {
        "view": told["view"],
        "total": told["total"],
        "left": told["left"],
        "facets": told["facets"],
        "rows": told["rows"],
        "from_": told["from"],
        "count": FIRST,
        "building": told["building"],
        "sort": wish.sort,
        "search": wish.search,
        "filters": {
            name: {"only": sorted(one.only), "not": sorted(one.without)}
            for name, one in wish.filters.items()
        },
        "sorts": [{"code": code, "says": says} for code, says in SORTS.items()],
        "states": states(),
        "purposes": list(purposes(asked.desk.store)),
        "most": SHEET,
        "as_table": asked.query.get("as") == "table",
    }


def _asked_for(asked: Asked) -> Wish | None:
    """Return what an address of another page asks for, such as `/queue?known=new`."""
    told: dict[str, Any] = {}
    for name, code in asked.query.items():
        facet, value = _WAITING.get((name, code), (name, code))
        if facet in TITLES:
            told.setdefault(facet, []).append(value)
    if not told:
        return None
    return wish_of(Asked(**{**_parts(asked), "told": {"filters": told}}))


_WAITING = {("grade", code): ("agreement", code) for code in (SECOND, DISAGREE)}

WAYS = (
    Way("GET", "/queue", queue, "queue"),
    Way("GET", "/queue/page", part, "queue"),
    Way("POST", "/view", view, "queue"),
)
