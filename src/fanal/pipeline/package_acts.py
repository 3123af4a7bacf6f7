"""Approves, sends and recalls packages: nothing leaves that a second person has not approved.

What was approved is what is sent: the manifest, made again, must be the same to the byte.
"""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from fanal.errors import PackageError, UsageError
from fanal.exchange.manifest import RECALL, Party
from fanal.exchange.seal import Sealed, render, seal
from fanal.model.lead import Lead
from fanal.model.package import APPROVED, DRAFT, RECALLED, REFUSED, SENT, Package
from fanal.pipeline.case import signer
from fanal.pipeline.export import refuse_place, written
from fanal.pipeline.package_build import VERB, guarded, noted, standing_for
from fanal.pipeline.package_content import Leads
from fanal.pipeline.packages import (
    Rendered,
    changed,
    history,
    last_sent,
    manifest_of,
    named,
    rendered,
)
from fanal.pipeline.permitted import permitted, two_people
from fanal.pipeline.recipients import active, missing, recipients
from fanal.pipeline.said import Said, checked
from fanal.pipeline.standing import Standing
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

RECALL_FILE = "recall.txt"


@dataclass(frozen=True, slots=True)
class Sending:
    """Which package goes into which file."""

    id: str
    out: Path
    force: bool = False
    """Take the place of another file."""
    again: bool = False
    """It was sent before, and the file was lost."""


def approve(store: CaseStore, said: Said, id_: str, book: Leads, seen: str = "") -> Package:
    """Write that another person than whoever drafted it approves a package as it is now.

    `seen` is the digest of the manifest that they were shown, where they were shown one.
    """
    said = checked(said)
    permitted(store, said, "approve")
    before = _in_state(store, id_, DRAFT, "approved")
    two_people(said, _who(before, "drafted"), f"drafted {id_}")
    _may_go(store, before, book)
    made = rendered(store, book, before)
    if seen and seen != made.digest:
        raise PackageError(
            f"{id_} is not what was shown: its manifest was {seen[:16]} and is {made.digest[:16]}",
            "look at it again: fanal package show",
        )
    return _event(
        store,
        said,
        before,
        "approved",
        state=APPROVED,
        manifest=made.digest,
        losses=tuple(asdict(one) for one in made.losses),
        data={
            **before.data,
            "manifest": made.raw.decode("ascii"),
            "approved": {"by": said.by, "login": said.account},
        },
    )


def refuse(store: CaseStore, said: Said, id_: str) -> Package:
    """Write that a draft is not to be sent."""
    said = checked(said)
    permitted(store, said, "approve", "package")
    before = named(store, id_)
    if before.state not in {DRAFT, APPROVED}:
        raise UsageError(f"{id_} is {before.state}", "what was sent is recalled")
    return _event(store, said, before, "refused", state=REFUSED, reason=said.reason)


def send(store: CaseStore, settings: Settings, said: Said, what: Sending, book: Leads) -> Package:
    """Write the encrypted file of a package that was approved as it is now."""
    said, id_ = checked(said), what.id
    permitted(store, said, "package")
    before = _in_state(store, id_, SENT if what.again else APPROVED, "sent")
    two_people(said, _who(before, "approved"), f"approved {id_}")
    refuse_place(store, what.out, force=what.force)
    _may_go(store, before, book)
    made = rendered(store, book, before)
    if made.digest != before.manifest:
        _refuse_change(before, made, history(store, id_))
    sealed = seal(made.raw, made.files, signer(settings).sign)
    data = {name: value for name, value in before.data.items() if name != "manifest"}
    return _written(store, said, before, sealed, (what.out, SENT, data))


def recall(store: CaseStore, settings: Settings, said: Said, what: Sending) -> Package:
    """Write the message that all of a package is withdrawn; one person can do it, at once."""
    said, id_ = checked(said), what.id
    permitted(store, said, "package", "approve")
    if named(store, id_).state == RECALLED:
        raise UsageError(f"{id_} is recalled already", "fanal package show tells when")
    sent, events = last_sent(store, id_), history(store, id_)
    refuse_place(store, what.out, force=what.force)
    to = recipients(store)[sent.recipient]
    data = {
        **{name: value for name, value in sent.data.items() if name != "approved"},
        "time": _now(),
        "supersedes": sent.manifest,
        "withdrawn": sorted(sent.leads),
        "recipient": asdict(Party(to.name, to.age_key, to.signing_key)),
        "drafted": {"by": said.by, "login": said.account},
    }
    data["sender"] = {**sent.data["sender"], "signing_key": signer(settings).public}
    version = max(one.version for one in events) + 1
    draft = replace(
        sent,
        number=events[-1].number,
        version=version,
        leads={},
        reason=said.reason,
        losses=(),
        data=data,
    )
    files = {RECALL_FILE: _recall_text(draft)}
    raw = render(manifest_of(draft, RECALL), files)
    sealed = seal(raw, files, signer(settings).sign)
    return _written(store, said, draft, sealed, (what.out, RECALLED, data))


def _in_state(store: CaseStore, id_: str, state: str, verb: str) -> Package:
    found = named(store, id_)
    if found.state != state:
        raise UsageError(
            f"package {id_} version {found.version} is {found.state}: only what is {state} is"
            f" {verb}",
            "fanal package list shows where each stands",
        )
    return found


def _who(package: Package, what: str) -> Said:
    told = cast("dict[str, str]", package.data[what])
    return Said("", told["by"], told["login"])


def _may_go(store: CaseStore, package: Package, book: Leads) -> None:
    """Refuse what may not leave any more: the receiver, the ground, each lead."""
    recipient = active(store, package.recipient)
    keys = (recipient.age_key, recipient.signing_key)
    if keys != (package.data["recipient"]["age_key"], package.data["recipient"]["signing_key"]):
        raise PackageError(
            f"{package.recipient} has other keys than when {package.id} was drafted",
            "refuse it and draft it anew",
        )
    if lacking := missing(recipient):
        raise UsageError("; ".join(lacking), "say it: fanal package recipients add")
    held = [
        f"{lead.id}: {says}"
        for lead, stands, why in guarded(store, package.leads, package.country, book)
        if (says := why or _other(package, lead, stands))
    ]
    if held:
        raise PackageError(
            f"not all leads of {package.id} may leave any more: {'; '.join(held[:5])}",
            "refuse it and draft it anew without them",
        )


def _other(package: Package, lead: Lead, stands: Standing) -> str:
    """Return what a draft says of a lead that is not so any more; "" where all of it is."""
    told = package.leads[lead.id]
    now = standing_for(lead, stands, package.country)
    return "; ".join(
        f"its {name} was {told[name]} when it was drafted, and is {value}"
        for name, value in now.items()
        if told[name] != value
    )


def _refuse_change(package: Package, made: Rendered, events: list[Package]) -> None:
    approved = [
        one for one in events if one.manifest == package.manifest and "manifest" in one.data
    ]
    told = changed(str(approved[-1].data["manifest"]).encode("ascii"), made)
    more = f"; and {len(told) - 5:,} more" if len(told) > 5 else ""
    raise PackageError(
        f"{package.id} is not what was approved: {'; '.join(told[:5])}{more}",
        "refuse it, draft it anew, and have that approved",
    )


def _written(
    store: CaseStore,
    said: Said,
    package: Package,
    sealed: Sealed,
    what: tuple[Path, str, dict[str, Any]],
) -> Package:
    """Write the file and the event: a file that stands under its name is always in the log."""
    out, state, data = what
    with written(out) as draft:
        draft.write(sealed.data)
        draft.finish()
        return _event(
            store,
            said,
            package,
            state,
            state=state,
            manifest=sealed.manifest,
            file=sealed.sha256,
            data={
                **data,
                "copy": str(out.resolve()),
                "size": len(sealed.data),
                "sent": {"by": said.by, "login": said.account},
            },
        )


def _event(store: CaseStore, said: Said, package: Package, what: str, **changes: Any) -> Package:
    """Write the next event of a package, in which nothing changed since it was looked at."""
    details = {"package": package.id, "version": package.version, "account": said.account}
    told = {name: changes[name] for name in ("manifest", "file") if name in changes}
    with store.act(said.by, VERB, action=what, **details, **told) as act:
        if package.number != named(store, package.id).number:
            raise UsageError(f"{package.id} was changed meanwhile", "look at it again")
        made = replace(
            package,
            number=act.number,
            by=said.by,
            login=said.account,
            when=_now(),
            **changes,
        )
        act.put([made, noted(said, made, what, **told)])
    return made


def _recall_text(package: Package) -> bytes:
    lines = (
        f"Package {package.id} is recalled.",
        "",
        "Nothing of what was sent in it may be used any more. Its leads:",
        *package.data["withdrawn"],
        "",
        f"Reason: {package.reason}",
    )
    return "\n".join((*lines, "")).encode()


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()
