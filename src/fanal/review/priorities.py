"""Reads the signed rule file in which an authority says what comes first.

The file can only raise: there is no word in it for later, hidden or skipped, and a word that it
does not know is refused. TOML 1.0; signed with Ed25519 (RFC 8032) over the bytes of the file.
"""

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.errors import UsageError
from fanal.model.review import Priorities
from fanal.review.rungs import NAMES
from fanal.review.sample import SHARE
from fanal.review.signed import signed

DAYS = 730
"""Days before the intake within which a picture counts as recent, unless a rule file says more."""
LARGEST = 1 << 20
"""Bytes of a rule file."""
LONGEST = 200
"""Characters of a name in it."""
MOST = 1000
"""Entries of one kind in it."""
FARTHEST = 100_000.0
"""Metres around a place."""
EARTH = 6_371_008.8
"""Mean radius in metres (IUGG)."""
MEND = "mend the file, and have it signed again"


@dataclass(frozen=True, slots=True)
class Circle:
    """A place, and how far around it counts."""

    name: str
    latitude: float
    longitude: float
    radius: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Tell whether a point lies inside, along the great circle."""
        here, there = math.radians(self.latitude), math.radians(latitude)
        across = math.radians(longitude - self.longitude)
        half = (
            math.sin((there - here) / 2) ** 2
            + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
        )
        return 2 * EARTH * math.asin(min(1.0, math.sqrt(half))) <= self.radius


@dataclass(frozen=True, slots=True)
class Rules:
    """What a rule file says."""

    name: str = ""
    days: int = DAYS
    order: tuple[str, ...] = NAMES
    blind: float = 0.0
    exhibits: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    places: tuple[Circle, ...] = ()


HOUSE = Rules()
"""What counts where nobody set a rule file."""


SIGN = "sign it: openssl pkeyutl -sign -rawin -inkey KEY.pem -in FILE -out FILE.sig"


def verified(text: bytes, signature: bytes, key: str) -> Priorities:
    """Return the record of a rule file, or refuse one that its key did not sign or that is bad."""
    return signed(text, signature, key, parse(text).name, SIGN)


def parse(text: bytes) -> Rules:
    """Read a rule file; whatever in it is not known, or could set something back, is refused."""
    if len(text) > LARGEST:
        raise UsageError(f"the rule file has {len(text):,} bytes", f"at most {LARGEST:,} are read")
    try:
        told = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the rule file is not valid TOML: {error}", MEND) from error
    unknown = sorted(told.keys() - _READERS.keys())
    if unknown:
        raise UsageError(
            f"the rule file says {unknown[0][:LONGEST]!r}, which is nothing that raises",
            f"it may say: {', '.join(_READERS)}",
        )
    if "name" not in told:
        raise UsageError("the rule file has no name", 'write: name = "…"')
    read = {_FIELDS.get(key, key): _READERS[key](key, value) for key, value in told.items()}
    return Rules(**read)


def _bad(key: str, wanted: str) -> UsageError:
    return UsageError(f"{key} in the rule file must be {wanted}", MEND)


def _text(key: str, value: Any) -> str:
    if not (isinstance(value, str) and value.strip() and value.isprintable()):
        raise _bad(key, "a printable text")
    if len(value) > LONGEST:
        raise _bad(key, f"{LONGEST} characters long at most")
    return value


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"a list of texts, {MOST} at most")
    return tuple(dict.fromkeys(_text(key, one) for one in value))


def _days(key: str, value: Any) -> int:
    if type(value) is not int or not DAYS <= value <= 36_525:
        raise _bad(key, f"a whole number, {DAYS} or more: fewer days would set pictures back")
    return value


def _order(key: str, value: Any) -> tuple[str, ...]:
    first = _texts(key, value)
    if not set(first) <= set(NAMES):
        raise _bad(key, f"a list of rungs: {', '.join(NAMES)}")
    return (*first, *(name for name in NAMES if name not in first))


def _blind(key: str, value: Any) -> float:
    if not (_number(value) and SHARE <= value <= 1):
        raise _bad(key, f"a share from {SHARE} to 1: a smaller sample would hide what is missed")
    return float(value)


def _places(key: str, value: Any) -> tuple[Circle, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"a list of places, {MOST} at most")
    return tuple(_circle(key, one) for one in value)


def _circle(key: str, value: Any) -> Circle:
    bounds = {"latitude": 90.0, "longitude": 180.0, "radius": FARTHEST}
    if not isinstance(value, dict) or value.keys() != {"name", *bounds}:
        raise _bad(key, "a table of name, latitude, longitude and radius")
    for name, most in bounds.items():
        least = 0.0 if name == "radius" else -most
        if not (_number(value[name]) and least <= value[name] <= most):
            raise _bad(f"{name} of a {key}", f"a number from {least:g} to {most:g}")
    return Circle(_text(key, value["name"]), *(float(value[name]) for name in bounds))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "name": _text,
    "days": _days,
    "order": _order,
    "blind": _blind,
    "exhibits": _texts,
    "serials": _texts,
    "lists": _texts,
    "place": _places,
}
"""Everything a rule file may say; there is no word that sets anything back."""
_FIELDS = {"place": "places"}


def words(rules: Rules) -> Sequence[str]:
    """Return what a sentence says of each thing that the file puts first, the strongest last."""
    by = f"first by the rule file {rules.name!r}"
    return (
        *(f"{by}: on list {name}" for name in rules.lists),
        *(f"{by}: on exhibit {name}" for name in rules.exhibits),
        *(f"{by}: by the camera with serial number {name}" for name in rules.serials),
        *(f"{by}: within {one.radius:,.0f} m of {one.name}" for one in rules.places),
    )
