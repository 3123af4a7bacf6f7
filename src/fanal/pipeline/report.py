"""Gathers the figures of a case for its report: counts and first lines, whatever its size."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from fanal import __version__
from fanal.content.spelt import kept
from fanal.custody.sign import is_signed
from fanal.custody.spelling import head_message
from fanal.model.custody import Head
from fanal.model.finding import Fingerprint
from fanal.model.item import Item
from fanal.model.known import KnownList, Match, MatchRun
from fanal.pipeline.account import Line, canaries, lines, media_counts
from fanal.pipeline.export import refuse_place, written
from fanal.pipeline.order import is_current
from fanal.pipeline.queued import Queue
from fanal.pipeline.report_decided import decided
from fanal.pipeline.report_origin import crossed
from fanal.review import report_facts as told
from fanal.review.order import STEPS
from fanal.review.report import FIRST_ASIDE, render
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

GROUPS = 500
"""Groups of the account that the report shows, the largest ones."""
SPOTS = 200
"""Places of the account that the report shows, shared among the groups."""
REASONS = 3
"""Reasons shown for each step of the queue, the most frequent ones."""
ORDER = (told.NOT_READ, told.NOT_DECODED, told.IN_PART, told.RECORDED)
"""The gravest first."""
SHOWN = 20
"""Of other lists that have no natural end, so many lines."""
PRIVATE = frozenset({"key", "actor"})
"""Settings that say where the laboratory keeps its key, or who sat there."""
OWN = b'<meta name="generator" content="fanal '
"""Stands at the beginning of every report, so that an older one may be written over."""


def write_report(store: CaseStore, report: told.Report, out: Path, *, force: bool = False) -> str:
    """Write the page, whole or not at all, and return its SHA-256."""
    refuse_place(store, out, force=force or _is_own(out))
    with written(out) as draft:
        draft.write(render(report).encode("utf-8"))
    return draft.sha256.hexdigest()


def _is_own(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return OWN in stream.read(2048)


def gather(store: CaseStore, settings: Settings) -> told.Report:
    """Count everything the report says, in one pass over the account and one over the matches."""
    head = store.head()
    log = _Log.read(store)
    steps = tuple(_steps(store))
    met = _Met.count(store)
    account = _Account.count(store)
    report = told.Report(
        case_id=store.case_id,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=__version__,
        settings={
            name: str(value) for name, value in asdict(settings).items() if name not in PRIVATE
        },
        warnings=(),
        funnel=_funnel(store, steps),
        steps=steps,
        sources=tuple(_sources(store, account)),
        lists=tuple(_lists(store, met)),
        distances=tuple(sorted(met.distances.items())),
        origin=crossed(store),
        not_done=account.told(),
        planted=tuple(_planted(canaries(store))),
        custody=_custody(store, log),
        decided=decided(store),
    )
    moved = store.head() != head
    return replace(report, warnings=tuple(_warnings(store, report, log, moved=moved)))


def _public(settings: Settings) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(settings).items() if name not in PRIVATE}


def _funnel(store: CaseStore, steps: Sequence[told.Step]) -> told.Funnel:
    kinds = media_counts(store)
    aside = sum(step.items for step in steps if step.number >= FIRST_ASIDE)
    queued = sum(step.items for step in steps)
    files = sum(measure.places for measure in store.measures())
    return told.Funnel(
        files,
        sum(kinds.values()),
        kinds["pictures"],
        kinds["videos"],
        kinds["other"],
        queued,
        aside,
        queued - aside,
    )


def _steps(store: CaseStore) -> Iterator[told.Step]:
    """Yield every step of the queue, empty ones too."""
    met: dict[int, tuple[int, list[tuple[int, str]]]] = {}
    for step, rows in groupby(Queue(store).counted(), key=lambda row: row[0]):
        items, most = 0, list[tuple[int, str]]()
        for _, reason, count in rows:
            items += count
            heapq.heappush(most, (count, reason))
            if len(most) > REASONS:
                heapq.heappop(most)
        met[step] = items, most
    for number, name in STEPS.items():
        items, most = met.get(number, (0, []))
        reasons = tuple((reason, count) for count, reason in sorted(most, reverse=True))
        yield told.Step(number, name, items, reasons, items - sum(count for _, count in reasons))


@dataclass(frozen=True, slots=True)
class _Met:
    """How many contents each list knows, and how far the others are from their nearest entry."""

    exact: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    distances: Counter[int] = field(default_factory=Counter)

    @classmethod
    def count(cls, store: CaseStore) -> "_Met":
        """Walk over the matches, content by content."""
        met = cls()
        for _, matches in groupby(
            store.find(Match, order=("sha256",)), key=lambda match: match.sha256
        ):
            exact: set[str] = set()
            nearest: dict[str, int] = {}
            for match in matches:
                if match.via == "pdq":
                    nearest[match.list] = min(
                        match.distance, nearest.get(match.list, match.distance)
                    )
                else:
                    exact.add(match.list)
            met.exact.update(exact)
            met.near.update(nearest.keys() - exact)
            if nearest and not exact:
                met.distances[min(nearest.values())] += 1
        return met


def _lists(store: CaseStore, met: _Met) -> Iterator[told.ListRead]:
    for known in store.find(KnownList, order=("name",)):
        run = _last_run(store, known)
        yield told.ListRead(
            known.name,
            known.kind,
            known.date,
            known.format,
            kept(known.profile)[0],
            known.sha256,
            known.rows,
            known.entries,
            tuple(Counter(known.refused).most_common(SHOWN)),
            met.exact[known.name],
            met.near[known.name],
            run.radius if run else None,
            run.turns if run else False,
        )


def _last_run(store: CaseStore, known: KnownList) -> MatchRun | None:
    return max(store.find(MatchRun, list=known.name), key=lambda run: run.upto, default=None)


@dataclass(frozen=True, slots=True)
class _Account:
    """The account in groups, with as many first places of each as the page has room for."""

    groups: Counter[tuple[str, str, str, bool]] = field(default_factory=Counter)
    spots: defaultdict[tuple[str, str, str, bool], list[told.Spot]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @classmethod
    def count(cls, store: CaseStore) -> "_Account":
        """Walk over every line of the account once."""
        account = cls()
        for line in lines(store):
            account.add(line)
        return account

    def add(self, line: Line) -> None:
        """Count a line, and keep its place while there is room."""
        what = _what(line)
        key = (line.exhibit, what, line.reason, line.gap)
        self.groups[key] += 1
        # Every group gets its share, so that a flood of one kind hides no other.
        if line.gap and len(self.spots[key]) < max(1, SPOTS // len(self.spots)):
            path, cut = kept(str(line.where["path"]))
            self.spots[key].append(
                told.Spot(
                    line.exhibit,
                    path,
                    cut,
                    str(line.where.get("path_hex", ""))[:64],
                    what,
                    line.reason,
                    kept(line.detail)[0],
                    line.sha256,
                )
            )

    def sums(self, exhibit: str) -> Counter[str]:
        """Return what was not done with one exhibit → how often."""
        found: Counter[str] = Counter()
        for (of, what, _, _), count in self.groups.items():
            if of == exhibit:
                found[what] += count
        return found

    def told(self) -> told.NotDone:
        """Return the largest groups and the first places, in the order of the exhibits."""
        largest = sorted((key for key, _ in self.groups.most_common(GROUPS)), key=_rank)
        turns = zip_longest(*(self.spots[key] for key in sorted(self.spots, key=_rank)))
        spots = [spot for turn in turns for spot in turn if spot is not None][:SPOTS]
        gaps = sum(count for (*_, gap), count in self.groups.items() if gap)
        return told.NotDone(
            tuple(
                told.Undone(exhibit, what, reason, self.groups[exhibit, what, reason, gap], gap)
                for exhibit, what, reason, gap in largest
            ),
            len(self.groups) - len(largest),
            tuple(sorted(spots, key=lambda spot: _rank((spot.exhibit, spot.what, spot.reason)))),
            gaps - len(spots),
        )


def _rank(key: tuple[Any, ...]) -> tuple[Any, ...]:
    exhibit, what, reason, *_ = key
    return exhibit, ORDER.index(what), reason


def _what(line: Line) -> str:
    """Return in which of the account's columns a line counts (`fanal.pipeline.account`)."""
    if not line.sha256 or line.analyzer:
        return told.NOT_READ if line.gap else told.RECORDED
    return told.IN_PART if line.reason in {"decoded in part", "limit: frames"} else told.NOT_DECODED


def _sources(store: CaseStore, account: _Account) -> Iterator[told.Source]:
    """Yield every exhibit, also one of which nothing could be read."""
    measures = {measure.exhibit: measure for measure in store.measures()}
    for exhibit in sorted(measures.keys() | {key[0] for key in account.groups}):
        sums = account.sums(exhibit)
        measure = measures.get(exhibit)
        contents = measure.contents if measure else 0
        yield told.Source(
            exhibit,
            measure.places if measure else 0,
            contents,
            measure.size if measure else 0,
            contents - sums[told.NOT_DECODED],
            sums[told.NOT_DECODED],
            sums[told.IN_PART],
            sums[told.NOT_READ],
        )


def _planted(checks: Sequence[dict[str, Any]]) -> Iterator[told.Planted]:
    stages: dict[str, list[dict[str, Any]]] = {}
    for check in checks:
        stages.setdefault(str(check["stage"]), []).append(check)
    for stage, of_stage in stages.items():
        planted, found = (sum(check[key] for check in of_stage) for key in ("planted", "found"))
        yield told.Planted(stage, len(of_stage), planted, found, str(of_stage[-1]["time"]))


@dataclass(slots=True)
class _Log:
    """What the log tells at one reading."""

    verbs: Counter[str] = field(default_factory=Counter)
    actors: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""
    unchecked: dict[str, None] = field(default_factory=dict)
    """Exhibits opened since whose planted items have not all been found again."""

    @classmethod
    def read(cls, store: CaseStore) -> "_Log":
        """Walk over every act once."""
        log = cls()
        for leaf in store.history():
            log.verbs[leaf.verb] += 1
            log.actors[leaf.actor] += 1
            log.first = log.first or leaf.time
            log.last = leaf.time
            exhibit = str(leaf.details.get("exhibit", ""))
            if leaf.verb == "open exhibit":
                log.unchecked[exhibit] = None
            elif leaf.verb == "canaries":
                log.unchecked.pop(exhibit, None)
        return log


def _custody(store: CaseStore, log: _Log) -> told.Custody:
    head = store.head() or Head(0, "", "", "", "")
    message = head_message(store.case_id, head.size, head.root, head.time)
    return told.Custody(
        head.size,
        tuple(log.verbs.most_common(SHOWN)),
        tuple(log.actors.most_common(SHOWN)),
        log.first,
        log.last,
        head.root,
        head.key,
        head.signature,
        is_signed(message, head.key, head.signature),
        store.is_at_rest(),
        store.seals,
    )


def _warnings(store: CaseStore, report: told.Report, log: _Log, *, moved: bool) -> Iterator[str]:
    """Yield what keeps the figures from being the whole truth."""
    if moved:
        yield "The case was written to while these figures were counted: they may not add up."
    if not report.custody.is_at_rest:
        yield (
            "No seal lies over the files of the case: a run is writing to it, or was cut off."
            if report.custody.seals
            else "Somebody writes to the case: these figures may be out of date soon."
        )
    if not report.custody.is_signed:
        yield "The last head of the log is not signed by its key: run fanal audit verify."
    for exhibit in list(log.unchecked)[:SHOWN]:
        yield (
            "A run over this exhibit did not end with its check: it is under way, was cut off,"
            f" or missed a planted item. Run the same command again. Exhibit: {exhibit}"
        )
    newest = store.last_act(Item, Fingerprint)
    for known in store.find(KnownList, order=("name",)):
        run = _last_run(store, known)
        if newest and (run is None or run.upto < newest):
            yield f"Not every content has been matched against this list. List: {known.name}"
    if not is_current(store):
        yield "The queue is older than the facts: run fanal triage again to put it in order."
    if any(planted.found < planted.planted for planted in report.planted):
        yield "A planted item was not found again: trust no figure of its stage."
