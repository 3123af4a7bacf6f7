"""Reads the signed checklist of an authority and proposes a tier from what people answered.

A checklist is written by people and holds no weight that was learned: items, each answered by a
named person, and counts of `yes` (reference, 3.7). It can only lift: `no` and `unknown` lift
nothing, and what nobody knows never puts a lead below one of which it is known. The four families
are those of published tools for police; none of these tools is built into it.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from fanal.errors import UsageError
from fanal.model.review import Priorities
from fanal.review.people import plain
from fanal.review.signed import signed

SCREEN = "child-safety screen"
FAMILIES = (
    SCREEN,
    "previous behaviour",
    "access to children",
    "current conduct",
    "other factors",
)
"""What an item may belong to."""
TOPICS = ("current access to a child", "production", "contact", "live offence")
"""What the screen has to ask about: any `yes` lifts a lead to the first tier at once."""
FIELDS = (
    *("deeds.made", "deeds.sent", "deeds.fetched", "deeds.kept", "deeds.paid", "deeds.came"),
    *("content", "first", "last", "accounts"),
)
"""What an item may show of a lead beside its question; no answer is ever made of it."""
INSUFFICIENT = "insufficient information"
"""The tier of a lead of which a needed answer is missing and nothing lifts it higher."""
YES, NO, UNKNOWN, NOT_ASKED = "yes", "no", "unknown", "not asked"
LARGEST = 1 << 20
"""Bytes of a checklist."""
LONGEST = 500
MOST = 200
"""Items, rules or tiers of one checklist."""
MEND = "mend the file, and have it signed again"


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier of response, as the authority has it."""

    name: str
    says: str = ""
    hours: int = 0
    """Within so many hours something has to be done; 0 where the authority says nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question that people answer of a lead."""

    id: str
    family: str
    asks: str
    topic: str = ""
    """Of the screen: which of TOPICS."""
    lifts: str = ""
    """Tier to which a `yes` lifts by itself."""
    needed: bool = True
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """So many times `yes` among these items lift a lead to a tier."""

    tier: str
    least: int
    of: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Checklist:
    """What a checklist says."""

    name: str
    tiers: tuple[Tier, ...]
    """The most urgent first."""
    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """Return the tiers, the most urgent first; what is insufficient stands above the last."""
        names = [tier.name for tier in self.tiers]
        return (*names[:-1], INSUFFICIENT, names[-1])

    def item(self, id_: str) -> Item:
        """Return one item; refuse a name that none has."""
        for one in self.items:
            if one.id == id_:
                return one
        known = ", ".join(one.id for one in self.items)
        raise UsageError(f"the checklist has no item {id_[:40]!r}", f"one of: {known}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The tier that the answers lead to, and why; a named officer sets it."""

    tier: str
    says: tuple[str, ...]
    missing: tuple[str, ...]
    """Items that are needed and of which nobody knows the answer."""
    screen: bool
    """An item of the screen says yes: the first tier, regardless of everything else."""


def propose(checklist: Checklist, answers: Mapping[str, str]) -> Proposal:
    """Return the tier that these answers (item → answer) lead to."""
    found: list[tuple[str, str]] = []
    yes = {item.id for item in checklist.items if answers.get(item.id) == YES}
    first, last = checklist.tiers[0].name, checklist.tiers[-1].name
    screened = [one for one in checklist.items if one.id in yes and one.family == SCREEN]
    found += [(first, f"child-safety screen: yes to {one.asks!r}") for one in screened]
    found += [
        (one.lifts, f"yes to {one.asks!r}")
        for one in checklist.items
        if one.id in yes and one.lifts
    ]
    for rule in checklist.rules:
        number = len(yes.intersection(rule.of))
        if number >= rule.least:
            found.append((rule.tier, f"{rule.says} ({number} times yes)"))
    missing = tuple(
        item.id for item in checklist.items if item.needed and answers.get(item.id) not in {YES, NO}
    )
    if missing:
        items = "1 needed answer is" if len(missing) == 1 else f"{len(missing)} needed answers are"
        found.append((INSUFFICIENT, f"{items} not known"))
    found.append((last, "every needed answer is known, and none lifts it"))
    order = checklist.order
    tier = min((one for one, _ in found), key=order.index)
    says = tuple(why for one, why in found if one == tier)
    return Proposal(tier, says, missing, bool(screened))


SIGN = "sign it: fanal leads checklist sign FILE --key KEY.pem"


def verified(text: bytes, signature: bytes, key: str) -> Priorities:
    """Return the record of a checklist, or refuse one that its key did not sign or that is bad."""
    return signed(text, signature, key, parse(text).name, SIGN)


def parse(text: bytes) -> Checklist:
    """Read a checklist; what it may not ask, and what it does not know, is refused by name."""
    if len(text) > LARGEST:
        raise UsageError(f"the checklist has {len(text):,} bytes", f"at most {LARGEST:,} are read")
    try:
        told = tomllib.loads(text.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the checklist is not valid TOML: {error}", MEND) from error
    _keys("the checklist", told, {"name", "tier", "item"}, {"rule"})
    made = Checklist(
        _text("name", told["name"]),
        tuple(_tier(one) for one in _tables("tier", told["tier"])),
        tuple(_item(one) for one in _tables("item", told["item"])),
        tuple(_rule(one) for one in _tables("rule", told.get("rule", []))),
    )
    _check(made)
    return made


def forbidden(text: str) -> str:
    """Return which input that no checklist may use a text names; "" where it names none."""
    words = "".join(each if each.isalnum() else " " for each in plain(text)).split()
    if any(len(_alphabets(word)) > 1 for word in words):
        return "something that letters of several alphabets in one word hide"
    folded = f" {' '.join(words)} "
    for topic, stems in _forbidden().items():
        for stem in stems:
            whole = stem.endswith("$")
            if (f" {stem[:-1]} " if whole else f" {stem}") in folded:
                return topic
    return ""


def _alphabets(word: str) -> set[str]:
    """Return the alphabets of a word that have letters which look alike."""
    names = {unicodedata.name(letter, "").partition(" ")[0] for letter in word}
    return names & {"LATIN", "CYRILLIC", "GREEK"}


@lru_cache(maxsize=1)
def _forbidden() -> Mapping[str, tuple[str, ...]]:
    """Return topic → the beginnings of words that name it, spelled as texts are compared."""
    file = resources.files("fanal.review").joinpath("forbidden_inputs.toml")
    told = tomllib.loads(file.read_text("utf-8"))
    return {topic: tuple(stems) for topic, stems in told.items()}


def _check(made: Checklist) -> None:
    """Refuse what contradicts itself, what asks the forbidden, and a screen that misses a topic."""
    names = [tier.name for tier in made.tiers]
    if len(names) < 2 or len({*names, INSUFFICIENT}) != len(names) + 1:
        raise UsageError(f"a checklist has two tiers or more, none named {INSUFFICIENT!r}", MEND)
    ids = [item.id for item in made.items]
    if len(set(ids)) != len(ids):
        raise UsageError("two items of the checklist have the same id", MEND)
    for tier in (*(item.lifts for item in made.items if item.lifts), *(r.tier for r in made.rules)):
        if tier not in names:
            raise UsageError(f"the checklist has no tier {tier!r}", MEND)
    for rule in made.rules:
        if not set(rule.of) <= set(ids) or not 1 <= rule.least <= len(set(rule.of)):
            raise UsageError(f"the rule {rule.says!r} counts items that are not there", MEND)
    for item in made.items:
        _refuse_forbidden(f"item {item.id!r}", (item.id, item.asks))
    for rule in made.rules:
        _refuse_forbidden(f"the rule {rule.says!r}", (rule.says,))
    missing = set(TOPICS) - {item.topic for item in made.items}
    if missing:
        raise UsageError(f"the child-safety screen does not ask about: {min(missing)}", MEND)


def _refuse_forbidden(where: str, texts: Iterable[str]) -> None:
    for text in texts:
        if topic := forbidden(text):
            raise UsageError(
                f"{where} of the checklist asks about {topic}: {text!r}",
                "nothing of that may bear on a person's tier (Directive (EU) 2016/680, articles 10"
                " and 11); take it out, or say in other words what is meant",
            )


def _tier(told: Mapping[str, Any]) -> Tier:
    _keys("a tier", told, {"name"}, {"says", "hours"})
    hours = told.get("hours", 0)
    if type(hours) is not int or not 0 <= hours <= 24 * 3660:
        raise _bad("hours of a tier", "a whole number")
    return Tier(_text("name of a tier", told["name"]), _text("says", told.get("says", "-")), hours)


def _item(told: Mapping[str, Any]) -> Item:
    _keys("an item", told, {"id", "family", "asks"}, {"topic", "yes", "needed", "shows"})
    made = Item(
        _text("id of an item", told["id"]),
        _text("family of an item", told["family"]),
        _text("asks", told["asks"]),
        _text("topic", told["topic"]) if "topic" in told else "",
        _text("yes", told["yes"]) if "yes" in told else "",
        told.get("needed", True),
        _texts("shows", told.get("shows", [])),
    )
    where = f"item {made.id!r} of the checklist"
    if made.family not in FAMILIES:
        raise UsageError(
            f"{where} is of no family that is allowed", f"one of: {'; '.join(FAMILIES)}"
        )
    for field in made.shows:
        if field not in FIELDS:
            raise UsageError(
                f"{where} refers to {field!r}, which no checklist may use",
                f"it may show: {', '.join(FIELDS)}; answers are people's",
            )
    screen = made.family == SCREEN
    if screen != (made.topic in TOPICS) or (screen and (made.lifts or not made.needed)):
        raise UsageError(
            f"{where}: an item of the screen has one of its topics, is needed, and always lifts to"
            " the first tier; no other item has a topic",
            f"topics: {'; '.join(TOPICS)}",
        )
    if not isinstance(made.needed, bool):
        raise _bad(f"needed of {where}", "true or false")
    return made


def _rule(told: Mapping[str, Any]) -> Rule:
    _keys("a rule", told, {"tier", "least", "of", "says"}, set())
    if type(told["least"]) is not int:
        raise _bad("least of a rule", "a whole number")
    of = _texts("of", told["of"])
    return Rule(
        _text("tier of a rule", told["tier"]), told["least"], of, _text("says", told["says"])
    )


def _keys(where: str, told: Mapping[str, Any], needed: set[str], more: set[str]) -> None:
    unknown = sorted(set(told) - needed - more)
    if unknown:
        allowed = ", ".join(sorted(needed | more))
        raise UsageError(
            f"{where} says {unknown[0][:LONGEST]!r}, which it may not", f"it may say: {allowed}"
        )
    missing = sorted(needed - set(told))
    if missing:
        raise UsageError(f"{where} has no {missing[0]}", MEND)


def _tables(key: str, value: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"tables, at most {MOST}")
    if not all(isinstance(one, dict) for one in value):
        raise _bad(key, "tables")
    return value


def _text(key: str, value: Any) -> str:
    if not (isinstance(value, str) and value.strip() and value.isprintable()):
        raise _bad(key, "a printable text")
    if len(value) > LONGEST:
        raise _bad(key, f"{LONGEST} characters long at most")
    return value


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST:
        raise _bad(key, f"a list of texts, at most {MOST}")
    return tuple(dict.fromkeys(_text(key, one) for one in value))


def _bad(key: str, wanted: str) -> UsageError:
    return UsageError(f"{key} in the checklist must be {wanted}", MEND)
