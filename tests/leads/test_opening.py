"""The canonical tables of all sites, as one view each."""

from fanal.leads.calculator import Calculator
from fanal.leads.opening import MOST_REFS, TABLES, open_sites
from makers.canonical_site import account, event, login, payment, write_site


def test_sites_are_one_table_each_row_with_its_site_and_place(tmp_path):
    write_site(tmp_path / "one", account=[account("a")], payment=[payment("a", "2024-03-01")])
    write_site(tmp_path / "two", account=[account("a", artefact=3), account("b")])
    with Calculator(tmp_path) as calculator:
        open_sites(calculator, {"one": tmp_path / "one", "two's": tmp_path / "two"})
        rows = list(calculator.rows("SELECT site, account, src FROM account ORDER BY ALL"))
        assert [row[:2] for row in rows] == [("one", "a"), ("two's", "a"), ("two's", "b")]
        assert rows[1][2] == {
            "site": "two's",
            "artefact": 3,
            "raw_table": "raw_account",
            "ref": 1_000,
            "size": 80,
        }
        assert calculator.value("SELECT count(*) FROM payment") == 1
        for table, columns in TABLES.items():
            told = [row[0] for row in calculator.rows(f"DESCRIBE {table}")]
            assert told == ["site", *(name for name, _ in columns), "src"]


def test_a_site_without_a_column_has_no_values_there(tmp_path):
    write_site(tmp_path / "one", login=[login("a", "2024-03-01")])
    with Calculator(tmp_path) as calculator:
        file = tmp_path / "one" / "login.parquet"
        calculator.run(f"CREATE TABLE less AS SELECT * EXCLUDE (port) FROM '{file}'")  # noqa: S608
        calculator.write("SELECT * FROM less", file)
        open_sites(calculator, {"one": tmp_path / "one"})
        assert list(calculator.rows("SELECT account, port FROM login")) == [("a", None)]


def test_a_case_without_sites_has_empty_tables(tmp_path):
    with Calculator(tmp_path) as calculator:
        open_sites(calculator, {})
        assert [calculator.value(f"SELECT count(*) FROM {name}") for name in TABLES] == [0] * 6  # noqa: S608


def test_the_earliest_rows_are_the_same_whatever_the_order(tmp_path):
    days = [
        "2024-03-05",
        None,
        "2024-03-01",
        "2024-03-01",
        *(f"2024-04-{n:02}" for n in range(1, 9)),
    ]
    rows = [event("a", day, ref=at) for at, day in enumerate(days)]
    for at, each in enumerate((rows, rows[::-1])):
        write_site(tmp_path / f"{at}", media_event=each)
        with Calculator(tmp_path) as calculator:
            open_sites(calculator, {"zz": tmp_path / f"{at}"})
            found = calculator.value("SELECT earliest(ts, src) FROM media_event")
            assert [one["ref"] for one in found] == [2, 3, 0, 4, 5]
            assert len(found) == MOST_REFS
            assert calculator.value("SELECT instant(min(ts)) FROM media_event") == (
                "2024-03-01T00:00:00Z"
            )
