import pytest

from fanal.leads import looked_up
from fanal.leads.calculator import Calculator, literal
from fanal.leads.looked_up import ADDRESSES, EMAILS, PHONES, WALLETS, give_providers, hint, look_up


@pytest.fixture
def calculator(tmp_path):
    with Calculator(tmp_path) as opened:
        yield opened


def known(calculator, what, values, told=""):
    calculator.give("given", {"x": values})
    look_up(calculator, "SELECT DISTINCT x FROM given", what, "k", told)
    return {row[0]: row[1:] for row in calculator.rows("SELECT * FROM k")}


def test_each_value_is_asked_about_once(calculator, monkeypatch):
    asked = []

    def read(raw):
        asked.append(raw)
        return raw.lower()

    monkeypatch.setattr(looked_up, "email", read)
    monkeypatch.setattr(looked_up, "PART", 2)
    values = [f"Z{at % 5}" for at in range(20)]
    told = known(calculator, EMAILS, values)
    assert told == {f"Z{at}": (f"z{at}",) for at in range(5)}
    assert sorted(asked) == [f"Z{at}" for at in range(5)]


def test_what_is_known_has_its_kinds(calculator):
    told = known(calculator, ADDRESSES, ["2001:db8::1", "[2001:db8::1]:5", "zz"])
    high, low = 0x20010DB8 << 32, 1
    assert told["2001:db8::1"] == ("2001:db8::1", high, low, None, None)
    assert told["[2001:db8::1]:5"] == ("2001:db8::1", high, low, 5, None)
    assert told["zz"] == (None, None, None, None, "no address")


def test_numbers_and_wallets_have_theirs(calculator):
    told = known(calculator, PHONES, ["030 23125000", "+"], "DE")
    assert told["030 23125000"] == ("+493023125000", "DE", "fixed line", None)
    assert told["+"][3] == "no phone number"
    calculator.run("DROP TABLE k")
    wallet = "0x" + "a" * 40
    assert known(calculator, WALLETS, [wallet, "zz"]) == {
        wallet: (wallet, "ethereum", None),
        "zz": ("zz", None, None),
    }


def test_nothing_is_asked_where_there_is_nothing(calculator):
    assert known(calculator, PHONES, []) == {}


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("z.z+shop@gmail.com", "zz@gmail.com"),
        ("z.z@googlemail.com", "zz@gmail.com"),
        ("z.z+shop@outlook.com", "z.z@outlook.com"),
        ("z.z+shop@mail.example", None),
    ],
)
def test_providers_with_several_spellings_give_a_hint(calculator, address, told):
    give_providers(calculator)
    assert calculator.value(f"SELECT {hint(literal(address))}") == told
