"""What is kept beside the tables of a site: counts, refusals, clocks, zones; plain JSON."""

import zoneinfo
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from fanal.leads.canonical import Canonical
from fanal.leads.mapping import SiteMapping
from fanal.leads.money import cut

DOUBTED = 0.5
"""Share of the times of a column that cannot be, from which its form or zone is doubted."""


def facts_of(
    mapping: SiteMapping,
    made: Canonical,
    artefacts: Sequence[dict[str, Any]],
    elsewhere: Mapping[str, str],
) -> dict[str, Any]:
    """Return the facts of a site; `elsewhere` has digest → name of files of other sites."""
    names = {each["name"] for each in artefacts}
    clocks = [each.clock for each in mapping.files if each.name in names]
    return {
        "artefacts": list(artefacts),
        "tables": made.rows,
        "sources": made.sources,
        "refused": made.refused,
        "values": made.values,
        "zones": made.zones,
        "zone_rules": zone_rules(),
        "clocks": [
            {"offset_s": clock.offset_s, "by": clock.by, "at": clock.at} for clock in clocks
        ],
        "columns": _columns(made),
        "server_country": mapping.server_country,
        "doubts": [*_same_files(artefacts, elsewhere), *_doubts(made)],
    }


def _columns(made: Canonical) -> dict[str, dict[str, list[str]]]:
    """Return artefact → table → its columns, so that a row can be read again from its bytes.

    What stands for the name of a column is the file's own, so there may be a card in it.
    """
    told: dict[str, dict[str, list[str]]] = {}
    for (artefact, table), columns in sorted(made.heads.items()):
        told.setdefault(artefact, {})[table] = [cut(name)[0] for name in columns]
    return told


def _same_files(artefacts: Sequence[dict[str, Any]], elsewhere: Mapping[str, str]) -> list[str]:
    """Return sentences on files that are named twice: their rows count twice."""
    first = dict(elsewhere)
    told = []
    for each in artefacts:
        earlier = first.setdefault(each["sha256"], each["name"])
        if earlier != each["name"]:
            told.append(
                f"{each['name']} is the same file as {earlier}: what both tell counts twice"
            )
    return told


def _doubts(made: Canonical) -> list[str]:
    """Return sentences on columns of which most values were not taken."""
    told = []
    rows = {(each["into"], each["artefact"], each["table"]): each for each in made.sources}
    lost: dict[tuple[str, ...], int] = {}
    for each in made.values:
        at = (each["into"], each["artefact"], each["table"], each["column"])
        lost[at] = lost.get(at, 0) + each["rows"]
    for (into, artefact, table, column), count in lost.items():
        taken = rows[into, artefact, table]["taken"]
        if count > taken * DOUBTED:
            told.append(
                f"{into}.{column} of {artefact}:{table}: {count} of {taken} values were not taken;"
                " look at what the mapping says of it"
            )
    for source in made.sources:
        asked = source["rows"] - source["not_asked"]
        if asked and source["taken"] < asked * DOUBTED:
            told.append(
                f"{source['into']} of {source['artefact']}:{source['table']}: {source['taken']} of"
                f" {asked} rows were taken; look at what the mapping says of them"
            )
    return told


def zone_rules() -> str:
    """Return which release of the time zone database is in use; "" where nobody can say."""
    for folder in zoneinfo.TZPATH:
        file = Path(folder) / "tzdata.zi"
        if file.is_file():
            with file.open(encoding="ascii", errors="replace") as lines:
                first = lines.readline()
            return first.removeprefix("# version").strip()
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return ""
