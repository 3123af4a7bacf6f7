"""Compares the series that were formed with those that are true, content by content.

B-cubed (Bagga and Baldwin, 1998): of each content, what share of those grouped with it truly belong
with it (purity), and what share of those that do are grouped with it (completeness); then the mean.
Alone among measures of clusterings it keeps all constraints that Amigó and others (2009) put up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fanal.demo.belonging import Belonging


@dataclass(frozen=True, slots=True)
class Grouped:
    """How the contents of true series were grouped."""

    series: int
    """True series."""
    contents: int
    purity: float
    completeness: float
    whole: int
    """True series of two or more contents that lie in one group, all of them."""
    several: int
    """True series of two or more contents."""


@dataclass(frozen=True, slots=True)
class Mixed:
    """A series that was formed of contents that do not belong together."""

    name: str
    contents: int
    wrong: int
    """Contents that do not belong to what most of it is."""
    kinds: tuple[tuple[str, int], ...]
    """Kind and way of what is in it, with the number of contents, most first."""


def grouped(truth: Belonging, series_of: Mapping[str, str]) -> dict[str, Grouped]:
    """Return how well contents were grouped, for each true kind, the planted ones and all.

    What the story says belongs together is not held against purity, though it be several series.
    """
    family = truth.family
    size = Counter(series_of.get(sha256, sha256) for sha256 in truth.by_content)
    shared: Counter[tuple[str, str]] = Counter()
    for sha256, series in truth.by_content.items():
        shared[series_of.get(sha256, sha256), family[series.id]] += 1
    totals: defaultdict[str, _Sum] = defaultdict(_Sum)
    for series in truth.series:
        groups = Counter(series_of.get(sha256, sha256) for sha256 in series.contents)
        pure = sum(
            count * shared[group, family[series.id]] / size[group]
            for group, count in groups.items()
        )
        together = sum(count * count for count in groups.values()) / max(1, len(series.contents))
        for kind in ("all", series.kind, *(["planted"] if series.planted else [])):
            totals[kind].add(len(series.contents), pure, together, len(groups))
    return {kind: total.told() for kind, total in sorted(totals.items())}


class _Sum:
    """Adds up true series of one kind."""

    def __init__(self) -> None:
        self._series = self._contents = self._whole = self._several = 0
        self._pure = self._together = 0.0

    def add(self, contents: int, pure: float, together: float, groups: int) -> None:
        """Count one true series."""
        self._series += 1
        self._contents += contents
        self._pure += pure
        self._together += together
        self._several += contents > 1
        self._whole += contents > 1 and groups == 1

    def told(self) -> Grouped:
        """Return the means."""
        among = max(1, self._contents)
        return Grouped(
            self._series,
            self._contents,
            self._pure / among,
            self._together / among,
            self._whole,
            self._several,
        )


def mixed(truth: Belonging, series_of: Mapping[str, str]) -> list[Mixed]:
    """Return the series in which not all belongs together, the worst first."""
    members: defaultdict[str, list[str]] = defaultdict(list)
    for sha256 in truth.by_content:
        if sha256 in series_of:
            members[series_of[sha256]].append(sha256)
    found = []
    for name, contents in members.items():
        families = Counter(truth.family[truth.by_content[sha256].id] for sha256 in contents)
        if len(families) > 1:
            wrong = len(contents) - families.most_common(1)[0][1]
            found.append(Mixed(name, len(contents), wrong, _kinds(truth, contents)))
    return sorted(found, key=lambda one: (-one.wrong, one.name))


def _kinds(truth: Belonging, contents: Sequence[str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(kind_of(truth, [sha256]) for sha256 in contents)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def kind_of(truth: Belonging, contents: Iterable[str]) -> str:
    """Return what most of these contents truly are; what must be seen comes before all else."""
    told = [truth.by_content[sha256] for sha256 in contents if sha256 in truth.by_content]
    if any(series.planted for series in told):
        told = [series for series in told if series.planted]
    if not told:
        return "not of the story"
    counts = Counter(
        f"{'planted' if series.planted else series.kind}: {series.way}" for series in told
    )
    return min(counts, key=lambda kind: (-counts[kind], kind))
