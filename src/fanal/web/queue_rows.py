"""Tells the places of a view as plain objects: words, and covered pictures."""

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fanal.model.desk import Claim
from fanal.model.finding import Mosaic
from fanal.pipeline.claims import name_of
from fanal.pipeline.desk_rows import (
    DISAGREE,
    HIDDEN,
    MARKS,
    SECOND,
    UNDECIDED_YET,
    Row,
    rows,
)
from fanal.pipeline.desk_table import BARS, graded, known_words, origin_words
from fanal.pipeline.facts import printable
from fanal.pipeline.mosaics import mosaics
from fanal.pipeline.order_says import without_end
from fanal.pipeline.told_item import settled_by_list
from fanal.review.order import STEPS
from fanal.review.tiles import tile
from fanal.web.asked import Asked
from fanal.web.numbers import numbers
from fanal.web.veiled import veiled

_WAITS = {"": "", SECOND: "waits for a second person", DISAGREE: "people disagree"}
_SPEAKS = re.compile(r"\Afor [0-9a-f]{12} of its series: ")
LONGEST = 240
"""Characters of a text that comes from evidence or from people."""


class Telling:
    """What one page of rows needs, read at once."""

    def __init__(self, asked: Asked, contents: Sequence[str], held: Mapping[str, Claim]) -> None:
        """Read it."""
        store = asked.desk.store
        self.rows = {row.sha256: row for row in rows(store, contents)}
        drawn = {name for name, row in self.rows.items() if row.drawn}
        settled = settled_by_list(store, contents) - drawn
        self._mosaics: Mapping[str, Mosaic] = mosaics(
            store, [name for name in contents if name not in settled]
        )
        self._veiled = veiled(asked)
        self._numbers = asked.desk.of(numbers)
        self._held = held
        self._names = {one.login: name_of(store, one.login) for one in held.values()}

    def row(self, sha256: str, rank: int, place: int, *, rest: bool = False) -> dict[str, Any]:
        """Return one place of a view."""
        row = self.rows[sha256]
        is_veiled = sha256 in self._veiled
        grade = "" if is_veiled or row.grade == UNDECIDED_YET else row.grade
        waits = "" if is_veiled else row.waits
        holder = self._names[self._held[sha256].login] if sha256 in self._held else ""
        marks = {name: bool(row.marks & (1 << at)) for at, name in enumerate(MARKS)}
        number = self._numbers.of(sha256)
        told = {
            "id": number,
            "rank": rank,
            "place": place,
            "step": row.task.step if row.task else 0,
            "series": {"id": number, "size": row.size} if row.series else None,
            "origin": {
                "state": row.origin,
                "word": origin_words(row.origin),
                "strength": row.strength,
            },
            "known": cut(known_words(row.known)).capitalize(),
            "kind": row.kind,
            "copies": row.copies,
            "exhibits": row.exhibits,
            "when": _day(row.taken),
            "reviewer": cut(row.reviewer) if grade else "",
            "marks": marks | {"second": bool(waits), "claimed": bool(holder)},
            "holder": cut(holder),
            "grade": grade,
            "title": graded(grade) if grade else "",
            "waits": _WAITS[waits],
            "sentence": cut(self._sentence(row, is_veiled=is_veiled)),
            "rest": rest,
            "tile": "" if rest else tile(self._mosaics.get(sha256)),
        }
        return told | {"label": label(told, row)}

    def _sentence(self, row: Row, *, is_veiled: bool) -> str:
        if row.task is None:
            return ""
        reason = _SPEAKS.sub("", row.task.reason)
        return without_end(reason) if is_veiled else reason


def label(told: Mapping[str, Any], row: Row) -> str:
    """Return the whole name of a place, for whoever hears it."""
    step = told["step"]
    parts = [
        f"Item {told['rank'] or told['place']:,}",
        f"Step {step}, {STEPS[step]}" if step in STEPS else "Not in the queue",
        _origin(row),
        known_words(row.known).capitalize() if row.known != HIDDEN else "",
        row.kind.capitalize(),
        f"Series of {row.size:,}" if told["series"] else "",
        f"{row.copies:,} copies on {row.exhibits:,} exhibits" if row.copies > 1 else "",
        f"Taken {told['when']}" if told["when"] else "",
        told["waits"].capitalize(),
        f"{told['holder']} works on it" if told["holder"] else "",
        f"Decided: {told['title']}" if told["grade"] else "Not decided",
    ]
    return ". ".join(part for part in parts if part)


def _origin(row: Row) -> str:
    if row.origin == HIDDEN:
        return "Drawn at random: origin and lists are not shown before it is decided"
    words = f"Origin: {origin_words(row.origin)}"
    return f"{words}, {BARS[row.strength]}" if row.strength else words


def cut(text: str) -> str:
    """Return text that cannot act, and not too much of it."""
    return printable(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _day(taken: float) -> str:
    return "" if math.isnan(taken) else f"{dt.datetime.fromtimestamp(taken, dt.UTC):%Y-%m-%d}"
