"""Keeps what an authority says of its own law: which conduct is punishable, where, since when.

The table is empty until somebody fills it. It flags what a lead may come to in a country and drops
nothing: a country or a conduct that it lacks is not known, and never "lawful".
"""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fanal.content.countries import codes
from fanal.errors import UsageError
from fanal.model.lead import CAME, FETCHED, KEPT, MADE, PAID, SENT, Lead
from fanal.model.site import Dataset
from fanal.stores.interface import CaseStore

LAW = "law"
CONDUCTS = {
    KEPT: "possess",
    FETCHED: "view",
    MADE: "produce",
    SENT: "distribute",
    PAID: "pay for access",
    CAME: "",
}
"""Deed → the conduct of the table that it may be; a login alone is none."""
REAL, REALISTIC_AI, OTHER = "real", "realistic AI", "other"
MATERIALS = (REAL, REALISTIC_AI, OTHER)
OF_BASIS = {
    "known real": (REAL,),
    "real": (REAL,),
    "generator": (REALISTIC_AI,),
    "ai": (REALISTIC_AI,),
}
"""Basis of contents → material; any other basis may be all of them."""
FIELDS = {
    "country",
    "conduct",
    "material",
    "in_force",
    "until",
    "source",
    "checked_by",
    "checked_on",
}
LARGEST, LONGEST, MOST = 1 << 20, 500, 5_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One conduct that is punishable in a country."""

    country: str
    conduct: str
    material: str
    in_force: str
    """Day, ISO 8601."""
    until: str
    """Last day; "" where it still is."""
    source: str
    checked_by: str
    checked_on: str


@dataclass(frozen=True, slots=True)
class LawFlag:
    """What the table says of a deed of a lead in a country that it may belong to."""

    country: str
    conduct: str
    material: str
    says: str
    rule: Rule | None
    """None where the table says nothing."""


def parse(data: bytes) -> tuple[Rule, ...]:
    """Return the rules of a TOML file, or refuse what is not complete."""
    try:
        told = tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the table of law is no TOML: {error}", "mend the file") from error
    rows = told.get("rule", [])
    if set(told) - {"rule"} or not isinstance(rows, list) or len(rows) > MOST:
        raise UsageError(
            "a table of law has [[rule]] and nothing else", "see docs/guide/countries.md"
        )
    return tuple(_rule(row, number) for number, row in enumerate(rows, 1))


def read(path: Path) -> bytes:
    """Return the bytes of a file of rules."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a file") from error
    if len(data) > LARGEST:
        raise UsageError(f"{path} is larger than {LARGEST:,} bytes", "name the right file")
    return data


def set_law(store: CaseStore, actor: str, data: bytes) -> tuple[Dataset, tuple[Rule, ...]]:
    """Let a table of law count from now on; earlier ones stay on record."""
    found = parse(data)
    digest = hashlib.sha256(data).hexdigest()
    number = store.count(Dataset, kind=LAW) + 1
    facts = {"rules": len(found), "countries": sorted({one.country for one in found})}
    when = datetime.now(UTC).isoformat(timespec="seconds")
    made = Dataset(
        *(LAW, f"law {number}", when[:10], digest, data.decode(), facts, "", {}, actor, when)
    )
    with store.act(actor, "set national law", sha256=digest, rules=len(found)) as act:
        act.put([made])
    return made, found


def law(store: CaseStore) -> tuple[Rule, ...]:
    """Return the rules that count now: those of the table that was set last; () at first."""
    last = max(
        store.find(Dataset, kind=LAW),
        key=lambda one: int(one.name.rpartition(" ")[2]),
        default=None,
    )
    return parse(last.text.encode()) if last else ()


def flags(lead: Lead, rules: tuple[Rule, ...]) -> tuple[LawFlag, ...]:
    """Return what the table says of each deed of a lead in each of its countries.

    It never takes anything away: what the table lacks is said to be not known.
    """
    return tuple(_flags(lead, rules))


def _flags(lead: Lead, rules: tuple[Rule, ...]) -> Iterator[LawFlag]:
    materials = sorted(
        {each for basis in lead.content or {"": 0} for each in OF_BASIS.get(basis, MATERIALS)}
    )
    deeds: dict[str, list[str]] = {}
    for deed in lead.deeds:
        if conduct := CONDUCTS.get(deed.kind, ""):
            deeds.setdefault(conduct, []).extend(day[:10] for day in (deed.first, deed.last) if day)
    for country in sorted({one.country for one in lead.countries}):
        for conduct, days in sorted(deeds.items()):
            for material in materials:
                yield _flag((country, conduct, material), days, rules)


def _flag(key: tuple[str, str, str], days: list[str], rules: tuple[Rule, ...]) -> LawFlag:
    having = [one for one in rules if (one.country, one.conduct, one.material) == key]
    if not having:
        return LawFlag(*key, "the table of law says nothing of it: not known, look it up", None)
    rule = max(having, key=lambda one: one.in_force)
    span = f"since {rule.in_force}" + (f" until {rule.until}" if rule.until else "")
    says = f"punishable {span} ({rule.source}; checked by {rule.checked_by})"
    if not days:
        says += "; no time of the deeds is known"
    elif max(days) < rule.in_force or (rule.until and min(days) > rule.until):
        says += (
            f"; every deed lies outside of that ({min(days)} to {max(days)}): look at the law then"
        )
    elif min(days) < rule.in_force or (rule.until and max(days) > rule.until):
        says += f"; some deeds lie outside of that (from {min(days)} to {max(days)})"
    return LawFlag(*key, says, rule)


def object_of(flag: LawFlag) -> dict[str, Any]:
    """Return a flag as plain JSON."""
    return asdict(flag)


def _rule(row: object, number: int) -> Rule:
    if not isinstance(row, Mapping) or set(row) - FIELDS:
        raise UsageError(f"rule {number} of the table of law has a field that nobody knows", _WORDS)
    text = {name: _text(row, name, number) for name in FIELDS}
    for name, allowed in (
        ("country", codes()),
        ("conduct", frozenset(filter(None, CONDUCTS.values()))),
        ("material", frozenset(MATERIALS)),
    ):
        if text[name] not in allowed:
            shown = "ISO 3166-1 alpha-2" if name == "country" else ", ".join(sorted(allowed))
            raise UsageError(f"rule {number}: {name} cannot be {text[name][:40]!r}", shown)
    for name in ("in_force", "until", "checked_on"):
        if text[name]:
            _day(text[name], name, number)
    for name in ("in_force", "source", "checked_by"):
        if not text[name]:
            raise UsageError(f"rule {number} of the table of law lacks {name}", _WORDS)
    return Rule(**text)


_WORDS = f"it has: {', '.join(sorted(FIELDS))}"


def _text(row: Mapping[str, Any], name: str, number: int) -> str:
    value = row.get(name, "")
    text = value.isoformat() if isinstance(value, date) else value
    if not isinstance(text, str) or len(text) > LONGEST or not text.isprintable():
        raise UsageError(
            f"rule {number}: {name} must be printable text", f"at most {LONGEST} letters"
        )
    return text


def _day(text: str, name: str, number: int) -> None:
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"rule {number}: {name} {text!r} is no day", "write 2024-05-01") from error
