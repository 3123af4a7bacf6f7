"""Opens the canonical tables of all sites of a case as one view each."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from collections.abc import Mapping
from pathlib import Path

from fanal.leads import tables
from fanal.leads.calculator import Calculator, literal, quoted
from fanal.leads.tables import ROW

TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    name: (*table.into.items(), *ROW.items()) for name, table in tables.TABLES.items()
}
"""Canonical table → its columns and their types."""


def open_sites(calculator: Calculator, sites: Mapping[str, Path]) -> None:
    """Make one view a table over all sites: column `site` first, and `src` for lists of rows.

    A site that lacks a table or a column has no rows, or no values, there.
    """
    for macro in MACROS:
        calculator.run(f"CREATE OR REPLACE MACRO {macro}")
    for table, columns in TABLES.items():
        parts = [
            _selected(calculator, site, folder / f"{table}.parquet", columns)
            for site, folder in sorted(sites.items())
            if (folder / f"{table}.parquet").is_file()
        ]
        parts = parts or [f"{_empty(columns)} WHERE false"]
        calculator.run(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL '.join(parts)}")


def _selected(
    calculator: Calculator, site: str, file: Path, columns: tuple[tuple[str, str], ...]
) -> str:
    read = f"read_parquet({literal(str(file.resolve()))})"
    there = {row[0] for row in calculator.rows(f"DESCRIBE SELECT * FROM {read}")}
    taken = ", ".join(
        f"CAST({quoted(name) if name in there else 'NULL'} AS {kind}) AS {quoted(name)}"
        for name, kind in columns
    )
    return (
        f"SELECT {literal(site)} AS site, {taken}, {{'site': {literal(site)},"
        " 'artefact': CAST(artefact AS INTEGER), 'raw_table': raw_table,"
        f" 'ref': CAST(ref AS BIGINT), 'size': CAST(size AS BIGINT)}} AS src FROM {read}"
    )


def _empty(columns: tuple[tuple[str, str], ...]) -> str:
    taken = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
    return f"SELECT '' AS site, {taken}, {NO_REF} AS src"


REF_TYPE = "STRUCT(site VARCHAR, artefact INTEGER, raw_table VARCHAR, ref BIGINT, size BIGINT)"
"""Type of `src`: where a row stands."""
NO_REF = f"CAST(NULL AS {REF_TYPE})"
MOST_REFS = 5
"""Rows that a statement names, the earliest first."""
MACROS = (
    "instant(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%SZ')",
    (
        "earliest(moment, src) AS list_transform("
        f"min({{'moment': moment, 'src': src}}, {MOST_REFS}), lambda each: each.src)"
    ),
)
"""`instant`: a time as ISO 8601; `earliest`: the first rows of a group, always the same."""
