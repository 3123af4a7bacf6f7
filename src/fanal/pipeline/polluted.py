"""Tells which entries of lists of real victims this case holds as made or altered by a generator.

Somebody else's list may have been polluted before it came here. It is said, counted and never
acted on: no entry loses its meaning by it, and whoever keeps the list decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fanal.model.known import KnownList, Match
from fanal.model.opinion import Opinion
from fanal.stores.interface import CaseStore

KINDS = ("illegal", "unidentified")
"""Lists by which real children are looked for."""
STATES = ("generator", "made_from_picture", "altered")
"""Origin states that speak against a camera's picture, as a camera wrote it."""
NEAR = "pdq"


@dataclass(frozen=True, slots=True)
class Polluted:
    """An entry of a list that this case holds as generated or altered."""

    list: str
    entry: int
    """Position in its list, counted from 0."""
    sha256: str
    """The content of this case."""
    state: str
    """Its origin state."""
    grade: str
    via: str
    """The digest that is equal; `pdq` where it only looks alike."""
    distance: int

    @property
    def same(self) -> bool:
        """Tell whether it is the same file, not one that looks alike."""
        return self.via != NEAR


def polluted(store: CaseStore, names: Sequence[str] = ()) -> Iterator[Polluted]:
    """Yield such entries of these lists, or of every list of real victims, by list and entry."""
    lists = sorted(one.name for one in store.find(KnownList) if one.kind in KINDS)
    wanted = [name for name in lists if not names or name in names]
    held = {
        sha256: (state, grade)
        for sha256, state, grade in store.columns(
            Opinion, "sha256", "state", "grade", among={"state": STATES}
        )
    }
    if not held or not wanted:
        return
    for name in wanted:
        rows = store.columns(
            Match,
            *("entry", "sha256", "via", "distance"),
            order=("entry", "sha256", "via"),
            among={"sha256": sorted(held)},
            list=name,
        )
        for entry, sha256, via, distance in rows:
            state, grade = held[sha256]
            yield Polluted(name, entry, sha256, state, grade, via, distance)


def sentence(found: Sequence[Polluted]) -> str:
    """Return what was found in one list, in words; "" for nothing."""
    if not found:
        return ""
    same = len({one.entry for one in found if one.same})
    alike = len({one.entry for one in found} - {one.entry for one in found if one.same})
    states = {one.state for one in found}
    told = " or ".join(state for state in STATES if state in states)
    parts = [f"{same:,} entries are contents"] if same else []
    parts += [f"{alike:,} entries look like contents"] if alike else []
    return (
        f"{' and '.join(parts)} that this case holds as {told};"
        " nothing was set aside: whoever keeps the list decides"
    )
