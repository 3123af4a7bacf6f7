import json  # noqa: I001

import pytest
from makers.site_rows import parts, put_through

from fanal.errors import UsageError
from fanal.leads import spool
from fanal.leads.calculator import Calculator, literal
from fanal.model.site import RowRefused, Rows

CARD = "4111111111111111"
HEAD = '[site]\nname = "zz"\nzone = "UTC"\n[[artefact]]\nname = "a"\nfile = "a"\n'
ACCOUNTS = """
[[account]]
from = "a:users"
account = "id"
name = "about"
phone = "phone"
"""
PAYMENTS = """
[[payment]]
from = "a:pay"
account = "user"
card = "pan"
iban = "iban"
payer_name = "payer"
"""


def everything(folder):
    """Return all values of all tables below a folder, as text."""
    told = []
    with Calculator(folder) as calculator:
        for path in sorted(folder.rglob("*.parquet")):
            told += calculator.rows(f"FROM read_parquet({literal(str(path))})")
    assert told
    return repr(told)


def test_card_numbers_are_cut_before_anything_is_on_disk(tmp_path):
    rows = [
        {"id": "1", "about": f"pay me: {CARD}!", "phone": None},
        {"id": "2", "about": "4111 1111 1111 1111", "phone": "+493023125000"},
        {"id": CARD, "about": "nothing", "phone": "4111-1111-1111-1111"},
    ]
    pay = [{"user": CARD, "pan": CARD, "iban": None, "payer": "5555 5555 5555 4444"}]
    made = put_through(tmp_path, HEAD + ACCOUNTS + PAYMENTS, {"a:users": rows, "a:pay": pay})
    assert made.taken["a"].cut == 7
    accounts = made.table("account")
    assert [each["name_raw"] for each in accounts] == [
        "pay me: 411111******1111!",
        "411111******1111",
        "nothing",
    ]
    key = accounts[2]["account"]
    assert key.startswith("411111******1111#")
    assert accounts[2]["phone_raw"] == "411111******1111"
    (payment,) = made.table("payment")
    assert payment["account"] == key
    assert (payment["card_bin"], payment["card_last4"]) == ("411111", "1111")
    assert payment["payer_name"] == "555555******4444"
    kept = everything(tmp_path) + json.dumps(made.told.refused + made.told.values)
    for number in (CARD, "4111 1111", "5555 5555", "4111-1111"):
        assert number not in kept


def test_account_numbers_become_tokens_before_anything_is_on_disk(tmp_path):
    iban = "DE89370400440532013000"
    rows = [
        {"user": "1", "pan": None, "iban": iban, "payer": None},
        {"user": "2", "pan": None, "iban": "de89 3704 0044 0532 0130 00", "payer": None},
        {"user": "3", "pan": "zz-none", "iban": iban[:-1] + "1", "payer": None},
        {"user": "4", "pan": "", "iban": "", "payer": None},
    ]
    banks = frozenset({"DE37040044"})
    made = put_through(tmp_path, HEAD + PAYMENTS, {"a:pay": rows}, banks=banks)
    one, two, three, four = made.table("payment")
    assert one["iban_tok"] == two["iban_tok"]
    assert len(one["iban_tok"]) == 32
    assert (one["bank_country"], one["bank_code"], one["app_bank"]) == ("DE", "DE37040044", True)
    assert one["iban_shown"] == "DE…3000"
    assert three["iban_tok"] is four["iban_tok"] is None
    assert made.reasons("iban") == {"no IBAN": 1}
    assert made.reasons("card") == {"no number of a card": 1}
    assert made.taken["a"].unread == {"iban": 1, "card": 1}
    assert "0532013" not in everything(tmp_path).replace(" ", "")


def test_account_numbers_in_texts_are_cut_too(tmp_path):
    rows = [
        {"id": "GB29NWBK60161331926819", "about": "to DE89 3704 0044 0532 0130 00!", "phone": None}
    ]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    (account,) = made.table("account")
    assert account["name_raw"] == "to DE…3000!"
    assert account["account"].startswith("GB…6819#")
    assert (made.taken["a"].cut, made.taken["a"].accounts) == (0, 2)


def test_numbers_that_are_no_cards_stay(tmp_path):
    rows = [
        {"id": "1700000000123", "about": "2024-03-05 10:00:00 4111111111111112", "phone": None},
        {"id": "9" * 18, "about": "f" * 40 + CARD, "phone": "+4530231250004444"},
    ]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    assert made.taken["a"].cut == 0
    assert {each["account"] for each in made.table("account")} == {row["id"] for row in rows}
    assert {each["name_raw"] for each in made.table("account")} == {row["about"] for row in rows}


def test_names_of_a_seized_file_never_stand_in_sql(tmp_path):
    nasty = 'id"; DROP TABLE x; --'
    mapping = f"""{HEAD}
[[account]]
from = 'a:us"ers'
account = '{nasty}'
username = "ID"
name = "id"
where.'Wh"ere' = ["it's", "\\"x\\""]
"""
    row = {nasty: "1", "ID": "big", "id": "small", 'Wh"ere': "it's"}
    made = put_through(tmp_path, mapping, {'a:us"ers': [row, {**row, 'Wh"ere': "x"}]})
    (account,) = made.table("account")
    assert (account["account"], account["username"], account["name_raw"]) == ("1", "big", "small")
    assert account["raw_table"] == 'us"ers'


def test_columns_may_change_within_a_table(tmp_path):
    rows = [
        Rows("users", ("id", "about"), (0, 10), (5, 6), (("1", "a"), ("2", None))),
        Rows("users", ("phone", "id"), (20,), (7,), (("+493023125000", "3"),)),
    ]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    told = [(each["account"], each["name_raw"], each["phone"]) for each in made.table("account")]
    assert told == [("1", "a", None), ("2", None, None), ("3", None, "+493023125000")]
    assert [(each["ref"], each["size"]) for each in made.table("account")] == [
        (0, 5),
        (10, 6),
        (20, 7),
    ]


def test_letters_in_halves_are_spelt_out(tmp_path):
    rows = [{"id": "1", "about": "x\ud800y", "phone": None}]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    assert made.table("account")[0]["name_raw"] == "x\\ud800y"


def test_what_a_reader_refuses_is_counted_with_examples_and_without_cards(tmp_path):
    rows = [RowRefused("users", at, 9, "too few values", f"{CARD} {at}") for at in range(7)]
    rows += [Rows("users", ("id", "about", "phone"), (99,), (9,), (("1", None, None),))]
    refusals = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows}).taken["a"].refusals
    assert refusals.counts == {("users", "too few values"): 7}
    assert [each["ref"] for each in refusals.examples["users", "too few values"]] == [0, 1, 2]
    assert CARD not in json.dumps(list(refusals.examples.values()))


@pytest.mark.parametrize(
    ("here", "instead", "says"),
    [
        ('"a:users"', '"a:user"', "no table of a 'user' | did you mean 'users'?"),
        ('"about"', '"abuot"', "no column of users 'abuot' | did you mean 'about'?"),
        ('phone = "phone"', 'where.fone = "1"', "no column of users 'fone' | did you mean"),
        (
            'phone = "phone"',
            'join.j = {from = "a:users", on = {idd = "id"}}',
            "no column of users 'idd'",
        ),
        (
            'phone = "phone"',
            'phone = {column = "id", match = "(a)\\\\1"}',
            "is no pattern of RE2",
        ),
        (
            'phone = "phone"',
            'where.phone = {match = "a) OR (b"}',
            "where, match: 'a) OR (b' is no pattern of RE2",
        ),
    ],
)
def test_what_the_file_does_not_have_is_refused(tmp_path, here, instead, says):
    rows = [{"id": "1", "about": "zz", "phone": None}]
    mapping = (HEAD + ACCOUNTS).replace(here, instead)
    with pytest.raises(UsageError) as told:
        put_through(tmp_path, mapping, {"a:users": rows})
    assert says in f"{told.value.message} | {told.value.advice}"
    assert "[[account]] 1" in told.value.message


def test_a_table_without_rows_says_why(tmp_path):
    rows = [RowRefused("", 0, 9, "the database kills its reader")]
    with pytest.raises(UsageError, match="has no rows") as told:
        put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    assert told.value.advice == "the database kills its reader"


def test_a_card_behind_a_phone_is_cut(tmp_path):
    """An extension may have twenty digits (RFC 3966 sets no bound), so a card fits in."""
    rows = [{"id": "1", "about": None, "phone": f"+49 30 23125000 ext. {CARD}"}]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    assert made.table("account")[0]["phone_raw"] == "+49 30 23125000 ext. 411111******1111"
    assert CARD not in everything(tmp_path)


def test_what_was_refused_never_ends_inside_a_number(tmp_path):
    cut_off = "x" * 184 + " " + CARD[:15]
    found = [RowRefused("users", 0, 900, "row is damaged", cut_off)]
    rows = parts("users", [{"id": "1", "about": None, "phone": None}])
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": [*found, *rows]})
    ((example,),) = made.taken["a"].refusals.examples.values()
    assert example["shown"] == "x" * 184 + " \u2026"


def test_rows_are_written_before_they_fill_the_memory(tmp_path, monkeypatch):
    """Long rows, and columns that nobody asked for, are not held by the number of rows alone."""
    monkeypatch.setattr(spool, "BYTES", 40)
    rows = [{"id": str(at), "about": "zz", "phone": None, f"more{at}": "y"} for at in range(9)]
    made = put_through(tmp_path, HEAD + ACCOUNTS, {"a:users": rows})
    assert len(list((tmp_path / "raw").glob("*.parquet"))) == 3
    assert [each["account"] for each in made.table("account")] == [str(at) for at in range(9)]
