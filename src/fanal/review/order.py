"""Puts each item into a step of the queue, with the sentence that says why.

Steps, not a sum of weights. The first rule that applies decides, in an order in which nothing
harmless or solved can hide something that is not: a near match never sets an item aside, only a
digest does, and only where no other list and no other digest contradicts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fanal.content.media import is_picture, is_video
from fanal.model.evidence import SOURCE_OF
from fanal.model.finding import Seen
from fanal.model.item import Item
from fanal.model.known import Match
from fanal.model.opinion import Opinion

DANGER, UNKNOWN, ALTERED, KNOWN_SERIES = 1, 2, 3, 4
CONFLICT, GENERATOR, IDENTIFIED, HARMLESS = 5, 6, 7, 8
STEPS = {
    1: "signs of present danger",
    2: "camera or inconclusive, on no list",
    3: "altered or made from a picture, not identified",
    4: "known series with an unidentified victim",
    5: "conflicting evidence",
    6: "generator, no link to any photograph or person",
    7: "known, victim identified",
    8: "on a harmless list",
}
"""The steps of the queue; what one content says by itself never leads to 1 (`rungs` does).

Evidence of origin that conflicts leaves a picture in step 2: a mark that anybody can write shall
not move a photograph back. Step 5 is for lists that contradict each other.
"""
DECODES = "perceptual"
"""The analyzer whose look tells whether a content was decoded."""
MOST_SAID = 160
"""Characters of a finding that a reason repeats."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A step of the queue and the reason."""

    step: int
    reason: str


def place(
    item: Item, matches: Sequence[Match], seen: Sequence[Seen], opinion: Opinion | None = None
) -> Placed | None:
    """Return the step of an item, or None where it is neither picture nor video nor on a list."""
    if placed := by_lists(matches):
        return placed
    if not (is_picture(item.media_type) or is_video(item.media_type)):
        return None
    return _unknown(item, seen, opinion)


def by_lists(matches: Sequence[Match]) -> Placed | None:
    """Return the step of what a list knows, None where none does."""
    exact = [match for match in matches if match.via != "pdq"]
    near = sorted(
        (match for match in matches if match.via == "pdq"), key=lambda match: match.distance
    )
    return _known(exact, near) or _near(near)


def by_origin(state: str, *, settled: bool, real_child: bool) -> int:
    """Return the step of a picture that no list knows: only settled evidence moves it back."""
    if not settled:
        return UNKNOWN
    return GENERATOR if state == "generator" and not real_child else ALTERED


def _known(exact: Sequence[Match], near: Sequence[Match]) -> Placed | None:
    """Decide by digests."""
    kinds = {match.kind for match in exact}
    if not kinds:
        return None
    contradicted = next((match for match in exact if match.conflict), None)
    grave = kinds & {"illegal", "unidentified"}
    if grave and (kinds & {"generated", "harmless"}):
        return Placed(CONFLICT, f"lists contradict each other: {_named(exact)}")
    if contradicted:
        return Placed(
            CONFLICT,
            f"{contradicted.via} is on list {contradicted.list}, but that entry's "
            f"{contradicted.conflict} is another",
        )
    if grave:
        return _listed(exact, near)
    grave_near = next((match for match in near if match.kind in {"illegal", "unidentified"}), None)
    if grave_near:
        return Placed(CONFLICT, f"on list {_named(exact)}, yet {_apart(grave_near)}")
    if "generated" in kinds:
        return Placed(GENERATOR, f"on list {_named(exact)} of generated pictures")
    return Placed(HARMLESS, f"on harmless list {_named(exact)}")


def _listed(exact: Sequence[Match], near: Sequence[Match]) -> Placed:
    """Tell known material with an identified victim from all other known material."""
    said = [match.victim_identified for match in exact if match.kind in {"illegal", "unidentified"}]
    unidentified = any(match.kind == "unidentified" for match in exact)
    if not unidentified and all(said):
        if other := next((match for match in near if _is_open(match)), None):
            return Placed(
                CONFLICT,
                f"on list {_named(exact)}; victim identified, yet {_apart(other)}, "
                "which does not say so",
            )
        return Placed(IDENTIFIED, f"on list {_named(exact)}; victim identified")
    if unidentified or any(answer is False for answer in said):
        return Placed(KNOWN_SERIES, f"on list {_named(exact)}; victim not identified")
    return Placed(
        KNOWN_SERIES, f"on list {_named(exact)}, which does not say that the victim is identified"
    )


def _is_open(match: Match) -> bool:
    """Tell whether the entry met stands for a victim who may not have been identified."""
    return match.kind == "unidentified" or (
        match.kind == "illegal" and match.victim_identified is not True
    )


def _near(near: Sequence[Match]) -> Placed | None:
    grave = next((match for match in near if match.kind in {"illegal", "unidentified"}), None)
    if grave:
        return Placed(KNOWN_SERIES, f"not known itself, but {_apart(grave)}")
    if near:
        return Placed(UNKNOWN, f"on no list; {_apart(near[0])}, which sets nothing aside")
    return None


def _unknown(item: Item, seen: Sequence[Seen], opinion: Opinion | None) -> Placed:
    if opinion and opinion.settled and is_picture(item.media_type):
        return _settled(opinion)
    looked = {record.outcome: record for record in seen if record.analyzer == DECODES}
    if is_video(item.media_type):
        return Placed(UNKNOWN, "video on no list; its pictures have not been compared")
    if failed := looked.get("failed"):
        return Placed(UNKNOWN, f"present but not decoded ({failed.reason}), on no list")
    if partly := looked.get("partly"):
        return Placed(UNKNOWN, f"on no list; {partly.reason}")
    if not looked:
        return Placed(UNKNOWN, "on no list; not looked at yet")
    return Placed(UNKNOWN, f"on no list; {_origin(opinion)}{_source(opinion)}")


def _settled(opinion: Opinion) -> Placed:
    """Place what a verified signature speaks for."""
    said = _said(opinion, {"G1", "G2", "C3"})
    step = by_origin(opinion.state, settled=True, real_child=opinion.real_child)
    if step == GENERATOR:
        return Placed(step, f"generator: {said}; no link to a photograph or person is known")
    words = "a real child may be behind it" if opinion.state == "generator" else opinion.grade
    return Placed(step, f"on no list; {opinion.state.replace('_', ' ')} ({words}): {said}")


def _origin(opinion: Opinion | None) -> str:
    """Say where a picture in step 2 seems to come from."""
    if opinion is None or not opinion.reasons:
        return "nothing speaks for a camera or a generator: treated as camera"
    if opinion.state == "conflicting":
        camera = _said(opinion, {"C1", "C2", "S"}, {"C3"})
        other = _said(opinion, {"G1", "G2"}, {"C3"})
        return f"evidence conflicts, treated as camera: {camera}; yet {other}"
    if opinion.state == "camera":
        return f"camera ({opinion.grade}): {_said(opinion, {'C1', 'C2'})}"
    if opinion.state == "reproduction":
        return f"a reproduction, of what is not known: {_said(opinion, {'S'})}"
    if not any(one["for"] for one in opinion.reasons):
        return "nothing speaks for a camera or a generator: treated as camera"
    said = _said(opinion, set(opinion.propositions))
    if opinion.state == "inconclusive":
        return f"not enough to tell where it comes from, treated as camera: {said}"
    state = opinion.state.replace("_from_", "_from_a_").replace("_", " ")
    return f"{state} by what nobody signed, treated as camera: {said}"


def _source(opinion: Opinion | None) -> str:
    """Say whether other pictures of the case name this one as what they were made from."""
    reasons = opinion.reasons if opinion else ()
    return next((f"; {one['says']}" for one in reasons if one.get("kind") == SOURCE_OF), "")


def _said(opinion: Opinion, *groups: set[str]) -> str:
    """Return what the strongest reason for one of these says; of the first group that has one.

    What pixels alone say, and what has no weight, is never the reason.
    """
    weighty = [
        one
        for one in opinion.reasons
        if one.get("family") != "pixels" and one.get("grade") != "none"
    ]
    fitting = (one for codes in groups for one in weighty if codes.intersection(one["for"]))
    said = str(next(fitting, {"says": "no single finding"})["says"])
    return said if len(said) <= MOST_SAID else f"{said[:MOST_SAID]}…"


def _apart(match: Match) -> str:
    turned = ", rotated or mirrored" if match.turn else ""
    return f"{match.distance} bits from an entry of {match.kind} list {match.list}{turned}"


def _named(matches: Sequence[Match]) -> str:
    return ", ".join(sorted({match.list for match in matches}))
