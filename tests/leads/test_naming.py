"""Names of leads and accounts."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.leads.calculator import Calculator
from fanal.leads.naming import LEAD_ID_SQL, account_name, lead_id, parts_of

HOSTILE = ("a'b", 'a"; --', "a/b", "ä\u202e", "x" * 500, "\n", "%s", "$case")


def test_the_id_of_a_lead_is_the_digest_of_its_smallest_account():
    expected = hashlib.sha256(b"case/site/account").hexdigest()[:12]
    assert lead_id("case", "site", "account") == f"L-{expected}"


def test_sql_and_python_make_the_same_id(tmp_path):
    with Calculator(tmp_path) as calculator:
        calculator.give("each", {"site": ["zz"] * len(HOSTILE), "account": list(HOSTILE)})
        made = list(
            calculator.rows(f"SELECT account, {LEAD_ID_SQL} FROM each", {"case": "c'1"})  # noqa: S608
        )
    assert made == [(name, lead_id("c'1", "zz", name)) for name in HOSTILE]


@given(st.text(min_size=1).filter(lambda site: "/" not in site), st.text(min_size=1))
def test_an_account_is_found_in_its_name_again(site, account):
    assert parts_of(account_name(site, account)) == (site, account)


@pytest.mark.parametrize("name", ["", "zz", "/a", "zz/", "/"])
def test_what_is_no_account_is_refused(name):
    with pytest.raises(UsageError):
        parts_of(name)
