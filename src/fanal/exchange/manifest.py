"""Spells and reads the manifest: what a package is, for whom, from whom, and every file of it.

It is canonical JSON (sorted keys, no white space, plain ASCII, no fractions): what is read is
refused unless it is spelled exactly so. The signature is made over these bytes.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fanal.custody.spelling import canonical
from fanal.errors import PackageError
from fanal.exchange.container import refused
from fanal.exchange.paths import FIRST, MANIFEST, MARKS, MOST, PADDING, clash, unfit
from fanal.model.package import HANDLING, INFORMATION, OUTCOMES, SOURCES

FORMAT = "fanal package 1"
PACKAGE, RECALL, REPLY = "package", "recall", "reply"
KINDS = (PACKAGE, RECALL, REPLY)
"""Leads for a country; word that all that was sent before is withdrawn; what a receiver answers."""
LARGEST = 1 << 24
"""Bytes of a manifest."""
LONGEST_NAME, LONGEST_TEXT = 200, 2_000


@dataclass(frozen=True, slots=True)
class Party:
    """A sender or a receiver."""

    name: str
    age_key: str
    """What is encrypted to it."""
    signing_key: str = ""
    """Ed25519 public key, hexadecimal; "" where it is not known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a package says of itself."""

    kind: str
    id: str
    version: int
    country: str
    sender: Party
    recipient: Party
    handling: str
    """`H0` to `H3`."""
    terms: str
    """Further restriction in words."""
    reason: str
    """Why it was made, corrected or recalled."""
    time: str
    """ISO 8601, UTC."""
    leads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Lead → handling, terms, source, information, category, possible, other countries that are
    named; in a reply outcome and words."""
    supersedes: str = ""
    """SHA-256 of the manifest of the version before; in a reply, of what is answered."""
    withdrawn: tuple[str, ...] = ()
    """Leads of the version before that are in this one no more."""
    notes: tuple[str, ...] = ()
    """Conditions of the transfer that travel with it (Directive (EU) 2016/680, article 9(3))."""
    made_with: Mapping[str, str] = field(default_factory=dict)
    """Program → version."""
    files: tuple[Entry, ...] = ()

    def with_files(self, files: Mapping[str, bytes]) -> "Manifest":
        """Return the manifest that names these files, each with its size and digest."""
        named = sorted(files.items())
        return replace(
            self,
            files=tuple(
                Entry(name, len(data), hashlib.sha256(data).hexdigest()) for name, data in named
            ),
        )


def spelled(manifest: Manifest) -> bytes:
    """Return the bytes of a manifest."""
    return canonical({"format": FORMAT, **asdict(manifest)}).encode("ascii")


def digest(raw: bytes) -> str:
    """Return by what digest a manifest is named."""
    return hashlib.sha256(raw).hexdigest()


def read(raw: bytes) -> Manifest:
    """Return what a manifest says, or refuse one that is not exactly as it must be."""
    if len(raw) > LARGEST:
        raise _bad("it", f"is larger than {LARGEST:,} bytes")
    try:
        told = json.loads(raw.decode("ascii"), parse_float=_never, parse_constant=_never)
        same = canonical(told).encode("ascii") == raw
    except (ValueError, RecursionError) as error:
        raise _bad("it", "is not canonical JSON") from error
    if not same:
        raise _bad("it", "is not spelled canonically")
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _bad("format", f"is not {FORMAT!r}: another program, or a newer one, made it")
    if told.keys() != {"format", *_FIELDS}:
        odd = min(told.keys() ^ {"format", *_FIELDS})
        raise _bad(odd[:LONGEST_NAME], "is missing, or is nothing that a manifest has")
    made = Manifest(**{name: _FIELDS[name](name, told[name]) for name in _FIELDS})
    _check(made)
    return made


def _bad(key: str, what: str) -> PackageError:
    return refused(MANIFEST, f"{key} {what}")


def _never(text: str) -> Any:
    raise ValueError(text)


def _text(most: int, pattern: str = "", *, empty: bool = False) -> Any:
    fits = re.compile(pattern) if pattern else None

    def text(key: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or not (value.isprintable()):
            raise _bad(key, f"is no printable text of at most {most:,} characters")
        if (not value and not empty) or (value and fits is not None and not fits.fullmatch(value)):
            raise _bad(key, "is not as it must be")
        return value

    return text


def _number(key: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise _bad(key, "is no whole number that it can be")
    return value


def _table(key: str, value: Any, keys: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys.keys():
        raise _bad(key, f"must have exactly {', '.join(keys)}")
    return {name: take(f"{key}.{name}", value[name]) for name, take in keys.items()}


def _party(key: str, value: Any) -> Party:
    return Party(**_table(key, value, _PARTY))


def _files(key: str, value: Any) -> tuple[Entry, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"must be a list of at most {MOST:,} files")
    return tuple(Entry(**_table(f"{key}[{at}]", one, _ENTRY)) for at, one in enumerate(value))


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"must be a list of at most {MOST:,} texts")
    return tuple(_WORDS(f"{key}[{at}]", one) for at, one in enumerate(value))


def _versions(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > 100:
        raise _bad(key, "must be a table of at most 100 programs")
    return {_NAME(key, name): _NAME(f"{key}.{name}", one) for name, one in value.items()}


def _leads(key: str, value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or len(value) > MOST:
        raise _bad(key, f"must be a table of at most {MOST:,} leads")
    return {_LEAD(key, lead): _lead(f"{key}.{lead}", told) for lead, told in value.items()}


def _lead(key: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > 20:
        raise _bad(key, "must be a table")
    if unknown := value.keys() - _OF_LEAD.keys():
        raise _bad(f"{key}.{min(unknown)[:40]}", "is nothing that is said of a lead")
    told = {name: _OF_LEAD[name](f"{key}.{name}", one) for name, one in value.items()}
    return {name: list(one) if isinstance(one, tuple) else one for name, one in told.items()}


def _truth(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _bad(key, "must be true or false")
    return value


def _one_of(*words: str) -> Any:
    def one(key: str, value: Any) -> str:
        if value not in words:
            raise _bad(key, f"is none of {', '.join(words)}")
        return str(value)

    return one


_NAME, _WORDS = _text(LONGEST_NAME), _text(LONGEST_TEXT, empty=True)
_DIGEST, _LEAD = _text(64, "[0-9a-f]{64}"), _text(64, "[A-Za-z0-9-]+")
_MAYBE_DIGEST = _text(64, "[0-9a-f]{64}", empty=True)
_PARTY = {
    "name": _NAME,
    "age_key": _text(LONGEST_NAME, "age1[0-9a-z]+"),
    "signing_key": _MAYBE_DIGEST,
}
_ENTRY = {"name": _NAME, "size": _number, "sha256": _DIGEST}
_OF_LEAD: Mapping[str, Any] = {
    "handling": _one_of(*HANDLING),
    "terms": _WORDS,
    "source": _one_of(*SOURCES),
    "information": _one_of(*INFORMATION),
    "category": _NAME,
    "possible": _truth,
    "others": _texts,
    "outcome": _one_of(*OUTCOMES),
    "words": _WORDS,
}
_FIELDS: Mapping[str, Any] = {
    "kind": _one_of(*KINDS),
    "id": _text(14, "p-[0-9a-f]{12}"),
    "version": _number,
    "country": _text(2, "[A-Z]{2}"),
    "sender": _party,
    "recipient": _party,
    "handling": _one_of(*HANDLING),
    "terms": _WORDS,
    "reason": _WORDS,
    "time": _text(40, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+]+Z?"),
    "leads": _leads,
    "supersedes": _MAYBE_DIGEST,
    "withdrawn": _texts,
    "notes": _texts,
    "made_with": _versions,
    "files": _files,
}


def _check(made: Manifest) -> None:
    """Refuse what no single field can tell."""
    names = [entry.name for entry in made.files]
    if names != sorted(names):
        raise _bad("files", "must be in order")
    for name in names:
        if why := unfit(name) or ("it is kept for the container" if name in FIRST else ""):
            raise _bad(f"file {name!r}", f"cannot be: {why}")
    name, why = clash([*FIRST, *MARKS, PADDING, *names])
    if why:
        raise _bad(f"file {name!r}", f"cannot be: {why}")
    if not made.version or not made.sender.signing_key:
        raise _bad("version and sender.signing_key", "must be there")
    if made.handling == "H3" and not made.terms:
        raise _bad("terms", "must say in words what H3 restricts")
