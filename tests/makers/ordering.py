"""Builds a case of records, without files: what the queue hangs on, one content a call."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding, Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.model.series import (
    MADE_FROM,
    SAME_DEVICE,
    SAME_PICTURE,
    Link,
    Member,
    Series,
    Tie,
)
from fanal.pipeline.order import order
from fanal.pipeline.progress import Silent
from fanal.pipeline.queued import Queue
from makers.cases import digest

CAMERA = {"says": "zz camera", "for": ["C1"], "family": "camera", "grade": "moderate"}
MARK = {"says": "zz mark", "for": ["G1", "G2"], "family": "record", "grade": "moderate"}
STATES: dict[str, tuple[str, dict[str, str], bool]] = {
    "camera": ("camera", {"C1": "moderate"}, False),
    "marked": ("inconclusive", {"G1": "moderate", "G2": "moderate"}, False),
    "made": ("made_from_picture", {"G1": "strong"}, False),
    "signed": ("generator", {"G2": "very strong"}, True),
    "altered": ("altered", {"C3": "strong"}, True),
    "conflicting": ("conflicting", {"C1": "moderate", "C3": "weak", "G1": "weak"}, False),
}
"""Name for tests → state, propositions, whether it is settled."""


def name(number: int) -> str:
    """Return the digest of the content of that number."""
    return digest("sha256", number)


@dataclass
class Scene:
    """Records that are not written yet."""

    records: list[Any] = field(default_factory=list)

    def add(
        self,
        number: int,
        at: str | tuple[str, ...] = "desk/a",
        *,
        kind: str = "",
        victim: bool | None = None,
        near: bool = False,
        origin: str = "",
        device: str = "",
        media: str = "image/jpeg",
        **camera: Any,
    ) -> str:
        """Add a content at folders of exhibits, known by a list or not, and its camera record."""
        sha256 = name(number)
        md5, sha1 = digest("md5", number), digest("sha1", number)
        self.records.append(Item(sha256, sha1, md5, 100, media))
        for where in (at,) if isinstance(at, str) else at:
            exhibit, _, folder = where.partition("/")
            path = f"{folder}/{number}.jpg".lstrip("/").encode()
            inside = "0" if "!" in folder else ""
            self.records.append(Place(exhibit, path, inside, sha256, path, None, "1"))
        self.records.append(Seen(sha256, "perceptual", "1", "spoke"))
        if kind:
            via = ("pdq", 3) if near else ("md5", 0)
            self.records.append(Match(sha256, f"zz {kind}", kind, *via, number, victim))
        if origin:
            state, propositions, settled = STATES[origin]
            reason = CAMERA if "C1" in propositions else MARK
            real = origin != "signed"
            self.records.append(
                Opinion(sha256, state, "moderate", settled, real, propositions, (reason,), "zz")
            )
        if device:
            self.records.append(Tie(sha256, SAME_DEVICE, device, "zz"))
        if camera:
            self.records.append(
                Finding(sha256, "camera", "1", evidence.CAMERA, "zz", data=dict(camera))
            )
        return sha256

    def series(self, label: str, *numbers: int, first: int | None = None, copies: int = 0) -> None:
        """Put contents into a series; the first one stands for it unless told."""
        shown = name(numbers[0] if first is None else first)
        facts = {"kinds": {SAME_PICTURE: copies}}
        self.records.append(Series(label, len(numbers), shown, held=False, says="zz", facts=facts))
        self.records += [Member(name(number), label) for number in numbers]

    def made(self, output: int, source: int) -> None:
        """Say that one was made from another."""
        self.records.append(
            Link(name(output), name(source), MADE_FROM, "init image", 90, joins=False, says="zz")
        )

    def write(self, store: Any) -> None:
        """Write all of it."""
        with store.act("zz", "intake") as act:
            act.put(self.records)
        self.records = []


def rung(made: Scene, which: str) -> None:
    """Add content 1 with one sign, beside what that sign needs."""
    _RUNGS[which](made)


def _kin(made: Scene) -> None:
    made.add(1)
    made.add(2, "desk/k", kind="illegal")
    made.series("s-1", 1, 2)


def _source(made: Scene) -> None:
    made.add(1)
    made.add(2, "desk/s", origin="made")
    made.made(2, 1)
    made.add(3, kind="generated")
    made.series("s-2", 2, 3)


def _kept(made: Scene) -> None:
    made.add(1, "desk/kept")
    made.add(2, "desk/kept", kind="illegal")
    made.add(3, "desk/kept", kind="illegal")


def _passed(made: Scene) -> None:
    for number in (1, 2, 3):
        made.add(number, ("a/p", "b/p", "c/p"))
    made.series("s-1", 1, 2, 3)


def _device(made: Scene) -> None:
    made.add(1, device="zz listed")
    made.add(2, "desk/d", kind="illegal", device="zz listed")


_RUNGS = {
    "kin": _kin,
    "source": _source,
    "input": lambda made: made.add(1, origin="made"),
    "kept": _kept,
    "passed": _passed,
    "spread": lambda made: made.add(1, ("a/p", "b/p")),
    "device": _device,
    "camera": lambda made: made.add(1, origin="camera"),
    "rest": lambda made: made.add(1),
    "marked": lambda made: made.add(1, origin="marked"),
}


def mirrored(record: Any) -> Any:
    """Return a record as one of other contents, folders, cameras and series."""
    told = {one.name: getattr(record, one.name) for one in dataclasses.fields(record)}
    for key, value in told.items():
        if isinstance(value, str) and len(value) == 64:
            told[key] = value[::-1]
        elif key in {"series", "common", "name", "path"}:
            told[key] = value + (b"x" if isinstance(value, bytes) else "x")
    return type(record)(**told)


def ordered(store: Any, blind: float = 0.0) -> list[Task]:
    """Put the case in order where it is not, and return the queue."""
    order(store, "zz", Silent(), blind)
    return list(Queue(store).tasks())


def anew(store: Any, blind: float = 0.0) -> list[Task]:
    """Put the whole case in order anew, and return the queue."""
    with store.act("zz", "intake") as act:
        act.put([Seen("0" * 64, "zz", f"{act.number}", "silent")])
    return ordered(store, blind)


def placed(tasks: list[Task]) -> dict[str, int]:
    """Return the step of each content that stands in the queue."""
    return {task.sha256: task.step for task in tasks}
