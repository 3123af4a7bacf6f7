"""Imports a seized site: its files are read once, and their rows become canonical tables."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.custody.spelling import canonical as spelt
from fanal.errors import UsageError
from fanal.leads.calculator import Calculator
from fanal.leads.canonical import Canonical, canonical
from fanal.leads.mapping import SiteMapping, read_mapping
from fanal.leads.spool import Hidden, Spool
from fanal.model.site import Artefact, Dataset
from fanal.pipeline.addresses import app_banks
from fanal.pipeline.case import actor, signer
from fanal.pipeline.lists import own_folder
from fanal.pipeline.progress import Progress
from fanal.pipeline.site_facts import facts_of
from fanal.pipeline.site_files import Found, digests, found_of, read_file
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

FOLDER, SCRATCH = "datasets", ".importing"
KIND = "site"
VERSION = "1"
"""Of the rules by which rows become canonical ones; a higher one imports the same files anew."""
LONGEST_MAPPING = 1 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be imported."""

    mapping: Path
    artefacts: Path | None = None
    """Folder of the seized files; that of the mapping where it is not told."""
    again: bool = False
    """Take other files or another mapping in the place of what the case has of this site."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A site of the case, and whether it was read just now."""

    dataset: Dataset
    is_new: bool


def import_site(store: CaseStore, settings: Settings, asked: Asked, progress: Progress) -> Imported:
    """Import a site; the same files under the same mapping are not imported again."""
    mapping = read_mapping(_text(asked.mapping))
    found = found_of(mapping, asked.artefacts or asked.mapping.parent)
    key = _token_key(settings, store.case_id)
    banks = mapping.app_banks | {country + code for country, code in app_banks(store)}
    inputs = _Inputs(mapping, found, key, frozenset(banks))
    earlier = next(store.find(Dataset, kind=KIND, name=mapping.name), None)
    if earlier is not None:
        progress.step("comparing the files with those imported before")
        if inputs.digest(digests(found)) == earlier.sha256:
            return Imported(earlier, is_new=False)
        if not asked.again:
            raise UsageError(
                f"the case has other files, or another mapping, of the site {mapping.name!r}",
                "to take these in their place: --again",
            )
    home = store.folder / FOLDER
    scratch = home / SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)  # an earlier run was cut off
    try:
        made, artefacts = _made(settings, inputs, scratch, progress)
        elsewhere = _elsewhere(store, mapping.name)
        dataset = _dataset(settings, inputs, made, artefacts, elsewhere)
        files = _digested(scratch / "out")
        dataset = replace(dataset, files=files)
        target = home / dataset.folder
        shutil.rmtree(target, ignore_errors=True)
        (scratch / "out").replace(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _keep(store, settings, dataset, earlier)
    return Imported(dataset, is_new=True)


@dataclass(frozen=True, slots=True)
class _Inputs:
    """All that the tables of a site are made from."""

    mapping: SiteMapping
    found: Sequence[Found]
    key: bytes
    banks: frozenset[str]

    def digest(self, files: Mapping[str, str]) -> str:
        """Return the digest of it, given those of the files."""
        told = {
            "version": VERSION,
            "mapping": self.mapping.text,
            "files": [[each.file.name, each.reader, files[each.file.name]] for each in self.found],
            "banks": sorted(self.banks),
            "key": self.key_name,
        }
        return hashlib.sha256(spelt(told).encode()).hexdigest()

    @property
    def key_name(self) -> str:
        """Return what tells keys of tokens apart without telling them."""
        return hashlib.sha256(b"fanal token key\n" + self.key).hexdigest()[:12]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LONGEST_MAPPING:
            raise UsageError(f"{path} is too long for a mapping", "name a TOML file")
        return path.read_bytes().decode()
    except OSError as error:
        raise UsageError(
            f"the mapping {path} cannot be read: {error.strerror}",
            "name a TOML file; fanal leads map FILE… proposes one",
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"the mapping {path} is not UTF-8", "save it as UTF-8") from error


def _token_key(settings: Settings, case: str) -> bytes:
    """Return the key of tokens: the laboratory's and this case's, and nowhere in the case.

    A signature of Ed25519 is the same for the same message (RFC 8032) and nobody else makes it.
    """
    return hashlib.sha256(
        signer(settings).sign(f"fanal tokens\n{case}\n".encode()).encode()
    ).digest()


def _made(
    settings: Settings, inputs: _Inputs, scratch: Path, progress: Progress
) -> tuple[Canonical, tuple[Artefact, ...]]:
    """Read the files and write the tables into `scratch / "out"`."""
    mapping = inputs.mapping
    raw, out = scratch / "raw", scratch / "out"
    for folder in (raw, out):
        folder.mkdir(parents=True, mode=0o700)
    hidden = Hidden(inputs.key, mapping.phone_region, inputs.banks)
    with Calculator(scratch) as calculator:
        spool = Spool(calculator, raw, mapping.wanted, mapping.roles(), hidden)
        readings = [
            read_file(spool, index, found, settings, progress)
            for index, found in enumerate(inputs.found)
        ]
        made = canonical(calculator, spool, mapping, (scratch, out), progress.step)
    made.refused += [each for reading in readings for each in reading.refused()]
    return made, tuple(reading.artefact() for reading in readings)


def _elsewhere(store: CaseStore, name: str) -> dict[str, str]:
    """Return the files that other sites of the case were read from: digest → site and file."""
    return {
        each["sha256"]: f"{each['name']} of the site {one.name}"
        for one in store.find(Dataset, kind=KIND, order=("name",))
        if one.name != name
        for each in one.facts["artefacts"]
        if "sha256" in each
    }


def _dataset(
    settings: Settings,
    inputs: _Inputs,
    made: Canonical,
    artefacts: tuple[Artefact, ...],
    elsewhere: Mapping[str, str],
) -> Dataset:
    digest = inputs.digest({each.name: each.sha256 for each in artefacts})
    facts = facts_of(inputs.mapping, made, [asdict(each) for each in artefacts], elsewhere)
    plain: dict[str, Any] = json.loads(json.dumps(facts))
    return Dataset(
        KIND,
        inputs.mapping.name,
        "",
        digest,
        inputs.mapping.text,
        {**plain, "token_key": inputs.key_name, "version": VERSION},
        own_folder(inputs.mapping.name, digest),
        {},
        actor(settings),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _digested(folder: Path) -> dict[str, str]:
    files = {}
    for path in sorted(folder.iterdir()):
        with path.open("rb") as stream:
            files[path.name] = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
    return files


def _keep(store: CaseStore, settings: Settings, dataset: Dataset, earlier: Dataset | None) -> None:
    """Write the record, and take back the one before, in one act."""
    store.keep_files(f"{FOLDER}/{dataset.folder}", dataset.files)
    told: dict[str, Any] = {"site": dataset.name, "sha256": dataset.sha256}
    told["artefacts"] = {each["name"]: each["sha256"] for each in dataset.facts["artefacts"]}
    told["rows"] = dataset.facts["tables"]
    if earlier is not None:
        told["instead_of"] = earlier.sha256
    with store.act(actor(settings), "import site", **told) as act:
        if earlier is not None:
            act.drop(Dataset, kind=KIND, name=dataset.name)
        act.put([dataset])
    if earlier is not None and earlier.folder != dataset.folder:
        shutil.rmtree(store.folder / FOLDER / earlier.folder, ignore_errors=True)
