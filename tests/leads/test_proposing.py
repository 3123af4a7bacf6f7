"""What a proposed mapping takes, leaves unsure and warns of."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.leads.mapping import read_mapping
from fanal.leads.proposing import LookedAt, Sample, artefact_names, proposal, quoted, said
from fanal.leads.proposing_fit import fits
from fanal.leads.proposing_names import RULES, bare, plain
from fanal.leads.proposing_values import Time, looks, luhn
from fanal.leads.tables import TABLES

CARD = "4000000000000002"
"""Passes the check of card numbers; from the range that processors keep for tests."""


def sample(table: str, **columns: list[str | None]) -> Sample:
    names = tuple(columns)
    return Sample(table, len(columns[names[0]]), names, tuple(map(tuple, columns.values())))


def several(*values: str) -> list[str | None]:
    return [each for each in values for _ in range(4)]


USERS = sample(
    "users",
    id=[str(at) for at in range(40)],
    user_name=[f"zz-test-{at:04}" for at in range(40)],
    email=[f"zz{at}@mail.test" for at in range(40)],
    email_verified=several("0", "1") * 5,
    created_at=[f"2024-03-{at % 28 + 1:02} 10:00:00" for at in range(40)],
    about=[f"zz {at}" for at in range(39)] + [f"pay with {CARD} please"],
)
LOGINS = sample(
    "sessions",
    user_id=[str(at) for at in range(8)],
    ip=["240.0.0.1", "2001:db8::1"] * 4,
    started=[str(1_700_000_000 + at) for at in range(8)],
    result=several("ok", "failed"),
)


def proposed(*samples: Sample, reader: str = "mysql") -> str:
    return proposal("zz", [LookedAt("dump.sql", reader, samples, {"users: zz": 2}, ("a note",))])


def test_every_rule_is_a_column_of_its_canonical_table():
    for into, rules in RULES.items():
        assert {rule.column for rule in rules} <= TABLES[into].columns.keys()


def test_a_proposal_is_refused_until_a_person_says_the_zone():
    text = proposed(USERS, LOGINS)
    with pytest.raises(UsageError, match="zone"):
        read_mapping(text)
    read = read_mapping(text.replace('zone = ""', 'zone = "Europe/Copenhagen"'))
    account, login = read.sources
    assert (account.into, account.artefact, account.table) == ("account", "dump", "users")
    assert account.values["account"].columns == ("id",)
    assert account.values["username"].columns == ("user_name",)
    assert account.values["email_confirmed"].columns == ("email_verified",)
    assert login.into == "login"
    assert login.values["account"].columns == ("user_id",)
    assert dict(login.values["outcome"].codes) == {"ok": "ok", "failed": "failed"}
    assert 'form = "unix"' in text


def test_what_was_refused_and_noted_stands_in_the_proposal():
    text = proposed(USERS)
    assert "# refused: users: zz: 2" in text
    assert "# note: a note" in text
    assert "# not taken: about (text)" in text


def test_numbers_of_cards_are_warned_of_and_never_shown():
    text = proposed(USERS)
    assert "# WARNING, about: 1 of 40 values" in text
    assert CARD not in text
    assert luhn(CARD)
    assert not luhn("4000000000000003")
    assert looks(["4000-0000 0000 0002"]).cards == 1
    assert looks(["1700000000000000", "0000000000000000", "9" * 16]).cards == 0


def test_no_value_of_a_person_is_shown():
    text = proposed(USERS, LOGINS)
    for value in ("zz-test-0001", "zz1@mail.test", "240.0.0.1", "1700000000"):
        assert value not in text


@pytest.mark.parametrize(
    ("values", "time"),
    [
        (["1700000000", "1700000001.5"], Time(("unix",), "UTC")),
        (["1700000000123"], Time(("unix ms",), "UTC")),
        (["1700000000123456"], Time(("unix us",), "UTC")),
        (["2024-03-01 10:00:00"], Time(("iso",))),
        (["2024-03-01T10:00:00Z", "2024-03-01T10:00:00+02:00"], Time(("iso",), "in the text")),
        (["2024-03-01T10:00:00Z", "2024-03-01T10:00:00"], Time(("iso",))),
        (["10/Oct/2025:13:55:36 +0200"], Time(("%d/%b/%Y:%H:%M:%S %z",), "in the text")),
        (["13/01/2024 10:00", "01/02/2024 11:00"], Time(("%d/%m/%Y %H:%M",))),
        (["01/13/2024 10:00 PM"], Time(("%m/%d/%Y %I:%M %p",))),
        (["01.02.2024 10:00:00"], Time(("%d.%m.%Y %H:%M:%S", "%m.%d.%Y %H:%M:%S"))),
        (["13/13/2024"], Time(("%d/%m/%Y", "%m/%d/%Y"))),
        (["42", "17"], None),
        (["zz"], None),
    ],
)
def test_forms_of_times_are_told_from_the_values(values, time):
    assert looks(values).time == time


def test_days_and_months_that_cannot_be_told_apart_stay_a_comment_with_both():
    logins = sample(
        "logins",
        user_id=["1", "2"],
        ip=["240.0.0.1", "240.0.0.2"],
        time=["01/02/2024 10:00", "03/04/2024 11:00"],
    )
    text = proposed(logins)
    assert "# UNSURE, ts: day and month cannot be told apart" in text
    assert '# ts = {column = "time", form = "%d/%m/%Y %H:%M"}' in text
    assert '# ts = {column = "time", form = "%m/%d/%Y %H:%M"}' in text
    assert "# [[login]]" in text
    with pytest.raises(UsageError):
        read_mapping(text.replace('zone = ""', 'zone = "UTC"'))


def test_two_columns_of_one_meaning_stay_a_comment_with_both():
    users = sample(
        "users",
        id=["1", "2"],
        email=["a@zz.test", "b@zz.test"],
        phone=["+45 12345678", "+45 12345679"],
        mobile=["+45 22345678", "+45 22345679"],
    )
    text = proposed(users)
    assert "several columns are called so: 2" in text
    assert '# phone = "phone"' in text
    assert '# phone = "mobile"' in text


def test_a_column_called_so_whose_values_are_something_else_is_not_taken():
    users = sample("users", id=["1", "2"], login=["a", "b"], email=["zz", "yy"])
    assert "\nemail =" not in proposed(users)


def test_words_that_nobody_knows_stay_a_comment():
    acts = sample("acts", user_id=["1"] * 8, file_id=["7"] * 8, kind=several("zz", "view"))
    text = proposed(acts)
    assert "# UNSURE, kind: what 1 of its 2 values mean is not known" in text
    known = sample("acts", user_id=["1"] * 8, file_id=["7"] * 8, kind=several("dl", "view"))
    assert '{column = "kind", codes = {"dl" = "download", "view" = "view"}}' in proposed(known)


def test_a_table_of_events_may_say_their_kind_by_its_name():
    downloads = sample("downloads", user_id=["1"], file_id=["2"])
    assert 'kind = {constant = "download"}' in proposed(downloads)


@pytest.mark.parametrize(
    ("values", "how"),
    [(["0x7f000001"], "hex address"), (["4026531841"], "number address")],
)
def test_addresses_written_otherwise_are_named_so(values, how):
    logins = sample("logins", user_id=["1"], ip=values, ts=["1700000000"])
    assert f'ip = {{column = "ip", read_as = "{how}"}}' in proposed(logins)


def test_amounts_in_cents_and_with_commas():
    pay = sample("payments", id=["1"], user_id=["2"], cents=["1500"])
    assert 'amount = {column = "cents", scale = 0.01}' in proposed(pay)
    pay = sample("payments", id=["1"], user_id=["2"], amount=["15,00"])
    assert 'amount = {column = "amount", decimal = ","}' in proposed(pay)


def test_addresses_of_mail_are_no_accounts():
    mail = sample("message", **{"from": ["Zz <zz@mail.test>"], "to": ["yy@mail.test"]})
    text = proposed(mail, reader="mail")
    assert "# UNSURE, from_account: its values are addresses" in text
    assert "# [[message_meta]]" in text


def test_a_table_of_which_nothing_is_known_is_listed_with_its_columns():
    text = proposed(sample("zz", aa=["1"], bb=[None]))
    assert "# not taken: nothing says what it is; columns: aa (" in text
    assert fits("zz", {"aa": looks(["1"])}) == []


def test_names_are_compared_without_case_and_owner():
    assert plain("userName") == plain("USER-Name") == "user_name"
    assert bare("user_email", "users") == "email"
    assert bare("id", "users") == "id"


def test_artefacts_are_named_once_each():
    looked = [LookedAt(name, "csv", ()) for name in ("a/dump.sql", "dump.csv", "é!.db", "dump.db")]
    assert artefact_names(looked) == ["dump", "dump-2", "file", "dump-3"]


@given(st.text(), st.text())
def test_hostile_names_are_spelled_so_that_they_stay_names(table, column):
    users = Sample(table, 1, (f"id{column}", column), (("1",), ("2",)))
    text = proposal("zz", [LookedAt(table or "zz", "csv", (users,), {table: 1}, (column,))])
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))
    tomllib.loads(text)


@given(st.text())
def test_quoted_texts_are_toml(text):
    safe = "".join("\ufffd" if "\ud800" <= each <= "\udfff" else each for each in text)
    assert tomllib.loads(f"a = {quoted(text)}")["a"] == safe
    assert "\n" not in said(text)
