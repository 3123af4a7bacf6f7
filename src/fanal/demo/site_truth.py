"""Writes and reads what is true of the made-up site, in a file that no stage ever reads.

One JSON object a line: first the site, then one person or one stolen card a line.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fanal.demo.site_cast import Account, Person
from fanal.errors import UsageError

NAME = "site-truth.jsonl"
VERSION = 1
THREE = 3
"""Days on which an access network must have been used to tell something of a country."""
IDENTIFY = frozenset({"phone", "recovery", "wallet", "bank"})
"""What two accounts may have in common that belongs to one person alone; a card or an address may
be a family's, and whoever types another's mail as recovery address shows that of one side only."""


@dataclass(frozen=True, slots=True)
class TruePerson:
    """One person of the site."""

    person: str
    kind: str
    """`member`, `operator`, `thief` or `bot`."""
    country: str
    accounts: tuple[str, ...]
    ties: tuple[tuple[str, str, str], ...]
    """Two accounts, and what was used for both."""
    came: bool
    """The person came to the site at least once, and did not only pay or try to."""
    minor: bool
    lost: tuple[str, ...]
    """Accounts whose rows are cut."""
    habit: str
    exhibits: tuple[str, ...]
    """What was seized of the person."""
    shown: Mapping[str, tuple[str, ...]]
    """Account → what its rows truly tell of the country: `bank account`, `phone`, …"""
    days: Mapping[str, tuple[int, ...]]
    """Account → days on which it was used from where the person lives."""

    def tells(self, accounts: Iterable[str]) -> frozenset[str]:
        """Return what rows of these accounts together tell of the country; it may be nothing."""
        held = list(accounts)
        found = {what for one in held for what in self.shown.get(one, ())}
        days = {day for one in held for day in self.days.get(one, ())}
        return frozenset(found | ({"access network"} if len(days) >= THREE else set()))


@dataclass(frozen=True, slots=True)
class StolenCard:
    """One card that somebody else's account paid with, and its owner, who was never there."""

    account: str
    way: str
    """One of `assumptions.STOLEN_WAYS`."""
    country: str
    """Where the owner lives."""
    name: str
    email: str
    phone: str
    charged_back: bool

    @property
    def in_owners_name(self) -> bool:
        """Tell whether the whole account shows the owner, and nothing of the thief."""
        return self.way != "thief's account"


@dataclass(frozen=True, slots=True)
class SiteTruth:
    """The whole file."""

    about: Mapping[str, Any]
    people: tuple[TruePerson, ...]
    stolen: tuple[StolenCard, ...]


def true_person(person: Person) -> TruePerson:
    """Return what is true of a person."""
    ties = ((str(a.id), str(b.id), way) for a, b, way in person.ties)
    return TruePerson(
        f"zz-p-{person.number:05d}",
        person.kind,
        person.land.code,
        tuple(str(one.id) for one in person.accounts),
        tuple(sorted(ties)),
        person.came,
        person.birth > 2007,
        tuple(str(one.id) for one in person.accounts if one.lost),
        person.habit,
        tuple(person.exhibits),
        {str(one.id): tuple(sorted(one.shown)) for one in person.accounts if one.shown},
        {str(one.id): tuple(sorted(one.days)) for one in person.accounts if one.days},
    )


def stolen_cards(accounts: Iterable[Account]) -> Iterator[StolenCard]:
    """Yield the stolen cards of the accounts."""
    for account in accounts:
        owner = account.payer
        if owner and owner.stolen:
            yield StolenCard(
                str(account.id),
                owner.stolen,
                owner.land.code,
                owner.name,
                owner.email,
                owner.phone,
                owner.charged_back,
            )


def document(about: Mapping[str, Any], people: Sequence[Person]) -> bytes:
    """Return the whole file."""
    told = [true_person(person) for person in people]
    cards = list(stolen_cards(one for person in people for one in person.accounts))
    counts = {
        "people": dict(sorted(Counter(one.kind for one in told).items())),
        "countries": dict(sorted(Counter(o.country for o in told if o.kind == "member").items())),
        "ties": dict(sorted(Counter(way for one in told for *_, way in one.ties).items())),
        "stolen": dict(sorted(Counter(card.way for card in cards).items())),
        "not knowable": sum(o.kind == "member" and not o.tells(o.accounts) for o in told),
    }
    lines = [{"version": VERSION, **about, "counts": counts}, *map(asdict, told)]
    lines += [{"stolen": f"zz-c-{at:04d}", **asdict(card)} for at, card in enumerate(cards)]
    return "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines).encode()


def read_site_truth(path: Path) -> SiteTruth:
    """Return what a file says; raise UsageError where it is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            about = _about(next(lines, "null"))
            told = [json.loads(line) for line in lines]
            people = tuple(_person(one) for one in told if "person" in one)
            cards = tuple(_card(one) for one in told if "stolen" in one)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path} is no truth of a site: {error}", "name the file beside the site"
        ) from None
    return SiteTruth(about, people, cards)


def _about(line: str) -> Mapping[str, Any]:
    about = json.loads(line)
    if not isinstance(about, dict) or about.get("version") != VERSION:
        raise ValueError("its first line does not say so")
    return about


def _person(told: Mapping[str, Any]) -> TruePerson:
    ties = tuple((str(a), str(b), str(way)) for a, b, way in told["ties"])
    lists = {name: tuple(told[name]) for name in ("accounts", "lost", "exhibits")}
    of = {name: {k: tuple(v) for k, v in told[name].items()} for name in ("shown", "days")}
    return TruePerson(**{**told, **lists, **of, "ties": ties})


def _card(told: Mapping[str, Any]) -> StolenCard:
    return StolenCard(**{name: value for name, value in told.items() if name != "stolen"})
