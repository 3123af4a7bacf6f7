"""Hands the audit log out: JSON lines or CSV, and a last line that signs all before it."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fanal.custody.sign import Signer
from fanal.custody.spelling import canonical
from fanal.formats.csv_writer import harmless
from fanal.model.custody import Head
from fanal.pipeline.audit_log import Line

MESSAGE = "fanal audit export"
"""What is signed: this, then every value of the last line but key and signature, in their order,
each ended by a new line; `sha256` is over every byte before the last line."""
COLUMNS = (
    *("number", "when", "person", "session", "roles", "item", "action", "level", "purpose"),
    *("milliseconds", "before", "after", "reason", "outcome", "says"),
)
"""The columns, in order: number of the act, UTC, …"""

_AFTER = ("after", "to", "state")
"""What an action calls the value that it leaves."""


def row(line: Line, item: Callable[[str], str]) -> dict[str, Any]:
    """Return a record in the columns of the log; the content by its number, `item` knows it."""
    one = line.record
    return {
        "number": line.number,
        "when": one.when,
        "person": one.login,
        "session": one.session,
        "roles": one.role,
        "item": item(one.sha256) if one.sha256 else "",
        "action": one.action,
        "level": one.level,
        "purpose": one.purpose,
        "milliseconds": one.milliseconds,
        "before": one.data.get("before", ""),
        "after": next((one.data[name] for name in _AFTER if name in one.data), ""),
        "reason": one.data.get("reason", ""),
        "outcome": one.outcome,
        "says": one.says,
    }


def json_lines(
    rows: Iterable[Mapping[str, Any]], case: str, head: Head | None, signer: Signer, chosen: str
) -> Iterator[bytes]:
    """Yield one JSON object a record, then one that signs them and tells what was `chosen`."""
    whole, count = hashlib.sha256(), 0
    for count, one in enumerate(rows, 1):  # noqa: B007 (used after the loop)
        line = f"{canonical(dict(one))}\n".encode()
        whole.update(line)
        yield line
    told = {"case": case, "records": count, "sha256": whole.hexdigest(), "chosen": chosen}
    facts = _end(told, head, signer)
    yield f"{canonical(facts)}\n".encode()


def comma_separated(
    rows: Iterable[Mapping[str, Any]], case: str, head: Head | None, signer: Signer, chosen: str
) -> Iterator[bytes]:
    """Yield one row a record (RFC 4180, UTF-8, no formulas), then one that signs them."""
    whole, count = hashlib.sha256(), 0
    first = _cells(COLUMNS, "\ufeff")
    whole.update(first)
    yield first
    for count, one in enumerate(rows, 1):  # noqa: B007 (used after the loop)
        line = _cells([harmless(_text(one[name])) for name in COLUMNS])
        whole.update(line)
        yield line
    told = {"case": case, "records": count, "sha256": whole.hexdigest(), "chosen": chosen}
    facts = _end(told, head, signer)
    yield _cells([part for name, value in facts.items() for part in (name, _text(value))])


def _end(told: Mapping[str, object], head: Head | None, signer: Signer) -> dict[str, object]:
    """Return the last line: what it tells is signed with the digest of all before it."""
    facts = {**told, "head": head.root if head else "", "size": head.size if head else 0}
    facts = dict(sorted(facts.items()))
    message = "".join(f"{part}\n" for part in (MESSAGE, *facts.values())).encode()
    return {**facts, "key": signer.public, "signature": signer.sign(message)}


def _cells(cells: Iterable[str], start: str = "") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return (start + text.getvalue()).encode("utf-8", "replace")


def _text(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        return canonical(value)
    return "" if value is None else str(value)
