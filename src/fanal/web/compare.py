"""Shows two to four contents side by side, and keeps what a person says of a pair of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.responses import Response

from fanal.pipeline.remarks import COMPARED, COMPARISONS
from fanal.pipeline.told_item import Linked, ToldItem, told_item, told_items
from fanal.review import item_facts
from fanal.review.panel_facts import Evidence, laid_out
from fanal.web.asked import Asked, Refused, Way
from fanal.web.item import stage
from fanal.web.numbers import item_of, numbers
from fanal.web.pages import page
from fanal.web.veiled import veiled

LEAST, MOST = 2, 4
"""Contents that are compared at once."""


def compare(asked: Asked) -> Response:
    """Return the page for the items of the address."""
    named = ",".join(asked.query.get(name, "") for name in ("items", "with"))
    given = list(dict.fromkeys(filter(None, named.split(","))))
    if not 1 <= len(given) <= MOST:
        raise Refused(400, f"name {LEAST} to {MOST} items")
    contents = [item_of(asked, number) for number in given]
    if len(contents) < LEAST:
        return _choose(asked, given[0], contents[0])
    told = told_items(asked.desk.store, contents, veiled(asked))
    letters = "ABCD"[: len(told)]
    panes = [
        {"letter": letter, "number": number, "stage": stage(asked, one, sha256)}
        for letter, number, one, sha256 in zip(letters, given, told, contents, strict=True)
    ]
    return page(
        asked,
        "compare.html",
        panes=panes,
        letters=list(letters),
        how_many={2: "two", 3: "three", 4: "four"}[len(panes)],
        rows=list(_rows(told)),
        evidence=list(_evidence(told)),
        verdicts=[_verdict(one) for one in told],
        outcomes=[{"key": str(at), "says": says} for at, says in enumerate(COMPARISONS, 1)],
        said=list(_said(asked, told, contents)),
    )


def _choose(asked: Asked, number: str, sha256: str) -> Response:
    """Return the page on which the second of two is chosen."""
    linked: Sequence[Linked] = told_item(asked.desk.store, sha256, veiled(asked)).linked
    known = asked.desk.of(numbers)
    near = [
        {"number": known.of(one.sha256), "relation": one.relation, "says": one.says}
        for one in linked
    ]
    return page(asked, "compare_choose.html", number=number, near=near)


def _rows(told: Sequence[ToldItem]) -> Iterator[dict[str, Any]]:
    """Yield the table: a name, the value of each item, and whether all are the same."""
    columns = [dict(item_facts.rows(one.facts)) for one in told]
    for name in columns[0]:
        values = [column[name] for column in columns]
        if any(values):
            yield {"name": name, "values": values, "same": len(set(values)) == 1}


def _verdict(told: ToldItem) -> str:
    if told.is_drawn:
        return "told once it is decided"
    panel = laid_out(told.facts)
    return f"{panel.words}{f', {panel.grade}' if panel.grade else ''}"


def _evidence(told: Sequence[ToldItem]) -> Iterator[dict[str, Any]]:
    """Yield the kinds of evidence that any of the items has, with the lines of each item."""
    by_kind = [{} if one.is_drawn else laid_out(one.facts).by_kind for one in told]
    none: tuple[Evidence, ...] = ()
    for kind in dict.fromkeys(kind for one in by_kind for kind in one):
        yield {"kind": kind, "cells": [one.get(kind, none) for one in by_kind]}


def _said(
    asked: Asked, told: Sequence[ToldItem], contents: Sequence[str]
) -> Iterator[dict[str, str]]:
    """Yield what was said of pairs of these items."""
    known, own = asked.desk.of(numbers), set(contents)
    for one in told:
        for remark in one.remarks:
            if remark.kind == COMPARED and remark.other in own:
                yield {
                    "a": known.of(remark.sha256),
                    "b": known.of(remark.other),
                    "says": remark.says,
                    "by": "" if one.is_veiled else remark.by,
                    "when": remark.when[:19].replace("T", " "),
                    "reason": remark.reason,
                }


WAYS = (Way("GET", "/compare", compare, "queue"),)
