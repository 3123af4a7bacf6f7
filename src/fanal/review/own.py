"""Checks what a person sets for themselves: keys, levels, theme, breaks; nobody asks why."""

import re
from collections.abc import Mapping
from typing import Any

from fanal.errors import UsageError
from fanal.review.limits import Limits

KEYS: Mapping[str, tuple[str, str]] = {
    "state-1": ("1", "Treat as real"),
    "state-2": ("2", "Known, not identified"),
    "state-3": ("3", "Likeness of a real child"),
    "state-4": ("4", "Made from a real photograph"),
    "state-5": ("5", "Identified"),
    "state-6": ("6", "No real person found"),
    "show": ("Space", "Hold: show the next level"),
    "open": ("Enter", "Open"),
    "select": ("x", "Select"),
    "undo": ("u", "Take back"),
    "redo": ("Shift+u", "Do again"),
    "series": ("s", "Series"),
    "near": ("d", "Near copies"),
    "alike": ("m", "More like this"),
    "compare": ("c", "Compare"),
    "second": ("f", "Ask for a second opinion"),
    "lead": ("v", "Mark as a lead to a victim"),
    "note": ("n", "Note"),
    "area": ("a", "Show an area"),
    "text": ("t", "Text only"),
    "blank": ("b", "Cover everything"),
    "grey": ("g", "Grey or colour"),
    "next": ("j", "Next item"),
    "previous": ("k", "Item before"),
    "flip": ("\\", "Flip between two pictures"),
    "filter": ("/", "Filter"),
    "help": ("?", "Keys"),
}
"""Command → its key until somebody chooses another, and what it does."""
RESERVED = frozenset(
    {
        *("Tab", "Escape", "Backspace", "Delete", "Insert", "CapsLock", "ContextMenu"),
        *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"),
        *("NumLock", "ScrollLock", "Pause", "PrintScreen", "Help", "Clear", "Fn", "AltGraph"),
        *("Control", "Alt", "Meta", "Shift", "'"),
        *(f"F{number}" for number in range(1, 25)),
    }
)
"""Keys of browsers and screen readers: these are never a command's."""
_USABLE = re.compile(r"(?:Shift\+)?[a-z]|[!-@\[-`{-~]|Enter|Space")
"""A small letter, perhaps with Shift, another sign of ASCII, or one of two keys with a name."""
THEMES = ("auto", "light", "dark", "contrast")
DEFAULTS: Mapping[str, Any] = {
    "keys": {name: key for name, (key, _) in KEYS.items()},
    "single_keys": True,
    "level": 5,
    "theme": "auto",
    "text_only": False,
    "violence_opt_out": False,
    "advance": True,
    "breaks": 0,
    "check_in": False,
}
"""Setting → its value until a person chooses another. `level`: the highest they want to be shown;
`breaks`: minutes until a break is proposed, 0 as the team has it; `single_keys`: commands by one
key (WCAG 2.2, 2.1.4)."""
EARLIEST = 5
"""Minutes before which no break is proposed."""


def checked(name: str, value: object, limits: Limits) -> Any:
    """Return a value that a person may choose; raise a sentence for any other."""
    if name == "keys":
        return keys(value)
    if name not in DEFAULTS:
        raise UsageError(f"there is no setting {name[:40]!r}", "choose one of the page's")
    if name == "theme":
        if value not in THEMES:
            raise UsageError("there is no such theme", f"choose one of: {', '.join(THEMES)}")
        return value
    if type(DEFAULTS[name]) is bool:
        if type(value) is not bool:
            raise UsageError(f"{name} is either true or false", "choose one of both")
        return value
    least, most = (0, limits.cap) if name == "level" else (EARLIEST, limits.prompt_after)
    if type(value) is int and (least <= value <= most or (name == "breaks" and value == 0)):
        return value
    raise UsageError(f"{name} is a whole number from {least} to {most}", "choose another one")


def keys(value: object) -> dict[str, str]:
    """Return the key of every command, each key once and none of the reserved."""
    if not isinstance(value, Mapping) or not all(
        isinstance(name, str) and isinstance(key, str) for name, key in value.items()
    ):
        raise UsageError("keys are a command and a key each", "export your keys to see how")
    if unknown := sorted(value.keys() - KEYS.keys()):
        raise UsageError(f"there is no command {unknown[0][:40]!r}", "leave it out")
    chosen = {name: spelled(value.get(name, key)) for name, (key, _) in KEYS.items()}
    seen: dict[str, str] = {}
    for name, key in chosen.items():
        if why := unfit(key):
            raise UsageError(f"{KEYS[name][1]}: {why}", "choose another key")
        if key in seen:
            raise UsageError(
                f"{shown(key)} would be both: {KEYS[seen[key]][1]}; {KEYS[name][1]}",
                "give each command a key of its own",
            )
        seen[key] = name
    return chosen


def spelled(key: str) -> str:
    """Return a key as it is kept: a letter small, and whether Shift is held with it."""
    key = "Space" if key == " " else key.strip()
    shift, _, rest = key.rpartition("+") if len(key) > 1 else ("", "", key)
    if shift.casefold() == "shift":
        return f"Shift+{rest.lower()}" if len(rest) == 1 else f"Shift+{rest}"
    if len(key) == 1 and key.isupper():
        return f"Shift+{key.lower()}"
    return key


def unfit(key: str) -> str:
    """Return why a key cannot be a command's; "" where it can."""
    if key.removeprefix("Shift+") in RESERVED:
        return f"{shown(key)} belongs to browsers and screen readers"
    if not _USABLE.fullmatch(key):
        return "a command has one key: a letter, perhaps with Shift, a number or a sign"
    return ""


def shown(key: str) -> str:
    """Return a key for a sentence."""
    return "".join(letter if letter.isprintable() else "?" for letter in key[:20]) or "no key"


def merged(chosen: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Return every setting of a person: what they chose and still may, else the default."""
    found = dict(DEFAULTS)
    for name, value in chosen.items():
        try:
            found[name] = checked(name, value, limits)
        except UsageError:  # chosen when the limits were others, or by another version
            if name == "breaks":
                found[name] = 0
    found["level"] = min(found["level"], limits.cap)
    return found
