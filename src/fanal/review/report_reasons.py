"""Says what each reason of the account means, and what a laboratory can do about it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UNKNOWN = "This reason has no explanation here; the line of the account says what was met."


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one reason of the account means."""

    begins: str
    means: str
    action: str


def meaning(reason: str) -> Meaning:
    """Return the explanation whose beginning fits a reason best."""
    fitting = [entry for entry in _table() if reason.startswith(entry.begins)]
    none = Meaning("", UNKNOWN, "Read its lines: fanal account --each.")
    return max(fitting, key=lambda entry: len(entry.begins), default=none)


@cache
def _table() -> tuple[Meaning, ...]:
    text = (files("fanal.review") / "templates" / "reasons.toml").read_text("utf-8")
    return tuple(Meaning(**entry) for entry in tomllib.loads(text)["reason"])
