"""Measures a part that gives likelihood ratios on a laboratory's own pictures; calibrates it."""

import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fanal import __version__
from fanal.analyzers.detector import MOST_WEIGHT
from fanal.analyzers.detector_folder import CALIBRATION, Plugin
from fanal.custody.spelling import canonical
from fanal.errors import FanalError, UsageError
from fanal.model.calibration import LOGISTIC, Calibrated
from fanal.origin.calibration_folds import LEAST_GROUPS, LEAST_PICTURES, Bin, Case, binned
from fanal.pipeline.plugins import checked
from fanal.pipeline.progress import Progress
from fanal.pipeline.validate_list import Scored, read_pictures, read_scores
from fanal.pipeline.validate_scores import scored
from fanal.review.card import figures, render_card
from fanal.review.tippett import standalone
from fanal.settings import Settings

CARD, PAGE = "card.json", "card.html"
KIND = "fanal calibration card"
OURS = re.compile(r"card\.json|card\.html|tippett-[^/]+\.svg|calibration/[^/]+\.json")
DIGITS = 6
DETECTOR_SIDES = ("generated", "camera")
DETECTOR_PROPOSITIONS = (
    "the whole picture was generated",
    "a camera took the picture",
)
SCORE_SIDES = ("same", "other")
SCORE_PROPOSITIONS = (
    "the first proposition of the part is true (`same`)",
    "the second proposition of the part is true (`other`)",
)
ENOUGH = (
    f"A condition is calibrated from {LEAST_PICTURES} pictures and {LEAST_GROUPS} devices or"
    " generators on either side."
)
THREE = (
    "Without an error among n pictures, the rate of errors is below 3/n with 95 % confidence: to"
    " support an LR of 1,000 takes 3,000 pictures without an error, in the same condition."
)
ELSEWHERE = (
    "Only the devices and generators of the list were measured; on others more errors are made."
)
ON_PIXELS = (
    f"Pixels alone weigh at most {MOST_WEIGHT:g} in log10 LR, either way, whatever the caps here;"
    " they order, hide and label nothing."
)


@dataclass(frozen=True, slots=True)
class How:
    """How a part is measured."""

    method: str = LOGISTIC
    date: str = ""
    """As the laboratory gives it; no clock is read."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured: the part, its two sides, and the scores that there are."""

    part: str
    part_version: str
    sides: tuple[str, str]
    propositions: tuple[str, str]
    scores: Sequence[Scored]
    digest: str
    rows: int
    copies: int = 0
    unnamed: int = 0
    """Scores of which no device or generator is named."""
    not_measured: Mapping[str, int] = field(default_factory=dict)
    plugin: Plugin | None = None


@dataclass(frozen=True, slots=True)
class Validated:
    """A card and the calibrations that belong to it."""

    card: Mapping[str, Any]
    calibrations: Mapping[str, Calibrated]
    """File name → calibration."""


def validate_plugin(
    folder: str, pictures: Path, how: How, settings: Settings, progress: Progress
) -> Validated:
    """Measure a detector on the pictures of a list."""
    listed = read_pictures(pictures)
    plugin = checked(folder, settings)
    progress.step("asking the detector")
    told = scored(plugin, listed, settings, progress)
    measured = Measured(
        plugin.name,
        plugin.recipe,
        DETECTOR_SIDES,
        DETECTOR_PROPOSITIONS,
        told.scores,
        told.digest,
        len(listed),
        told.copies,
        told.unnamed,
        told.not_measured,
        plugin,
    )
    return _validated(measured, how)


def validate_scores(path: Path, part: str, part_version: str, how: How) -> Validated:
    """Measure a part of which the scores are known."""
    rows = read_scores(path)
    spelled = sorted(f"{r.score!r} {r.same:d} {r.condition!r} {r.group!r}\n" for r in rows)
    measured = Measured(
        part,
        part_version,
        SCORE_SIDES,
        SCORE_PROPOSITIONS,
        [row if row.group else replace(row, group=f"row {at}") for at, row in enumerate(rows)],
        hashlib.sha256("".join(spelled).encode()).hexdigest(),
        len(rows),
        unnamed=sum(not row.group for row in rows),
    )
    return _validated(measured, how)


def write(validated: Validated, out: Path) -> None:
    """Write a card and its calibrations into a folder that is new, empty or holds an older card."""
    _clear(out)
    told = {
        CARD: canonical(validated.card) + "\n",
        PAGE: render_card(validated.card),
        **{f"{CALIBRATION}/{name}": made.text() for name, made in validated.calibrations.items()},
        **{
            f"tippett-{slug(condition)}.svg": standalone(drawn)
            for condition, drawn in figures(validated.card).items()
        },
    }
    try:
        (out / CALIBRATION).mkdir(parents=True, exist_ok=True)
        for name, text in told.items():
            (out / name).write_text(text, "utf-8")
    except OSError as error:
        raise FanalError(
            f"the card was not written to {out}: {error.strerror}", "name another folder: --out DIR"
        ) from error


def slug(condition: str) -> str:
    """Return a condition as part of a file's name, no two conditions the same."""
    if not condition:
        return "any"
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", condition).strip("-.")
    if plain.replace("-", "/") == condition != "any":
        return plain
    return f"{plain[:40]}-{hashlib.sha256(condition.encode()).hexdigest()[:8]}"


def _validated(measured: Measured, how: How) -> Validated:
    cases: dict[str, list[Case]] = defaultdict(list)
    for one in measured.scores:
        cases[one.condition].append(Case(one.score, one.same, one.group))
    calibrations: dict[str, Calibrated] = {}
    bins = []
    for condition in sorted(cases):
        found = binned(condition, cases[condition], how.method, measured.sides)
        told = _told(found)
        if found.calibrated is not None:
            made = replace(
                found.calibrated,
                date=how.date,
                digest=measured.digest,
                part=measured.part,
                part_version=measured.part_version,
            )
            name = f"{slug(condition)}.json"
            calibrations[name] = made
            told["calibration"] = {"file": f"{CALIBRATION}/{name}", "sha256": made.sha256()}
        bins.append(told)
    return Validated(_card(measured, how, bins), calibrations)


def _told(found: Bin) -> dict[str, Any]:
    """Return what a condition showed, as the card spells it."""
    told: dict[str, Any] = {
        "condition": found.condition,
        "counts": dict(found.counts),
        "why": found.why,
        "calibration": None,
        "measures": None,
        "caps": None,
        "tippett": None,
    }
    if found.measures is not None and found.elub is not None and found.rule_of_three is not None:
        told["measures"] = {
            "cllr": _round(found.measures.cllr),
            "cllr_min": _round(found.measures.cllr_min),
            "cllr_cal": _round(found.measures.cllr_cal),
            "misleading": {
                name: {key: _round(value) for key, value in asdict(rate).items()}
                for name, rate in found.measures.misleading.items()
            },
            "elub": list(map(_round, found.elub)),
            "rule_of_three": list(map(_round, found.rule_of_three)),
        }
        told["tippett"] = {
            "log10_lr": list(found.edges),
            "same": list(map(_round, found.tippett[0])),
            "other": list(map(_round, found.tippett[1])),
        }
    if found.calibrated is not None:
        told["caps"] = {"low": found.calibrated.cap_low, "high": found.calibrated.cap_high}
    return told


def _card(measured: Measured, how: How, bins: list[dict[str, Any]]) -> dict[str, Any]:
    plugin = measured.plugin
    identity = asdict(plugin.manifest.identity) if plugin else None
    return {
        "kind": KIND,
        "program": f"fanal {__version__}",
        "part": measured.part,
        "part_version": measured.part_version,
        "plugin": identity,
        "sides": list(measured.sides),
        "propositions": list(measured.propositions),
        "method": how.method,
        "date": how.date,
        "list": {
            "sha256": measured.digest,
            "rows": measured.rows,
            "copies": measured.copies,
            "measured": len(measured.scores),
        },
        "not_measured": dict(measured.not_measured),
        "bins": bins,
        "limits": list(_limits(measured)),
    }


def _limits(measured: Measured) -> Iterable[str]:
    yield from (ENOUGH, THREE, ELSEWHERE)
    if measured.unnamed:
        yield (
            f"{measured.unnamed} of the cases name no device or generator: where several are of"
            " one, these figures are better than the truth."
        )
    if measured.plugin:
        yield ON_PIXELS


def _round(value: float) -> float:
    return round(value, DIGITS)


def _clear(out: Path) -> None:
    """Take away an older card; refuse a folder that holds anything else."""
    if not os.path.lexists(out):
        return
    files = _files(out) if out.is_dir() else None
    if files is None or (files and not _is_card(out / CARD)):
        raise UsageError(f"{out} holds other files than a card", "name a new folder: --out DIR")
    for path in files:
        path.unlink()


def _files(out: Path) -> list[Path] | None:
    """Return the files of a card in a folder; None where there is anything else."""
    found = []
    for path in sorted(out.iterdir()):
        folder = path.name == CALIBRATION and path.is_dir() and not path.is_symlink()
        for each in sorted(path.iterdir()) if folder else [path]:
            plain = each.is_file() and not each.is_symlink()
            if not plain or not OURS.fullmatch(each.relative_to(out).as_posix()):
                return None
            found.append(each)
    return found


def _is_card(path: Path) -> bool:
    return path.is_file() and f'"kind":"{KIND}"' in path.read_text("utf-8", "replace")
