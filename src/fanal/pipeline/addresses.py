"""Loads tables of addresses into the case, gives them to whoever resolves leads, checks them."""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fanal.content.countries import codes
from fanal.content.digest import BLOCK
from fanal.errors import CaseError, ListError, UsageError
from fanal.leads.address_check import planted_missed
from fanal.leads.address_files import read_csv
from fanal.leads.address_mmdb import is_mmdb, read_mmdb
from fanal.leads.addresses import (
    APP_BANK,
    ISSUER,
    KINDS,
    AddressError,
    Read,
    Table,
    built,
    layers_of,
)
from fanal.model.lead import Assessment
from fanal.model.site import Dataset
from fanal.pipeline.assess import SET_ASIDE, TABLE, assess, standing_of
from fanal.pipeline.lists import own_folder
from fanal.pipeline.progress import Progress
from fanal.pipeline.said import Said
from fanal.stores.interface import CaseStore

ADDRESSES, DATASETS = "addresses", "datasets"
"""Kind of the datasets; folder of the case for their files."""
LONGEST_NAME, LONGEST_LICENCE = 100, 2_000


@dataclass(frozen=True, slots=True)
class AddressFile:
    """A file that the user names, what it is, and of which day."""

    path: Path
    kind: str
    date: str
    name: str
    licence: str


def add(store: CaseStore, actor: str, given: AddressFile, progress: Progress) -> Dataset:
    """Load one table; the same file under the same name and day is not loaded again."""
    _refuse(given)
    digest = _digest(given.path)
    if earlier := next(store.find(Dataset, kind=ADDRESSES, name=given.name), None):
        if (earlier.sha256, earlier.date, earlier.facts["kind"]) == (
            digest,
            given.date,
            given.kind,
        ):
            return earlier
        raise UsageError(
            f"the case has other addresses named {given.name!r}", "give these a name: --name NAME"
        )
    progress.step(f"reading addresses {given.name}")
    read = _read(given)
    folder = own_folder(given.name, f"{digest} {given.date} {given.kind}")
    home = store.folder / DATASETS / folder
    shutil.rmtree(home, ignore_errors=True)  # what a run left that was cut off
    home.mkdir(parents=True, mode=0o700)
    files = built(read, home)
    store.keep_files(f"{DATASETS}/{folder}", files)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    made = Dataset(
        *(ADDRESSES, given.name, given.date, digest, given.licence, _facts(given, read)),
        *(folder, files, actor, when),
    )
    told = {"name": given.name, "kind": given.kind, "date": given.date, "sha256": digest}
    with store.act(actor, "add addresses", **told) as act:
        act.put([made])
    return made


def datasets(store: CaseStore) -> dict[str, Dataset]:
    """Return the tables of the case by name, in the order of their days."""
    found = store.find(Dataset, kind=ADDRESSES)
    return {one.name: one for one in sorted(found, key=lambda one: (one.date, one.name))}


def set_aside(store: CaseStore) -> dict[str, Assessment]:
    """Return the tables that people said must not be used, and who said so."""
    said = standing_of(store.find(Assessment, kind=TABLE, order=("when",)))
    return {one.about: one for one in said}


def put_aside(store: CaseStore, said: Said, name: str) -> Assessment:
    """Let a table not be used any more, e.g. because its day was told wrong."""
    _known(store, name)
    if name in set_aside(store):
        raise UsageError(
            f"addresses {name!r} are set aside already", "see: fanal leads addresses list"
        )
    return assess(store, said, TABLE, name, SET_ASIDE)


def tables(store: CaseStore) -> tuple[Table, ...]:
    """Return the tables of the case that are used, with every file checked."""
    aside = set_aside(store)
    return tuple(_table(store, one) for name, one in datasets(store).items() if name not in aside)


def app_banks(store: CaseStore) -> frozenset[tuple[str, str]]:
    """Return country and bank code of the banks that serve customers of several countries."""
    aside = set_aside(store)
    return frozenset(
        (country, code)
        for name, one in datasets(store).items()
        if name not in aside
        for country, code, _ in one.facts.get("banks", ())
    )


def check(store: CaseStore, name: str) -> tuple[int, int]:
    """Check the files of a table and look some of its own ranges up: how many, how many missed."""
    return planted_missed(_table(store, _known(store, name)))


def _known(store: CaseStore, name: str) -> Dataset:
    if one := datasets(store).get(name):
        return one
    raise UsageError(f"the case has no addresses named {name!r}", "see: fanal leads addresses list")


def _table(store: CaseStore, one: Dataset) -> Table:
    folder = store.files(f"{DATASETS}/{one.folder}", one.files)
    for file, digest in one.files.items():
        if not (folder / file).is_file() or _digest(folder / file) != digest:
            raise CaseError(
                f"the addresses {one.name!r} are not what was loaded: {file}",
                "check the case: fanal audit verify",
            )
    return Table(one.name, one.facts["kind"], one.date, folder, layers_of(one.files))


def _refuse(given: AddressFile) -> None:
    if given.kind not in KINDS:
        raise UsageError(
            f"addresses cannot be of kind {given.kind!r}", f"one of: {', '.join(KINDS)}"
        )
    if not given.path.is_file():
        raise UsageError(f"there is no file {given.path}", "name a CSV or MaxMind DB file")
    for what, text, most in (
        ("a name", given.name, LONGEST_NAME),
        ("its licence in words", given.licence, LONGEST_LICENCE),
    ):
        if not text.strip() or len(text) > most or not text.isprintable():
            raise UsageError(
                f"a table of addresses needs {what}",
                f"at most {most:,} printable letters, on one line",
            )
    try:
        day = date.fromisoformat(given.date)
    except ValueError as error:
        raise UsageError(
            f"{given.date!r} is no day", "say of which day the addresses are: --date 2024-05-01"
        ) from error
    if day.isoformat() != given.date or day > datetime.now(UTC).date():
        raise UsageError(f"{given.date} is no day that was", "write it like 2024-05-01")


def _read(given: AddressFile) -> Read:
    countries = codes()
    try:
        if given.kind not in {APP_BANK, ISSUER} and is_mmdb(given.path):
            read = read_mmdb(given.path, given.kind, countries)
        else:
            read = read_csv(given.path, given.kind, countries)
    except AddressError as error:
        raise ListError(f"{given.path} cannot be read: {error}", "is it the right file?") from error
    if read.is_empty:
        shown = ", ".join(f"{reason} {many:,}" for reason, many in sorted(read.refused.items()))
        raise ListError(
            f"{given.path} holds nothing that can be used"
            + (f" (not taken: {shown})" if shown else ""),
            "is it the right file, and the right --kind?",
        )
    return read


def _facts(given: AddressFile, read: Read) -> Mapping[str, Any]:
    facts: dict[str, Any] = {
        "kind": given.kind,
        "file": given.path.name,
        "rows": read.rows,
        "ranges": {name: len(layer) for name, layer in sorted(read.layers.items())},
        "systems": len(read.systems),
        "issuers": len(read.issuers),
        "joined": read.joined,
        "refused": dict(sorted(read.refused.items())),
        "first_refused": dict(sorted(read.first.items())),
    }
    if given.kind == APP_BANK:
        facts["banks"] = sorted([*key, name] for key, name in read.banks.items())
    return facts


def _digest(path: Path) -> str:
    sha256 = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            sha256.update(block)
    return sha256.hexdigest()
