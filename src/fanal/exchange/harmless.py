"""Takes out of texts from evidence what would keep a package from being sent or read.

A user name that begins like a picture in Base64 would be taken for one when a package is sealed;
half a surrogate pair is no text at all. Neither is a reason to leave a lead unsent.
"""

import re
from collections.abc import Mapping
from typing import Any

from fanal.exchange.seal import EMBEDDED

_WHOLE = re.compile(rb"(?:" + EMBEDDED.pattern + rb")[A-Za-z0-9+/=;,]*", re.IGNORECASE)
"""Such a medium and what belongs to it."""
_HALVES = re.compile("[\ud800-\udfff]")


def harmless(value: Any) -> Any:
    """Return a value whose texts hold no embedded medium and no half characters."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {_text(str(name)): harmless(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [harmless(each) for each in value]
    return value


def _text(text: str) -> str:
    whole = _HALVES.sub("\ufffd", text).encode()
    if not EMBEDDED.search(whole):
        return whole.decode()
    taken = _WHOLE.sub(lambda found: b"[%d bytes like a medium left out]" % len(found[0]), whole)
    return taken.decode("utf-8", "replace")
