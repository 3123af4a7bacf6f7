"""Resolves the accounts of seized sites to leads, and opens what was resolved."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.leads.addresses import Table
from fanal.leads.assemble import assemble
from fanal.leads.book import Book
from fanal.leads.calculator import Calculator
from fanal.leads.category import find_accesses, tell_categories
from fanal.leads.countries import accesses, assign
from fanal.leads.country_rules import rules
from fanal.leads.fraud import find_doubts, find_payers, tell_fraud
from fanal.leads.notices import tell_notices
from fanal.leads.opening import open_sites
from fanal.leads.persons import find_persons
from fanal.model.site import Dataset
from fanal.pipeline.addresses import set_aside
from fanal.pipeline.addresses import tables as address_tables
from fanal.pipeline.case import actor, writing
from fanal.pipeline.deeds import add_deeds
from fanal.pipeline.leads_join import verdicts_of
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

DATASETS = "datasets"
"""Folder of the case for files of datasets."""
LEADS, SITE, ADDRESSES = "leads", "site", "addresses"
NETWORK, HIDDEN = "network", "tor"
MEMORY = "4GB"
"""What calculating may take, besides what Python itself does."""
RULES = "1"
"""Version of the rules that leads are resolved by."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was resolved."""

    dataset: Dataset
    is_new: bool
    """False where the same leads were there already."""


def resolve(case: Where, settings: Settings, progress: Progress) -> Resolved:
    """Make the leads of a case again from its sites, addresses, items and what people said."""
    with writing(case, settings) as store:
        return resolve_in(store, settings, progress)


def resolve_in(store: CaseStore, settings: Settings, progress: Progress) -> Resolved:
    """Make the leads again in a case that is open for writing."""
    sites = latest(store, SITE)
    if not sites:
        raise UsageError(
            "the case has no seized site", "import one first: fanal leads import MAPPING"
        )
    folders = {
        name: store.files(f"{DATASETS}/{one.folder}", one.files) for name, one in sites.items()
    }
    tables = address_tables(store)
    scratch = store.folder / DATASETS / ".resolving"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    try:
        around = (*folders.values(), *(table.folder for table in tables))
        with Calculator(scratch, *around, memory=MEMORY, packed=True) as calculator:
            open_sites(calculator, folders)
            _calculate(_Work(store, settings, calculator, scratch, progress), tables)
            progress.step("writing leads")
            files = assemble(calculator, scratch, _artefacts(sites.values()))
        facts = _counts(scratch) | {"inputs": inputs_of(store)}
        return _kept(store, settings, scratch, files, facts)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Work:
    store: CaseStore
    settings: Settings
    calculator: Calculator
    scratch: Path
    progress: Progress


def _calculate(work: _Work, tables: Sequence[Table]) -> None:
    """Make every table of the leads, one step after another."""
    calculator, progress, told = work.calculator, work.progress, rules()
    progress.step("putting accounts together")
    find_payers(calculator)
    find_persons(calculator, work.store.case_id, verdicts_of(work.store))
    progress.step("looking up where they came from")
    accesses(calculator, tables, told)
    find_doubts(calculator)
    assign(calculator, tables, told)
    add_deeds(work.store, work.settings, calculator, work.scratch, progress)
    progress.step("asking what hangs on a payment")
    tell_fraud(calculator)
    find_accesses(calculator, _networks_since(tables))
    tell_categories(calculator)
    tell_notices(calculator)


def book(store: CaseStore) -> Book:
    """Return the leads that were resolved last."""
    last = latest(store, LEADS).get(LEADS)
    if last is None:
        raise UsageError("no leads were resolved yet", "resolve them: fanal leads resolve")
    return Book(store.files(f"{DATASETS}/{last.folder}", last.files))


def latest(store: CaseStore, kind: str) -> dict[str, Dataset]:
    """Return the last dataset of a kind by its name, in the order of names."""
    found = {one.name: one for one in store.find(Dataset, kind=kind)}
    return dict(sorted(found.items()))


def inputs_of(store: CaseStore) -> str:
    """Return what the leads hang on and is quickly read: sites, address tables, people's words."""
    parts = [
        RULES,
        rules().sha256,
        store.case_id,
        *(
            [[name, one.sha256] for name, one in latest(store, kind).items()]
            for kind in (SITE, ADDRESSES)
        ),
        [[*one.a, *one.b, one.value, one.says] for one in verdicts_of(store)],
        *([sorted(aside)] if (aside := set_aside(store)) else []),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def warning(store: CaseStore) -> str:
    """Return what somebody must know who reads leads that are older than what they hang on."""
    last = latest(store, LEADS).get(LEADS)
    if last is None or last.facts.get("inputs") == inputs_of(store):
        return ""
    return "the leads are older than what they hang on: run fanal leads resolve again"


def _networks_since(tables: Iterable[Table]) -> date | None:
    """Return the day from which on a table tells which networks hide who comes through them."""
    days = [one.date for one in tables if one.kind == NETWORK and HIDDEN in one.layers]
    return min(map(date.fromisoformat, days), default=None)


def _artefacts(sites: Iterable[Dataset]) -> dict[str, list[str]]:
    return {
        one.name: [str(artefact["name"]) for artefact in one.facts.get("artefacts", ())]
        for one in sites
    }


def _counts(folder: Path) -> dict[str, Any]:
    with Book(folder) as made:
        tallies = {name: made.tally(name) for name in ("category", "level", "flag", "country")}
        accounts, persons = made.everybody()
        return {"accounts": accounts, "persons": persons, "leads": made.count(), **tallies}


def _kept(
    store: CaseStore,
    settings: Settings,
    scratch: Path,
    files: Mapping[str, str],
    facts: Mapping[str, Any],
) -> Resolved:
    """Keep the files under a name of their own, unless the same are there."""
    made = json.dumps([facts["inputs"], sorted(files.items())]).encode()
    digest = hashlib.sha256(made).hexdigest()
    folder = f"leads-{digest[:12]}"
    last = latest(store, LEADS).get(LEADS)
    if last is not None and last.sha256 == digest:
        return Resolved(last, is_new=False)
    target = store.folder / DATASETS / folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True, mode=0o700)
    for name in files:
        (scratch / name).rename(target / name)
    store.keep_files(f"{DATASETS}/{folder}", files)
    when = datetime.now(UTC).isoformat(timespec="seconds")
    dataset = Dataset(
        LEADS, LEADS, "", digest, f"rules {RULES}", facts, folder, files, actor(settings), when
    )
    told = {name: facts[name] for name in ("accounts", "persons", "leads")}
    with store.act(actor(settings), "resolve leads", folder=folder, **told) as act:
        act.drop(Dataset, kind=LEADS)
        act.put([dataset])
    _forget(store, {folder, last.folder if last else ""})
    return Resolved(dataset, is_new=True)


def _forget(store: CaseStore, kept: set[str]) -> None:
    """Remove files of earlier leads; those before last stay for whoever reads them now."""
    for old in sorted((store.folder / DATASETS).glob(f"{LEADS}-*")):
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
