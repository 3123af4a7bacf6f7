"""Parts of prevention as plain as can be: what a rule does is seen by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fanal.prevention.decide import Rules
from fanal.prevention.nouns import Content, Link, Reason, Signals, Surface
from fanal.prevention.ports import Heard

DAY = date(2026, 11, 27)


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Knows tokens as they stand: `zz-hit`, `zz-self`, `zz-victim`, `zz-family`, `zz-unread`."""

    version: str = "w1"

    def ask(self, text: str) -> Heard:
        support = next(
            (one for one in (Reason.VICTIM, Reason.FAMILY, Reason.SELF) if f"zz-{one[8:]}" in text),
            None,
        )
        return Heard("zz-hit" in text, support, "zz-unread" not in text)


@dataclass(frozen=True, slots=True)
class PlainFiles:
    """Knows one digest and one code by their first letter."""

    version: str = "f1"

    def ask(self, signals: Signals) -> Reason:
        if signals.sha256.startswith("a"):
            return Reason.FILE
        return Reason.NEAR if signals.pdq.startswith("a") else Reason.NONE


@dataclass(frozen=True, slots=True)
class PlainTexts:
    """Says its key and nothing else."""

    def content(
        self,
        key: str,
        surface: Surface | None,
        locale: str,
        country: str,  # noqa: ARG002 (the port asks for it)
        day: date,  # noqa: ARG002 (the port asks for it)
    ) -> Content:
        told = (f"[{surface}]",) if surface else ()
        help_ = (Link("Made-up help", web="https://help.example"),)
        return Content(locale or "en", "ltr", key, told, help_, help_, "Nothing is kept.")


@dataclass(frozen=True, slots=True)
class PlainTrial:
    """Shows everyone the second wording."""

    trial_id: str = "t1"

    def covers(self, surface: Surface, country: str, day: date) -> bool:  # noqa: ARG002 (likewise)
        return surface is not Surface.BROWSE

    def variant(self, session: str) -> str:  # noqa: ARG002 (likewise)
        return "illegal"


class Broken:
    """A part of which everything fails, with words that must not be told."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("zz-hit in the words of an error")


def rules(**changed: Any) -> Rules:
    """Return rules of plain parts."""
    parts: dict[str, Any] = {
        "words": PlainWords(),
        "files": PlainFiles(),
        "texts": PlainTexts(),
        "day": DAY,
    }
    return Rules(**(parts | changed))


def failing(_surface: Surface, _signals: Signals) -> bool:
    """Stand for a classifier that fails."""
    raise RuntimeError("zz-hit in the words of an error")


def saying(*, answer: bool) -> Callable[[Surface, Signals], bool]:
    """Return a classifier that always says the same."""
    return lambda _surface, _signals: answer
