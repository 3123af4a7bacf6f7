"""Tells the calculator of leads what the case knows of the contents that a site's media are.

It is handed what is joined, by digest or by PDQ, and never opens the store itself.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.content.pdq import LEAST_QUALITY
from fanal.leads import deeds
from fanal.leads.calculator import Calculator
from fanal.leads.deed_rows import write_rows
from fanal.leads.minors import tell_minors
from fanal.leads.naming import parts_of
from fanal.matching import NearIndex, build_near
from fanal.model.decision import (
    IDENTIFIED,
    KNOWN_UNIDENTIFIED,
    LIKENESS,
    MADE_FROM_REAL,
    TREAT_AS_REAL,
)
from fanal.model.finding import Finding, Fingerprint
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.model.lead import Assessment
from fanal.model.opinion import Opinion
from fanal.model.series import Member
from fanal.pipeline import assess
from fanal.pipeline.decided import standings
from fanal.pipeline.model_files import NAMING, index_of
from fanal.pipeline.order_facts import parts
from fanal.pipeline.progress import Progress
from fanal.review import people
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

PART = 20_000
"""Contents looked up at once."""
ASKED = 100_000
"""Hashes of media looked up at once."""
REAL = {
    IDENTIFIED: "known real",
    KNOWN_UNIDENTIFIED: "known real",
    LIKENESS: "made from or like a real child",
    MADE_FROM_REAL: "made from or like a real child",
}
"""What people decided of a content → its basis; where they did not, lists and findings say it."""
LISTED = {
    "unidentified": "known real",
    "illegal": "on a list of illegal material",
    "generated": "on a list of generated material",
    "harmless": "on a list of harmless files",
}
"""Kind of a list that knows a content by a digest → its basis, the first that applies."""
SEEN = {"camera", "altered", "made_from_picture", "generator", "reproduction"}
"""States of origin that are a basis by themselves; all others are `unknown`."""


def add_deeds(
    store: CaseStore, settings: Settings, calculator: Calculator, folder: Path, progress: Progress
) -> None:
    """Make the tables `lead_deed`, `lead_content` and `flag_deeds` of the sites that are open.

    `person` says who has which account; `folder` holds the files that `lead_deed` reads.
    """
    progress.step("joining the media of sites to contents of the case")
    deeds.begin(calculator)
    for sha256, sha1, md5 in parts(store.columns(Item, "sha256", "sha1", "md5")):
        deeds.join_digests(calculator, {"sha256": sha256, "sha1": sha1, "md5": md5})
        progress.advance(len(sha256), 0)
    deeds.settle_digests(calculator)
    _near(store, settings, calculator, folder)
    contents = deeds.joined(calculator)
    _told(store, calculator, contents)
    _models(store, calculator, contents)
    deeds.give_owners(calculator, _table(("site", "account", "exhibit", "says"), _owners(store)))
    progress.step("telling what each person did")
    write_rows(calculator, folder)
    tell_minors(calculator)


def _near(store: CaseStore, settings: Settings, calculator: Calculator, folder: Path) -> None:
    """Join what only looks alike, within the radius of the house; the nearest content counts."""
    asked = deeds.codes(calculator)
    if not len(asked):
        return
    names, codes = _fingerprints(store)
    if not names:
        return
    home = folder / "near"
    shutil.rmtree(home, ignore_errors=True)
    try:
        build_near(codes, home, settings.radius)
        index = NearIndex.open(home)
        for start in range(0, len(asked), ASKED):
            part = asked[start : start + ASKED]
            hits = index.query(part, settings.radius, 1)
            found = [names[entry] for entry in hits.entries.tolist()]
            deeds.join_near(calculator, part[hits.queries], found, hits.distances.astype(np.int32))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _fingerprints(store: CaseStore) -> tuple[list[str], NDArray[np.uint8]]:
    """Return the hashes of the case that near matching may trust, in the order of contents."""
    names, codes = [], []
    columns = store.columns(
        Fingerprint, "sha256", "value", "quality", order=("sha256", "frame"), dialect="pdq"
    )
    for sha256, value, quality in columns:
        if quality >= LEAST_QUALITY:
            names.append(sha256)
            codes.append(bytes(value))
    return names, np.frombuffer(b"".join(codes), np.uint8).reshape(-1, deeds.CODE)


def _told(store: CaseStore, calculator: Calculator, contents: Sequence[str]) -> None:
    """Hand over series, origin, victim state, basis and exhibits of the contents."""
    rows: list[tuple[str, str | None, str, str, str]] = []
    places: list[tuple[str, str]] = []
    for part in _parts(contents):
        among = {"sha256": part}
        series = dict(store.columns(Member, "sha256", "series", among=among))
        origin = dict(store.columns(Opinion, "sha256", "state", among=among))
        victim = {sha256: one.victim_state for sha256, one in standings(store, part).items()}
        kinds: dict[str, set[str]] = {}
        for sha256, kind, via in store.columns(Match, "sha256", "kind", "via", among=among):
            if via != deeds.NEAR:
                kinds.setdefault(sha256, set()).add(kind)
        for sha256 in part:
            told = victim.get(sha256, TREAT_AS_REAL), kinds.get(sha256, set())
            state = origin.get(sha256, "not_assessed")
            rows.append((sha256, series.get(sha256), state, told[0], basis(*told, state)))
        places += sorted(set(store.columns(Place, "sha256", "exhibit", among=among)))
    names = ("sha256", "series", "origin", "victim", "basis")
    deeds.give_contents(calculator, _table(names, rows))
    deeds.give_places(calculator, _table(("sha256", "exhibit"), places))


def basis(victim: str, lists: Iterable[str], origin: str) -> str:
    """Return what is known of a content that a lead is about; it orders and lowers nothing."""
    if victim in REAL:
        return REAL[victim]
    known = set(lists)
    listed = next((says for kind, says in LISTED.items() if kind in known), "")
    return listed or (origin if origin in SEEN else "unknown")


def _models(store: CaseStore, calculator: Calculator, contents: Sequence[str]) -> None:
    """Hand over which model files of the case are named, by pictures and by the sites."""
    named, said, lie = [], [], []
    index = index_of(store)
    if index is not None:
        for part in _parts(contents):
            found = store.find(Finding, order=("sha256",), among={"sha256": part, "kind": NAMING})
            for sha256, group in groupby(found, key=lambda one: one.sha256):
                matches = index.named_by(*(one.data for one in group))
                named += [(sha256, match.model, match.grade) for match in matches]
        for name, digest in deeds.models_said(calculator):
            told = {"model": name, "model_hashes": [{"dialect": "", "value": digest}]}
            matches = index.named_by(told)
            said += [(name, digest, match.model, match.grade) for match in matches]
        models = sorted({*(row[1] for row in named), *(row[2] for row in said)})
        lie = sorted(set(store.columns(Place, "sha256", "exhibit", among={"sha256": models})))
    deeds.give_models(
        calculator,
        _table(("sha256", "model", "grade"), named),
        _table(("name", "digest", "model", "grade"), said),
        _table(("model", "exhibit"), lie),
    )


def _owners(store: CaseStore) -> Iterator[tuple[str, str, str, str]]:
    """Yield whose exhibit one is, as the last word on it says."""
    last: dict[tuple[str, str], Assessment] = {}
    every = store.find(Assessment, order=("act", "when", "id"), kind=assess.EXHIBIT)
    for one in assess.standing_of(every):
        last[one.about, one.other] = one
    for one in last.values():
        accounts = one.data.get("accounts") or ()
        if one.value == assess.THEIRS and accounts:
            said = f"{people.shown(one.by, one.login)}, {one.when[:10]}"
            yield *parts_of(str(accounts[0])), one.other, said


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Mapping[str, Sequence[Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _parts(contents: Sequence[str]) -> Iterator[list[str]]:
    iterator = iter(contents)
    while part := list(islice(iterator, PART)):
        yield part
