"""Writes canonical tables of a small site, as an import leaves them."""

import hashlib
from pathlib import Path

import duckdb

from fanal.leads.opening import TABLES
from fanal.model.site import Dataset

DAY = "2024-03-01"


def write_site(folder: Path, **tables):
    """Write one Parquet file a table of rows given as mappings; return file → SHA-256.

    A table without rows has no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    assert tables.keys() <= TABLES.keys()
    with duckdb.connect(config={"threads": 1}) as connection:
        written = [
            _written(connection, folder, table, tables[table])
            for table in TABLES
            if tables.get(table)
        ]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in written}


def _written(connection, folder, table, rows):
    columns = TABLES[table]
    shown = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    connection.execute(f"CREATE TABLE {table} ({shown})")
    values = []
    for at, row in enumerate(rows):
        where = {"artefact": 0, "raw_table": f"raw_{table}", "ref": 1_000 + 100 * at, "size": 80}
        told = {**where, **row}
        assert told.keys() <= {name for name, _ in columns}, told.keys()
        values.append([told.get(name) for name, _ in columns])
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608
    file = folder / f"{table}.parquet"
    connection.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
    return file


def account(name, **more):
    """A row of an account."""
    return {"account": name, "username": f"zz-{name}", **more}


def login(name, ts, ip="240.0.0.1", **more):
    """A row of a login that worked."""
    return {
        "account": name,
        "ip": ip,
        "ts_raw": ts,
        "ts": ts,
        "precision_s": 1.0,
        "outcome": "ok",
        **more,
    }


def payment(name, ts, **more):
    """A row of a card payment that worked."""
    return {
        "payment": f"p-{name}-{ts}",
        "account": name,
        "method": "card",
        "amount": 12.0,
        "currency": "EUR",
        "ts_raw": ts,
        "ts": ts,
        "precision_s": 1.0,
        "status": "ok",
        "chargeback": False,
        **more,
    }


def event(name, ts, kind="download", media="m-1", **more):
    """A row of a media event."""
    return {
        "event": f"e-{name}-{ts}",
        "account": name,
        "media": media,
        "kind": kind,
        "ts_raw": ts,
        "ts": ts,
        "precision_s": 1.0,
        **more,
    }


def add_site(store, name="zz-site", **tables):
    """Write a site into a case that is open for writing."""
    folder = f"site-{name}"
    files = write_site(store.folder / "datasets" / folder, **tables)
    store.keep_files(f"datasets/{folder}", files)
    made = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
    facts = {"artefacts": [{"name": "shop"}]}
    when = f"{DAY}T00:00:00+00:00"
    with store.act("zz", "import site", site=name) as act:
        act.put([Dataset("site", name, "", made, "", facts, folder, files, "zz", when)])
