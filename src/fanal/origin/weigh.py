"""Weighs the findings of one content: an opinion about where the picture comes from, and why.

A pure function of findings, rules and scale. Costly is one error only: a photograph of a real
child taken for generated. So `generator` needs a verified signature, and nothing that speaks for a
camera or a source picture; no two kinds of unsigned finding are independent. What contradicts is
shown and never averaged; pixels alone decide nothing; what is missing supports nothing.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.model.evidence import ADD_ON, BYTES, CASE, INPUT, SOURCE_FOUND, SOURCE_OF
from fanal.model.finding import Finding
from fanal.model.opinion import GRADES, Opinion
from fanal.origin.rules import RATIO, Rules
from fanal.origin.scale import Scale

CAMERA = frozenset(("C1", "C2"))
GENERATED = frozenset(("G1", "G2"))
SIDE_CAR = "side_car"
"""In the data of a record in a text file beside pictures: it describes no pixels of its own."""
MOST_REASONS = 64
"""Weighed findings of one content that its opinion names: the strongest ones, and one of each
rule, so that a flood of marks hides nothing that speaks against them."""
_CHILD = frozenset((INPUT, ADD_ON, SOURCE_FOUND, SOURCE_OF))
"""Kinds of finding after which a real child may be behind a generated picture."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One finding and what it speaks for."""

    finding: Finding
    rule: str
    family: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    grade: str
    log10_lr: float | None
    unsigned: bool
    child: bool
    doubts: tuple[str, ...]

    @property
    def decides(self) -> bool:
        """Tell whether it may bear on the state: pixels never do."""
        return self.family != "pixels" and self.grade != "none"

    def speaks(self, one: Iterable[str], other: Iterable[str]) -> bool:
        """Tell whether it speaks for one group of propositions against another."""
        return (
            self.decides
            and not set(self.speaks_for).isdisjoint(one)
            and not set(self.against).isdisjoint(other)
        )

    def spelled(self) -> Mapping[str, Any]:
        """Return it as an opinion keeps it; with how a signer was judged, which no finding has."""
        judged = _judged(self.finding.data)
        return {
            "rule": self.rule,
            "analyzer": self.finding.analyzer,
            "version": self.finding.version,
            "kind": self.finding.kind,
            "says": self.finding.says,
            "family": self.family,
            "for": list(self.speaks_for),
            "against": list(self.against),
            "grade": self.grade,
            "log10_lr": self.log10_lr,
            "unsigned": self.unsigned,
            "doubts": list(self.doubts),
            "bytes": list(self.finding.data.get(BYTES, ())),
            **({"judged": judged} if judged else {}),
        }


def _judged(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how a signer was judged; with the day where a time stamp fixes it."""
    by = data.get("trusted_by")
    if not isinstance(by, dict):
        return {}
    told = {key: value for key, value in by.items() if key != "at" or by.get("by") == "time stamp"}
    return {"trust": data.get("trust"), "trusted_by": told}


def weigh(sha256: str, findings: Sequence[Finding], rules: Rules, scale: Scale) -> Opinion:
    """Return the opinion that the findings of one content amount to."""
    kinds = {finding.kind for finding in findings}
    weighed = [one for one in (_weighed(f, kinds, rules, scale) for f in findings) if one]
    weighed.sort(key=lambda one: (-GRADES.index(one.grade), one.rule, one.finding.says))
    state, on = _state(weighed)
    propositions: dict[str, str] = {}
    for one in weighed:
        if one.decides:
            for code in one.speaks_for:
                propositions.setdefault(code, one.grade)
    return Opinion(
        sha256,
        state,
        _grade(state, on),
        settled=_is_settled(state, on),
        real_child=_is_child_possible(state, findings, weighed),
        propositions=dict(sorted(propositions.items())) or {"U": "none"},
        reasons=tuple(
            [one.spelled() for one in _named(weighed)] + _observed(findings, kinds, rules)
        ),
        rules=f"{rules.digest[:16]}-{scale.digest[:16]}",
    )


def _grade(state: str, on: Sequence[Weighed]) -> str:
    """Return the strongest grade of what a state rests on; "none" where it rests on too little."""
    grades = (one.grade for one in on if state != "inconclusive")
    return max(grades, key=GRADES.index, default="none")


def _named(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Return the findings that an opinion names, in their order."""
    first: dict[str, int] = {}
    for place, one in enumerate(weighed):
        first.setdefault(one.rule, place)
    places = dict.fromkeys([*first.values(), *range(len(weighed))])
    return [weighed[place] for place in sorted(list(places)[:MOST_REASONS])]


def _observed(
    findings: Sequence[Finding], kinds: set[str], rules: Rules
) -> list[Mapping[str, Any]]:
    """Return what only the case can tell and no rule weighs: it is stored nowhere else."""
    bare: dict[str, Any] = {"rule": None, "family": None, "for": [], "against": [], "grade": None}
    return [
        {
            "analyzer": finding.analyzer,
            "version": finding.version,
            "kind": finding.kind,
            "says": finding.says,
            **bare,
            "log10_lr": None,
            "unsigned": None,
            "doubts": list(finding.doubts),
            "bytes": [],
        }
        for finding in findings
        if finding.analyzer == CASE and rules.of(finding.kind, finding.data, kinds) is None
    ]


def _weighed(finding: Finding, kinds: set[str], rules: Rules, scale: Scale) -> Weighed | None:
    rule = rules.of(finding.kind, finding.data, kinds)
    if rule is None or finding.data.get(SIDE_CAR) is True:
        return None
    ratio = finding.log10_lr if math.isfinite(finding.log10_lr or 0.0) else None
    doubts = tuple(dict.fromkeys((*finding.doubts, *rule.doubts)))
    speaks_for, against, grade = rule.speaks_for, rule.against, rule.grade
    if grade == RATIO and ratio is None:
        grade, doubts = "none", (*doubts, "no likelihood ratio: nothing to calibrate it on")
    elif grade == RATIO and ratio is not None:
        bound = scale.bound(rule.family)
        grade, ratio = scale.word(ratio), max(-bound, min(bound, ratio))
        if ratio < 0:  # it speaks the other way round
            speaks_for, against = against, speaks_for
    capped = scale.capped(grade, rule.family)
    if capped != grade:
        doubts = (*doubts, f"capped: findings of this kind are {capped} at most")
    return Weighed(
        finding,
        rule.id,
        rule.family,
        speaks_for,
        against,
        capped,
        ratio if rule.grade == RATIO else None,
        rule.unsigned,
        rule.child,
        doubts,
    )


def _state(weighed: Sequence[Weighed]) -> tuple[str, list[Weighed]]:
    """Return the state, and the findings it rests on."""
    camera = [one for one in weighed if one.speaks(CAMERA, GENERATED)]
    generated = [one for one in weighed if one.speaks(GENERATED, CAMERA)]
    source = [one for one in weighed if one.speaks({"G1"}, {"G2"})]
    altered = [
        one
        for one in weighed
        if one.speaks({"C3"}, {"C1", "G2"}) and {*CAMERA, "G1"}.isdisjoint(one.speaks_for)
    ]
    copied = [one for one in weighed if one.speaks({"S"}, CAMERA)]
    made = [*generated, *(one for one in source if one not in generated)]
    if made and (camera or copied):
        return "conflicting", []
    if made and altered:
        return ("made_from_picture", [*source, *altered]) if source else ("conflicting", [])
    if source:
        return "made_from_picture", made
    if generated:
        return ("generator" if _is_signed(generated) else "inconclusive"), generated
    if altered and camera and not _is_signed(altered):
        return "inconclusive", [*camera, *altered]  # anyone can say of a photograph that it was
    if altered:  # a camera's intact file does not go with parts that were put in
        against = any(one.speaks(CAMERA, {"C3"}) for one in weighed)
        return ("conflicting", []) if against else ("altered", altered)
    if copied:
        return "reproduction", copied
    strong = [one for one in camera if GRADES.index(one.grade) >= GRADES.index("moderate")]
    return ("camera", strong) if strong else ("inconclusive", camera)


def _is_signed(on: Sequence[Weighed]) -> bool:
    """Tell whether a verified signature is among findings.

    Two kinds of finding that nobody signed are not independent: whoever has the files writes both,
    a record into a photograph and, beside it, the model file whose digest the record names.
    """
    return any(one.family == "signature" for one in on)


def _is_settled(state: str, on: Sequence[Weighed]) -> bool:
    return state in {"generator", "altered", "made_from_picture"} and _is_signed(on)


def _is_child_possible(state: str, findings: Sequence[Finding], weighed: Sequence[Weighed]) -> bool:
    """Tell whether a real child may be behind it: so for all but what is generated, alone."""
    if state != "generator":
        return True
    linked = any(finding.kind in _CHILD for finding in findings)
    linked = linked or any(one.child for one in weighed)
    linked = linked or any(finding.data.get("ingredients_unknown") for finding in findings)
    return linked or any(one.speaks({"G1", "C3"}, {"G2"}) for one in weighed)
