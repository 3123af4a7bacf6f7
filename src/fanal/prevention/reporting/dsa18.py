"""Builds a notice under Article 18 of Regulation (EU) 2022/2065 from what a person wrote down.

A hosting service that learns of a suspected offence with a threat to life or safety informs the
authorities of the Member State concerned at once; where that is not clear, those of its own, or
Europol, or both. The recital says that this is no basis for profiling users. So nothing here comes
from deterrence, nothing is looked for, and nothing is sent.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.prevention import rendering

ROOM = "fanal.prevention.reporting"
MOST_BYTES = 2_000_000
MOST_TEXT = 10_000
_CODES = "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"
UNION = frozenset(_CODES[at : at + 2] for at in range(0, len(_CODES), 2))
"""Member States by ISO 3166-1."""
BECAUSE = {
    "offence": "the offence is suspected to take place there, to have done so or to be likely to",
    "suspect": "the suspected offender resides or is located there",
    "victim": "the victim resides or is located there",
}
"""Why a Member State is concerned (Article 18(2), second subparagraph)."""
FALLBACKS = {
    "establishment": "law enforcement of the Member State of establishment",
    "representative": "law enforcement of the Member State of the legal representative",
    "europol": "Europol",
}
"""Whom to inform where no Member State can be named with reasonable certainty."""
TIMING = ("has taken place", "is taking place", "is likely to take place")
THREATS = ("life", "safety")
STATEMENTS = (
    "The provider sends this notice itself; the program that wrote it sends nothing.",
    "Regulation (EU) 2022/2065 is no legal basis for profiling recipients of the service.",
    "A suspicion is no finding: whoever reads this checks it before acting.",
)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing or cannot be used: where, and what is asked for."""

    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person wrote down, section by section, as it was read."""

    provider: Mapping[str, Any]
    suspicion: Mapping[str, Any]
    events: tuple[Mapping[str, Any], ...]
    accounts: tuple[Mapping[str, Any], ...]
    contents: tuple[Mapping[str, Any], ...]
    states: tuple[Mapping[str, Any], ...]
    fallback: Mapping[str, Any]
    preserved: Mapping[str, Any]


FIELDS: Mapping[str, frozenset[str]] = {
    "provider": frozenset(
        {"name", "service", "established_in", "representative_in", "contact", "email", "phone"}
    ),
    "suspicion": frozenset({"what", "why", "how", "threat", "timing", "aware_at", "reference"}),
    "event": frozenset({"at", "zone", "what"}),
    "account": frozenset({"kind", "value", "at", "note"}),
    "content": frozenset({"where", "sha256", "published_at", "zone", "says"}),
    "state": frozenset({"country", "because", "why"}),
    "fallback": frozenset({"to", "why"}),
    "preserved": frozenset({"what", "until", "how"}),
}
MANY = frozenset({"event", "account", "content", "state"})


def read_notice(path: Path) -> Notice:
    """Read what a person wrote down, or say which part of the file is no notice."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        told = tomllib.loads(raw.decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise UsageError(
            f"{path.name} cannot be read", "it must be TOML in UTF-8, as the guide shows"
        ) from None
    if len(raw) > MOST_BYTES:
        raise UsageError(f"{path.name} is too long for a notice", "name contents by their digest")
    return _notice(told, path.name)


def check(notice: Notice) -> tuple[Lack, ...]:
    """Return everything that is missing; a notice without a lack is complete."""
    return (
        *_provider(notice.provider),
        *_suspicion(notice.suspicion),
        *_events(notice.events),
        *_accounts(notice.accounts),
        *_contents(notice.contents),
        *_states(notice),
    )


def addressees(notice: Notice) -> tuple[str, ...]:
    """Return whom the provider informs: the Member States concerned, else the fallback."""
    if notice.states:
        return tuple(
            f"law enforcement or judicial authorities of {one['country']}"
            for one in notice.states
            if one.get("country") in UNION
        )
    homes = {"establishment": "established_in", "representative": "representative_in"}
    named = []
    for one in notice.fallback.get("to", ()):
        home = notice.provider.get(homes.get(one, ""), "")
        named.append(FALLBACKS[one] + (f" ({home})" if home else ""))
    return tuple(named)


def document(notice: Notice, moment: datetime) -> dict[str, Any]:
    """Return the notice as plain JSON, with what it lacks and whom it is for."""
    lacks = check(notice)
    return {
        "format": "fanal-dsa18",
        "version": 1,
        "legal_basis": "Regulation (EU) 2022/2065, Article 18",
        "made_at": moment.astimezone(UTC).isoformat(timespec="seconds"),
        "is_complete": not lacks,
        "lacks": [asdict(one) for one in lacks],
        "to": list(addressees(notice)),
        "concerned": [
            {
                "country": one.get("country", ""),
                "because": BECAUSE.get(one.get("because", ""), ""),
                "why": one.get("why", ""),
            }
            for one in notice.states
        ],
        "no_state_because": "" if notice.states else notice.fallback.get("why", ""),
        "provider": _plain(notice.provider),
        "suspicion": _plain(notice.suspicion),
        "events": [_plain(one) for one in notice.events],
        "accounts": [_plain(one) for one in notice.accounts],
        "contents": [_plain(one) for one in notice.contents],
        "preserved": _plain(notice.preserved),
        "statements": list(STATEMENTS),
    }


def html(told: Mapping[str, Any]) -> str:
    """Return the notice as a page to read and print; it loads and runs nothing."""
    return rendering.page(ROOM, "dsa18.html", told=told)


def _notice(told: Mapping[str, Any], name: str) -> Notice:
    taken: dict[str, Any] = {}
    for section, value in told.items():
        if section not in FIELDS:
            raise UsageError(f"{name} has a part that is not known", f"known: {', '.join(FIELDS)}")
        rows = value if section in MANY else [value]
        if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
            form = f"[[{section}]]" if section in MANY else f"[{section}]"
            raise UsageError(f"{name}: {section} has the wrong form", f"write {form}")
        for one in rows:
            _check_fields(section, one, name)
        taken[section] = tuple(rows) if section in MANY else value
    return Notice(
        taken.get("provider", {}),
        taken.get("suspicion", {}),
        taken.get("event", ()),
        taken.get("account", ()),
        taken.get("content", ()),
        taken.get("state", ()),
        taken.get("fallback", {}),
        taken.get("preserved", {}),
    )


def _check_fields(section: str, row: Mapping[str, Any], name: str) -> None:
    known = FIELDS[section]
    for key, value in row.items():
        if key not in known:
            raise UsageError(
                f"{name}: {section} has a field that is not known",
                f"known: {', '.join(sorted(known))}",
            )
        is_list = (section, key) == ("fallback", "to")
        right = (
            isinstance(value, list)
            and all(isinstance(one, str) and one in FALLBACKS for one in value)
            if is_list
            else isinstance(value, (str, date, datetime))
        )
        if not right or (isinstance(value, str) and len(value) > MOST_TEXT):
            wanted = f"some of {', '.join(FALLBACKS)}" if is_list else "a text or a time"
            raise UsageError(f"{name}: {section}.{key} has a wrong value", f"it is {wanted}")


def _provider(told: Mapping[str, Any]) -> Iterator[Lack]:
    for name, says in (
        ("name", "who reports"),
        ("service", "the service on which it was seen"),
        ("contact", "a desk or a person who answers questions"),
    ):
        if not told.get(name):
            yield Lack(f"provider.{name}", says)
    if not (told.get("email") or told.get("phone")):
        yield Lack("provider.email or provider.phone", "how the contact is reached")
    homes = [told.get(name) for name in ("established_in", "representative_in")]
    if not any(homes):
        yield Lack(
            "provider.established_in or provider.representative_in",
            "the Member State of the establishment or of the legal representative",
        )
    elif not all(one in UNION for one in homes if one):
        yield Lack("provider.established_in", "a Member State by its two letters")


def _suspicion(told: Mapping[str, Any]) -> Iterator[Lack]:
    for name, says in (
        ("what", "which offence is suspected"),
        ("why", "what gives rise to the suspicion"),
        ("how", "how the provider became aware: by whose notice, by which look of its own"),
    ):
        if not told.get(name):
            yield Lack(f"suspicion.{name}", says)
    if told.get("threat") not in THREATS:
        yield Lack("suspicion.threat", f"a threat to {' or '.join(THREATS)}")
    if told.get("timing") not in TIMING:
        yield Lack("suspicion.timing", f"one of: {'; '.join(TIMING)}")
    yield from _time(told, "aware_at", "suspicion", "when the provider became aware of it")


def _events(events: tuple[Mapping[str, Any], ...]) -> Iterator[Lack]:
    if not events:
        yield Lack("event", "at least one: what happened, and when, with the time zone")
    for at, one in enumerate(events, 1):
        if not one.get("what"):
            yield Lack(f"event {at}.what", "what happened")
        yield from _time(one, "at", f"event {at}", "when it happened")


def _accounts(accounts: tuple[Mapping[str, Any], ...]) -> Iterator[Lack]:
    if not accounts:
        yield Lack("account", "at least one identifier by which the recipient can be found")
    for at, one in enumerate(accounts, 1):
        for name, says in (("kind", "what the identifier is"), ("value", "the identifier")):
            if not one.get(name):
                yield Lack(f"account {at}.{name}", says)
        kind = str(one.get("kind", "")).lower()
        if kind.startswith("ip") or "at" in one:
            yield from _time(one, "at", f"account {at}", "when the address was used")


def _contents(contents: tuple[Mapping[str, Any], ...]) -> Iterator[Lack]:
    for at, one in enumerate(contents, 1):
        if not (one.get("where") or one.get("sha256")):
            yield Lack(f"content {at}.where or sha256", "where it is, or its digest")
        digest = one.get("sha256", "")
        if digest and not _is_digest(digest):
            yield Lack(f"content {at}.sha256", "64 hexadecimal characters")
        if "published_at" in one:
            yield from _time(one, "published_at", f"content {at}", "when it was published")


def _states(notice: Notice) -> Iterator[Lack]:
    for at, one in enumerate(notice.states, 1):
        if one.get("country") not in UNION:
            yield Lack(f"state {at}.country", "a Member State by its two letters")
        if one.get("because") not in BECAUSE:
            yield Lack(f"state {at}.because", f"one of: {', '.join(BECAUSE)}")
        if not one.get("why"):
            yield Lack(f"state {at}.why", "what shows it")
    if notice.states:
        return
    told = notice.fallback
    if not told.get("to"):
        yield Lack("state or fallback.to", f"a Member State concerned, or {', '.join(FALLBACKS)}")
    elif not told.get("why"):
        yield Lack("fallback.why", "why no Member State can be named with reasonable certainty")
    homes = {"establishment": "established_in", "representative": "representative_in"}
    for one in told.get("to", ()):
        if one in homes and not notice.provider.get(homes[one]):
            yield Lack(f"provider.{homes[one]}", "named as a fallback")


def _time(told: Mapping[str, Any], name: str, place: str, says: str) -> Iterator[Lack]:
    value = told.get(name)
    if not isinstance(value, datetime):
        yield Lack(f"{place}.{name}", f"{says}, with day, time and time zone")
    elif value.utcoffset() is None:
        yield Lack(f"{place}.{name}", f"{says}: its time zone is missing, such as +01:00")


def _is_digest(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) == 64
        and set(value.lower()) <= set("0123456789abcdef")
    )


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section as JSON; each time as it was written, and as UTC beside it."""
    found: dict[str, Any] = {}
    for name, value in told.items():
        if isinstance(value, datetime):
            found[name] = value.isoformat()
            if value.utcoffset() is not None:
                found[f"{name}_utc"] = value.astimezone(UTC).isoformat()
        else:
            found[name] = value.isoformat() if isinstance(value, date) else value
    return found
