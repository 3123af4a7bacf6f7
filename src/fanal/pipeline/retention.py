"""Lists what is kept longer than a policy says, and erases it when told to, with a certificate.

Erasing a site erases what was made of it: all leads, and the copies of packages on this machine.
What a receiver has is theirs to erase; the log of the case stays, it has a period of its own.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fanal.custody.spelling import canonical
from fanal.errors import UsageError
from fanal.model.desk import AuditRecord, Who
from fanal.model.package import RECALLED as STATE_RECALLED
from fanal.model.package import SENT as STATE_SENT
from fanal.model.package import Package
from fanal.model.site import Dataset
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.case import signer
from fanal.pipeline.export import refuse_place, written
from fanal.pipeline.permitted import permitted
from fanal.pipeline.retention_policy import (
    ADDRESSES,
    COPIES,
    LEADS,
    MADE,
    RECALLED,
    SENT,
    SITES,
    Policies,
    Policy,
)
from fanal.pipeline.said import Said, checked
from fanal.settings import Settings
from fanal.stores.interface import Act, CaseStore

VERB, REVIEW = "erase", "retention review"
DATASETS = "datasets"
KINDS = {SITES: "site", LEADS: "leads", ADDRESSES: "addresses"}
"""What a policy covers → kind of dataset."""
FORMAT = "fanal erasure 1"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that a case keeps of persons."""

    what: str
    """`sites NAME`, `leads NAME`, `copies p-… 1`."""
    covers: str
    trigger: str
    since: str
    """Day, ISO 8601."""
    sha256: str
    files: Mapping[str, str] = field(default_factory=dict)
    """File → SHA-256; of a copy its path."""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """What a policy says of something that is kept."""

    kept: Kept
    policy: str
    purpose: str
    basis: str
    until: str
    """Last day on which it may be kept."""
    review: str
    """Day by which somebody has to look whether it is still needed."""
    is_overdue: bool
    is_review_due: bool


@dataclass(frozen=True, slots=True)
class Erasing:
    """What is to be erased, and where the certificate goes."""

    what: tuple[str, ...]
    certificate: Path
    policies: Policies


def kept(store: CaseStore) -> list[Kept]:
    """Return what the case keeps of persons outside its records, and which policies could cover."""
    found = [
        Kept(
            f"{covers} {one.name}",
            covers,
            MADE,
            one.when[:10],
            one.sha256,
            dict(one.files),
            one.folder,
        )
        for covers, kind in KINDS.items()
        for one in store.find(Dataset, order=("name",), kind=kind)
    ]
    return found + list(_copies(store).values())


def _copies(store: CaseStore) -> dict[str, Kept]:
    """Return the encrypted files of packages that are still where they were written."""
    states = {STATE_SENT: SENT, STATE_RECALLED: RECALLED}
    found: dict[str, Kept] = {}
    for one in store.find(Package, order=("number",), among={"state": list(states)}):
        path, what = str(one.data["copy"]), f"{COPIES} {one.id} {one.version}"
        if Path(path).is_file():
            files = dict(found[what].files) if what in found else {}
            since = found[what].since if what in found else one.when[:10]
            files[path] = one.file
            found[what] = Kept(what, COPIES, states[one.state], since, one.file, files)
    return found


def due(store: CaseStore, policies: Policies, today: date) -> list[Due]:
    """Return what each policy says of each thing that it covers; nothing where there is none."""
    seen = {
        str(one.data["what"]): one.when[:10]
        for one in store.find(AuditRecord, order=("act",), action=REVIEW)
    }
    return [
        _due(one, policy, seen.get(one.what, ""), today)
        for one in kept(store)
        for policy in policies.policies
        if (policy.covers, policy.trigger) == (one.covers, one.trigger)
    ]


def reviewed(store: CaseStore, said: Said, what: str) -> None:
    """Write that a person looked whether something is still needed, and found so."""
    said = checked(said)
    permitted(store, said, "approve")
    _known(store, [what])
    who = Who(said.account, said.by, (), "")
    doing = Doing(REVIEW, f"{what} is still needed", purpose=said.reason, data={"what": what})
    with store.act(said.by, REVIEW, what=what, account=said.account) as act:
        act.put([audit_record(who, doing)])


def erase(store: CaseStore, settings: Settings, said: Said, wanted: Erasing) -> list[Kept]:
    """Erase what is named and all that was made of it; write a signed certificate of that."""
    said = checked(said)
    permitted(store, said, "approve")
    refuse_place(store, wanted.certificate, force=False)
    chosen = with_derived(store, wanted.what)
    with written(wanted.certificate) as out:
        with store.act(said.by, VERB, account=said.account) as act:
            done = [asdict(one) | {"result": _erased(store, act, one)} for one in chosen]
            text = _certificate(store, settings, said, wanted, done)
            told = {
                "certificate": hashlib.sha256(text).hexdigest(),
                "erased": [one.what for one in chosen],
            }
            act.note(**told)
            who = Who(said.account, said.by, (), "")
            says = f"erased: {', '.join(told['erased'])}"
            act.put([audit_record(who, Doing(VERB, says, purpose=said.reason, data=told))])
        out.write(text)
    return chosen


def _certificate(
    store: CaseStore,
    settings: Settings,
    said: Said,
    wanted: Erasing,
    done: list[dict[str, Any]],
) -> bytes:
    """Return the certificate of an erasure: canonical JSON, signed without its last field."""
    facts = {
        "format": FORMAT,
        "case": store.case_id,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "by": said.by,
        "login": said.account,
        "reason": said.reason,
        "policies": asdict(wanted.policies),
        "erased": done,
        "key": signer(settings).public,
    }
    signature = signer(settings).sign(canonical(facts).encode())
    return f"{canonical(facts | {'signature': signature})}\n".encode()


def with_derived(store: CaseStore, what: Iterable[str]) -> list[Kept]:
    """Return what is named, and what was made of it."""
    chosen = _known(store, what)
    every = kept(store)
    covers = {one.covers for one in chosen}
    if SITES in covers:
        chosen += [one for one in every if one.covers == LEADS]
    if covers & {SITES, LEADS}:
        chosen += [one for one in every if one.covers == COPIES]
    return list({one.what: one for one in chosen}.values())


def _known(store: CaseStore, what: Iterable[str]) -> list[Kept]:
    every = {one.what: one for one in kept(store)}
    wanted = list(dict.fromkeys(what))
    if not wanted:
        raise UsageError("nothing is named", "fanal case retention lists what there is")
    if unknown := [name for name in wanted if name not in every]:
        raise UsageError(
            f"the case keeps no {unknown[0][:60]!r}", "fanal case retention lists what there is"
        )
    return [every[name] for name in wanted]


def _due(one: Kept, policy: Policy, seen: str, today: date) -> Due:
    since = date.fromisoformat(one.since)
    until = since + timedelta(days=policy.period_days)
    looked = date.fromisoformat(seen) if seen else since
    review = looked + timedelta(days=policy.review_days)
    return Due(
        one,
        policy.name,
        policy.purpose,
        policy.basis,
        until.isoformat(),
        review.isoformat(),
        today > until,
        today > review,
    )


def _erased(store: CaseStore, act: Act, one: Kept) -> str:
    """Erase one thing and say what was done."""
    if one.covers == COPIES:
        return "; ".join(_copy(Path(path), digest) for path, digest in one.files.items())
    kind, name = KINDS[one.covers], one.what.partition(" ")[2]
    act.drop(Dataset, kind=kind, name=name)
    store.keep_files(f"{DATASETS}/{one.folder}", {})
    gone = [one.folder]
    if one.covers == LEADS:  # earlier ones stay for whoever reads them, until now
        gone += [path.name for path in (store.folder / DATASETS).glob("leads-*")]
    for folder in gone:
        shutil.rmtree(store.folder / DATASETS / folder, ignore_errors=True)
    left = [name for name in gone if (store.folder / DATASETS / name).exists()]
    return f"not erased: {', '.join(left)}" if left else "erased"


def _copy(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != digest:
            return "left: another file is there now"
        path.unlink()
    except FileNotFoundError:
        return "was not there any more"
    except OSError as error:
        return f"not erased: {error.strerror}"
    return "erased"


def not_erased(certificate: Path) -> Iterator[str]:
    """Yield what a certificate says was not erased."""
    for one in json.loads(certificate.read_bytes())["erased"]:
        if one["result"] != "erased":
            yield f"{one['what']}: {one['result']}"
