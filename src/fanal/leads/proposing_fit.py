"""How well a table of a site fits each canonical one, column by column, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fanal.leads.proposing_names import (
    KINDS,
    MEANT,
    NEEDED,
    RULES,
    TABLES,
    Rule,
    bare,
    plain,
    says,
)
from fanal.leads.proposing_values import Looks, Time

Option = Mapping[str, object]
"""One value that a mapping could give to a canonical column."""
_WHO = frozenset({"account", "from_account", "to_account"})
_YES = frozenset({"email_confirmed", "phone_confirmed", "has_attachment", "chargeback"})


@dataclass(frozen=True, slots=True)
class Choice:
    """What a canonical column could be taken from."""

    column: str
    options: tuple[Option, ...]
    sure: bool
    why: str


@dataclass(frozen=True, slots=True)
class Fit:
    """One canonical table that a table of a site could become."""

    into: str
    score: float
    why: str
    choices: tuple[Choice, ...]
    whole: bool
    """Whether everything that the canonical table needs is sure."""

    @property
    def used(self) -> frozenset[str]:
        """Return the columns that some line names."""
        named: set[str] = set()
        for choice in self.choices:
            named |= {str(each["column"]) for each in choice.options if "column" in each}
        return frozenset(named)


def fits(table: str, seen: Mapping[str, Looks]) -> list[Fit]:
    """Return the canonical tables that a table could become, the likeliest first."""
    found = [fit for into in RULES if (fit := _fit(into, table, seen))]
    return sorted(found, key=lambda fit: -fit.score)


def _fit(into: str, table: str, seen: Mapping[str, Looks]) -> Fit | None:
    choices = list(_choices(into, table, seen))
    there = {choice.column for choice in choices}
    if not all(there & set(group) for group in NEEDED[into]):
        return None
    sure = {choice.column for choice in choices if choice.sure}
    named = says(TABLES[into], plain(table))
    score = sum(2.0 if choice.sure else 0.5 for choice in choices) + (4 if named else 0)
    needed = {
        "login": ("account", "ts"),
        "media_event": ("account", "kind"),
        "message_meta": ("from_account",),
    }
    least = needed.get(into, ("media",) if into == "media" else ("account",))
    parts = [f"it is called {into}-like"] if named else []
    parts.append(f"it has {', '.join(sorted(sure)) or 'nothing sure'}")
    return Fit(into, score, "; ".join(parts), tuple(choices), set(least) <= sure)


def _choices(into: str, table: str, seen: Mapping[str, Looks]) -> Iterator[Choice]:
    """Yield a choice for each canonical column of which anything is found."""
    used: set[str] = set()
    chosen: dict[str, Choice] = {}
    for strict in (True, False):
        for rule in RULES[into]:
            if rule.column in chosen:
                continue
            names = [name for name in seen if name not in used]
            if choice := _choice(rule, names, table, seen, strict=strict):
                chosen[rule.column] = choice
                if choice.sure:
                    used |= {str(option["column"]) for option in choice.options}
    if into == "media_event" and "kind" not in chosen:
        chosen["kind"] = _kind_of_all(table)
    for rule in RULES[into]:
        if rule.column in chosen:
            yield chosen[rule.column]


def _kind_of_all(table: str) -> Choice:
    """Return the kind of the events of a table in which no column says it."""
    for pattern, kind in KINDS.items():
        if says(pattern, plain(table)):
            option = {"constant": kind}
            return Choice("kind", (option,), sure=True, why="the table is called so")
    options = tuple({"constant": each} for each in ("view", "download", "upload"))
    return Choice("kind", options, sure=False, why="no column says it")


def _choice(
    rule: Rule, names: list[str], table: str, seen: Mapping[str, Looks], *, strict: bool
) -> Choice | None:
    pattern = rule.sure if strict else rule.likely
    found = [
        name
        for name in names
        if (says(pattern, bare(name, table)) or says(pattern, plain(name)))
        and (seen[name].filled or strict)
        and _agrees(rule, seen[name])
    ]
    if not found:
        return None
    if len(found) > 1:
        options = tuple(each for name in found for each in _options(rule, name, seen[name])[0])
        why = f"several columns are called so: {len(found)}"
        return Choice(rule.column, options, sure=False, why=why)
    name = found[0]
    options, problem = _options(rule, name, seen[name])
    if problem:
        return Choice(rule.column, options, sure=False, why=problem)
    if not seen[name].filled:
        return Choice(rule.column, options, sure=False, why="called so, but it is empty")
    if rule.column in _WHO and "with @" in seen[name].kinds:
        why = "its values are addresses, not what accounts are known by"
        return Choice(rule.column, options, sure=False, why=why)
    if not strict and not rule.kinds:
        return Choice(rule.column, options, sure=False, why="its name may mean that")
    why = "called so" if strict else "its name may mean that"
    looked = [kind for kind in rule.kinds if kind in seen[name].kinds]
    return Choice(
        rule.column, options, sure=True, why=f"{why}; values: {looked[0]}" if looked else why
    )


def _agrees(rule: Rule, seen: Looks) -> bool:
    """Tell whether the values of a column can be what a rule asks for."""
    if not seen.filled or not rule.kinds:
        return True
    if rule.column == "ip" and seen.kinds & {"bytes", "whole"}:
        return True
    if rule.column == "card" and seen.cards:
        return True
    if rule.column in {"account", "card"} and rule.kinds and "time" in seen.kinds:
        return False
    return bool(seen.kinds & set(rule.kinds))


def _options(rule: Rule, name: str, seen: Looks) -> tuple[tuple[Option, ...], str]:
    """Return how a column would be named in the mapping, and what is unsure of it."""
    if rule.kinds == ("time",) and seen.time:
        return _times(name, seen.time)
    if rule.column == "ip" and "ip" not in seen.kinds and seen.filled:
        how = "hex address" if "bytes" in seen.kinds else "number address"
        return ({"column": name, "read_as": how},), ""
    if rule.column in MEANT:
        return _words(rule, name, seen)
    if rule.column == "amount":
        return _amount(name, seen)
    if rule.column in _YES and seen.filled and "yes or no" not in seen.kinds:
        filled = ({"column": name, "when": "filled"}, {"column": name})
        return filled, "its values are neither yes nor no"
    return ({"column": name},), ""


def _times(name: str, time: Time) -> tuple[tuple[Option, ...], str]:
    zone = {"zone": time.zone} if time.zone == "in the text" else {}
    options = tuple({"column": name, "form": form, **zone} for form in time.forms)
    if len(options) > 1:
        return options, "day and month cannot be told apart: no value has one above 12"
    return options, ""


def _words(rule: Rule, name: str, seen: Looks) -> tuple[tuple[Option, ...], str]:
    """Translate the few values of a column of words, where each can only be meant in one way."""
    values = seen.examples
    if not values:
        return ({"column": name},), "its values are too many, or too few, to be told apart"
    codes = {value: _meant(rule.column, value) for value in values}
    option: Option = {"column": name, "codes": codes}
    unknown = [value for value, meaning in codes.items() if not meaning]
    if unknown:
        return (option,), f"what {len(unknown)} of its {len(values)} values mean is not known"
    return (option,), ""


def _meant(column: str, value: str) -> str:
    for pattern, meaning in MEANT[column].items():
        if says(pattern, plain(value)):
            return meaning
    return ""


def _amount(name: str, seen: Looks) -> tuple[tuple[Option, ...], str]:
    if "cents" in plain(name):
        return ({"column": name, "scale": 0.01},), ""
    if seen.comma:
        return ({"column": name, "decimal": ","},), ""
    return ({"column": name},), ""
