"""Tells one camera from others by what its pictures say, and which serial numbers say nothing."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanal.series.spelling import hashed, printable

FEWEST = 4
"""Characters of a serial number at least."""
_NONE = {
    "none",
    "null",
    "unknown",
    "undefined",
    "notset",
    "serial",
    "serialnumber",
    "default",
    "na",
}
"""What is written where there is no serial number."""
_RISING = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz")
MOST_KEPT = 200
"""Characters of a text that count; hostile files give ten thousand."""


@dataclass(frozen=True, slots=True)
class Body:
    """What one picture says of the camera that took it."""

    make: str
    model: str
    serial: str
    """"" where there is none that tells one camera from another."""
    refused: str = ""
    """A serial number that was written and tells nothing."""

    @property
    def name(self) -> str:
        """Return make and model for the eye."""
        both = self.model if self.model.startswith(self.make) else f"{self.make} {self.model}"
        return printable(both.strip() or "an unnamed camera")


def body_of(record: Mapping[str, Any]) -> Body:
    """Return what the data of a `camera record` say of the body."""
    make, model = folded(record.get("make")), folded(record.get("model"))
    told = record.get("serial") or record.get("internal_serial")
    serial = folded(told).removeprefix("NO=").strip()
    good = tells(serial)
    # One tag has leading zeros where another of the same camera has none.
    return Body(make, model, serial.lstrip("0") if good else "", "" if good else serial)


def tells(serial: str) -> bool:
    """Tell whether a serial number can be that of one camera: no `0000`, no `1234567`."""
    bare = "".join(filter(str.isalnum, serial)).lower()
    if len(bare) < FEWEST or bare in _NONE or len(set(bare)) == 1:
        return False
    return not any(bare in rising or bare[::-1] in rising for rising in _RISING)


def folded(text: Any) -> str:
    """Return a text or a number without what differs from file to file: case, blanks, length."""
    if isinstance(text, bool) or not isinstance(text, str | int):
        return ""
    kept = unicodedata.normalize("NFKC", str(text)[: 4 * MOST_KEPT]) if text != "" else ""
    return " ".join(kept.split())[:MOST_KEPT].upper()


def software_of(record: Mapping[str, Any]) -> str:
    """Return the software of a camera as it is compared."""
    return folded(record.get("software"))


def key_of(body: Body, software: str, exhibit: str) -> int:
    """Return a number that stands for the camera; without a serial number, on one exhibit."""
    if body.serial:
        return hashed("serial", body.make, body.model, body.serial)
    return hashed("model", body.make, body.model, software, exhibit)
