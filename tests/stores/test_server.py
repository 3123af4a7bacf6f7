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


SECRET = "zz-secret"  # noqa: S105 (of nobody)
UNREADABLE = [
    f"postgresql://zz:{SECRET}\u2100@h/x",
    f"postgresql://zz:{SECRET}[@h/x",
    f"postgresql://zz:[{SECRET}]@h/x",
    f"postgresql://zz:a@{SECRET}@h/x",
    f"postgresql://zz:{SECRET}/1@h/x",
    f"postgresql://zz:{SECRET}",
    f"postgresql://zz:a?{SECRET}@h/x",
    f"postgresql://zz:a#{SECRET}@h/x",
    f"postgresql://zz:1?case={SECRET}+1@h/x",
    f"mysql://zz:{SECRET}\u2100@h/x",
    f"mysql://zz:1?{SECRET}@h/x",
]


@pytest.mark.parametrize("address", UNREADABLE)
def test_an_address_that_cannot_be_read_is_never_repeated(address):
    with pytest.raises(UsageError) as told:
        server.address_of(Server(address))
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None
    assert SECRET not in f"{told.value.message} {told.value.advice}"


@pytest.mark.parametrize(
    "address", ["postgresql://h1:1,h2:2/db", "postgresql://u:p%40q@[::1]:5432/db"]
)
def test_more_than_one_host_may_be_named(address):
    assert server.address_of(Server(address)) == (address, "fanal_case")


def test_what_the_driver_cannot_read_is_not_repeated():
    with pytest.raises(UsageError) as told:
        server.connected("postgresql://zz:%zz-secret@h/x", "fanal_case", writing=False)
    assert told.value.__suppress_context__
    assert SECRET not in f"{told.value.message} {told.value.advice}"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://h/x?pass%77ord=zz-secret", "postgresql://h/x?pass%77ord=***"),
        ("postgresql://h/x?a=1&PASSWORD=zz-secret&b=2", "postgresql://h/x?a=1&PASSWORD=***&b=2"),
        ("postgresql://h/x?%73slpassword=zz-secret", "postgresql://h/x?%73slpassword=***"),
        ("postgresql://zz:zz-secret", "postgresql://zz:***"),
        ("postgresql://zz:zz-secret/x", "postgresql://zz:***/x"),
        ("postgresql://h1:1,h2:2/x", "postgresql://h1:1,h2:2/x"),
        ("postgresql://[::1]:5432/x", "postgresql://[::1]:5432/x"),
        ("postgresql://h:1/x?password=a@zz-secret", "postgresql://***"),
        ("postgresql://u:a?zz-secret@h/x", "postgresql://***"),
        ("postgresql://u:a\nzz-secret@h/x", "postgresql://u:***@h/x"),
    ],
)
def test_a_password_is_masked_however_it_is_spelled(address, shown):
    assert str(Server(address)) == shown
