"""Takes values out of a hostile header: texts cut and made plain, numbers and times in bounds."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

SHORT, LONG = 300, 4000
"""Characters kept of a name, and of a description or comment."""
LARGEST = 10**15
"""No count in a header is larger."""
FIRST, LAST = 1_262_304_000, 4_102_444_800
"""2010 and 2100: a time of training outside of them was not set by a clock."""


def plain(value: Any, most: int = SHORT) -> str:
    """Return a text without what steers a terminal or no database keeps; "" for other values."""
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in value[:most])


def number(value: Any) -> int | None:
    """Return a count that stands in a header as text or number, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = int(float(value)) if len(str(value)[:40]) < 40 else -1
    except (ValueError, OverflowError):
        return None
    return found if 0 <= found <= LARGEST else None


def moment(value: Any) -> str:
    """Return a time given in seconds since 1970 as ISO 8601, "" where it cannot be one."""
    seconds = number(value)
    if seconds is None or not FIRST <= seconds <= LAST:
        return ""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def hexadecimal(value: Any, *lengths: int) -> str:
    """Return a digest in lower case where a text is one of such a length, else ""."""
    text = plain(value).strip().lower().removeprefix("0x")
    good = len(text) in lengths and not set(text) - set("0123456789abcdef")
    return text if good else ""


def read_json(text: str | bytes) -> Any:
    """Return the value of a JSON text, None where it is none or nested too deeply."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping that stands in a header as JSON or as text that holds JSON."""
    found = read_json(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}
