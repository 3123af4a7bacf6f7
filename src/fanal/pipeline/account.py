"""Gives the account of what was not done, per exhibit."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fanal.content.media import is_picture, is_video
from fanal.model.failure import Failure
from fanal.model.finding import Seen
from fanal.model.item import Expanded, Item
from fanal.model.known import KnownList
from fanal.model.series import Cut
from fanal.pipeline.facts import location
from fanal.pipeline.intake import EXAMINED
from fanal.pipeline.joined import Known, everything
from fanal.review.order import DECODES
from fanal.stores.interface import CaseStore

CUT_OFF = "the run was cut off"
UNGUARDED = "decoded without a guard"
TAKEN_APART = "taken apart"
NOT_LOOKED = "not looked at: the run was cut off or the file changed"
MOST_HELD = 200_000
"""Contents that were not decoded whole and are held; where there are more, all are walked."""
ORDER = ("sha256",)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was not done: to which content or place, and why."""

    exhibit: str
    reason: str
    detail: str
    gap: bool
    """True where it leaves something that may matter unread."""
    where: dict[str, Any]
    sha256: str = ""
    analyzer: str = ""
    """Which further look at a content was not whole; "" where it was not decoded whole."""


@dataclass(slots=True)
class ExhibitAccount:
    """What was and what was not done with one exhibit."""

    exhibit: str
    files: int = 0
    contents: int = 0
    size: int = 0
    decoded: int = 0
    """Contents that were decoded, whole or in part."""
    not_decoded: Counter[str] = field(default_factory=Counter)
    """Reason → contents that were not decoded."""
    in_part: Counter[str] = field(default_factory=Counter)
    not_read: Counter[str] = field(default_factory=Counter)
    """Reason → places that were not read."""
    notes: Counter[str] = field(default_factory=Counter)
    """Reason → places that were recorded and need no reading, such as links."""

    @property
    def gaps(self) -> int:
        """How many things that may matter were left unread."""
        silent = sum(n for reason, n in self.not_decoded.items() if not _is_note(reason))
        return silent + sum(self.in_part.values()) + sum(self.not_read.values())


def _is_note(reason: str) -> bool:
    return reason == "no perceptual hash: not a picture"


def account(store: CaseStore) -> list[ExhibitAccount]:
    """Return the account of every exhibit, in the order of their names."""
    kept: defaultdict[str, ExhibitAccount] = defaultdict(lambda: ExhibitAccount(""))
    for measure in store.measures():
        kept[measure.exhibit] = ExhibitAccount(
            measure.exhibit, measure.places, measure.contents, measure.size
        )
    for line in lines(store):
        entry = kept[line.exhibit]
        entry.exhibit = line.exhibit
        if line.analyzer:
            entry.notes[line.reason] += 1
        elif line.sha256 and line.reason in {"decoded in part", "limit: frames"}:
            entry.in_part[line.reason] += 1
        elif line.sha256:
            entry.not_decoded[line.reason] += 1
        elif line.gap:
            entry.not_read[line.reason] += 1
        else:
            entry.notes[line.reason] += 1
    for entry in kept.values():
        entry.decoded = entry.contents - sum(entry.not_decoded.values())
    return sorted(kept.values(), key=lambda entry: entry.exhibit)


def lines(store: CaseStore) -> Iterator[Line]:
    """Yield everything that was not done, one line a place or content."""
    for exhibit in unchecked(store):
        detail = "files may be missing here: run the same command again"
        where = {"exhibit": exhibit, "path": "", "modified": None}
        yield Line(exhibit, CUT_OFF, detail, gap=True, where=where)
    mended = _mended(store)
    for failure in store.find(Failure, order=("exhibit", "path", "inside")):
        if failure.reason.startswith("limit: ") and (failure.exhibit, failure.path) in mended:
            continue
        yield Line(failure.exhibit, failure.reason, failure.detail, failure.gap, location(failure))
    for known in everything(store, "places", "seen", among=_not_whole(store)):
        yield from _content_lines(known)


def _not_whole(store: CaseStore) -> list[str] | None:
    """Return the contents of which a line may tell; None where they are too many to be held.

    Most contents were decoded whole; they are left to the database.
    """
    found: set[str] = set()
    for sha256, outcome, reason, by in _looks(store):
        if outcome != "silent" or (reason and by == DECODES):
            found.add(sha256)
            if len(found) > MOST_HELD:
                return None
    found |= _never_seen(store)
    return sorted(found) if len(found) <= MOST_HELD else None


def _looks(store: CaseStore) -> Iterator[tuple[Any, ...]]:
    """Yield content, outcome, reason and analyzer of each look that was not whole."""
    columns = ("sha256", "outcome", "reason", "analyzer")
    yield from store.columns(Seen, *columns, among={"outcome": ["failed", "partly"]})
    yield from store.columns(Seen, *columns, analyzer=DECODES, outcome="silent")


def _never_seen(store: CaseStore) -> set[str]:
    """Return the contents at which nobody has looked."""
    looked = (sha256 for (sha256,) in store.columns(Seen, "sha256", order=ORDER, analyzer=DECODES))
    left, at = set[str](), ""
    for (sha256,) in store.columns(Item, "sha256", order=ORDER):
        while at < sha256:
            at = next(looked, "g")  # past every digest: hexadecimal ends with f
        if at != sha256:
            left.add(sha256)
    return left - {sha256 for (sha256,) in store.columns(Seen, "sha256", among={"sha256": left})}


def _mended(store: CaseStore) -> set[tuple[str, bytes]]:
    """Return the archives that hit a limit and were then read whole with other limits."""
    whole: set[tuple[str, bytes, str]] = set()
    limited: set[tuple[str, bytes, str]] = set()
    for done in store.find(Expanded):
        (limited if done.limits else whole).add((done.exhibit, done.path, done.mark))
    return {state[:2] for state in limited} - {state[:2] for state in limited - whole}


def unchecked(store: CaseStore) -> tuple[str, ...]:
    """Return the exhibits whose last run did not come to its end."""
    left: dict[str, None] = {}
    for leaf in store.history():
        exhibit = str(leaf.details.get("exhibit", ""))
        if leaf.verb == "open exhibit":
            left[exhibit] = None
        elif leaf.verb == "canaries":
            left.pop(exhibit, None)
    return tuple(left)


def _content_lines(known: Known) -> Iterator[Line]:
    """Yield a line for each exhibit that holds a content which was not decoded whole."""
    reasons = {
        seen.reason: (seen.detail, "")
        for seen in known.seen
        if seen.analyzer == DECODES and _counts(seen)
    }
    # Several analyzers that failed for one reason are one line.
    for seen in known.seen:
        if seen.outcome in {"failed", "partly"} and seen.reason not in reasons:
            reasons.setdefault(f"{seen.analyzer}: {seen.reason}", (seen.detail, seen.analyzer))
    if not known.seen:
        reasons = {NOT_LOOKED: ("run the same command again", "")}
    told: set[str] = set()
    for place in known.places:
        if place.exhibit not in told:
            told.add(place.exhibit)
            at, sha256 = location(place), known.item.sha256
            for reason, (detail, by) in reasons.items():
                gap = not by and not _is_note(reason)
                yield Line(place.exhibit, reason, detail, gap, at, sha256, by)


def _counts(seen: Seen) -> bool:
    return seen.outcome in {"failed", "partly"} or bool(seen.outcome == "silent" and seen.reason)


def refused_rows(store: CaseStore) -> dict[str, dict[str, int]]:
    """Return list → reason → rows or hashes refused."""
    return {known.name: dict(known.refused) for known in store.find(KnownList, order=("name",))}


def canaries(store: CaseStore) -> list[dict[str, Any]]:
    """Return what became of the pictures and entries planted in each run."""
    return [
        {
            "time": leaf.time,
            "stage": leaf.details.get("stage", f"matching {leaf.details.get('list')}"),
            **counts,
        }
        for leaf in store.history()
        if (counts := _planted(leaf.details))
    ]


def _planted(details: Any) -> dict[str, int]:
    counts = details.get("canaries", details)
    if not isinstance(counts, dict) or "planted" not in counts:
        return {}
    return {"planted": counts["planted"], "found": counts["found"]}


def unguarded(store: CaseStore) -> Iterator[Line]:
    """Yield a line for each guard that did not hold while an exhibit was last read, or since."""
    last: dict[str, dict[str, Any]] = {}
    for leaf in store.history():
        if leaf.verb == "canaries" and "unguarded" in leaf.details:
            last[str(leaf.details["exhibit"])] = dict(leaf.details["unguarded"])
        elif leaf.verb == EXAMINED:
            last.setdefault(str(leaf.details["exhibit"]), {}).update(leaf.details["unguarded"])
    for exhibit, missing in sorted(last.items()):
        where = {"exhibit": exhibit, "path": "", "modified": None}
        for name, why in missing.items():
            yield Line(exhibit, f"{UNGUARDED}: {name}", str(why), gap=False, where=where)


def cuts(store: CaseStore) -> Iterator[Line]:
    """Yield a line for each cluster that was taken apart, as it would have swallowed the case."""
    for cut in store.find(Cut, order=("name",)):
        where = {"exhibit": "", "path": "", "modified": None}
        yield Line("", f"{TAKEN_APART}: {cut.name}", cut.says, gap=False, where=where)


def has_gaps(store: CaseStore) -> bool:
    """Tell whether anything that may matter was left unread: exit code 3."""
    return any(line.gap for line in lines(store))


def media_counts(store: CaseStore) -> dict[str, int]:
    """Return how many contents are pictures, videos and other files."""
    counts = {"pictures": 0, "videos": 0, "other": 0}
    for kind, number in store.tally(Item, "media_type"):
        name = "pictures" if is_picture(kind) else "videos" if is_video(kind) else "other"
        counts[name] += number
    return counts
