"""Asks a detector about a laboratory's own pictures, in guarded workers."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

from fanal.analyzers.detector import Abstained, Detector, Score, load
from fanal.analyzers.detector_folder import Plugin
from fanal.analyzers.detector_manifest import Unfit
from fanal.content.condition import conditions
from fanal.content.handle import Content, read_whole
from fanal.content.image import Undecodable
from fanal.content.media import media_type
from fanal.engines import ENGINES
from fanal.engines.interface import Died
from fanal.errors import UsageError
from fanal.model.item import MemoryBody
from fanal.pipeline.progress import Progress
from fanal.pipeline.sound import UNSOUND, sound
from fanal.pipeline.validate_list import Listed, Scored
from fanal.pipeline.work import end_of
from fanal.settings import Settings

CONDITIONS = frozenset(conditions())
DIGEST = re.compile("[0-9a-f]{64}")
LARGEST = 4e38
"""Beyond every number of 32 bits that a network gives by calculation."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a detector said of one file."""

    sha256: str
    score: float | None
    condition: str
    why: str
    """Why there is no score."""


@dataclass(frozen=True, slots=True)
class ScoreWork:
    """Reads a picture and asks the detector in a folder about it."""

    never_raises: ClassVar[bool] = True

    folder: str
    version: str

    def __call__(self, path: bytes) -> Answer:
        """Return the score and the condition, or why there is none."""
        try:
            data = read_whole(path)
        except OSError as error:
            return Answer("", None, "", f"not readable: {error.strerror}")
        except Undecodable as why:
            return Answer("", None, "", why.reason)
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            made = self._score(Content(sha256, media_type(data[:4096]), MemoryBody(data)))
        except Exception as error:  # noqa: BLE001 (it costs this picture, not the run)
            return Answer(sha256, None, "", _why(error))
        return Answer(sha256, made.logit, made.condition, "")

    def _score(self, content: Content) -> Score:
        detector = _detector(self.folder)
        if detector.version != self.version:
            raise Unfit("the plug-in is another one here")
        return detector.score(content)


def _why(error: Exception) -> str:
    """Return why a picture has no score, as the card counts it."""
    match error:
        case Abstained():
            return f"abstained: {error.reason}"
        case Undecodable():
            return error.reason
        case Unfit():
            return f"detector failed: {error}"
        case MemoryError():
            return "limit: memory"
        case _:
            return f"detector failed: {type(error).__name__}"


@dataclass(frozen=True, slots=True)
class Told:
    """What a detector said of a list of pictures."""

    scores: tuple[Scored, ...]
    digest: str
    """SHA-256 of the list: digest, truth and group of every picture that was read."""
    copies: int
    """Files with the bytes of another one: counted once."""
    unnamed: int
    """Scores of pictures that name no device or generator."""
    not_measured: Mapping[str, int] = field(default_factory=dict)
    """Reason → files without a score."""


def scored(
    plugin: Plugin, listed: Sequence[Listed], settings: Settings, progress: Progress
) -> Told:
    """Return what a detector says of the pictures of a list, each content once."""
    seen: dict[str, tuple[bool, str]] = {}
    scores: list[Scored] = []
    missing: Counter[str] = Counter()
    copies = unnamed = 0
    for one, answer in _answers(plugin, listed, settings, progress):
        if not answer.sha256:
            missing[answer.why] += 1
            continue
        if answer.sha256 in seen:
            _agree(one, seen[answer.sha256])
            copies += 1
            continue
        seen[answer.sha256] = (one.same, one.group)
        if answer.score is None:
            missing[answer.why] += 1
            continue
        unnamed += not one.group
        group = one.group or answer.sha256
        scores.append(Scored(answer.score, one.same, answer.condition, group))
    rows = sorted(f"{sha256} {same:d} {group}\n" for sha256, (same, group) in seen.items())
    digest = hashlib.sha256("".join(rows).encode()).hexdigest()
    return Told(tuple(scores), digest, copies, unnamed, dict(sorted(missing.items())))


def _answers(
    plugin: Plugin, listed: Sequence[Listed], settings: Settings, progress: Progress
) -> Iterator[tuple[Listed, Answer]]:
    engine = ENGINES.get(settings.engine)(settings)
    work = ScoreWork(plugin.folder, plugin.version)
    size = settings.batch_files
    batches = (
        tuple(one.path for one in listed[at : at + size]) for at in range(0, len(listed), size)
    )
    waiting = iter(listed)
    try:
        for _, answers in engine.run(work, batches, settings.seconds):
            for answer in answers:
                yield next(waiting), _believed(answer)
            progress.advance(len(answers), 0)
    finally:
        engine.close()


def _believed(answer: Any) -> Answer:
    """Return an answer that is what a worker may say, else why it is not believed."""
    if isinstance(answer, Died):
        return Answer("", None, "", end_of(answer)[0])
    if type(answer) is not Answer or not sound(answer):
        return Answer("", None, "", UNSOUND)
    known = bool(DIGEST.fullmatch(answer.sha256)) or (not answer.sha256 and answer.score is None)
    number = answer.score is None or abs(answer.score) <= LARGEST
    placed = answer.condition in CONDITIONS or answer.score is None
    if not (known and number and placed):
        return Answer("", None, "", UNSOUND)
    why = "".join(letter if letter.isprintable() else "?" for letter in answer.why)[:200]
    return Answer(answer.sha256, answer.score, answer.condition, why)


def _agree(one: Listed, before: tuple[bool, str]) -> None:
    if (one.same, one.group) != before:
        raise UsageError(
            f"{one.path!r} has the same bytes as a picture listed with another truth or group",
            "list each picture once",
        )


@cache
def _detector(folder: str) -> Detector:
    return load(folder)
