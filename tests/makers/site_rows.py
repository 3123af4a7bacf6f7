"""Raw rows of a made-up site, put through a mapping, and the canonical tables that come of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.leads.calculator import Calculator, literal
from fanal.leads.canonical import Canonical, canonical
from fanal.leads.mapping import read_mapping
from fanal.leads.spool import Hidden, Spool, Taken
from fanal.model.site import RowRefused, Rows

KEY = b"zz-key"


@dataclass
class Made:
    """What came of it."""

    told: Canonical
    out: Path
    taken: dict[str, Taken]

    def table(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a canonical table."""
        with Calculator(self.out.parent / "look", self.out) as calculator:
            path = literal(str((self.out / f"{name}.parquet").resolve()))
            columns = [
                row[0]
                for row in calculator.rows(f"DESCRIBE SELECT * FROM read_parquet({path})")  # noqa: S608
            ]
            rows = calculator.rows(f"SELECT * FROM read_parquet({path})")  # noqa: S608
            return [dict(zip(columns, row, strict=True)) for row in rows]

    def reasons(self, column: str = "") -> dict[str, int]:
        """Return why rows (or values of a column) were not taken, and how many."""
        if not column:
            return {each["reason"]: each["rows"] for each in self.told.refused}
        found = [each for each in self.told.values if each["column"] == column]
        return {each["reason"]: each["rows"] for each in found}


def parts(table: str, rows: list[dict[str, str | None]], size: int = 10) -> list[Rows]:
    """Return rows as a reader would yield them, each ten bytes after the one before."""
    return [
        Rows(table, tuple(row), (at * size,), (size,), (tuple(row.values()),))
        for at, row in enumerate(rows)
    ]


def put_through(
    folder: Path,
    mapping: str,
    tables: dict[str, list[Any]],
    *,
    threads: int = 2,
    banks: frozenset[str] = frozenset(),
) -> Made:
    """Put rows (`artefact:table` → dicts, or what a reader yields) through a mapping."""
    read = read_mapping(mapping)
    for name in ("raw", "scratch", "out"):
        shutil.rmtree(folder / name, ignore_errors=True)
    out, scratch = folder / "out", folder / "scratch"
    out.mkdir(parents=True)
    scratch.mkdir()
    taken: dict[str, Taken] = {}
    with Calculator(folder, threads=threads) as calculator:
        hidden = Hidden(KEY, read.phone_region, banks)
        spool = Spool(calculator, folder / "raw", read.wanted, read.roles(), hidden)
        for index, file in enumerate(read.files):
            found: list[Rows | RowRefused] = []
            for name, rows in tables.items():
                artefact, _, table = name.partition(":")
                if artefact == file.name:
                    found += parts(table, rows) if rows and isinstance(rows[0], dict) else rows
            taken[file.name] = spool.take(index, file.name, found)
        told = canonical(calculator, spool, read, (scratch, out))
    return Made(told, out, taken)
