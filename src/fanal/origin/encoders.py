"""Learns from a case's own camera originals how each model writes its files, and compares.

What a model does is only what the other files of the case show. A value that none of them has is
held against a file only where new values are rare: the chance that the next file has a new one is
estimated by the share of values seen once (I. J. Good, Biometrika 40, 1953).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LEAST_OTHERS = 5
"""Other intact files of a model and size before anything is said."""
MOST_NEW = 0.1
"""Estimated chance of a new value above which a new value says nothing."""
ASPECTS = ("tables", "sampling", "markers", "thumbnail", "progressive", "restart")
"""What is compared; quantisation tables alone must agree before the whole does."""
AGREES, DIFFERS, VARIES = "agrees", "differs", "varies"

_Model = tuple[str, str]
_Size = tuple[str, str, int, int]
_Values = dict[str, Counter[Any]]


@dataclass(frozen=True, slots=True)
class Compared:
    """How one file goes with the other files of its model and size."""

    make: str
    model: str
    others: int
    """Other intact files of the model and size in the case."""
    outcome: str
    """`agrees`, `differs`, or "" where the others say nothing."""
    aspects: Mapping[str, str] = field(default_factory=dict)
    """Aspect → `agrees`, `differs` or `varies`."""
    standard_tables: bool = False
    """The tables are those of libjpeg at some quality, which many programs write."""

    @property
    def says(self) -> str:
        """Return one sentence."""
        name = f"{self.make} {self.model}".strip()[:80]
        what = f"the {self.others} other files of {name} of this size"
        if self.outcome == AGREES:
            same = [aspect for aspect, how in self.aspects.items() if how == AGREES]
            return f"written as {what} are: {', '.join(same)}"
        wrong = [aspect for aspect, how in self.aspects.items() if how == DIFFERS]
        return f"written otherwise than {what}: {', '.join(wrong)}"

    @property
    def data(self) -> dict[str, Any]:
        """Return what a finding keeps."""
        return {
            "outcome": self.outcome,
            "others": self.others,
            "make": self.make,
            "model": self.model,
            "aspects": dict(self.aspects),
            "standard_tables": self.standard_tables,
        }


class Encoders:
    """How every model of a case writes its files, from those whose structure is intact."""

    def __init__(self) -> None:
        """Begin knowing nothing."""
        self._files: Counter[_Size] = Counter()
        self._values: dict[_Size, _Values] = {}
        self._sizes: defaultdict[_Model, Counter[tuple[int, int]]] = defaultdict(Counter)

    def learn(self, structure: Mapping[str, Any]) -> bool:
        """Learn from the data of one `camera structure`; return whether it was an original."""
        key = _key(structure)
        if key is None or not is_original(structure):
            return False
        self._files[key] += 1
        self._sizes[key[:2]][key[2:]] += 1
        values = self._values.setdefault(key, {aspect: Counter() for aspect in ASPECTS})
        for aspect in ASPECTS:
            values[aspect][_value(structure, aspect)] += 1
        return True

    def compare(self, structure: Mapping[str, Any]) -> Compared | None:
        """Return how a file goes with the others, None where they are too few to say.

        A file that was learned from is left out of what it is compared with.
        """
        key = _key(structure)
        if key is None:
            return None
        own = int(is_original(structure))
        others = self._files[key] - own
        if others < LEAST_OTHERS:
            return None
        aspects = {
            aspect: _judged(self._values[key][aspect], _value(structure, aspect), own)
            for aspect in ASPECTS
        }
        outcome = ""
        if DIFFERS in aspects.values():
            outcome = DIFFERS
        elif aspects["tables"] == AGREES:
            outcome = AGREES
        standard = bool(structure.get("quality"))
        return Compared(key[0], key[1], others, outcome, aspects, standard)

    def sizes(self, make: str, model: str) -> Mapping[tuple[int, int], int]:
        """Return in which sizes a model has written originals, longer side first, and how many."""
        return dict(self._sizes.get((make, model), {}))


def is_original(structure: Mapping[str, Any]) -> bool:
    """Tell whether a file may be learned from."""
    return structure.get("intact") is True and bool(structure.get("tables"))


def _key(structure: Mapping[str, Any]) -> _Size | None:
    make, model = structure.get("make"), structure.get("model")
    width, height = structure.get("width"), structure.get("height")
    if not isinstance(make, str) or not isinstance(model, str) or not (make or model):
        return None
    if not isinstance(width, int) or not isinstance(height, int) or not structure.get("tables"):
        return None
    return make, model, max(width, height), min(width, height)


def _value(structure: Mapping[str, Any], aspect: str) -> Any:
    value = structure.get(aspect)
    return tuple(value) if isinstance(value, list) else value


def _judged(seen: Counter[Any], value: Any, own: int) -> str:
    """Return whether the other files have a value too."""
    if seen[value] - own > 0:
        return AGREES
    others = seen.total() - own
    once = sum(count == 1 for count in seen.values()) - (own and seen[value] == 1)
    # Never zero: even where all others are alike the next may be new.
    return DIFFERS if (once + 0.5) / (others + 1) <= MOST_NEW else VARIES
