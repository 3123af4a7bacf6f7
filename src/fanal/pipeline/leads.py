"""Resolves the accounts of seized sites to leads, and opens what was resolved."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.leads.assemble import assemble, prepare
from fanal.leads.book import Book
from fanal.leads.calculator import Calculator
from fanal.leads.naming import parts_of
from fanal.leads.opening import open_sites
from fanal.leads.persons import DIFFERENT, SAME, Verdict, find_persons
from fanal.leads.plain_deeds import plain_deeds
from fanal.model.lead import Assessment
from fanal.model.site import Dataset
from fanal.pipeline.case import actor, writing
from fanal.pipeline.progress import Progress
from fanal.settings import Settings
from fanal.stores.interface import CaseStore, Where

DATASETS = "datasets"
"""Folder of the case for files of datasets."""
LEADS, SITE = "leads", "site"
RULES = "1"
"""Version of the rules that leads are resolved by."""
JOINS = "same person"
"""Kind of the assessments that say of two accounts whether they are one person's."""


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
    verdicts = verdicts_of(store)
    scratch = store.folder / DATASETS / ".resolving"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True, mode=0o700)
    try:
        with Calculator(scratch, *folders.values()) as calculator:
            progress.step("putting accounts together")
            open_sites(calculator, folders)
            find_persons(calculator, store.case_id, verdicts)
            progress.step("reading what they did")
            plain_deeds(calculator)
            prepare(calculator)
            progress.step("writing leads")
            files = assemble(calculator, scratch, _artefacts(sites.values()))
            facts = _counts(calculator)
        return _kept(store, settings, scratch, files, facts)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


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


def verdicts_of(store: CaseStore) -> tuple[Verdict, ...]:
    """Return what people say of pairs of accounts, after all that was taken back.

    Of each login the last word counts; whoever says `different` stands before who says `same`.
    """
    said = [one for one in store.find(Assessment, kind=JOINS) if not one.undoes]
    undone = {one.undoes for one in store.find(Assessment, kind=JOINS) if one.undoes}
    words: dict[tuple[Any, Any], dict[str, Assessment]] = {}
    for one in sorted(said, key=lambda each: (each.when, each.id)):
        if one.id not in undone:
            a, b = sorted((parts_of(one.about), parts_of(one.other)))
            words.setdefault((a, b), {})[one.login] = one
    return tuple(
        told
        for (a, b), by_login in sorted(words.items())
        if (told := _folded(a, b, list(by_login.values())))
    )


def _folded(a: tuple[str, str], b: tuple[str, str], said: Sequence[Assessment]) -> Verdict | None:
    for value in (DIFFERENT, SAME):
        if speaking := [one for one in said if one.value == value]:
            last = max(speaking, key=lambda one: (one.when, one.id))
            others = sum(one.value not in {value, ""} for one in said)
            against = "; somebody else says otherwise" if others else ""
            return Verdict(a, b, value, f"{last.by}: {value}, for {last.grounds}{against}")
    return None


def _artefacts(sites: Iterable[Dataset]) -> dict[str, list[str]]:
    return {
        one.name: [str(artefact["name"]) for artefact in one.facts.get("artefacts", ())]
        for one in sites
    }


def _counts(calculator: Calculator) -> dict[str, int]:
    return {
        "accounts": int(calculator.value("SELECT count(*) FROM acct")),
        "leads": int(calculator.value("SELECT count(DISTINCT lead) FROM lead_deed")),
        "persons": int(calculator.value("SELECT count(DISTINCT lead) FROM person")),
    }


def _kept(
    store: CaseStore,
    settings: Settings,
    scratch: Path,
    files: Mapping[str, str],
    facts: Mapping[str, int],
) -> Resolved:
    """Keep the files under a name of their own, unless the same are there."""
    made = json.dumps([RULES, sorted(files.items())]).encode()
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
    with store.act(actor(settings), "resolve leads", folder=folder, **facts) as act:
        act.drop(Dataset, kind=LEADS)
        act.put([dataset])
    return Resolved(dataset, is_new=True)
