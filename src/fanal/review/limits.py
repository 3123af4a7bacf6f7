"""Says how much of a case a person is shown: one may lower it, raising it takes two people.

The defaults are those of the review desk's rules; the four hours a day are the practice of the
Internet Watch Foundation, the others are design choices for an agency to set.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from fanal.model.desk import Choice
from fanal.review import people

Number = int | float


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for everybody at the desk."""

    cap: int = 5
    """Highest level of the ladder of pictures."""
    grid_cap: int = 3
    """Highest level in the grid."""
    minutes_a_day: int = 240
    """Minutes in which pictures can be shown."""
    prompt_after: int = 45
    """Minutes until a break is proposed."""
    break_after: int = 60
    """Minutes until everything is covered for a break."""
    break_minutes: int = 10
    clear_an_hour: int = 150
    """Pictures of level 4 or 5 an hour before a soft stop."""
    reveals_a_minute: int = 30
    reveals_an_hour: int = 600
    quiet_last: int = 30
    """Minutes before the end of a shift without level 3 or above."""
    shift_minutes: int = 480
    severe_in_a_row: int = 20
    """Tasks of high severity one after the other."""
    second_share: float = 0.1
    """Share of decided contents that a second person sees blind."""
    bulk_second: int = 500
    """Contents of one decision above which a second person is asked."""
    latch_seconds: int = 10
    """Seconds until a picture that is not held open covers itself."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a limit may be, and which way shows less."""

    least: Number
    most: Number
    less: int
    """-1: a lower value shows less; 1: a higher one; 0: neither, every change takes two people."""
    says: str
    """What it limits, for a person."""


RANGES: Mapping[str, Range] = {
    "cap": Range(0, 5, -1, "Highest level of pictures"),
    "grid_cap": Range(0, 3, -1, "Highest level in the grid"),
    "minutes_a_day": Range(0, 480, -1, "Minutes a day in which pictures can be shown"),
    "prompt_after": Range(5, 120, -1, "Minutes until a break is proposed"),
    "break_after": Range(10, 180, -1, "Minutes until everything is covered for a break"),
    "break_minutes": Range(5, 60, 1, "Minutes that a break lasts"),
    "clear_an_hour": Range(0, 600, -1, "Clear pictures an hour before a pause"),
    "reveals_a_minute": Range(1, 120, -1, "Pictures a minute"),
    "reveals_an_hour": Range(1, 3600, -1, "Pictures an hour"),
    "quiet_last": Range(0, 480, 1, "Last minutes of a shift without clear pictures"),
    "shift_minutes": Range(30, 720, -1, "Minutes of a shift"),
    "severe_in_a_row": Range(1, 200, -1, "Tasks of high severity in a row"),
    "second_share": Range(0.0, 1.0, 0, "Share of decisions that a second person sees"),
    "bulk_second": Range(1, 500, -1, "Contents of one decision that one person may decide alone"),
    "latch_seconds": Range(1, 60, -1, "Seconds until an opened picture covers itself"),
}
PURPOSES = (
    "decide",
    "second opinion",
    "identify a victim",
    "find where it was made",
    "check the origin",
    "compare",
    "check a list",
)
"""Why a picture is shown, until a team says otherwise."""
RETENTION = (
    "Nothing is removed from a case by itself; how long it is kept is for the agency to say."
)


@dataclass(frozen=True, slots=True)
class Raise:
    """A change that waits for a second person."""

    name: str
    to: Number
    login: str
    who: str
    """The person who asked for it."""
    when: str


@dataclass(frozen=True, slots=True)
class Team:
    """What a team has chosen."""

    limits: Limits = field(default_factory=Limits)
    waiting: Mapping[str, Raise] = field(default_factory=dict)
    """Limit → the change that waits for a second person."""
    texts: Mapping[str, Any] = field(default_factory=dict)
    """`purposes`, `retention`, `hours`: what anybody who may set limits writes alone."""


def team(choices: Iterable[Choice]) -> Team:
    """Return what holds after these choices for the team, in the order they were written.

    What shows less holds at once and ends a change that waits. What shows more holds when a second
    person, who shares neither name nor login with the first, chooses the same value after them.
    """
    limits, waiting, texts = Limits(), dict[str, Raise](), dict[str, Any]()
    for choice in choices:
        told = _told(choice)
        if choice.name not in RANGES:
            texts[choice.name] = told.get("to")
            continue
        to = fit(choice.name, told.get("to"))
        if to is None:
            continue
        asked = Raise(choice.name, to, choice.by, str(told.get("name", "")), choice.when)
        first = waiting.pop(choice.name, None)
        if not shows_more(choice.name, getattr(limits, choice.name), to) or (
            first is not None and first.to == to and are_two(first, asked)
        ):
            changes: dict[str, Any] = {choice.name: to}
            limits = replace(limits, **changes)
        else:
            waiting[choice.name] = first if first is not None and first.to == to else asked
    return Team(limits, waiting, texts)


def are_two(first: Raise, second: Raise) -> bool:
    """Tell whether two people ask: an empty name or login is nobody's."""
    keys = [(people.name_key(one.who), people.login_key(one.login)) for one in (first, second)]
    return all(map(all, keys)) and people.count(keys) == len(keys)


def shows_more(name: str, before: Number, to: Number) -> bool:
    """Tell whether a change of a limit may show more to anybody."""
    less = RANGES[name].less
    return to != before and (less == 0 or (to > before) == (less < 0))


def fit(name: str, value: object) -> Number | None:
    """Return a value that a limit may have, None for any other."""
    kind = type(getattr(Limits(), name))
    if type(value) is int and kind is float:
        value = float(value)
    if not isinstance(value, int | float) or type(value) is not kind:
        return None
    return value if RANGES[name].least <= value <= RANGES[name].most else None


def _told(choice: Choice) -> Mapping[str, Any]:
    try:
        told = json.loads(choice.value)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def names() -> Sequence[str]:
    """Return the limits in the order in which they are listed."""
    return [one.name for one in fields(Limits)]
