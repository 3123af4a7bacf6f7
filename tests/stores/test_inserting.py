# ruff: noqa: S608 (statements made of our own names)
"""A row that a database passes over in silence is missed at once."""

from contextlib import suppress

import pytest

from fanal.errors import CaseError
from fanal.model.item import Place
from fanal.stores.inserting import row_key
from fanal.stores.interface import Copying
from fanal.stores.rows import shapes
from makers import postgres
from makers.cases import place as made
from makers.kept import kept

SCHEMA = '"fanal_zz-1"'
SILENT = {
    "trigger": (
        "CREATE FUNCTION zz() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        f"CREATE TRIGGER zz BEFORE INSERT ON {SCHEMA}.place FOR EACH ROW EXECUTE FUNCTION zz()",
    ),
    "index": (f"CREATE UNIQUE INDEX zz ON {SCHEMA}.place ((1))",),
    "rule": (f"CREATE RULE zz AS ON INSERT TO {SCHEMA}.log DO INSTEAD NOTHING",),
}


@pytest.fixture
def case(tmp_path):
    place = kept("postgres", tmp_path / "case")
    put(place, 0)
    return place


def put(place, *numbers):
    store = place.open()
    try:
        with store.act("zz", "write") as act:
            return act.put(made(number) for number in numbers)
    finally:
        store.close()


def sql(place, *statements, **told):
    name = place.where.address.rpartition("/")[2].partition("?")[0]
    for statement in statements:
        postgres.running().sql(statement, name, **told)


def take_the_key_of(place, number):
    """Let the row that is there be taken for another one, which is to come."""
    shape = shapes()[1][Place]
    key = row_key(shape, shape.row(made(number)))
    sql(place, f"UPDATE {SCHEMA}.place SET key = %(key)s", key=key)


def test_a_row_whose_key_another_one_holds_is_not_dropped(case):
    take_the_key_of(case, 1)
    with pytest.raises(CaseError, match="place does not take the row") as told:
        put(case, 1)
    assert "fanal audit verify" in told.value.advice
    assert "sha256=" in told.value.message


def test_a_row_that_is_there_is_no_matter(case):
    assert put(case, 0, 1, 1, 0) == 1
    assert put(case, 0, 1) == 0
    assert case.report().problems == []


@pytest.mark.parametrize("how", SILENT)
def test_a_database_that_begins_to_drop_rows_is_noticed(case, how):
    store = case.open()
    sql(case, *SILENT[how])
    with (
        pytest.raises(CaseError, match="tampered with"),
        store.act("zz", "write") as act,
    ):
        act.put([made(1)])
    store.close()


def test_rows_that_come_back_as_others_are_noticed(case):
    store = case.open()
    sql(
        case,
        "CREATE FUNCTION zz() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN NEW.seal = 'zz'; RETURN NEW; END $$",
        f"CREATE TRIGGER zz BEFORE INSERT ON {SCHEMA}.place FOR EACH ROW EXECUTE FUNCTION zz()",
    )
    with pytest.raises(CaseError, match="not given"), store.act("zz", "write") as act:
        act.put([made(1)])
    store.close()


def test_whoever_copies_a_case_with_changed_keys_is_told_and_whoever_checks_it_sees_each(
    case, tmp_path
):
    take_the_key_of(case, 1)
    found = []
    source, target = case.open(writing=False), kept("folder", tmp_path / "copy")
    with pytest.raises(CaseError, match="kept under the key of another row"):
        target.open(copying=Copying(source))
    assert not list(tmp_path.glob(".*"))
    target.open(copying=Copying(source, differs=lambda *told: found.append(told)), writing=False)
    source.close()
    assert [what for _, what in found] == ["is kept under the key of another row"]
    assert found[0][0].startswith("postgres/place/exhibit=")


def test_a_row_that_is_there_twice_is_named(case, tmp_path):
    sql(
        case,
        f"DROP INDEX {SCHEMA}.place_key",
        f"INSERT INTO {SCHEMA}.place SELECT * FROM {SCHEMA}.place",
    )
    source = case.open(writing=False)
    with pytest.raises(CaseError, match="place holds 1 rows that are there twice"):
        kept("folder", tmp_path / "copy").open(copying=Copying(source))
    source.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER zz BEFORE INSERT ON place BEGIN SELECT RAISE(IGNORE); END",
        "CREATE UNIQUE INDEX zz ON place ((1))",
        "CREATE TRIGGER zz BEFORE INSERT ON log BEGIN SELECT RAISE(IGNORE); END",
    ],
)
def test_a_folder_that_begins_to_drop_rows_is_noticed(tmp_path, statement):
    case = kept("folder", tmp_path / "case")
    put(case, 0)
    store = case.open()
    with store._engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(CaseError, match="tampered with"), store.act("zz", "write") as act:
        act.put([made(0), made(1)])
    with suppress(CaseError):
        store.close()


def test_rows_that_are_in_a_folder_already_are_no_matter(tmp_path):
    case = kept("folder", tmp_path / "case")
    assert put(case, *range(5)) == 5
    assert put(case, *range(7), 6) == 2
    assert case.report().problems == []
