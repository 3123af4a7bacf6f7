"""Reads how long what is kept of persons may be kept: a table that an authority writes.

The house has no policy of its own, so that nobody inherits a guess. TOML 1.0.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal.errors import UsageError

LARGEST = 1 << 20
"""Bytes of a policy file."""
LONGEST = 2_000
"""Characters of a text in it."""
MOST = 1_000
SITES, LEADS, ADDRESSES, COPIES = "sites", "leads", "addresses", "copies"
COVERS = (SITES, LEADS, ADDRESSES, COPIES)
"""Canonical tables of seized sites; leads resolved of them; tables of addresses; encrypted files of
packages on this machine."""
MADE, SENT, RECALLED = "made", "sent", "recalled"
TRIGGERS = (MADE, SENT, RECALLED)
MEND = "mend the policy file"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long one kind of data may be kept, from when, for what."""

    name: str
    purpose: str
    basis: str
    """The provision of law that it rests on."""
    covers: str
    trigger: str
    """From when the period runs."""
    period_days: int
    review_days: int
    """How often somebody has to look whether it is still needed."""


@dataclass(frozen=True, slots=True)
class Policies:
    """A policy file."""

    sha256: str
    policies: tuple[Policy, ...] = ()


NONE = Policies("")
"""What counts where nobody wrote a policy: nothing is ever due."""


def parse(text: bytes) -> Policies:
    """Read a policy file; what is in it and not known is refused."""
    if len(text) > LARGEST:
        raise UsageError(f"the policy file has more than {LARGEST:,} bytes", MEND)
    try:
        told = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the policy file is not valid TOML: {error}", MEND) from error
    if unknown := told.keys() - {"policy"}:
        raise UsageError(f"the policy file says {min(unknown)[:40]!r}", "it has [[policy]] only")
    given = told.get("policy", [])
    if not isinstance(given, list) or len(given) > MOST:
        raise UsageError(f"there are at most {MOST:,} [[policy]] in a file", MEND)
    found = tuple(_policy(one, at) for at, one in enumerate(given, 1))
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise UsageError("two policies have one name", MEND)
    return Policies(hashlib.sha256(text).hexdigest(), found)


def _policy(told: Any, at: int) -> Policy:
    where = f"policy {at}"
    if not isinstance(told, dict) or told.keys() != Policy.__dataclass_fields__.keys():
        wanted = ", ".join(Policy.__dataclass_fields__)
        raise UsageError(f"{where} of the policy file has not exactly these: {wanted}", MEND)
    for name in ("name", "purpose", "basis"):
        _text(told, name, where)
    for name, words in (("covers", COVERS), ("trigger", TRIGGERS)):
        if told[name] not in words:
            raise UsageError(f"{name} of {where} is none of: {', '.join(words)}", MEND)
    if (told["trigger"] == MADE) == (told["covers"] == COPIES):
        raise UsageError(
            f"{where}: copies of packages are kept from when they were sent or recalled, all else"
            " from when it was made",
            MEND,
        )
    for name in ("period_days", "review_days"):
        if type(told[name]) is not int or not 1 <= told[name] <= 36_525:
            raise UsageError(f"{name} of {where} is no number of days from 1 to 36,525", MEND)
    return Policy(**told)


def _text(told: Mapping[str, Any], name: str, where: str) -> None:
    text = told[name]
    if not (isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= LONGEST):
        raise UsageError(f"{name} of {where} must be a printable text", MEND)
