"""Keeps the authorities that packages are made for: their keys, and on what ground data go there.

A change is a new record; the highest number counts. Nothing is ever removed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from fanal.errors import UsageError
from fanal.exchange import transfer_rules
from fanal.exchange.manifest import LONGEST_NAME, LONGEST_TEXT
from fanal.exchange.recipients import receiver
from fanal.exchange.transfer_rules import FIELDS, GROUNDS, Group
from fanal.model.desk import Who
from fanal.model.package import Recipient
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.permitted import permitted
from fanal.pipeline.said import Said, checked
from fanal.stores.interface import Act, CaseStore

VERB = "recipient"
ACTIVE, ENDED = "active", "ended"
_COUNTRY = re.compile(r"[A-Z]{2}")
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class New:
    """An authority that packages are to be made for."""

    name: str
    country: str
    age_key: str
    signing_key: str = ""
    transfer: Mapping[str, str] = field(default_factory=dict)


def add(store: CaseStore, said: Said, new: New) -> Recipient:
    """Write an authority, or other keys and grounds of one that is there."""
    said = checked(said)
    _check(new)
    permitted(store, said, "package", "approve")
    with store.act(said.by, VERB, action="add", recipient=new.name, account=said.account) as act:
        before = recipients(store).get(new.name)
        if before is not None and before.country != new.country:
            raise UsageError(
                f"{new.name!r} is an authority of {before.country}", "give this one another name"
            )
        made = Recipient(
            new.name,
            act.number,
            new.country,
            new.age_key,
            new.signing_key,
            dict(new.transfer),
            ACTIVE,
            said.by,
            said.account,
            _now(),
            said.reason,
        )
        _put(act, said, made, "added" if before is None else "changed")
    return made


def end(store: CaseStore, said: Said, name: str) -> Recipient:
    """Write that no package is made for an authority any more."""
    said = checked(said)
    permitted(store, said, "package", "approve")
    with store.act(said.by, VERB, action="end", recipient=name, account=said.account) as act:
        made = replace(
            active(store, name),
            number=act.number,
            state=ENDED,
            by=said.by,
            login=said.account,
            when=_now(),
            reason=said.reason,
        )
        _put(act, said, made, "ended")
    return made


def recipients(store: CaseStore) -> dict[str, Recipient]:
    """Return each authority as it stands, ended ones too, in the order of their names."""
    found = {one.name: one for one in store.find(Recipient, order=("number",))}
    return dict(sorted(found.items()))


def active(store: CaseStore, name: str) -> Recipient:
    """Return an authority that packages may be made for."""
    found = recipients(store).get(name)
    if found is None or found.state != ACTIVE:
        raise UsageError(
            f"there is no recipient {name[:LONGEST_NAME]!r} that packages are made for",
            "add it: fanal package recipients add NAME --country CC --age-key age1…",
        )
    return found


def group(recipient: Recipient, today: date | None = None) -> Group:
    """Return under which rule data go to an authority."""
    return transfer_rules.group_of(recipient.country, today or _today())


def missing(recipient: Recipient, today: date | None = None) -> tuple[str, ...]:
    """Return what has to be on record before a package goes to an authority."""
    return transfer_rules.missing(recipient.country, recipient.transfer, today or _today())


def _check(new: New) -> None:
    if not (new.name.strip() == new.name and new.name and new.name.isprintable()):
        raise UsageError("an authority needs a printable name", "give one")
    if len(new.name) > LONGEST_NAME:
        raise UsageError(f"a name has at most {LONGEST_NAME} characters", "give a shorter one")
    if not _COUNTRY.fullmatch(new.country):
        raise UsageError(
            f"{new.country[:20]!r} is no country", "two letters of ISO 3166-1, such as DE; or EU"
        )
    receiver(new.age_key)
    if new.signing_key and not _KEY.fullmatch(new.signing_key):
        raise UsageError(
            "the key that replies are signed with is no Ed25519 public key",
            "give its file, or its 64 hexadecimal characters",
        )
    for name, text in new.transfer.items():
        if name not in FIELDS or not text.isprintable() or len(text) > LONGEST_TEXT:
            raise UsageError(
                f"{name[:40]} of a transfer must be printable, {LONGEST_TEXT:,} characters at most",
                f"there are: {', '.join(FIELDS)}",
            )
    ground = new.transfer.get("ground", "")
    if ground and ground not in GROUNDS:
        known = "; ".join(f"{code}: {says}" for code, says in GROUNDS.items())
        raise UsageError(f"there is no ground {ground[:20]!r}", known)


def _put(act: Act, said: Said, made: Recipient, what: str) -> None:
    who = Who(said.account, said.by, (), "")
    says = f"recipient {made.name} ({made.country}) {what}"
    data = {"recipient": made.name, "age_key": made.age_key, "signing_key": made.signing_key}
    act.put([made, audit_record(who, Doing(VERB, says, purpose=said.reason, data=data))])


def _today() -> date:
    return datetime.now(UTC).date()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
