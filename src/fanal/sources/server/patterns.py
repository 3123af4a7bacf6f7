"""Compiles patterns so that a group repeated for good means the same in every Python 3.11.

Before Python 3.11.5 `(?:…)*+` could match wrongly where its inside goes back (python/cpython
issue 106052). `(?>(?:…)*)` says the same and is right in all of them.
"""

import re
from typing import AnyStr

_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\)(?:[*+?]|\{\d*,?\d*\})\+|.", re.DOTALL)


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the pattern, compiled."""
    if isinstance(pattern, bytes):
        return re.compile(atomic(pattern.decode("latin-1")).encode("latin-1"), flags)
    return re.compile(atomic(pattern), flags)


def atomic(text: str) -> str:
    """Return a pattern in which no group has a possessive quantifier."""
    parts: list[str] = []
    begun: list[int] = []
    for part in _PART.findall(text):
        if part == "(":
            begun.append(len(parts))
        elif part[0] == ")" and begun:
            at = begun.pop()
            if len(part) > 1:
                parts[at] = f"(?>{parts[at]}"
                parts.append(f"{part[:-1]})")
                continue
        parts.append(part)
    return "".join(parts)
