"""Compares what the program found in the demonstration with what is true."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.model.failure import Failure
from fanal.model.finding import Seen
from fanal.model.item import Place
from fanal.model.known import Match
from fanal.model.review import Task
from fanal.model.series import Member
from fanal.review.order import DECODES, GENERATOR
from fanal.stores.interface import CaseStore

WORDS = {
    "exact": "copies of listed files, met by digest",
    "near": "re-encoded or resized listed pictures, met by PDQ",
    "turned": "rotated or mirrored listed pictures",
    "maybe": "crops, screenshots and neighbours of listed pictures",
    "none": "on no list",
    "not decodable": "damaged files, named in the account",
    "not followed": "links, named in the account",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many places of each sort there are and how many were found out rightly."""

    true: Mapping[str, int]
    found: Mapping[str, int]
    accounted: int
    """Places that the case holds or the account names."""
    places: int
    steps: Mapping[int, int] = field(default_factory=dict)
    """Step of the queue → contents in it."""
    hidden: tuple[str, ...] = ()
    """Places set aside though no list of digests allows it: must be empty."""

    @property
    def whole(self) -> bool:
        """Nothing lost, nothing hidden, every digest and every re-encoding met."""
        sure = all(
            self.found.get(name, 0) == self.true.get(name, 0)
            for name in ("exact", "near", "not decodable", "not followed", "none")
        )
        return sure and self.accounted == self.places and not self.hidden


def judge(store: CaseStore, truth: Path, *, turns: bool) -> Verdict:
    """Return how the case stands against the truth; `turns`: rotations were matched too."""
    case = _Case(store)
    true: Counter[str] = Counter()
    found: Counter[str] = Counter()
    hidden: list[str] = []
    accounted = 0
    places = json.loads(truth.read_text("utf-8"))["places"]
    for told in places:
        key = (told["exhibit"], bytes.fromhex(told["path"]), told["inside"])
        demand = told["demand"]
        true[demand] += 1
        accounted += case.knows(key)
        if case.is_right(key, told):
            found[demand] += 1
        if case.hides(key, told):
            hidden.append(f"{told['exhibit']}: {told['display']}")
    if not turns:
        found.pop("turned", None)
    return Verdict(true, found, accounted, len(places), case.steps(), tuple(hidden))


class _Case:
    """What the case says, place by place."""

    def __init__(self, store: CaseStore) -> None:
        self._at = {
            (place.exhibit, place.path, place.inside): place.sha256 for place in store.find(Place)
        }
        self._failed = {
            (failure.exhibit, failure.path, failure.inside) for failure in store.find(Failure)
        }
        self._met = _grouped(store.find(Match))
        self._tasks = {task.sha256: task.step for task in store.find(Task)}
        members = {one.sha256: one.series for one in store.find(Member)}
        of_series = {
            members[sha256]: step for sha256, step in self._tasks.items() if sha256 in members
        }
        stands = {sha256: of_series[name] for sha256, name in members.items() if name in of_series}
        self._step = stands | self._tasks
        self._bad = {
            seen.sha256
            for seen in store.find(Seen)
            if seen.analyzer == DECODES and seen.outcome in {"failed", "partly", "silent"}
        }

    def knows(self, key: tuple[str, bytes, str]) -> bool:
        """Tell whether the place is in the case or in the account."""
        return key in self._at or key in self._failed

    def is_right(self, key: tuple[str, bytes, str], told: Mapping[str, Any]) -> bool:
        """Tell whether the case says of the place what is true of it."""
        sha256 = self._at.get(key, "")
        match told["demand"]:
            case "not followed":
                return key in self._failed
            case "not decodable":
                return sha256 == told["sha256"] and sha256 in self._bad
            case "exact":
                return any(m.list == told["list"] and m.via != "pdq" for m in self._met[sha256])
            case "none":
                return sha256 == told["sha256"] and not self._met[sha256]
            case _:
                return any(m.list == told["list"] for m in self._met[sha256])

    def hides(self, key: tuple[str, bytes, str], told: Mapping[str, Any]) -> bool:
        """Tell whether the place was set aside though no list of digests allows it."""
        aside = self._step.get(self._at.get(key, ""), 0) >= GENERATOR
        allowed = told["demand"] == "exact" and (
            told["list"].startswith(("harmless", "generated")) or told["victim_identified"] is True
        )
        return aside and not allowed

    def steps(self) -> dict[int, int]:
        """Return how many series and single contents are in each step."""
        return dict(sorted(Counter(self._tasks.values()).items()))


def _grouped(matches: Iterable[Match]) -> defaultdict[str, list[Match]]:
    groups: defaultdict[str, list[Match]] = defaultdict(list)
    for match in matches:
        groups[match.sha256].append(match)
    return groups
