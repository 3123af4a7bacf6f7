"""Writes leads as one CSV row each, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from fanal.formats.csv_writer import harmless
from fanal.formats.losses import LossCount
from fanal.model.lead import DEEDS
from fanal.model.package import Loss

KINDS = {"usernames": "username", "emails": "email", "phones": "phone", "wallets": "wallet"}
"""Column → kind of identifier; the others are counted as lost."""
PAYER = "payer"
"""Whose details may be another person's: in a row of a suspect they would be taken for theirs. A
wallet is always a payer's, and tells nobody's name."""
COLUMNS = (
    *("lead", "for", "only_possible", "level", "countries", "category", "because"),
    *("flags", "accounts", *KINDS, "first", "last", *DEEDS),
    *("source", "information", "handling", "terms", "file"),
)
"""The columns, in order; `docs/formats/lead.md` says what each holds."""


def write(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[bytes, tuple[Loss, ...]]:
    """Return the table of leads, each with the file that tells all of it, and what was lost."""
    lost = LossCount()
    out = io.StringIO(newline="")
    # Every cell is quoted: one with a semicolon must not fall apart in a German spreadsheet.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for file, document in documents:
        row = _row(file, document)
        writer.writerow([_safe(name, row[name], lost) for name in COLUMNS])
        _count(document, lost)
    return out.getvalue().encode("utf-8-sig", "replace"), lost.losses()


def _safe(name: str, text: str, lost: LossCount) -> str:
    """Return the text of a cell that no spreadsheet runs and that holds no hidden character."""
    seen = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)
    if seen != text:
        lost.add(name, "characters that cannot be printed are spelt by their number")
    cell = harmless(seen)
    if cell != seen:
        lost.add(name, "an apostrophe stands before what a spreadsheet would run")
    return cell


def _row(file: str, document: Mapping[str, Any]) -> dict[str, str]:
    facts, countries = document["facts"], document["facts"]["countries"]
    cells: dict[str, Any] = {
        "lead": document["lead"],
        "for": document["for"],
        "only_possible": "yes" if document["only_possible"] else "no",
        "level": countries["level"],
        "countries": _joined(one["country"] for one in countries["named"]),
        "category": document["category"]["is"],
        "because": document["category"]["because"],
        "flags": _joined(one["code"] for one in facts["flags"]),
        "accounts": _joined(f"{one['site']}/{one['account']}" for one in facts["accounts"]),
        "first": facts["first"],
        "last": facts["last"],
        "handling": document["handling"]["code"],
        "terms": document["handling"]["terms"],
        "file": file,
        **_worth(document),
    }
    for column, kind in KINDS.items():
        cells[column] = _joined(
            one["value"]
            for one in facts["identifiers"]
            if one["kind"] == kind and (one["of"] != PAYER or kind == "wallet")
        )
    if not cells["usernames"]:
        cells["usernames"] = _joined(one["username"] for one in facts["accounts"])
    for kind in DEEDS:
        cells[kind] = sum(one["count"] for one in facts["deeds"] if one["kind"] == kind)
    return {name: str(value) for name, value in cells.items()}


def _worth(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the evaluations that its facts have; more than one where they differ."""
    facts = document["facts"]
    every = [
        one["evaluation"]
        for part in (facts["accounts"], facts["identifiers"], facts["deeds"])
        for one in part
    ]
    return {name: _joined({one[name] for one in every}) for name in ("source", "information")}


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(sorted(dict.fromkeys(texts)))


def _count(document: Mapping[str, Any], lost: LossCount) -> None:
    """Count what has no column."""
    facts = document["facts"]
    if any(one["kind"] not in KINDS.values() for one in facts["identifiers"]):
        lost.add("identifiers", "only names, addresses of mail, phones and wallets have a column")
    if any(one["of"] == PAYER and one["kind"] != "wallet" for one in facts["identifiers"]):
        lost.add("identifiers of payers", "a payer may be another person: the lead's file has them")
    if facts["countries"]["reasons"]:
        lost.add("countries.reasons", "the reasons for a country have no column")
    if document["assessments"]:
        lost.add("assessments", "what people made of the facts has no column")
    lost.add("from", "where a value is read has no column")
    lost.add("unknown", "what is not known has no column")
