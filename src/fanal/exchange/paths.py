"""Says which names files of a package may have: what every system writes alike, and no tricks.

A name is parts joined by `/`; a part has letters from A to Z, digits, `.`, `_` and `-`, and begins
with a letter or a digit. So no name is absolute, climbs, hides, or means a device; and two names
that differ in case only are refused, as they are one file on other systems.
"""

import re
from collections.abc import Iterable

LONGEST = 100
"""Characters of a name: what a tar header holds without its prefix (POSIX 1003.1, ustar)."""
DEEPEST = 5
"""Parts of a name."""
MOST = 20_000
"""Files of a package."""
MANIFEST, SIGNATURE, SENDER = "manifest.json", "manifest.sig", "sender.pem"
FIRST = (MANIFEST, SIGNATURE, SENDER)
"""What every container begins with, in this order."""
PADDING = "padding"
"""What every container ends with: zeros, in a file so that stock programs read to the end."""
MARKS = ("SUPERSEDED.html",)
"""What the receiver's own program may write into an opened folder; no package has such a file."""
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DEVICES = {
    *("con", "prn", "aux", "nul"),
    *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)),
}
"""Names that mean a device, with any ending (Microsoft, Naming Files, Paths, and Namespaces)."""


def unfit(name: str) -> str:
    """Return why a file of a package cannot have this name; "" where it can."""
    if not name or len(name) > LONGEST:
        return f"a name has 1 to {LONGEST} characters"
    if "\0" in name or "\\" in name or not name.isascii() or not name.isprintable():
        return "a name has letters, digits, '.', '_' and '-' only"
    if name.startswith("/"):
        return "it is absolute"
    parts = name.split("/")
    if ".." in parts or "." in parts:
        return "it climbs out of its folder"
    if len(parts) > DEEPEST:
        return f"it lies deeper than {DEEPEST} folders"
    for part in parts:
        if not _PART.fullmatch(part) or part.endswith("."):
            return "a name has letters, digits, '.', '_' and '-' only, and begins with one of them"
        if part.partition(".")[0].lower() in _DEVICES:
            return "it means a device on other systems"
    return ""


def clash(names: Iterable[str]) -> tuple[str, str]:
    """Return the first name that cannot stand beside those before it, and why; else ""."""
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        key = name.lower()
        above = {key[:at] for at, letter in enumerate(key) if letter == "/"}
        if key in files:
            return name, "it is there twice, or differs from another name in case only"
        if key in folders or above & files:
            return name, "it is a file and a folder at once"
        files.add(key)
        folders |= above
    return "", ""
