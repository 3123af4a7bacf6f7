import pytest
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from fanal.errors import CaseError, UsageError
from fanal.stores import server
from fanal.stores.interface import Server


class SaidError(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate, text="zz"):
        super().__init__(text)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("given", "address", "schema"),
    [
        ("postgresql://h/db", "postgresql://h/db", "fanal_case"),
        ("postgres://u@h:1/db?case=a.B-1_", "postgres://u@h:1/db", "fanal_a.B-1_"),
        (
            "postgresql:///db?host=/tmp&case=a&x=1%202",
            "postgresql:///db?host=%2Ftmp&x=1%202",
            "fanal_a",
        ),
    ],
)
def test_the_name_of_the_case_is_ours_and_the_rest_the_drivers(given, address, schema):
    assert server.address_of(Server(given)) == (address, schema)


@pytest.mark.parametrize("case", ["", "-a", "a b", 'a"b', "a;b", "z" * 51, "a&case=b"])
def test_a_name_that_could_be_something_else_is_refused(case):
    with pytest.raises(UsageError):
        server.address_of(Server(f"postgresql://h/db?case={case}"))


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (OperationalError("", {}, SaidError("57P01")), True),
        (OperationalError("", {}, SaidError("08006")), True),
        (OperationalError("", {}, SaidError("53100")), False),
        (OperationalError("", {}, SaidError("55P03")), False),
        (ProgrammingError("", {}, SaidError("42P01")), False),
        (InterfaceError("", {}, SaidError("42P01"), connection_invalidated=True), True),
    ],
    ids=repr,
)
def test_only_a_server_that_went_away_is_waited_for(error, gone):
    assert server.is_gone(error) is gone


def test_patience_ends_and_speaks_once(monkeypatch, capsys):
    monkeypatch.setattr(server, "RESTART", 0.3)
    monkeypatch.setattr(server, "PAUSE", 0.05)
    patience, error = server.Patience(), OperationalError("", {}, SaidError(None, "zz\nyy"))
    for _ in range(3):
        patience.wait(error)
    with pytest.raises(CaseError, match="did not come back within 0 s: zz yy"):
        wait_for_ever(patience, error)
    assert capsys.readouterr().err.count("went away") == 1


def wait_for_ever(patience, error):
    while True:
        patience.wait(error)


def test_what_a_server_says_otherwise_is_repeated():
    error = OperationalError("", {}, SaidError("53300", "FATAL:  sorry, too many clients already"))
    told = server.sentence(error, Server("postgresql://u:secret@h/db"))
    assert "too many clients" in told.message
    assert "secret" not in told.message
