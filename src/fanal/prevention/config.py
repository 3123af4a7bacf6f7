"""Reads the operator's configuration: one TOML file, every key known, every path beside it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.nouns import FAMILIES, Action, Surface
from fanal.prevention.uploads import RADIUS

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Config:
    """What an operator configures; every part may be absent, and no list comes with fanal."""

    operator: str = ""
    """The service's name, for reports."""
    country: str = ""
    """Of the site edition, where an act says none; ISO 3166-1."""
    locale: str = "en"
    """Where an act says none."""
    words: tuple[Path, ...] = ()
    support: tuple[Path, ...] = ()
    stems: Path | None = None
    identity: Path | None = None
    """The age identity that opens encrypted lists."""
    limit: int = 20_000
    """Characters of one text; longer ones are not read, and get the closed answer."""
    hashes: tuple[Path, ...] = ()
    """Heads of hash lists, as `fanal deter lists hashes` builds them."""
    radius: int = RADIUS
    bundles: tuple[Path, ...] = ()
    keys: tuple[str, ...] = ()
    """Ed25519 keys, hexadecimal, whose bundles are taken."""
    family: str = "combined"
    """The wording outside a trial."""
    helplines: Path | None = None
    """The operator's own directory, laid over the built-in one."""
    registration: Path | None = None
    """The running trial."""
    counting: Path | None = None
    """Folder of the counters; None counts nothing."""
    minutes: int = 30
    sessions: int = 100_000
    counters_dead: str = "close"
    """What happens where counters cannot be kept: `close` (the closed answer) or `go_on`."""
    closed: Mapping[Surface, Action] = field(default_factory=dict)
    """Answer to what fails, by surface; upload and generate always refuse."""
    poll: float = 5.0
    """Seconds between two looks whether a file changed."""
    contact: str = ""
    """The human whom a report names: a mailbox or a desk, not a person's data."""


def read_config(path: Path) -> Config:
    """Read a configuration, or say which key of it is wrong."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise UsageError(f"{path} is too long for a configuration", "name another file")
        told = tomllib.loads(raw.decode("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = "it is nested too deep" if isinstance(error, RecursionError) else error
        raise UsageError(f"{path} cannot be read: {why}", "write it as the guide says") from None
    taken: dict[str, Any] = {}
    for section, values in told.items():
        keys = KEYS.get(section)
        if keys is None or not isinstance(values, dict):
            raise UsageError(f"{path} has no section [{section}]", f"known: {', '.join(KEYS)}")
        for key, value in values.items():
            if key not in keys:
                raise UsageError(f"{path} has no {section}.{key}", f"known: {', '.join(keys)}")
            name, read = keys[key]
            taken[name] = _read(read, value, path, f"{section}.{key}")
    return Config(**taken)


def _read(read: Callable[[Any, Path], Any], value: Any, path: Path, name: str) -> Any:
    try:
        return read(value, path.resolve().parent)
    except ValueError as error:
        raise UsageError(f"{path}: {name} must be {error}", "correct it") from None


def _path(value: Any, beside: Path) -> Path:
    if not isinstance(value, str) or not value:
        raise ValueError("a path")
    return beside / Path(value).expanduser()


def _paths(value: Any, beside: Path) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise ValueError("a list of paths")  # noqa: TRY004 (told as one sentence)
    return tuple(_path(one, beside) for one in value)


def _text(value: Any, _: Path) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("a text of at most 200 characters")
    return value


def _country(value: Any, _: Path) -> str:
    if not isinstance(value, str) or len(value) != 2 or not value.isascii() or not value.isalpha():
        raise ValueError("a country by its two letters (ISO 3166-1)")
    return value.upper()


def _keys(value: Any, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(_is_key(one) for one in value):
        raise ValueError("a list of Ed25519 public keys, 64 hexadecimal characters each")
    return tuple(one.lower() for one in value)


def _is_key(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) == 64
        and set(value.lower()) <= set("0123456789abcdef")
    )


def _between(least: int, most: int) -> Callable[[Any, Path], int]:
    def read(value: Any, _: Path) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"a whole number from {least:,} to {most:,}")
        return value

    return read


def _one_of(*known: str) -> Callable[[Any, Path], str]:
    def read(value: Any, _: Path) -> str:
        if value not in known:
            raise ValueError(f"one of: {', '.join(known)}")
        return str(value)

    return read


def _closed(value: Any, _: Path) -> dict[Surface, Action]:
    if not isinstance(value, dict) or not value.keys() <= {"search", "browse"}:
        raise ValueError("a table of search and browse; upload and generate always refuse")
    if not set(value.values()) <= {"allow", "block"}:
        raise ValueError("`allow` or `block` for each surface")
    return {Surface(one): Action(said) for one, said in value.items()}


KEYS: dict[str, dict[str, tuple[str, Callable[[Any, Path], Any]]]] = {
    "service": {
        "operator": ("operator", _text),
        "contact": ("contact", _text),
        "country": ("country", _country),
        "locale": ("locale", _text),
        "poll_seconds": ("poll", _between(1, 3600)),
    },
    "fails": {
        "closed": ("closed", _closed),
        "counters": ("counters_dead", _one_of("close", "go_on")),
    },
    "words": {
        "lists": ("words", _paths),
        "support": ("support", _paths),
        "stems": ("stems", _path),
        "identity": ("identity", _path),
        "limit": ("limit", _between(1, 1_000_000)),
    },
    "hashes": {"lists": ("hashes", _paths), "radius": ("radius", _between(0, 31))},
    "messages": {
        "bundles": ("bundles", _paths),
        "keys": ("keys", _keys),
        "family": ("family", _one_of(*FAMILIES)),
        "helplines": ("helplines", _path),
    },
    "trial": {"registration": ("registration", _path)},
    "counting": {
        "folder": ("counting", _path),
        "minutes": ("minutes", _between(1, 24 * 60)),
        "sessions": ("sessions", _between(1, 10_000_000)),
    },
}
"""Section → key → (field of Config, how it is read)."""
