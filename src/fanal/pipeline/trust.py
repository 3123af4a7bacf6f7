"""Keeps lists of certificates that a laboratory trusts to sign content credentials."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fanal.errors import ListError, UsageError
from fanal.model.opinion import TrustList
from fanal.origin.trust import Anchors
from fanal.origin.trust_lists import LARGEST, read_list, spelled
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class TrustFile:
    """A file of certificates the user names, what it is called, and of when it is."""

    path: Path
    name: str = ""
    date: str = ""


def add_trust_list(store: CaseStore, actor: str, given: TrustFile) -> TrustList:
    """Keep the certificates of a file; the same file under the same name is not taken again."""
    if not given.path.is_file():
        raise UsageError(
            f"there is no file {given.path}", "name a PEM bundle or a C2PA trust list (JSON)"
        )
    name, data = given.name or given.path.stem, _bytes(given.path)
    digest = hashlib.sha256(data).hexdigest()
    for earlier in store.find(TrustList):
        if earlier.name == name and earlier.sha256 == digest:
            return earlier
        if earlier.name == name:
            raise UsageError(
                f"the case has another trust list named {name!r}",
                "give this one a name of its own: --name NAME",
            )
        if earlier.sha256 == digest:
            raise UsageError(
                f"the case has this file already, as trust list {earlier.name!r}",
                "nothing is to be done",
            )
    read = read_list(data)
    if not read.certificates:
        raise ListError(
            f"{given.path} holds no certificate",
            "give a PEM bundle, a C2PA trust list in JSON or one certificate",
        )
    kept = TrustList(
        name,
        given.date or read.date,
        digest,
        len(read.certificates),
        spelled(read.certificates),
        dict(read.refused),
    )
    with store.act(
        actor, "add trust list", list=name, date=kept.date, sha256=digest, anchors=kept.anchors
    ) as act:
        act.put([kept])
    return kept


def anchors(store: CaseStore) -> Anchors:
    """Return the certificates of every trust list of the case, read once."""
    return Anchors(store.find(TrustList, order=("name",)))


def _bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > LARGEST:
        raise ListError(
            f"{path} has {size} bytes: too many for a list of certificates",
            "is it the right file?",
        )
    return path.read_bytes()
