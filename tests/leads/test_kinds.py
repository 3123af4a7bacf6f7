import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.calculator import Calculator
from fanal.leads.kinds import Given, told
from fanal.leads.mapping_values import Value
from fanal.leads.tables import TABLES


@pytest.fixture(scope="module")
def calculator(tmp_path_factory):
    with Calculator(tmp_path_factory.mktemp("kinds")) as opened:
        yield opened


def read(calculator, table, name, text, **value):
    """Return what becomes of a text in a column, and why it is not taken."""
    one = told(Given(name, TABLES[table].columns[name], Value((name,), **value), 1, ""))
    calculator.give("given", {f"x_{name}": [text]})
    ((*values, problem),) = calculator.rows(
        f"SELECT {', '.join(one.into.values())}, {one.problem} FROM given"  # noqa: S608
    )
    return (*values, problem)


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("1", True, None),
        ("t", True, None),
        ("YES", True, None),
        ("0x01", True, None),
        ("0", False, None),
        ("False", False, None),
        ("0x00", False, None),
        ("2", None, "neither yes nor no"),
        ("maybe", None, "neither yes nor no"),
        (None, None, None),
    ],
)
def test_yes_and_no_are_few_words(calculator, text, value, problem):
    assert read(calculator, "payment", "chargeback", text) == (value, problem)


@pytest.mark.parametrize(
    ("when", "text", "value"),
    [
        ("filled", "2024-01-01", True),
        ("filled", "0", True),
        ("filled", "0000-00-00 00:00:00", False),
        ("filled", None, False),
        ("empty", None, True),
        ("empty", "x", False),
    ],
)
def test_what_stands_there_may_mean_yes(calculator, when, text, value):
    assert read(calculator, "account", "email_confirmed", text, when=when) == (value, None)


@given(st.integers(-(10**9), 10**9), st.sampled_from([1.0, 0.01]))
def test_amounts_are_scaled_to_the_cent(calculator, cents, scale):
    amount, problem = read(calculator, "payment", "amount", str(cents), scale=scale)
    assert (amount, problem) == (round(cents * scale, 8), None)


@pytest.mark.parametrize("text", ["", "x", "1e9", "1,5", "1.2.3", "nan", "inf", "0x1", "9" * 16])
def test_what_is_no_amount_says_so(calculator, text):
    assert read(calculator, "payment", "amount", text) == (None, "no number")


@pytest.mark.parametrize(
    ("text", "port"), [("443", 443), ("0", None), ("65536", None), ("-1", None), ("4.3", None)]
)
def test_ports_are_those_there_are(calculator, text, port):
    told_port, problem = read(calculator, "login", "port", text)
    assert told_port == port
    assert (problem is None) == (port is not None)


@pytest.mark.parametrize(
    ("text", "told_as"), [("dk", "DK"), (" DK ", "DK"), ("Denmark", "Denmark"), ("D1", "D1")]
)
def test_countries_are_spelt_in_capitals_where_they_are_two_letters(calculator, text, told_as):
    assert read(calculator, "account", "country_said", text) == (told_as, None)


@given(st.text(max_size=40))
def test_any_text_of_words_is_one_of_them_or_has_a_reason(calculator, text):
    word, problem = read(calculator, "payment", "status", text)
    assert (word in TABLES["payment"].columns["status"].words) != (problem is not None)
