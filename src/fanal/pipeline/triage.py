"""The main job: lists, intake, matching, queue; run again, it goes on where it stopped."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fanal import sources
from fanal.engines import ENGINES
from fanal.engines.interface import Engine
from fanal.errors import UsageError
from fanal.model.item import Exhibit
from fanal.model.known import KnownList
from fanal.pipeline import made_from
from fanal.pipeline.account import has_gaps
from fanal.pipeline.case import actor, writing
from fanal.pipeline.device_weight import weigh_devices
from fanal.pipeline.due import Asked
from fanal.pipeline.examine import look
from fanal.pipeline.follow import follow
from fanal.pipeline.intake import Counted, intake
from fanal.pipeline.lists import ListFile, add_list
from fanal.pipeline.match import Matched, match
from fanal.pipeline.progress import Progress
from fanal.pipeline.work import analyzer_versions
from fanal.settings import Settings
from fanal.sources import object_store
from fanal.stores.interface import CaseStore, Where

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
MOSAIC = "mosaic"
"""The analyzer that a laboratory may leave out."""
PIXELS = ("asked", "always", "never")
"""When digests of pixels are made."""
Evidence = tuple[str, Path | str]
"""Name of the exhibit or "", and a path or, as a string, the address `s3://BUCKET/PREFIX`."""


@dataclass(frozen=True, slots=True)
class Triaged:
    """What one run of the main job did."""

    counted: Counted
    matched: Matched
    lists: tuple[KnownList, ...]
    """The lists named in this run, with what was not taken of each."""
    gaps: bool
    """Something that may matter was not read: see the account."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Exhibit in which source pictures could not be looked for → where it should lie."""


def triage(
    case: Where,
    settings: Settings,
    evidence: Sequence[Evidence],
    lists: Iterable[ListFile],
    progress: Progress,
) -> Triaged:
    """Bring a case up to date with its evidence and lists."""
    _apart(case, [path for _, path in evidence])
    engine = ENGINES.get(settings.engine)(settings)  # said before a case is made, if it cannot be
    with writing(case, settings) as store:
        exhibits = named(store, evidence)
        known = tuple(
            add_list(store, settings, actor(settings), given, progress) for given in lists
        )
        try:
            progress.step("reading evidence")
            counted = intake(store, engine, settings, exhibits, progress, _asked(store, settings))
            absent = _source_pictures(store, engine, settings, progress)
        finally:
            engine.close()
        matched = match(store, settings, actor(settings), progress)
        weigh_devices(store, actor(settings), progress)
        follow(store, settings, actor(settings), progress)
        gaps = has_gaps(store) or any(map(cut_short, known))
        return Triaged(counted, matched, known, gaps, absent)


def _asked(store: CaseStore, settings: Settings) -> Asked:
    """Return what is asked about everything that is read in."""
    if settings.pixels not in PIXELS:
        raise UsageError(
            f"setting pixels cannot be {settings.pixels!r}", f"choose one of: {', '.join(PIXELS)}"
        )
    wanted = settings.pixels == "always" or (settings.pixels == "asked" and made_from.asked(store))
    versions = analyzer_versions(made_from.ANALYZER) if wanted else analyzer_versions()
    left_out = () if settings.mosaics else (MOSAIC,)
    return Asked({name: version for name, version in versions.items() if name not in left_out})


def _source_pictures(
    store: CaseStore, engine: Engine, settings: Settings, progress: Progress
) -> dict[str, str]:
    """Digest the pixels of all pictures where one says that it was made from another one."""
    outputs = made_from.outputs(made_from.told(store)) if settings.pixels != "never" else set()
    if not outputs:
        return {}
    progress.step(f"looking for the source pictures of {len(outputs):,} generated pictures")
    _, absent = look(store, engine, settings, made_from.asking(), progress)
    return absent


def cut_short(known: KnownList) -> bool:
    """Tell whether a list ended before its end, so that entries may be missing."""
    return any(reason.startswith("file ends early") for reason in known.refused)


def named(store: CaseStore, evidence: Sequence[Evidence]) -> list[Exhibit]:
    """Return the exhibits, each with a name of its own: as told, as before, else as its folder."""
    taken = {exhibit.name: exhibit.root for exhibit in store.find(Exhibit)}
    by_root = {root: name for name, root in taken.items()}
    exhibits = []
    given: dict[str, bytes] = {}
    for told, path in evidence:
        root, own = _root(path)
        said = os.fsencode(told).decode("utf-8", "replace")
        name = said or by_root.get(root) or _free(own, taken)
        if given.setdefault(name, root) != root:
            raise UsageError(
                f"two pieces of evidence are called {name!r}", "give each its own: NAME=PATH"
            )
        if taken.get(name, root) != root and _is_there(taken[name]):
            raise UsageError(
                f"exhibit {name!r} of this case lies in {os.fsdecode(taken[name])!r}",
                "give this evidence a name of its own: NAME=PATH",
            )
        taken.setdefault(name, root)
        by_root.setdefault(root, name)
        exhibits.append(Exhibit(name, root))
    return exhibits


def _free(base: bytes, taken: dict[str, bytes]) -> str:
    name = base.decode("utf-8", "replace") or "exhibit"
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _root(path: Path | str) -> tuple[bytes, bytes]:
    """Return where evidence lies, spelled the one way the records do, and what it is called."""
    given = os.fsencode(path)
    if sources.is_store(given):
        place = object_store.placed(given)
        return place.root, place.name
    root = os.path.realpath(given)
    return root, os.path.basename(root)  # noqa: PTH119 (bytes)


def _is_address(given: Path | str) -> bool:
    """Tell whether evidence is named by an address and not by a path, of whatever kind it is."""
    return bool(ADDRESS.match(str(given))) and not os.path.lexists(given)


def _is_there(root: bytes) -> bool:
    """Tell whether other evidence may not take the name of this: for a store nobody can tell."""
    return sources.is_store(root) or os.path.lexists(root)


def _apart(case: Where, evidence: Sequence[Path | str]) -> None:
    """Refuse a case inside the evidence: it would write into it; and evidence inside the case."""
    home = case.resolve() if isinstance(case, Path) else None
    for given in evidence:
        if sources.is_store(os.fsencode(given)) or _is_address(given):
            object_store.require(object_store.placed(os.fsencode(given)))
            continue
        path = Path(given)
        real = path.resolve()
        if not os.path.lexists(real):
            raise UsageError(f"there is no evidence at {path}", "name a folder or file that exists")
        if home and (home == real or real in home.parents or home in real.parents):
            raise UsageError(
                f"the case {case} and the evidence {path} lie inside each other",
                "keep the case in a folder of its own: --case DIR",
            )
