"""Reads the packages of a case, and puts together again what one of them would send.

What a package holds is a pure function of the case, of its draft and of the time of the draft: so
it can be made twice, and must be the same, before anything leaves.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from fanal import __version__
from fanal.errors import UsageError
from fanal.exchange.manifest import PACKAGE, Manifest, Party, digest, read
from fanal.exchange.seal import render
from fanal.model.package import APPROVED, DRAFT, RECALLED, SENT, Loss, Package
from fanal.pipeline.package_content import Asked, Leads, LeadTerms, content
from fanal.stores.interface import CaseStore

OPEN = (DRAFT, APPROVED)
"""States from which a package may still be sent."""
SEEN = (SENT, RECALLED)
"""States in which its receiver has it."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a package would send."""

    manifest: Manifest
    raw: bytes
    """The manifest's bytes, over which the signature is made."""
    files: Mapping[str, bytes] = field(repr=False)
    losses: tuple[Loss, ...] = ()

    @property
    def digest(self) -> str:
        """Return the digest by which the manifest is named."""
        return digest(self.raw)


def packages(store: CaseStore) -> list[Package]:
    """Return each package as it stands, the newest event last."""
    found: dict[str, Package] = {}
    for one in store.find(Package, order=("number",)):
        found.pop(one.id, None)
        found[one.id] = one
    return list(found.values())


def history(store: CaseStore, id_: str) -> list[Package]:
    """Return every event of a package, oldest first."""
    found = list(store.find(Package, order=("number",), id=id_))
    if not found:
        raise UsageError(
            f"there is no package {id_[:40]!r} in this case", "fanal package list shows them"
        )
    return found


def named(store: CaseStore, id_: str) -> Package:
    """Return a package as it stands."""
    return history(store, id_)[-1]


def last_sent(store: CaseStore, id_: str) -> Package:
    """Return the version that its receiver was sent last."""
    sent = [one for one in history(store, id_) if one.state == SENT]
    if not sent:
        raise UsageError(
            f"package {id_} was never sent", "a draft is changed by making a new package"
        )
    return sent[-1]


def rendered(store: CaseStore, book: Leads, package: Package) -> Rendered:
    """Return what a package would send as the case stands now."""
    told = package.data
    moment = datetime.fromisoformat(str(told["time"]))
    made = content(
        store,
        Asked(
            package.id,
            package.version,
            package.country,
            package.recipient,
            {lead: terms(about) for lead, about in package.leads.items()},
            moment,
            str(told["sender"]["name"]),
            str(told["operation"]),
            package.handling,
            package.terms,
            package.reason,
        ),
        book,
    )
    raw = render(manifest_of(package), made.files)
    return Rendered(read(raw), raw, made.files, made.losses)


def manifest_of(package: Package, kind: str = PACKAGE) -> Manifest:
    """Return the manifest of a draft, without its files."""
    told = package.data
    return Manifest(
        kind,
        package.id,
        package.version,
        package.country,
        Party(**told["sender"]),
        Party(**told["recipient"]),
        package.handling,
        package.terms,
        package.reason,
        str(told["time"]),
        {lead: dict(about) for lead, about in package.leads.items()},
        str(told["supersedes"]),
        tuple(told["withdrawn"]),
        tuple(told["notes"]),
        made_with(),
    )


def made_with() -> dict[str, str]:
    """Return the programs that make a package, with their versions."""
    return {"fanal": __version__}


def terms(about: Mapping[str, Any]) -> LeadTerms:
    """Return what holds for a lead of a package."""
    return LeadTerms(*(str(about[key]) for key in ("handling", "terms", "source", "information")))


def changed(before: bytes, now: Rendered) -> list[str]:
    """Return what differs between an approved manifest and one made now, one sentence each."""
    first, second = (asdict(read(raw)) for raw in (before, now.raw))
    return list(_differences(first, second))


def _differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    old, new = ({one["name"]: one["sha256"] for one in side["files"]} for side in (first, second))
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            what = "is new" if name not in old else "is gone" if name not in new else "differs"
            yield f"file {name} {what}"
    for name in first:
        if name != "files" and first[name] != second[name]:
            yield f"{name} was {_short(first[name])} and is {_short(second[name])}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
