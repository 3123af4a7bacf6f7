"""Values by which a person may be found: whose, confirmed or not, and who else shows them."""

from fanal.leads.showing import MOST_SHOWN, tell_identifiers
from makers.canonical_site import account, login, payment
from makers.resolving import persons

PHONE = "+99955501"


def shown(calculator):
    """What leads show: account that the lead is named after → (kind, value, of, …)."""
    calculator.run("CREATE TABLE lead_deed AS SELECT lead FROM person WHERE account <> 'idle'")
    tell_identifiers(calculator)
    rows = calculator.rows(
        "SELECT account, kind, value, raw, of, confirmed, shared, lead_identifier.src.ref"
        " FROM lead_identifier JOIN person ON person.own = lead_identifier.lead ORDER BY ALL"
    )
    found = {}
    for name, *rest in rows:
        found.setdefault(name, []).append(tuple(rest))
    return found


def test_each_value_is_told_once_with_whose_it_is_and_how_many_others_show_it(tmp_path):
    rows = {
        "account": [
            account("a", phone=PHONE, phone_raw="555 01", phone_confirmed=True, name_raw="Zz  Á"),
            account("b", phone=PHONE, phone_confirmed=True),
            account("c", phone=PHONE),
            account("idle", username="zz-c", email="x@z.test"),
        ],
        "payment": [
            payment("a", "2024-03-01", payer_name="zz á", payer_email="x@z.test", card_tok="t",
                    card_bin="555555", card_last4="0001"),
            payment("a", "2024-03-02", payer_name="Zz Á"),
        ],
    }  # fmt: skip
    with persons(tmp_path, **rows) as calculator:
        found = shown(calculator)
    assert found.keys() == {"a", "c"}
    assert found["a"] == [
        ("card", "t", "555555…0001", "payer", False, 0, 1_000),
        ("email", "x@z.test", "x@z.test", "payer", False, 1, 1_000),
        ("name", "zz á", "Zz  Á", "account", False, 0, 1_000),
        ("name", "zz á", "zz á", "payer", False, 0, 1_000),
        ("phone", PHONE, "555 01", "account", True, 1, 1_000),
        ("username", "zz-a", "zz-a", "account", False, 0, 1_000),
        ("username", "zz-b", "zz-b", "account", False, 0, 1_100),
    ]
    assert ("phone", PHONE, PHONE, "account", False, 2, 1_200) in found["c"]
    assert ("username", "zz-c", "zz-c", "account", False, 1, 1_200) in found["c"]


def test_a_name_is_confirmed_by_a_document_alone(tmp_path):
    rows = [
        account("a", name_raw="Zz A", document_check="passed"),
        account("b", name_raw="Zz B", document_check="failed"),
    ]
    with persons(tmp_path, account=rows) as calculator:
        found = shown(calculator)
    assert [one[4] for name in "ab" for one in found[name] if one[0] == "name"] == [True, False]


def test_no_more_values_of_a_kind_than_are_read_the_earliest_first(tmp_path):
    came = [
        login("a", "2024-03-01", ip=f"240.0.{at // 256}.{at % 256}")
        for at in range(MOST_SHOWN + 20)
    ]
    with persons(tmp_path, login=came) as calculator:
        addresses = [one for one in shown(calculator)["a"] if one[0] == "address"]
    assert sorted(one[6] for one in addresses) == [1_000 + 100 * at for at in range(MOST_SHOWN)]
