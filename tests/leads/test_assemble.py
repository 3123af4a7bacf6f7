"""The files of leads: sorted, named, and the same for the same facts."""

import hashlib
import json

import duckdb

from fanal.leads.assemble import FILES, MADE_BEFORE, SITES, assemble, prepare
from fanal.leads.calculator import Calculator
from makers.canonical_site import account, login, payment
from makers.resolving import weighed

ROWS = {
    "account": [account(n, phone="+99955501", phone_confirmed=n in "ab") for n in "abc"],
    "login": [login(n, f"2024-03-0{at}") for n in "cab" for at in (3, 1)],
    "payment": [payment("c", "2024-03-01")],
}


def written(folder, rows):
    with weighed(folder, **rows) as calculator:
        calculator.run("DROP TABLE lead_deed")
        calculator.run(
            "CREATE TABLE lead_deed AS SELECT lead, 'came' AS kind, '' AS what, count(*) AS"
            " \"count\", instant(min(ts)) AS first, instant(max(ts)) AS last, 'zz' AS says,"
            " earliest(ts, src) AS refs, '{}' AS data FROM login JOIN person USING (site, account)"
            " GROUP BY lead ORDER BY lead"
        )
        target = folder / "leads"
        target.mkdir()
        return assemble(calculator, target, {"zz": ["shop"]})


def test_every_file_is_there_and_is_what_it_is_said_to_be(tmp_path):
    files = written(tmp_path, ROWS)
    assert files.keys() == {*(f"{name}.parquet" for name in FILES), SITES}
    for name, digest in files.items():
        assert hashlib.sha256((tmp_path / "leads" / name).read_bytes()).hexdigest() == digest
    assert json.loads((tmp_path / "leads" / SITES).read_text()) == {"zz": ["shop"]}


def test_rows_are_sorted_by_lead(tmp_path):
    written(tmp_path, ROWS)
    for name in FILES:
        key = {"lead": "id", "own": "own"}.get(name, "lead")
        file = tmp_path / "leads" / f"{name}.parquet"
        rows = [row[0] for row in duckdb.sql(f"SELECT {key} FROM '{file}'").fetchall()]  # noqa: S608
        assert rows == sorted(rows), name


def test_the_order_of_rows_of_a_site_makes_no_difference(tmp_path):
    other = {
        name: [{"ref": 1_000 + 100 * at, **row} for at, row in enumerate(rows)][::-1]
        for name, rows in ROWS.items()
    }
    assert written(tmp_path / "one", ROWS) == written(tmp_path / "other", other)


def test_a_step_that_made_nothing_left_empty_tables(tmp_path):
    with Calculator(tmp_path) as calculator:
        calculator.run("CREATE VIEW lead_deed AS SELECT 1 AS lead")
        prepare(calculator, "network")
        assert calculator.value("SELECT count(*) FROM network") == 0
        prepare(calculator)
        for name in MADE_BEFORE:
            assert calculator.value(f"SELECT count(*) FROM {name}") == (name == "lead_deed")  # noqa: S608
