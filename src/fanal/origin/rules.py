"""Reads the table of rules: what each finding speaks for, against what, and how strongly."""

import hashlib
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from fanal.model.opinion import GRADES, PROPOSITIONS
from fanal.origin.scale import FAMILIES

RATIO = "ratio"
"""Grade of a rule that goes by the finding's own likelihood ratio."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of finding speaks for, where its conditions hold."""

    id: str
    kind: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]
    grade: str
    family: str
    doubts: tuple[str, ...]
    unsigned: bool = False
    child: bool = False
    """A real child may be behind it, whatever else is found."""
    when: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] = field(default_factory=dict)
    beside: frozenset[str] = frozenset()
    """Kinds of finding that the content must have too."""
    without: frozenset[str] = frozenset()

    def applies(self, data: Mapping[str, Any], kinds: Collection[str]) -> bool:
        """Tell whether the rule weighs a finding with such data, on a content with such kinds."""
        return (
            all(_holds(data.get(name), wanted) for name, wanted in self.when.items())
            and not any(_holds(data.get(name), wanted) for name, wanted in self.unless.items())
            and self.beside <= set(kinds)
            and self.without.isdisjoint(kinds)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule, by the kind of finding it weighs, in order."""

    by_kind: Mapping[str, Sequence[Rule]]
    digest: str

    def of(self, kind: str, data: Mapping[str, Any], kinds: Collection[str]) -> Rule | None:
        """Return the first rule that applies, None where nothing weighs such a finding."""
        fitting = (rule for rule in self.by_kind.get(kind, ()) if rule.applies(data, kinds))
        return next(fitting, None)


def _holds(value: Any, wanted: Any) -> bool:
    """Tell whether a value of the data is, or has among it, what is wanted, or one of it."""
    among = wanted if isinstance(wanted, list) else [wanted]
    values = value if isinstance(value, list | tuple) else [value]
    return any(type(one) is type(other) and one == other for one in values for other in among)


@cache
def load_rules() -> Rules:
    """Return the rules of this version."""
    raw = files("fanal.origin").joinpath("rules.toml").read_bytes()
    by_kind: dict[str, list[Rule]] = {}
    for told in tomllib.loads(raw.decode("utf-8"))["rule"]:
        rule = _rule(told)
        by_kind.setdefault(rule.kind, []).append(rule)
    return Rules(by_kind, hashlib.sha256(raw).hexdigest())


def _rule(told: Mapping[str, Any]) -> Rule:
    rule = Rule(
        id=told["id"],
        kind=told["kind"],
        speaks_for=tuple(told["for"]),
        against=tuple(told["against"]),
        grade=told["grade"],
        family=told["family"],
        doubts=tuple(told["doubts"]),
        unsigned=told.get("unsigned", False),
        child=told.get("child", False),
        when=told.get("when", {}),
        unless=told.get("unless", {}),
        beside=frozenset(told.get("with", ())),
        without=frozenset(told.get("without", ())),
    )
    if not {*rule.speaks_for, *rule.against} <= PROPOSITIONS.keys():
        raise ValueError(f"rule {rule.id} names a proposition that there is not")
    if rule.grade not in {*GRADES, RATIO} or rule.family not in FAMILIES:
        raise ValueError(f"rule {rule.id} has no such grade or family")
    return rule
