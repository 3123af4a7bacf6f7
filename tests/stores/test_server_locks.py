import pytest
from sqlalchemy import create_engine

from fanal.errors import CaseError
from fanal.stores.server import address_of, connected
from fanal.stores.server_locks import ServerLocks, lock_number, take_turn
from makers import postgres
from makers.kept import kept


def test_numbers_differ_by_purpose_and_case_and_fit():
    numbers = {lock_number(p, s) for p in ("run", "turn", "writer") for s in ("a", "b")}
    assert len(numbers) == 6
    assert all(0 <= number < 2**63 for number in numbers)


def test_a_run_holds_its_lock_until_it_lets_go(tmp_path):
    place = kept("postgres", tmp_path / "case")
    address, schema = address_of(place.where)
    engine = connected(address, schema, writing=True)
    first = ServerLocks(engine, schema, run=True, wait=0)
    with pytest.raises(CaseError, match="another run"):
        ServerLocks(engine, schema, run=True, wait=0.3)
    short = ServerLocks(engine, schema, run=False, wait=0)
    first.hold()
    first.release()
    first.release()
    second = ServerLocks(engine, schema, run=True, wait=0)
    with engine.connect() as connection:
        take_turn(connection, schema)
    second.release()
    short.release()
    engine.dispose()


def test_the_server_of_the_tests_is_a_real_one():
    assert postgres.running().sql("SHOW server_version")[0][0]
    assert create_engine("postgresql+psycopg://").dialect.name == "postgresql"
