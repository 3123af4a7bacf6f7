"""Puts the stages of a site together: its canonical tables, each row once, each refusal counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.leads.calculator import Calculator, literal
from fanal.leads.looked_up import give_providers
from fanal.leads.mapping import SiteMapping
from fanal.leads.spool import EXAMPLES, Spool
from fanal.leads.staged import Stage, Staging
from fanal.leads.tables import ALONE, ROW, TABLES

CONFLICT, NO_ROW = "conflict", "no row"
"""Flags of an account: its id has several rows that differ; it is only referred to."""
AGAIN, DIFFERS = "the same row again", "another row has the same id"
REFERRED = (
    ("login", "account"),
    ("payment", "account"),
    ("media_event", "account"),
    ("message_meta", "from_account"),
    ("message_meta", "to_account"),
)
"""Columns that speak of accounts."""
POSITION = tuple(ROW)


@dataclass(slots=True)
class Canonical:
    """What was made of a site's rows, and what of them was not taken."""

    rows: dict[str, int] = field(default_factory=dict)
    """Table → rows in its file."""
    sources: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    zones: list[dict[str, str]] = field(default_factory=list)
    heads: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """Artefact and table → its columns, as they stand in its file."""


def canonical(
    calculator: Calculator,
    spool: Spool,
    mapping: SiteMapping,
    folders: tuple[Path, Path],
    tell: Callable[[str], None] = lambda _: None,
) -> Canonical:
    """Write the tables into the second folder, with the first one as scratch."""
    scratch, out = folders
    told = Canonical(heads=spool.heads)
    give_providers(calculator)
    staging = Staging(calculator, spool, mapping, scratch)
    stages: dict[str, list[Stage]] = {name: [] for name in TABLES}
    for source in mapping.sources:
        tell(f"reading {source.artefact}:{source.table} as {source.into}")
        stage = staging.stage(source)
        stages[source.into].append(stage)
        _account(calculator, told, stage, spool.rows((source.artefact, source.table)))
    for name in (*(each for each in TABLES if each not in ALONE), *reversed(ALONE)):
        tell(f"writing {name}")
        if name in ALONE:
            _write_alone(calculator, told, name, stages[name], out)
        else:
            _write(calculator, name, stages[name], out)
        for stage in stages[name]:
            stage.path.unlink()
    for path in sorted(out.glob("*.parquet")):
        counted = f"SELECT count(*) FROM read_parquet({literal(str(path))})"  # noqa: S608
        told.rows[path.stem] = int(calculator.value(counted))
    return told


def _account(calculator: Calculator, told: Canonical, stage: Stage, rows: int) -> None:
    """Count what a stage took of its source, and what not, with a few examples of each."""
    source, table = stage.source, f"read_parquet({literal(str(stage.path))})"
    place = {"into": source.into, "artefact": source.artefact, "table": source.table}
    kept = int(calculator.value(f"SELECT count(*) FROM {table}"))  # noqa: S608
    taken = int(calculator.value(f"SELECT count(*) FROM {table} WHERE refused IS NULL"))  # noqa: S608
    told.sources.append(
        {**place, "place": source.place, "rows": rows, "not_asked": rows - kept, "taken": taken}
    )
    told.zones += [
        {**place, "column": name, "says": says} for name, says in sorted(stage.assumed.items())
    ]
    some = f"arg_min({{'ref': ref, 'size': size}}, n, {EXAMPLES})"
    for reason, count, examples in calculator.rows(
        f"SELECT refused, count(*), {some} FROM {table} WHERE refused IS NOT NULL"  # noqa: S608
        " GROUP BY refused ORDER BY refused"
    ):
        told.refused.append({**place, "reason": reason, "rows": count, "examples": examples})
    for name in source.values:
        shown = f"arg_min({{'ref': ref, 'size': size, 'shown': s_{name}}}, n, {EXAMPLES})"
        for reason, count, examples in calculator.rows(
            f"SELECT p_{name}, count(*), {shown} FROM {table}"  # noqa: S608
            f" WHERE p_{name} IS NOT NULL AND refused IS NULL GROUP BY p_{name} ORDER BY p_{name}"
        ):
            said = {"column": name, "reason": reason, "rows": count, "examples": examples}
            told.values.append({**place, **said})


def _rows_of(name: str, stages: Sequence[Stage]) -> str:
    """Return the rows of a table's stages that are not refused, with the number of their source."""
    columns = ", ".join((*TABLES[name].into, *ROW, "n"))
    if not stages:
        kinds = {**TABLES[name].into, **ROW, "n": "BIGINT", "source": "INTEGER"}
        nothing = ", ".join(f"NULL::{kind} AS {column}" for column, kind in kinds.items())
        return f"(SELECT {nothing} WHERE false)"
    parts = (
        f"SELECT {columns}, {at} AS source FROM read_parquet({literal(str(stage.path))})"  # noqa: S608
        " WHERE refused IS NULL"
        for at, stage in enumerate(stages)
    )
    return f"({' UNION ALL '.join(parts)})"


def _sorted(name: str, rows: str) -> str:
    table = TABLES[name]
    columns = ", ".join((*table.into, *ROW))
    order = ", ".join((*table.order, "artefact", "raw_table", "ref", "n", "source"))
    return f"SELECT {columns} FROM {rows} ORDER BY {order}"  # noqa: S608


def _write(calculator: Calculator, name: str, stages: Sequence[Stage], out: Path) -> None:
    calculator.write(_sorted(name, _rows_of(name, stages)), out / f"{name}.parquet")


def _write_alone(
    calculator: Calculator, told: Canonical, name: str, stages: Sequence[Stage], out: Path
) -> None:
    """Write a table with one row an id; rows that differ from the first one go beside it.

    The first is that of the first source, and in it the one that stands first in its file.
    """
    table, rows = TABLES[name], _rows_of(name, stages)
    calculator.run(
        f"CREATE TABLE several AS SELECT {table.id} AS id FROM {rows} GROUP BY ALL"  # noqa: S608
        " HAVING count(*) > 1"
    )
    same = ", ".join(column for column in table.into if column != "flag")
    calculator.run(
        f"CREATE TABLE doubled AS SELECT *, first_value(row({same})) OVER once = row({same})"  # noqa: S608
        " AS is_same, row_number() OVER once AS turn"
        f" FROM {rows} WHERE {table.id} IN (SELECT id FROM several)"
        f" WINDOW once AS (PARTITION BY {table.id} ORDER BY source, artefact, n)"
    )
    alone = ", ".join((*table.into, *ROW, "n", "source"))
    flag = f"CASE WHEN agrees THEN NULL ELSE {literal(CONFLICT)} END AS flag"
    first = ", ".join(
        flag if column == "flag" else column for column in (*table.into, *ROW, "n", "source")
    )
    agreed = f"SELECT {table.id} AS id, bool_and(is_same) AS agrees FROM doubled GROUP BY id"  # noqa: S608
    whole = (
        f"(SELECT {alone} FROM {rows} WHERE {table.id} NOT IN (SELECT id FROM several)"  # noqa: S608
        f" UNION ALL SELECT {first} FROM doubled JOIN ({agreed}) ON id = {table.id}"
        f" WHERE turn = 1{_only_referred(calculator, name, rows, out)})"
    )
    calculator.write(_sorted(name, whole), out / f"{name}.parquet")
    others = "(SELECT * FROM doubled WHERE NOT is_same)"
    calculator.write(_sorted(name, others), out / f"{name}_other.parquet")
    told.refused += _doubles(calculator, name, stages)
    for made in ("several", "doubled"):
        calculator.run(f"DROP TABLE {made}")


def _only_referred(calculator: Calculator, name: str, rows: str, out: Path) -> str:
    """Return rows for accounts that others speak of and no row is about, to be put beside."""
    if name != "account":
        return ""
    parts = (
        f"SELECT {column} AS account, artefact, raw_table, ref, size"  # noqa: S608
        f" FROM read_parquet({literal(str(out / f'{table}.parquet'))}) WHERE {column} IS NOT NULL"
        + (f" AND NOT contains({column}, '@')" if table == "message_meta" else "")
        for table, column in REFERRED
    )
    calculator.run(
        "CREATE OR REPLACE TABLE referred AS SELECT account, min(row(artefact, ref, raw_table,"  # noqa: S608
        f" size)) AS place FROM ({' UNION ALL '.join(parts)}) ANTI JOIN"
        f" (SELECT account FROM {rows}) USING (account) GROUP BY account"
    )
    kinds: Mapping[str, str] = TABLES[name].into
    told = {
        "account": "account",
        "flag": literal(NO_ROW),
        "artefact": "place[1]",
        "raw_table": "place[3]",
        "ref": "place[2]",
        "size": "place[4]",
        "n": "0",
        "source": "0",
    }
    shown = ", ".join(
        told.get(column, f"NULL::{kinds.get(column, 'BIGINT')}")
        for column in (*kinds, *ROW, "n", "source")
    )
    return f" UNION ALL SELECT {shown} FROM referred"  # noqa: S608


def _doubles(
    calculator: Calculator, name: str, stages: Sequence[Stage]
) -> Iterator[dict[str, Any]]:
    some = f"arg_min({{'ref': ref, 'size': size}}, n, {EXAMPLES})"
    for source, is_same, count, examples in calculator.rows(
        f"SELECT source, is_same, count(*), {some} FROM doubled WHERE turn > 1"  # noqa: S608
        " GROUP BY source, is_same ORDER BY source, is_same"
    ):
        of = stages[source].source
        yield {
            "into": name,
            "artefact": of.artefact,
            "table": of.table,
            "reason": AGAIN if is_same else DIFFERS,
            "rows": count,
            "examples": examples,
        }
