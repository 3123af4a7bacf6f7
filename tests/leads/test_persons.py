"""Which accounts are one person, which are only linked, and what people said of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.leads.naming import lead_id
from fanal.leads.values import MOST_SHARING, public_boxes
from makers.canonical_site import account, event, login, payment
from makers.resolving import CASE, groups, joins, persons, verdict

PHONE = "+99955501"
WALLET = "zz00001111222233334444"


def test_a_confirmed_phone_makes_one_person_and_one_that_is_typed_in_a_link(tmp_path):
    rows = [
        account("a", phone=PHONE, phone_confirmed=True),
        account("b", phone=PHONE, phone_confirmed=True),
        account("c", phone=PHONE, phone_confirmed=False),
        account("d", phone=PHONE),
    ]
    with persons(tmp_path, account=rows) as calculator:
        assert groups(calculator) == [["zz/a", "zz/b"], ["zz/c"], ["zz/d"]]
        told = joins(calculator)
    assert ("zz/a", "zz/b", "same confirmed phone", True) in told
    assert ("zz/a", "zz/c", "same phone, not confirmed", False) in told
    assert ("zz/a", "zz/b", "same phone, not confirmed", False) not in told


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (
            {"account": [account(n, email="m@z.test", email_confirmed=True) for n in "ab"]},
            "same confirmed e-mail",
        ),
        (
            {"account": [account(n, recovery="r@z.test") for n in "ab"]},
            "same recovery address",
        ),
        (
            {
                "account": [
                    account("a", email="m@z.test", email_confirmed=True),
                    account("b", recovery="m@z.test"),
                ]
            },
            "recovery address is the other's confirmed e-mail",
        ),
        (
            {"payment": [payment(n, "2024-03-01", method="bank", iban_tok="t") for n in "ab"]},
            "same account holder",
        ),
        (
            {"payment": [payment(n, "2024-03-01", method="wallet", wallet=WALLET) for n in "ab"]},
            "same wallet",
        ),
    ],
)
def test_each_rule_of_identity_joins_and_is_named(tmp_path, rows, rule):
    with persons(tmp_path, **rows) as calculator:
        assert groups(calculator) == [["zz/a", "zz/b"]]
        assert ("zz/a", "zz/b", rule, True) in joins(calculator)


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ({"payment": [payment(n, "2024-03-01", card_tok="c") for n in "ab"]}, "same card"),
        ({"account": [account(n, password_hash="zz") for n in "ab"]}, "same password hash"),  # noqa: S106
        ({"account": [account(n, email="m@z.test") for n in "ab"]}, "same e-mail, not confirmed"),
        ({"account": [account(n, username=n.join(("ZZ ", " ")).strip()) for n in "a"]
                     + [account("b", username="zz a")]}, "same username"),
        ({"login": [login(n, f"2024-03-01 10:{m}:00", ip="240.0.0.7") for n, m in ("a0", "b9")]},
         "same address in the same hour"),
        ({"login": [login(n, "2024-03-01", ip=f"240.0.0.{n == 'a':d}", device="zz-1")
                    for n in "ab"]}, "same device"),
        ({"payment": [payment(n, "2024-03-01", iban_tok="t", chargeback=True) for n in "ab"]},
         "same bank account, payer in doubt"),
        ({"payment": [payment(n, "2024-03-01", wallet=WALLET, status="refunded") for n in "ab"]},
         "same wallet, payer in doubt"),
    ],
)  # fmt: skip
def test_what_is_only_a_link_joins_nobody(tmp_path, rows, rule):
    with persons(tmp_path, **rows) as calculator:
        assert groups(calculator) == [["zz/a"], ["zz/b"]]
        assert ("zz/a", "zz/b", rule, False) in joins(calculator)


def test_words_are_no_address_and_a_wallet_must_be_one(tmp_path):
    rows = [account(n, recovery="blue", recovery_kind="text") for n in "ab"]
    paid = [payment(n, "2024-03-01", wallet="none") for n in "ab"]
    with persons(tmp_path, account=rows, payment=paid) as calculator:
        assert groups(calculator) == [["zz/a"], ["zz/b"]]


def test_a_bank_account_of_somebody_else_joins_nobody(tmp_path):
    names = {"a": "Zz Alpha", "b": "Zz Beta"}
    rows = [account(one, name_raw=name) for one, name in names.items()]
    paid = [payment(n, "2024-03-01", iban_tok="t", payer_name="Zz Owner") for n in "ab"]
    with persons(tmp_path, account=rows, payment=paid) as calculator:
        assert groups(calculator) == [["zz/a"], ["zz/b"]]


def test_what_many_show_joins_nobody_and_is_marked(tmp_path):
    names = "abcdefg"[: MOST_SHARING + 1]
    rows = [account(n, phone=PHONE, phone_confirmed=True) for n in names]
    with persons(tmp_path, account=rows) as calculator:
        assert len(groups(calculator)) == len(names)
        marked = calculator.rows("SELECT accounts, discounted FROM value_shared WHERE rule = 0")
        assert list(marked) == [(len(names), "shown by many")]


def test_a_recovery_address_of_more_than_three_is_a_sellers(tmp_path):
    rows = [account(n, recovery="r@z.test") for n in "abc"]
    rows += [account(n, recovery="s@z.test") for n in "ghij"]
    rows += [account("x", email="t@z.test"), account("y", recovery="t@z.test")]  # not confirmed
    with persons(tmp_path, account=rows) as calculator:
        assert [len(group) for group in groups(calculator)] == [3, *[1] * 6]
        told = {rule for _, _, rule, _ in joins(calculator)}
    assert told == {"same recovery address"}


def test_as_many_as_may_show_a_value_are_one(tmp_path):
    rows = [account(n, phone=PHONE, phone_confirmed=True) for n in "abcde"[:MOST_SHARING]]
    with persons(tmp_path, account=rows) as calculator:
        assert len(groups(calculator)) == 1


@pytest.mark.parametrize("phone", ["+990000000", "+99123456789", "+4911111111"])
def test_placeholders_join_nobody(tmp_path, phone):
    rows = [account(n, phone=phone, phone_confirmed=True) for n in "ab"]
    with persons(tmp_path, account=rows) as calculator:
        assert len(groups(calculator)) == 2


def test_a_letter_box_that_anybody_reads_joins_nobody(tmp_path):
    assert "public.example" in public_boxes()
    rows = [account(n, email="x@public.example", email_confirmed=True) for n in "ab"]
    rows += [account(n, recovery="y@PUBLIC.example") for n in "cd"]
    with persons(tmp_path, account=rows) as calculator:
        assert len(groups(calculator)) == 4


def test_accounts_that_only_other_tables_name_are_persons_too(tmp_path):
    rows = {
        "login": [login("a", "2024-03-01")],
        "media_event": [event("b", "2024-03-01")],
        "message_meta": [{"message": "1", "from_account": "c", "to_account": "d"}],
    }
    with persons(tmp_path, **rows) as calculator:
        assert groups(calculator) == [["zz/a"], ["zz/b"], ["zz/c"], ["zz/d"]]


def test_persons_reach_across_sites_and_are_named_after_their_smallest_account(tmp_path):
    rows = {"account": [account("b", phone=PHONE, phone_confirmed=True)]}
    other = {"account": [account("z", phone=PHONE, phone_confirmed=True)]}
    with persons(tmp_path, sites={"one": rows, "other": other}) as calculator:
        assert groups(calculator) == [["one/b", "other/z"]]
        leads = set(calculator.rows("SELECT lead FROM person"))
        assert leads == {(lead_id(CASE, "one", "b"),)}
        own = calculator.value("SELECT own FROM person WHERE account = 'z'")
        assert own == lead_id(CASE, "other", "z")


def test_people_join_what_no_rule_joins(tmp_path):
    rows = [account("a"), account("b"), account("c")]
    with persons(tmp_path, [verdict("a", "c")], account=rows) as calculator:
        assert groups(calculator) == [["zz/a", "zz/c"], ["zz/b"]]
        assert ("zz/a", "zz/c", "a person said so", True) in joins(calculator)


def test_people_hold_apart_what_rules_join_and_it_is_told(tmp_path):
    rows = [account(n, phone=PHONE, phone_confirmed=True) for n in "ab"]
    with persons(tmp_path, [verdict("a", "b", "different")], account=rows) as calculator:
        assert groups(calculator) == [["zz/a"], ["zz/b"]]
        told = joins(calculator)
        assert ("zz/a", "zz/b", "same confirmed phone", False) in told
        says = calculator.value("SELECT says FROM lead_join WHERE rule = 'same confirmed phone'")
        assert "not joined" in says


def test_a_chain_is_cut_at_its_weakest_join(tmp_path):
    rows = [
        account("a", phone=PHONE, phone_confirmed=True),
        account("b", phone=PHONE, phone_confirmed=True),
        account("c", recovery="r@z.test"),
        account("d", recovery="r@z.test"),
    ]
    paid = [payment(n, "2024-03-01", method="wallet", wallet=WALLET) for n in "bc"]
    told = [verdict("a", "d", "different")]
    with persons(tmp_path, told, account=rows, payment=paid) as calculator:
        assert groups(calculator) == [["zz/a", "zz/b"], ["zz/c", "zz/d"]]


def test_hostile_values_are_only_values(tmp_path):
    name = "x'); DROP TABLE person; --\u202e\""
    rows = [account(n, recovery=name) for n in (name, "b")]
    with persons(tmp_path, account=rows) as calculator:
        assert groups(calculator) == [sorted(["zz/b", f"zz/{name}"])]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shown=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=8),
    said=st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(["same", "different"])),
        max_size=4,
    ),
)
def test_whoever_is_together_is_joined_by_rules_or_people_and_never_against_them(
    tmp_path_factory, shown, said
):
    rows = [
        account(f"{at}", phone=f"+9995550{phone}", phone_confirmed=True, recovery=f"r{box}@z.test")
        for at, (phone, box) in enumerate(shown)
    ]
    every = [
        verdict(*sorted((f"{a}", f"{b}")), value)
        for a, b, value in said
        if a != b and max(a, b) < len(shown)
    ]
    with persons(tmp_path_factory.mktemp("zz"), every, account=rows) as calculator:
        where = {
            name.partition("/")[2]: at
            for at, group in enumerate(groups(calculator))
            for name in group
        }
        told = joins(calculator)
    for one in every:
        if one.value == "different":
            assert where[one.a[1]] != where[one.b[1]]
    linked = {
        frozenset((a.partition("/")[2], b.partition("/")[2]))
        for a, b, _, identity in told
        if identity
    }
    assert _parts(where, linked) == len(set(where.values()))


def _parts(where, linked):
    """How many parts there are where only the joins that are told hold accounts together."""
    left, parts = set(where), 0
    while left:
        parts += 1
        stack = [left.pop()]
        while stack:
            one = stack.pop()
            near = {other for pair in linked if one in pair for other in pair} & left
            left -= near
            stack += near
    return parts
