"""Counts what a person was shown, and says when it is enough for now.

Nobody is hurried by it: no speed is told, and no person is compared with another. Time counts while
pictures are shown with less than five minutes between them. A day ends with eleven hours without
any act of the person's (the daily rest of directive 2003/88/EC, article 3) and has at most 24
hours, so neither midnight nor a time zone divides a night's work.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fanal.review.ladder import ASKED, BLURRED, CLEAR, COLOURED, MOSAIC, SMALL, Cap, lowest, name
from fanal.review.limits import Limits

DAY, REST = 86_400.0, 39_600.0
"""Seconds that a day has at most, and without any act after which a new one begins."""
BRIDGED = 300.0
"""Seconds between two pictures that count as one stretch; as long as a screen stays open idle."""
HOUR, MINUTE = 3_600.0, 60.0


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture that was shown."""

    at: float
    """Seconds since 1970."""
    level: int
    until: float
    """When it was covered; the latest it can have been where nobody told."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a person chose for themselves."""

    level: int = COLOURED
    breaks: int = 0
    """Minutes until a break is proposed; 0 as the team has it."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one person was shown today, and what holds for them now."""

    minutes: int
    reveals: Mapping[int, int] = field(default_factory=dict)
    """Level → pictures."""
    cap: Cap = field(default_factory=lambda: Cap(COLOURED))
    says: str = ""
    """A sentence for the person; "" where there is nothing to say."""
    break_due: bool = False
    """Everything is covered until the break is over."""
    break_seconds: int = 0
    """Seconds that are left of it."""
    soft_stop: bool = False
    """No more clear pictures in this hour."""
    most: int = 0
    """Minutes that a day has."""
    too_fast: str = ""
    """More in a minute or an hour than anybody needs: the sentence; the auditor is told too."""


def exposure(
    acts: Sequence[float], shown: Iterable[Shown], now: float, limits: Limits, own: Own
) -> Exposure:
    """Return what holds for a person now, by all their acts and all they were shown, in order."""
    begun = day_begins(acts, now)
    today = [one for one in shown if begun <= one.at <= now]
    stretches = _stretches(today, now)
    minutes = int(sum(end - start for start, end in stretches) / MINUTE)
    pause = _Pause.of(stretches, now, limits)
    clear = sum(one.level >= CLEAR and one.at > now - HOUR for one in today)
    soft_stop = clear >= limits.clear_an_hour
    cap = lowest(
        [
            *_day(minutes, limits),
            *pause.caps,
            *_shift(begun, now, limits),
            *([Cap(SMALL, _SOFT.format(clear))] if soft_stop else []),
            Cap(limits.cap, f"the team shows pictures up to level {limits.cap}"),
            Cap(own.level, f"you chose to be shown pictures up to level {own.level}"),
        ]
    )
    proposed = min(own.breaks or limits.prompt_after, limits.prompt_after)
    says = cap.says if cap.level < min(limits.cap, own.level) else ""
    if not says and pause.minutes >= proposed:
        says = f"{pause.minutes} minutes without a break: a good moment for one"
    counts = Counter(one.level for one in today)
    return Exposure(
        minutes,
        {level: counts[level] for level in ASKED if counts[level]},
        cap,
        says,
        pause.due,
        pause.left,
        soft_stop,
        limits.minutes_a_day,
        _too_fast(today, now, limits),
    )


_SOFT = "{} clear pictures within an hour: up to level 3 until it is over"


def refusal(told: Exposure, level: int) -> str:
    """Return why a picture of that level is not shown to the person now; "" where it is."""
    if told.too_fast:
        return told.too_fast
    if level <= told.cap.level:
        return ""
    return f"{name(level)} is not available: {told.cap.says}"


def day_begins(acts: Sequence[float], now: float) -> float:
    """Return when the person's day began: after the last long rest, at most a day ago."""
    begun = now
    for at in sorted((one for one in acts if now - DAY < one <= now), reverse=True):
        if begun - at >= REST:
            break
        begun = at
    return begun


def _stretches(shown: Iterable[Shown], now: float) -> list[tuple[float, float]]:
    """Return begin and end of each time in which pictures were shown."""
    found: list[tuple[float, float]] = []
    for one in sorted(shown, key=lambda each: each.at):
        end = max(one.at, min(one.until, now))
        if found and one.at - found[-1][1] < BRIDGED:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((one.at, end))
    return found


@dataclass(frozen=True, slots=True)
class _Pause:
    """How long a person has been at it since their last break."""

    minutes: int
    due: bool
    left: int
    caps: tuple[Cap, ...] = ()

    @classmethod
    def of(cls, stretches: Sequence[tuple[float, float]], now: float, limits: Limits) -> "_Pause":
        rest, total, end = limits.break_minutes * MINUTE, 0.0, 0.0
        for start, upto in stretches:
            total = upto - start if start - end >= rest else total + upto - start
            end = upto
        over = now - end
        if over >= rest:
            return cls(0, due=False, left=0)
        minutes = int(total / MINUTE)
        if minutes < limits.break_after:
            return cls(minutes, due=False, left=0)
        left = math.ceil(rest - over)
        says = f"after {minutes} minutes everything is covered for a break of"
        cap = Cap(MOSAIC, f"{says} {limits.break_minutes} minutes")
        return cls(minutes, due=True, left=left, caps=(cap,))


def _day(minutes: int, limits: Limits) -> Iterable[Cap]:
    if minutes >= limits.minutes_a_day:
        yield Cap(MOSAIC, f"{minutes} minutes of pictures today are enough for a day")


def _shift(begun: float, now: float, limits: Limits) -> Iterable[Cap]:
    """Keep the end of a shift quiet, and what comes after it."""
    if now - begun >= (limits.shift_minutes - limits.quiet_last) * MINUTE:
        yield Cap(BLURRED, "the end of a shift is kept quiet: up to level 2")


def _too_fast(shown: Sequence[Shown], now: float, limits: Limits) -> str:
    for seconds, most, words in (
        (MINUTE, limits.reveals_a_minute, "a minute"),
        (HOUR, limits.reveals_an_hour, "an hour"),
    ):
        if sum(one.at > now - seconds for one in shown) >= most:
            return f"more than {most} pictures {words} are not shown; wait a little"
    return ""
