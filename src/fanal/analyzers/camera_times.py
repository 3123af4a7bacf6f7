"""Reads the times of an EXIF block, with parts of a second and time zones, and compares them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fanal.content.exif import EXIF, GPS, IFD0, Exif

_WRITTEN = re.compile(r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)[ T](\d\d?)[:.](\d\d)(?:[:.](\d\d))?")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_NAMES: Mapping[str, tuple[tuple[str, int], int, int]] = {
    "taken": ((EXIF, 0x9003), 0x9291, 0x9011),
    "digitized": ((EXIF, 0x9004), 0x9292, 0x9012),
    "modified": ((IFD0, 0x0132), 0x9290, 0x9010),
}
"""Name → DateTimeOriginal, DateTimeDigitized and DateTime: the tag, its sub-seconds, its offset."""
_SLACK = 120
"""Seconds that a camera may take to expose and write."""
_FIX = 900
"""Seconds that a position may be older or newer than the picture."""


@dataclass(frozen=True, slots=True)
class Time:
    """One time as a camera writes it."""

    local: datetime
    """By the camera's clock, without a zone."""
    zone: str = ""
    """Offset from UTC as `+02:00`, "" where none is written."""

    def __str__(self) -> str:
        """Return it as ISO 8601."""
        exact = self.local.microsecond
        spec = "seconds" if not exact else "microseconds" if exact % 1000 else "milliseconds"
        return self.local.isoformat(timespec=spec) + self.zone

    @property
    def utc(self) -> datetime | None:
        """Return it in UTC, None where the zone is not known."""
        found = _ZONE.fullmatch(self.zone)
        if found is None:
            return None
        minutes = int(found[2]) * 60 + int(found[3])
        return self.local - timedelta(minutes=minutes if found[1] == "+" else -minutes)


def read_times(exif: Exif) -> dict[str, Time]:
    """Return the times of an EXIF block: `taken`, `digitized`, `modified` and, in UTC, `gps`."""
    found: dict[str, Time] = {}
    for name, (key, part, zone) in _NAMES.items():
        told = exif.get(*key)
        local = _read(told, exif.get(EXIF, part))
        if local is not None:
            offset = exif.get(EXIF, zone)
            good = isinstance(offset, str) and _ZONE.fullmatch(offset.strip())
            found[name] = Time(local, f"{good[1]}{good[2]}:{good[3]}" if good else "")
    gps = _gps(exif)
    if gps is not None:
        found["gps"] = gps
    return found


def _read(told: Any, part: Any) -> datetime | None:
    found = _WRITTEN.match(told.strip()) if isinstance(told, str) else None
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups())
    digits = part.strip() if isinstance(part, str) else ""
    micro = int(digits[:6].ljust(6, "0")) if digits.isascii() and digits.isdigit() else 0
    try:
        return datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001 (its own)
    except ValueError:
        return None


def _gps(exif: Exif) -> Time | None:
    day, clock = exif.get(GPS, 29), exif.get(GPS, 7)
    if not isinstance(day, str) or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    numbers = re.fullmatch(r"(\d{4})[:/.-](\d\d?)[:/.-](\d\d?)", day.strip())
    if numbers is None:
        return None
    try:
        seconds = int(clock[0]) * 3600 + int(clock[1]) * 60 + int(clock[2])
        start = datetime(int(numbers[1]), int(numbers[2]), int(numbers[3]), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    if not 0 <= seconds < 86_400:
        return None
    return Time((start + timedelta(seconds=seconds)).replace(tzinfo=None), "+00:00")


def agree(times: Mapping[str, Time]) -> tuple[str, str]:
    """Return whether the times of taking, digitizing and writing go together."""
    taken = times.get("taken")
    if taken is None:
        return "absent", "no time of taking"
    digitized = times.get("digitized")
    if digitized is not None and abs(_apart(taken, digitized)) > _SLACK:
        return "differs", f"digitized at {digitized}, taken at {taken}"
    modified = times.get("modified")
    if modified is not None and not -1 <= _apart(taken, modified) <= _SLACK:
        return "differs", f"written at {modified}, taken at {taken}"
    if digitized is None and modified is None:
        return "absent", "one time only"
    return "agrees", "taken, digitized and written at one time"


def agrees_with_gps(times: Mapping[str, Time]) -> tuple[str, str]:
    """Return whether the time of taking goes with that of the position.

    Without a time zone the difference may be any quarter of an hour up to 15 hours.
    """
    taken, gps = times.get("taken"), times.get("gps")
    if taken is None or gps is None:
        return "absent", "no time of a position"
    zoned = taken.utc
    if zoned is not None:
        apart = abs((zoned - gps.local).total_seconds())
        good = apart <= _FIX
    else:
        apart = abs((taken.local - gps.local).total_seconds())
        good = apart <= 15 * 3600 and min(apart % 900, 900 - apart % 900) <= _SLACK
    if good:
        return "agrees", "the position was taken at the time of the picture"
    return "differs", f"position of {gps}, picture of {taken}"


def _apart(first: Time, second: Time) -> float:
    """Return seconds from the first to the second, by the camera's clock."""
    return (second.local - first.local).total_seconds()
