"""Cases of a few contents, with the truth beside, for what compares series and counts looks."""

from collections.abc import Iterable, Mapping, Sequence

from fanal.demo.series_truth import TrueSeries
from fanal.model.finding import Fingerprint
from fanal.model.item import Item, Place
from fanal.model.review import Task
from fanal.model.series import Member, Series


def sha(name: str) -> str:
    """Return a digest that begins with a name of hexadecimal letters."""
    return name.ljust(64, "0")


def true(name: str, kind: str, contents: Sequence[str], *, planted: bool = False, note: str = ""):
    """Return a true series."""
    return TrueSeries(name, kind, planted, "zz-way", tuple(map(sha, contents)), (), note)


def item(name: str, media_type: str = "image/jpeg") -> Item:
    """Return an item."""
    return Item(sha(name), name.ljust(40, "1"), name.ljust(32, "2"), 1, media_type)


def place(name: str, path: str, modified: str = "2025-01-01T00:00:00+00:00", exhibit: str = "zz"):
    """Return where a content lies."""
    told = path.encode()
    return Place(exhibit, told, "", sha(name), told, modified, "")


def print_of(name: str, value: bytes) -> Fingerprint:
    """Return a perceptual hash."""
    return Fingerprint(sha(name), "pdq", 0, value.ljust(32, b"\0"), 100, bytes(7 * 32))


def queue(*names: str, step: int = 2) -> list[Task]:
    """Return tasks in this order."""
    return [Task(sha(name), step, at, "zz", f"zz {at}") for at, name in enumerate(names, 1)]


def formed(groups: Mapping[str, Iterable[str]]) -> list[Series | Member]:
    """Return series; the first content of each is its representative."""
    made: list[Series | Member] = []
    for name, contents in groups.items():
        those = list(map(sha, contents))
        made.append(Series(name, len(those), those[0], held=False, says="zz"))
        made += [Member(sha256, name) for sha256 in those]
    return made
