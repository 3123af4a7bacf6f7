"""What fanal never puts into a database makes it a database that is not written to."""

import sqlite3
from contextlib import closing

import pytest

from fanal.errors import CaseError
from fanal.stores.foreign import foreign
from fanal.stores.interface import Copying
from makers import postgres
from makers.cases import item
from makers.kept import kept

SCHEMA = '"fanal_zz-1"'
FUNCTION = (
    f"CREATE FUNCTION {SCHEMA}.zz() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
)
PLANTED = {
    "trigger": (
        FUNCTION.replace(f"{SCHEMA}.", "public."),
        f"CREATE TRIGGER zz BEFORE INSERT ON {SCHEMA}.item FOR EACH ROW EXECUTE FUNCTION zz()",
    ),
    "rule": (f"CREATE RULE zz AS ON INSERT TO {SCHEMA}.item DO INSTEAD NOTHING",),
    "policy": (f"CREATE POLICY zz ON {SCHEMA}.item USING (false)",),
    "row security": (f"ALTER TABLE {SCHEMA}.item ENABLE ROW LEVEL SECURITY",),
    "heir": (f"CREATE TABLE public.zz () INHERITS ({SCHEMA}.item)",),
    "view": (f"CREATE VIEW {SCHEMA}.zz AS SELECT 1",),
    "function": (FUNCTION,),
}


def filled(name, tmp_path):
    place = kept(name, tmp_path / "case")
    store = place.open()
    with store.act("zz", "write") as act:
        act.put([item(1)])
    store.close()
    return place


@pytest.mark.parametrize("kind", PLANTED)
def test_a_server_that_holds_more_is_not_written_to_and_named(tmp_path, kind):
    place = filled("postgres", tmp_path)
    name = place.where.address.rpartition("/")[2].partition("?")[0]
    for statement in PLANTED[kind]:
        postgres.running().sql(statement, name)
    with pytest.raises(CaseError, match=f"holds the {kind} '") as told:
        place.open()
    assert "fanal audit verify" in told.value.advice
    source, found = place.open(writing=False), []
    with pytest.raises(CaseError, match=f"is a {kind}"):
        kept("folder", tmp_path / "copy").open(copying=Copying(source))
    tables = source.tables(lambda *told: found.append(told))
    assert sum(len(part) for _, parts in tables for part in parts) > 3
    source.close()
    assert len(found) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER zz BEFORE INSERT ON item BEGIN SELECT RAISE(IGNORE); END",
        "CREATE VIEW zz AS SELECT 1",
        "CREATE VIRTUAL TABLE zz USING fts5(yy)",
    ],
)
def test_a_folder_that_holds_more_keeps_its_seal_and_is_not_written_to(tmp_path, statement):
    place = filled("folder", tmp_path)
    with closing(sqlite3.connect(tmp_path / "case" / "case.db")) as database:
        database.execute(statement)
        database.commit()
    before = (tmp_path / "case" / "case.db").read_bytes()
    for _ in range(2):  # the locks are let go
        with pytest.raises(CaseError, match="which fanal never makes"):
            place.open()
    assert (tmp_path / "case" / "seal.json").exists()
    assert (tmp_path / "case" / "case.db").read_bytes() == before
    assert place.report().problems


@pytest.mark.parametrize("name", ["folder", "postgres"])
def test_a_case_as_fanal_makes_it_holds_no_more(tmp_path, name):
    store = filled(name, tmp_path).open()
    with store._engine.connect() as connection:
        assert list(foreign(connection)) == []
    store.close()
