"""Writes what a case holds as one CSV row for each place, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, ClassVar

from fanal.formats.losses import LossCount
from fanal.model.package import Loss, Sighting

COLUMNS = (
    *("sha256", "sha1", "md5", "size", "media_type", "width", "height", "pdq", "pdq_quality"),
    *("exhibit", "path", "path_hex", "modified", "matches", "origin_state", "victim_state"),
    *("series", "queue_step", "queue_rank", "queue_reason", "problems"),
)
"""The columns, in order; `docs/formats/csv.md` says what each holds."""
# OWASP, "CSV injection": a separator or quote inside a cell can begin a new one under another
# country's settings, so what follows it is treated like the beginning of a cell. Full-width
# signs count as formulas too where the spreadsheet runs in Japanese.
_FORMULA = re.compile("(^|[,;|\"'\t\r\n])(?=[=+\\-@\t\r＝＋－＠])")


class CsvWriter:
    """One row a place; RFC 4180, UTF-8 with byte-order mark, no formulas."""

    name: ClassVar[str] = "csv"

    def write(self, items: Iterable[Sighting], out: BinaryIO) -> tuple[Loss, ...]:
        """Write each item once for each place where a copy of it was found."""
        lost = LossCount()
        text = io.TextIOWrapper(out, encoding="utf-8-sig", errors="replace", newline="")
        # Every cell is quoted: one with a semicolon must not fall apart in a German spreadsheet.
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for item in items:
            for cells in _rows(item.facts):
                writer.writerow(_neutral(cells, lost))
            _count(item.facts, lost)
        text.flush()
        text.detach()
        return lost.losses()


def _rows(facts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield one row for each place, or one without a place."""
    queue = facts.get("queue") or {}
    origin = facts.get("origin") or {}
    item = {name: _text(facts.get(name)) for name in COLUMNS}
    item["matches"] = "; ".join(
        ":".join(_text(match.get(part)) for part in ("list", "kind", "via", "distance"))
        for match in facts.get("matches") or ()
    )
    item["origin_state"] = _text(origin.get("state"))
    item["problems"] = "; ".join(_text(problem) for problem in facts.get("problems") or ())
    for part in ("step", "rank", "reason"):
        item[f"queue_{part}"] = _text(queue.get(part))
    nowhere: tuple[Mapping[str, Any], ...] = ({},)
    for place in facts.get("locations") or nowhere:
        yield item | {
            name: _text(place.get(name)) for name in ("exhibit", "path", "path_hex", "modified")
        }


def _text(value: Any) -> str:
    """Return a value as the text of a cell; nothing is "", and 0 is not nothing."""
    return "" if value is None else str(value)


def harmless(cell: str) -> str:
    """Return the text of a cell with an apostrophe before what a spreadsheet would run."""
    return _FORMULA.sub(r"\1'", cell)


def _neutral(cells: dict[str, str], lost: LossCount) -> list[str]:
    """Put an apostrophe before what a spreadsheet would run, and keep the path's bytes beside."""
    row = {name: harmless(cells[name]) for name in COLUMNS}
    for name in COLUMNS:
        if row[name] != cells[name]:
            lost.add(name, "an apostrophe stands before what a spreadsheet would run as a formula")
    if row["path"] != cells["path"] and not cells["path_hex"]:
        row["path_hex"] = cells["path"].encode("utf-8", "replace").hex()
    return list(row.values())


def _count(facts: Mapping[str, Any], lost: LossCount) -> None:
    """Count what has no column."""
    origin = facts.get("origin") or {}
    if any(value for name, value in origin.items() if name != "state"):
        lost.add("origin.findings", "only the origin state has a column, not its reasons")
    if any(match.get("entry") is not None for match in facts.get("matches") or ()):
        lost.add("matches.entry", "the position in the list has no column")
