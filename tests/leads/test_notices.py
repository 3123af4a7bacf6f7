"""What somebody should know who reads why accounts are one person's."""

from fanal.leads.notices import MANY_ACCOUNTS, tell_notices
from makers.canonical_site import account
from makers.resolving import persons, verdict


def flags(calculator):
    tell_notices(calculator)
    sql = (
        "SELECT DISTINCT account, code, says FROM flag_persons JOIN person USING (lead) ORDER BY 1"
    )
    return list(calculator.rows(sql))


def test_a_person_of_many_accounts_is_marked(tmp_path):
    rows = [
        account(f"a{at:02}", phone=f"+9995550{at // 2}2", phone_confirmed=True,
                recovery=f"r{(at + 1) // 2}@z.test")
        for at in range(MANY_ACCOUNTS + 1)
    ]  # fmt: skip
    with persons(tmp_path, account=rows) as calculator:
        assert {code for _, code, _ in flags(calculator)} == {"many accounts"}
    with persons(tmp_path / "fewer", account=rows[1:]) as calculator:
        assert not flags(calculator)


def test_values_that_join_nobody_are_told(tmp_path):
    rows = [account(n, phone="+990000000", phone_confirmed=True) for n in "ab"]
    with persons(tmp_path, account=rows) as calculator:
        assert [(name, code) for name, code, _ in flags(calculator)] == [
            ("a", "shared value"),
            ("b", "shared value"),
        ]
        assert "phone +990000000: shown by 2 accounts (placeholder)" in flags(calculator)[0][2]


def test_what_people_hold_apart_is_told(tmp_path):
    rows = [account("a"), account("b"), account("c")]
    with persons(tmp_path, [verdict("a", "b", "different")], account=rows) as calculator:
        assert [(name, code) for name, code, _ in flags(calculator)] == [
            ("a", "held apart"),
            ("b", "held apart"),
        ]


def test_accounts_of_several_rows_or_none_are_told(tmp_path):
    rows = [account("a", flag="conflict"), account("b", flag="no row"), account("c")]
    with persons(tmp_path, account=rows) as calculator:
        assert [(name, code) for name, code, _ in flags(calculator)] == [
            ("a", "several rows"),
            ("b", "no row"),
        ]
