"""Spells an item as the public JSON object that scripts and other tools lean on."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from fanal.content.media import is_picture, is_video
from fanal.content.pdq import LEAST_QUALITY
from fanal.model.evidence import POINTS, SENSITIVE
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Seen
from fanal.model.item import Place
from fanal.model.known import Match
from fanal.model.opinion import GRADES, PROPOSITIONS
from fanal.model.series import Member, Series
from fanal.pipeline.decided import spelled
from fanal.pipeline.joined import Known, everything
from fanal.pipeline.queued import At, Queue
from fanal.review.decisions import fold
from fanal.stores.interface import CaseStore

_FIELDS = (
    *("places", "pictures", "fingerprints", "seen", "matches", "findings"),
    *("opinions", "decisions"),
)
PAGE = 200
"""Items that are put together at once."""
VEILED = ("matches", "origin")
"""What would show where a content was drawn from."""
ASSESSES = "generator"
"""The analyzer whose look makes a content assessed, whatever it found."""


def items(
    store: CaseStore, among: Sequence[str] | None = None, *, words: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield the public object of every item, or of those with the given digests.

    Words that are marked sensitive, such as prompts, are left out unless asked for.
    """
    placed = Queue(store)
    every = everything(store, *_FIELDS, among=among)
    while part := list(islice(every, PAGE)):
        at = _placed(store, placed, part)
        series = _series(store, [known.item.sha256 for known in part])
        for known in part:
            sha256 = known.item.sha256
            facts = _object(known, at.get(sha256), series.get(sha256))
            yield facts if words else without_words(facts)


def queue(store: CaseStore, limit: int = 0, steps: Sequence[int] = ()) -> Iterator[dict[str, Any]]:
    """Yield the public objects in the order in which people look, of these steps or of all.

    Of what the blind sample drew nothing is told that could show where it was drawn from.
    """
    placed = Queue(store)
    tasks = placed.tasks(limit, steps)
    while part := {task.sha256: placed.at(task) for task in islice(tasks, PAGE)}:
        found = {
            known.item.sha256: known for known in everything(store, *_FIELDS, among=list(part))
        }
        series = _series(store, list(part))
        for sha256, at in part.items():
            facts = without_words(_object(found[sha256], _at(at), series.get(sha256)))
            yield facts | dict.fromkeys(VEILED) if at.drawn else facts


def _placed(store: CaseStore, placed: Queue, part: Sequence[Known]) -> dict[str, dict[str, Any]]:
    """Return where contents stand in the queue: by their own task, or by that of their series."""
    own = placed.of([known.item.sha256 for known in part])
    left = [known.item.sha256 for known in part if known.item.sha256 not in own and _waits(known)]
    series = dict(store.columns(Member, "sha256", "series", among={"sha256": left}))
    tasks = placed.of_series(series.values())
    found = {sha256: _at(placed.at(task)) for sha256, task in own.items()}
    for sha256, name in series.items():
        if task := tasks.get(name):
            at = _at(placed.at(task))
            found[sha256] = at | {
                "reason": f"with its representative {task.sha256[:12]}: {at['reason']}"
            }
    return found


def _series(store: CaseStore, contents: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the series of each content that is in one."""
    name_of = dict(store.columns(Member, "sha256", "series", among={"sha256": contents}))
    among = {"name": sorted({*name_of.values()})}
    fields = ("name", "size", "representative")
    known = {
        row[0]: dict(zip(fields, row, strict=True))
        for row in (store.columns(Series, *fields, among=among) if name_of else ())
    }
    return {sha256: known[name] for sha256, name in name_of.items() if name in known}


def _waits(known: Known) -> bool:
    """Tell whether people have to look at a content, with its series if not by itself."""
    media = known.item.media_type
    looked = is_picture(media) or is_video(media) or known.matches
    return bool(looked) and not fold(known.decisions).decided


def _at(at: At) -> dict[str, Any]:
    return {"step": at.task.step, "rank": at.rank, "reason": at.task.reason}


def _object(
    known: Known, at: dict[str, Any] | None, series: dict[str, Any] | None
) -> dict[str, Any]:
    item = known.item
    picture = known.pictures[0] if known.pictures else None
    first = known.fingerprints[0] if known.fingerprints else None
    standing = fold(known.decisions)
    return {
        "sha256": item.sha256,
        "md5": item.md5,
        "sha1": item.sha1,
        "size": item.size,
        "media_type": item.media_type,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "pdq": first.value.hex() if first else None,
        "pdq_quality": first.quality if first else None,
        "locations": [location(place) for place in known.places],
        "matches": [_match(match) for match in known.matches],
        "origin": _origin(known),
        "victim_state": standing.victim_state,
        "decisions": spelled(known.decisions, standing),
        "series": series,
        "queue": at,
        "problems": _problems(known),
    }


def _origin(known: Known) -> dict[str, Any]:
    """Spell what the findings amount to, and each finding with its weight."""
    opinion = known.opinion
    reasons = {_key(reason): reason for reason in opinion.reasons} if opinion else {}
    findings = [_finding(finding) for finding in known.findings]
    stored = {_key(finding) for finding in findings}
    weighed = [_weighed(finding, reasons.get(_key(finding))) for finding in findings]
    weighed += [
        {**{name: reason[name] for name in _NAMED}, **_weighed({}, reason), "data": {}}
        for key, reason in reasons.items()
        if key not in stored
    ]
    weighed.sort(key=lambda one: -GRADES.index(one["grade"] or "none"))
    assessed = is_assessed(known.seen) and is_picture(known.item.media_type)
    default = "inconclusive" if assessed else "not_assessed"
    return {
        "state": opinion.state if opinion else default,
        "grade": opinion.grade if opinion else None,
        "propositions": [
            {"code": code, "says": PROPOSITIONS[code], "grade": grade}
            for code, grade in (opinion.propositions if opinion else {}).items()
        ],
        "real_child_possible": opinion.real_child if opinion else True,
        "settled": bool(opinion and opinion.settled),
        "rules": opinion.rules if opinion else None,
        "looked": sorted({seen.analyzer for seen in known.seen if seen.outcome != "failed"}),
        "findings": weighed,
    }


def is_assessed(seen: Sequence[Seen]) -> bool:
    """Tell whether a picture was looked at for marks of its origin, whatever was found."""
    return any(one.analyzer == ASSESSES and one.outcome != "failed" for one in seen)


_NAMED = ("analyzer", "version", "kind", "says")
_WEIGHT = ("rule", "family", "for", "against", "grade", "log10_lr", "unsigned", "doubts")


def _key(one: Mapping[str, Any]) -> tuple[str, ...]:
    return one["analyzer"], one["version"], one["kind"], one["says"]


def _weighed(finding: dict[str, Any], reason: Mapping[str, Any] | None) -> dict[str, Any]:
    if reason is None:
        return finding
    data = {**finding.get("data", {}), **reason.get("judged", {})}
    return finding | {name: reason[name] for name in _WEIGHT} | {"data": data}


def without_words(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the public object without what is shown only to who asks for it: words, points."""
    origin, hidden = facts["origin"], {SENSITIVE, POINTS}
    findings = [
        {**one, "data": {name: value for name, value in one["data"].items() if name not in hidden}}
        for one in origin["findings"]
    ]
    return {**facts, "origin": {**origin, "findings": findings}}


def _problems(known: Known) -> list[dict[str, str]]:
    problems = [
        {"analyzer": seen.analyzer, "reason": seen.reason, "detail": seen.detail}
        for seen in known.seen
        if seen.reason
    ]
    if any(made.quality < LEAST_QUALITY for made in known.fingerprints):
        detail = f"PDQ quality below {LEAST_QUALITY}: matched by digest only"
        problems.append({"analyzer": "perceptual", "reason": "low quality", "detail": detail})
    return problems


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "analyzer": finding.analyzer,
        "version": finding.version,
        "kind": finding.kind,
        "says": finding.says,
        "rule": None,
        "family": None,
        "for": [finding.speaks_for] if finding.speaks_for else [],
        "against": [finding.speaks_against] if finding.speaks_against else [],
        "grade": finding.grade or None,
        "log10_lr": finding.log10_lr,
        "unsigned": None,
        "doubts": list(finding.doubts),
        "data": dict(finding.data),
    }


def _match(match: Match) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "list": match.list,
        "kind": match.kind,
        "via": match.via,
        "distance": match.distance,
        "entry": match.entry,
    }
    if match.turn:
        facts["turn"] = match.turn
    if match.conflict:
        facts["conflict"] = match.conflict
    return facts


def location(place: Place | Failure) -> dict[str, Any]:
    """Spell where a copy lies; a name that is not UTF-8 comes with its bytes in hexadecimal."""
    facts: dict[str, Any] = {"exhibit": place.exhibit, "path": shown(place.name)}
    try:
        place.name.decode("utf-8")
    except UnicodeDecodeError:
        facts["path_hex"] = place.name.hex()
    if place.inside:
        facts["inside"] = place.inside
    facts["modified"] = getattr(place, "modified", None)
    return facts


def shown(name: bytes) -> str:
    """Return a name for the eye: bytes that are no UTF-8 as the replacement character."""
    return name.decode("utf-8", "replace")


def printable(text: str) -> str:
    """Return text that cannot move the cursor or turn the line around in a terminal."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)


def summary(facts: Mapping[str, Any]) -> str:
    """Return one line of a table for an item."""
    at = facts["queue"]
    where = facts["locations"][0] if facts["locations"] else {"exhibit": "", "path": ""}
    step = f"{at['step']} {at['rank']:>6}" if at else "-      -"
    size = f"{facts['width']}x{facts['height']}" if facts["width"] else facts["media_type"]
    return printable(
        f"{step}  {facts['sha256'][:16]}  {size:<12}  {where['exhibit']}: {where['path']}"
        f"  {at['reason'] if at else ''}".rstrip()
    )
