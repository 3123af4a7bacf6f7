"""Answers a package at its receiver, and takes the answer in at whoever sent the package."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fanal.errors import PackageError, UsageError
from fanal.exchange.container import refused
from fanal.exchange.manifest import Manifest
from fanal.exchange.paths import SENDER
from fanal.exchange.recipients import own_identity, read_identities
from fanal.exchange.reply import answers, files_of, reply_to, taken
from fanal.exchange.seal import Sealed, render, seal
from fanal.exchange.unseal import MOST_READ, Opened, check, meant_for, unlock
from fanal.model.desk import Who
from fanal.model.lead import Assessment
from fanal.model.package import SENT, Package
from fanal.pipeline.assess import OUTCOME, Further, audited, made, standing_of
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.case import signer
from fanal.pipeline.export import written
from fanal.pipeline.package_build import VERB, reply_key
from fanal.pipeline.permitted import permitted
from fanal.pipeline.received import Given, read_bytes, verify
from fanal.pipeline.recipients import recipients
from fanal.pipeline.said import Said, checked
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

LONGEST = 1_500
"""Characters of a receiver's words that are kept."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a reply said, lead by lead."""

    package: Package
    assessments: tuple[Assessment, ...]
    older: tuple[str, ...]
    """Leads of which the receiver has said something newer."""


@dataclass(frozen=True, slots=True)
class Came:
    """A reply that came in, and the key that it is encrypted to where it is not the usual one."""

    file: Path
    identity: Path | None = None
    passphrase: Callable[[], str] = lambda: ""


def answer(
    settings: Settings, given: Given, told: Mapping[str, str], out: Path, *, force: bool = False
) -> tuple[Manifest, Sealed]:
    """Write a reply to a package, for whoever sent it and nobody else."""
    if out.exists() and not (force and out.is_file()):
        raise UsageError(f"{out} is there already", "name another file, or write over it: --force")
    found = verify(settings, given)
    if not found.is_known:  # else anybody could ask for what an authority found out
        raise UsageError(found.trust, "name the sender's key: --sender KEY, or open it first")
    opened, own = found.opened, signer(settings)
    receiver = replace(opened.manifest.recipient, signing_key=own.public)
    manifest = reply_to(opened, answers(told), receiver, _now())
    files = files_of(manifest)
    sealed = seal(render(manifest, files), files, own.sign)
    with written(out) as draft:
        draft.write(sealed.data)
        draft.finish()
    return manifest, sealed


def take_in(store: CaseStore, settings: Settings, said: Said, came: Came) -> TakenIn:
    """Take in what a receiver answered, once; each lead gets an assessment with their word."""
    said = checked(said)
    permitted(store, said, "package", "approve")
    opened = _opened(settings, came)
    told = taken(opened)
    package = _answered(store, opened)
    if unknown := sorted(told.keys() - package.leads.keys()):
        raise PackageError(
            f"it answers {unknown[0]}, which was not in {package.id} version {package.version}",
            "ask the receiver",
        )
    with store.act(said.by, VERB, action="reply", package=package.id, account=said.account) as act:
        older = _known(store, opened, set(told))
        kept = [
            _assessment(said, package, opened, lead, answer)
            for lead, answer in sorted(told.items())
            if lead not in older
        ]
        if not kept:
            raise PackageError(
                "the receiver has said something newer of each of these leads", "nothing to do"
            )
        act.note(leads=len(kept), reply=opened.digest)
        act.put(kept)
        act.put([*audited(said, kept), _noted(said, package, opened, kept)])
    return TakenIn(package, tuple(kept), tuple(sorted(older)))


def outcomes(store: CaseStore) -> Iterator[Assessment]:
    """Yield what receivers answered and nobody has taken back, oldest first."""
    yield from standing_of(store.find(Assessment, order=("act", "id"), kind=OUTCOME))


def _opened(settings: Settings, came: Came) -> Opened:
    keys = (
        read_identities(came.identity, came.passphrase)
        if came.identity is not None
        else [own_identity(reply_key(settings))]
    )
    opened = check(unlock(read_bytes(came.file, MOST_READ), keys))
    meant_for(opened.manifest, keys)
    return opened


def _answered(store: CaseStore, opened: Opened) -> Package:
    """Return the version of the package that is answered, by whom it was sent to."""
    manifest = opened.manifest
    sent = store.find(Package, order=("number",), id=manifest.id, state=SENT)
    package = next((one for one in sent if one.manifest == manifest.supersedes), None)
    if package is None:
        raise PackageError(
            f"it answers {manifest.id} version {manifest.version}, which this case never sent so",
            "is it another case's?",
        )
    recipient = recipients(store)[package.recipient]
    if not recipient.signing_key:
        raise PackageError(
            f"no key is on record that {recipient.name} signs replies with; this one is signed"
            f" with {opened.key}",
            "ask them by another way whether it is theirs, then add it:"
            " fanal package recipients add --signing-key",
        )
    if opened.key != recipient.signing_key:
        raise refused(
            SENDER, f"it is the key {opened.key}, and not the one of {recipient.name} on record"
        )
    return package


def _known(store: CaseStore, opened: Opened, leads: set[str]) -> set[str]:
    """Return the leads of which something newer is known; refuse a reply that is here already."""
    older = set()
    for one in store.find(Assessment, kind=OUTCOME, among={"about": sorted(leads)}):
        if one.data.get("reply") == opened.digest:
            raise PackageError(
                f"this reply was taken in on {one.when[:10]} by {one.by}", "nothing was changed"
            )
        if (
            one.data.get("package") == opened.manifest.id
            and str(one.data.get("said", "")) > opened.manifest.time
        ):
            older.add(one.about)
    return older


def _assessment(
    said: Said, package: Package, opened: Opened, lead: str, answer: tuple[str, str]
) -> Assessment:
    outcome, words = answer
    grounds = f"{package.recipient} answers {package.id} version {package.version}: {outcome}"
    if words := "".join(one if one.isprintable() else " " for one in words[:LONGEST]).strip():
        grounds += f"; {words}"
    data = {
        "recipient": package.recipient,
        "country": package.country,
        "package": package.id,
        "version": package.version,
        "reply": opened.digest,
        "said": opened.manifest.time,
    }
    return made(replace(said, reason=grounds), OUTCOME, lead, outcome, Further(data=data))


def _noted(said: Said, package: Package, opened: Opened, kept: list[Assessment]) -> object:
    who = Who(said.account, said.by, (), "")
    says = f"reply of {package.recipient} to {package.id} taken in, {len(kept):,} leads"
    data = {"package": package.id, "reply": opened.digest, "key": opened.key}
    return audit_record(who, Doing(f"{VERB} reply", says, purpose=said.reason, data=data))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
