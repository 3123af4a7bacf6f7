"""Reads templates of letters and says what is wrong with them, and what a final letter still lacks.

A template holds sentences and merge fields. Whom to call stands in no template: it comes from the
directory of help when a letter is made.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from unicodedata import normalize

from fanal.errors import UsageError

ROOM = "fanal.prevention.kits"
FOLDER = "letter_texts"
MOST_BYTES = 100_000
MOST_TEXT, MOST_PARAGRAPHS = 600, 12
FIELDS = ("name", "address", "reference", "authority", "contact", "day")
"""Merge fields: all that a letter may hold of a person, an authority and a day."""
NEEDED = ("name", "reference", "authority", "contact")
"""Fields that the letter itself must name."""
ON_ENVELOPE = frozenset({"name", "address"})
SECTIONS: Mapping[str, frozenset[str]] = {
    "about": frozenset(
        {
            *("id", "locale", "country", "version"),
            *("drafted_by", "drafted_on", "reviewed_by", "reviewed_on"),
        }
    ),
    "legal": frozenset({"signed_by", "signed_on", "reference", "provision"}),
    "letter": frozenset(
        {
            *("subject", "salutation", "body", "closing", "signed"),
            *("help", "crisis", "emergency", "family"),
        }
    ),
    "delivery": frozenset({"title", "children", "despair", "silence"}),
    "envelope": frozenset({"mark", "lines"}),
}
_FIELD = re.compile(r"\{([^{}]*)\}")
_LEADS = re.compile(
    r"://|\bwww\b|@|[^\W_][\w-]*\.[^\W\d_]{2,}|\+\s?\d|\d(?:[\s().\-/]*\d){4,}|\b\d{3}\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<>\[\]\\`^~#|]")
_OFFENCE = re.compile(
    r"crim|offen[cs]|convict|suspe[ck]|arrest|police|sex|porn|abus|child|minor"
    r"|straf|verbrech|verdacht|missbrauch|polizei|kind"
    r"|délit|infraction|soupçon|enquêt|enfant|mineur"
    r"|misdrijf|verdenk|misbruik|politie"
    r"|delito|sospech|policía|niñ|menor"
    r"|przestęp|podejrz|policj|dzie[cć]|śledz"
    r"|suspeit|polícia|crianç|investig"
    r"|brott|misstank|misstänk|polis|barn|övergrepp|utred",
    re.IGNORECASE,
)
"""Beginnings that no text of ours on an envelope may have."""
_TELLING = re.compile(
    r"\b(?:suspects?|offen[cs]es?|offenders?|sex|sexual|porn|(?:kinder)?porno\w*|abuse\w*|police"
    r"|crimes?|criminal\w*|convicted|conviction|accused|pa?edophil\w*|\w*kriminalamt|kripo"
    r"|straftat\w*|straftäter\w*|verdächtig\w*|beschuldigt\w*|missbrauch\w*|polizei"
    r"|suspecte?|délits?|infractions?|misdrijf|verdachte|misbruik|politie"
    r"|sospechos[oa]|delitos?|abusos?|policía|podejrzan\w*|przestępstw\w*|policja"
    r"|suspeit[oa]|polícia|misstänkt\w*|brott|övergrepp|polisen)\b",
    re.IGNORECASE,
)
"""Whole words only: street names and people's names hold many a beginning by chance."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a template: where, and of what class; never the words themselves."""

    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Template:
    """A letter in one language, at one version."""

    id: str
    locale: str
    country: str
    """The country that it is for; "" for any."""
    version: int
    drafted_by: str
    reviewed_by: str
    reviewed_on: str
    legal: Mapping[str, str]
    letter: Mapping[str, Any]
    delivery: Mapping[str, str]
    envelope: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name and version, as they stand on a letter."""
        return f"{self.id}-{self.country or 'any'}-{self.locale} version {self.version}"

    def lacks(self, day: date) -> tuple[str, ...]:
        """Say what is missing before letters of this template may be final."""
        told = (
            (self.reviewed_by and self.reviewed_on, "about.reviewed_by and about.reviewed_on"),
            (self.legal["signed_by"] and self.legal["signed_on"], "legal.signed_by, signed_on"),
            (self.legal["reference"], "legal.reference"),
            (self.legal["provision"], "legal.provision"),
        )
        late = [
            f"{name} lies in the future"
            for name, on in (
                ("about.reviewed_on", self.reviewed_on),
                ("legal.signed_on", self.legal["signed_on"]),
            )
            if on and date.fromisoformat(on) > day
        ]
        return (*(name for is_there, name in told if not is_there), *late)


def built_in() -> tuple[str, ...]:
    """Return the languages that there are templates in."""
    names = (one.name for one in files(ROOM).joinpath(FOLDER).iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".toml")))


def text_of(locale: str) -> bytes:
    """Return a built-in template as it stands, to be copied, read and signed."""
    if locale not in built_in():
        raise UsageError(f"there is no letter in {locale!r}", f"known: {', '.join(built_in())}")
    return files(ROOM).joinpath(FOLDER, f"{locale}.toml").read_bytes()


def read_template(named: str) -> Template:
    """Read a built-in template by its language, or one's own by its path; refuse faults."""
    path = Path(named)
    raw = _bytes(path) if path.suffix == ".toml" else text_of(named)
    found = examine(raw)
    if isinstance(found, Template):
        return found
    first = found[0]
    raise UsageError(
        f"{path.name}: {first.where} {first.says}", "fanal deter letter lint shows all faults"
    )


def examine_file(path: Path) -> Template | tuple[Fault, ...]:
    """Read a template of one's own, or say everything that is wrong with it."""
    return examine(_bytes(path))


def examine(raw: bytes) -> Template | tuple[Fault, ...]:
    """Return a template, or everything that is wrong with it."""
    try:
        told = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return (Fault("the file", "is no TOML in UTF-8"),)
    faults = tuple(_shape(told)) or tuple(_faults(told))
    return faults or _template(told)


def merged(text: str, fields: Mapping[str, str]) -> str:
    """Return a text with its merge fields filled in; a field's value is never read again."""
    return _FIELD.sub(lambda found: fields[found[1]], text)


def is_discreet(line: str) -> bool:
    """Tell whether a line of an address has no word that says what a letter is about."""
    return not _TELLING.search(normalize("NFKC", line))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name another file") from None
    if len(raw) > MOST_BYTES:
        raise UsageError(f"{path} is too long for a template", "name another file")
    return raw


def _shape(told: Mapping[str, Any]) -> Iterator[Fault]:
    for section in told.keys() - SECTIONS.keys():
        yield Fault(f"[{section}]", "is no section of a letter")
    for section, keys in SECTIONS.items():
        table = told.get(section)
        if not isinstance(table, dict):
            yield Fault(f"[{section}]", "is missing")
            continue
        yield from (Fault(f"{section}.{one}", "is missing") for one in sorted(keys - table.keys()))
        yield from (
            Fault(f"{section}.{one}", "is not known") for one in sorted(table.keys() - keys)
        )
    if isinstance(told.get("about"), dict):
        yield from _about(told["about"])


def _about(about: Mapping[str, Any]) -> Iterator[Fault]:
    version = about.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        yield Fault("about.version", "is no number from 1")
    country = about.get("country")
    if not isinstance(country, str) or not re.fullmatch(r"(?:[A-Z]{2})?", country):
        yield Fault("about.country", "is neither two capitals nor empty")
    for name in ("id", "locale", "drafted_by", "reviewed_by"):
        if not isinstance(about.get(name), str):
            yield Fault(f"about.{name}", "is no text")
    for name in ("id", "locale"):
        if not re.fullmatch(r"[A-Za-z0-9-]{2,40}", str(about.get(name))):
            yield Fault(f"about.{name}", "has other signs than letters, digits and -")


def _faults(told: Mapping[str, Any]) -> Iterator[Fault]:
    for section, name in (("about", "reviewed_on"), ("legal", "signed_on")):
        if told[section][name] != "" and not _is_day(told[section][name]):
            yield Fault(f"{section}.{name}", "is neither a day nor empty")
    for name in ("signed_by", "reference", "provision"):
        if not isinstance(told["legal"][name], str):
            yield Fault(f"legal.{name}", "is no text")
    parts = list(_texts(told))
    for where, text, fields in parts:
        yield from _text(where, text, fields)
    letter = " ".join(str(text) for where, text, _ in parts if where.startswith("letter."))
    for name in NEEDED:
        if f"{{{name}}}" not in letter:
            yield Fault("[letter]", f"does not name {{{name}}}")
    yield from _envelope(told["envelope"])


def _texts(told: Mapping[str, Any]) -> Iterator[tuple[str, Any, frozenset[str]]]:
    """Yield every text of a template: where it stands, itself, which fields it may name."""
    inside = frozenset(FIELDS) - {"address"}
    for name in sorted(SECTIONS["letter"] - {"body"}):
        yield f"letter.{name}", told["letter"][name], inside
    body = told["letter"]["body"]
    is_list = isinstance(body, list) and 0 < len(body) <= MOST_PARAGRAPHS
    for at, one in enumerate(body if is_list else [None], 1):
        yield f"letter.body, paragraph {at}", one, inside
    for name in sorted(SECTIONS["delivery"]):
        yield f"delivery.{name}", told["delivery"][name], frozenset()
    yield "envelope.mark", told["envelope"]["mark"], frozenset()


def _text(where: str, text: Any, fields: frozenset[str]) -> Iterator[Fault]:
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_TEXT:
        yield Fault(where, f"is no text of 1 to {MOST_TEXT} characters")
        return
    if unknown := set(_FIELD.findall(text)) - fields:
        known = unknown <= set(FIELDS)
        yield Fault(
            where,
            "names a field that may not stand there" if known else "has a field that is not known",
        )
    bare = _FIELD.sub("", text)
    if "{" in bare or "}" in bare:
        yield Fault(where, "has a brace that belongs to no field")
    if _MARKUP.search(bare) or not text.isprintable():
        yield Fault(where, "has markup or signs that nobody sees")
    if _LEADS.search(bare):
        yield Fault(where, "has an address or a number: these come from the directory of help")


def _envelope(envelope: Mapping[str, Any]) -> Iterator[Fault]:
    if isinstance(envelope["mark"], str) and _OFFENCE.search(envelope["mark"]):
        yield Fault("envelope.mark", "has a word of offences, authorities or children")
    lines = envelope["lines"]
    if not isinstance(lines, list) or "{name}" not in lines:
        yield Fault("envelope.lines", "does not name {name}")
        return
    for at, one in enumerate(lines, 1):
        field = _FIELD.fullmatch(one) if isinstance(one, str) else None
        if field is None or field[1] not in ON_ENVELOPE:
            yield Fault(f"envelope.lines, line {at}", "may be {name} or {address} and nothing else")


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _template(told: Mapping[str, Any]) -> Template:
    about, legal = told["about"], told["legal"]
    return Template(
        about["id"],
        about["locale"],
        about["country"],
        about["version"],
        about["drafted_by"],
        about["reviewed_by"],
        str(about["reviewed_on"]),
        {name: str(value) for name, value in legal.items()},
        told["letter"],
        told["delivery"],
        told["envelope"],
    )
