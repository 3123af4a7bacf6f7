"""Spells times of last change the one way the records do."""

from datetime import UTC, datetime


def utc(seconds: int | None) -> str | None:
    """Return seconds since 1970 as ISO 8601 in UTC, or None where no calendar has such a time."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")[:-6] + "Z"
    except (OverflowError, ValueError, OSError):
        return None


def dos(date: int, time: int) -> str | None:
    """Return an MS-DOS date and time as ISO 8601 without a zone, for none is known."""
    try:
        return datetime(  # noqa: DTZ001 - the format keeps local time and no zone
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            (time & 31) * 2,
        ).isoformat()
    except ValueError:
        return None
