"""Says which decided contents a second or third person looks at, and why; never by who was fast.

Of all others a share is drawn by a keyed digest of the content: whoever lacks the key can neither
guess nor steer which. The order in which they come is another such digest, so that it tells of
neither time nor person.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fanal.model.decision import IDENTIFIED, Decision
from fanal.review import people
from fanal.review.decisions import Events, Word, fold, key_of
from fanal.review.limits import Limits

BLIND, ADJUDICATION = 2, 3
"""Turns: a second person who sees no word; a third one who sees both reasons without names."""
MADE = frozenset({"generator", "made_from_picture"})
"""Origins under which a real child may still be depicted or resembled."""
CONFLICT = "conflicting"
DRAWN = "drawn at random"
TWO_PEOPLE = "what was said takes two people"
UNIDENTIFIED = "evidence of a generator or a source picture, and the victim is not identified"
CONFLICTING = "the evidence of its origin conflicts"
OVERRIDDEN = "somebody says another origin than the evidence"
FLAGGED = "somebody asked for it"
BULK = "decided with very many others"
DISAGREE = "two people disagree"


@dataclass(frozen=True, slots=True)
class Said:
    """One content on which people decided, and what else bears on who looks at it."""

    sha256: str
    events: tuple[Decision, ...]
    """In the order in which they were written."""
    origin: str = ""
    """State of the opinion on its origin; "" where there is none."""
    overridden: bool = False
    flagged: bool = False
    together: int = 1
    """Contents of the largest decision whose word stands."""


@dataclass(frozen=True, slots=True)
class Need:
    """A content that waits for another person."""

    sha256: str
    turn: int
    why: tuple[str, ...]
    first: str
    """The id of the first word's decision."""
    words: tuple[Decision, ...]
    """The words that stand."""
    spoke: tuple[people.Who, ...]
    """Everybody who ever decided on it: none of them is asked."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A content on which three people or more disagree."""

    sha256: str
    says: str


def need(said: Said, limits: Limits, key: bytes) -> Need | Unresolved | None:
    """Return who is asked next about a content; None where nobody is."""
    words = words_of(said.events)
    spoke = tuple(dict.fromkeys(key_of(event) for event in said.events))
    states = {word.state for word in words}
    count = people.count(key_of(word.event) for word in words)
    if not words:
        return None
    if count > 1:
        if len(states) == 1:
            return None
        if count > BLIND:
            return Unresolved(said.sha256, fold(said.events).says)
        why: tuple[str, ...] = (DISAGREE,)
    else:
        why = reasons(said, limits, key)
    if not why:
        return None
    turn = ADJUDICATION if count > 1 else BLIND
    events = tuple(word.event for word in words)
    return Need(said.sha256, turn, why, events[0].id, events, spoke)


def reasons(said: Said, limits: Limits, key: bytes) -> tuple[str, ...]:
    """Return why a content that one person decided is seen by a second one; () where it is not."""
    standing = fold(said.events)
    told = {
        TWO_PEOPLE: standing.waits_for_second,
        UNIDENTIFIED: said.origin in MADE and standing.victim_state != IDENTIFIED,
        CONFLICTING: said.origin == CONFLICT,
        OVERRIDDEN: said.overridden,
        FLAGGED: said.flagged,
        BULK: said.together > limits.bulk_second,
        DRAWN: is_drawn(said.sha256, limits.second_share, key),
    }
    return tuple(why for why, holds in told.items() if holds)


def words_of(events: Iterable[Decision]) -> list[Word]:
    """Return the words on one content that stand."""
    log = Events()
    for event in events:
        log.take(event)
    return log.words()


def is_drawn(sha256: str, share: float, key: bytes) -> bool:
    """Tell whether a content is in the share, by HMAC-SHA-256 (RFC 2104) of its digest."""
    return int.from_bytes(_keyed(key, "draw", sha256)[:8]) < share * 2**64


def place(key: bytes, *about: str) -> str:
    """Return what to sort by, which says nothing of time or person."""
    return _keyed(key, "order", *about).hex()


def may(me: people.Who, one: Need) -> bool:
    """Tell whether a person may be asked: not on a word of their own, be it under another login."""
    return all(me) and all(people.count([me, other]) > 1 for other in one.spoke)


def losing(words: Sequence[Decision], state: str) -> list[Decision]:
    """Return the words that a third person's word overrules: those that say otherwise.

    Where nobody else said the same, three people disagree and nothing is taken back: what protects
    a child most holds until they agree.
    """
    others = [one for one in words if one.victim_state != state]
    return others if len(others) < len(words) else []


def units(
    needs: Iterable[Need], series: Mapping[str, str], key: bytes, most: int
) -> list[list[Need]]:
    """Return what is decided together: contents of one decision and one series, so many at most.

    `series` gives the series of a content, "" where it has none.
    """
    groups: dict[tuple[int, tuple[str, ...], str], list[Need]] = {}
    for one in needs:
        together = series.get(one.sha256, "") or one.sha256
        said = tuple(sorted({event.id for event in one.words}))
        groups.setdefault((one.turn, said, together), []).append(one)
    parts: list[list[Need]] = []
    for group in groups.values():
        group.sort(key=lambda one: place(key, one.sha256))
        parts += [group[start : start + most] for start in range(0, len(group), most)]
    return sorted(parts, key=lambda part: place(key, part[0].sha256))


def _keyed(key: bytes, *about: str) -> bytes:
    return hmac.new(
        key, "\0".join(about).encode("utf-8", "backslashreplace"), hashlib.sha256
    ).digest()
