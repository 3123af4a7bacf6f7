"""When facts allow to call a lead a suspect, and above all when not."""

from datetime import date

from fanal.leads import fraud
from makers.canonical_site import account, event, login, payment
from makers.resolving import HOSTING, TOR, category, weighed

PAID = "2024-03-01 10:00:00"
OWNER = {"payer_name": "Zz Owner", "payer_email": "owner@z.test", "billing_country": "DE"}
SUSPECT, NOTHING, PAYMENT_ONLY, NO_TRACE = (
    ("suspect", set()),
    ("uncategorised", set()),
    ("uncategorised", {"payment only"}),
    ("uncategorised", {"no traceable access"}),
)
NEAR = {
    "2024-03-01 10:30:00": PAYMENT_ONLY,
    "2024-03-01 10:59:00": PAYMENT_ONLY,
    "2024-03-01 09:01:00": PAYMENT_ONLY,
    "2024-03-01 11:01:00": SUSPECT,
    "2024-03-01 08:59:00": SUSPECT,
    "2024-02-01 10:00:00": SUSPECT,
}
CAME = {
    "a": (login("a", "2024-03-05"), SUSPECT),
    "b": (login("b", "2024-03-05", ip=TOR), NO_TRACE),
    "c": (login("c", "2024-03-05", ip=HOSTING), NO_TRACE),
    "d": (login("d", "2024-03-05", ip=None), NO_TRACE),
    "e": (login("e", None), NO_TRACE),
    "f": (login("f", "2024-03-05", outcome="failed"), NO_TRACE),
    "g": (login("g", "2023-12-31"), NO_TRACE),
    "h": (login("h", "2024-03-05", ip="240.0.9.3"), SUSPECT),  # of a carrier: many share it
}
DID = {
    "view": SUSPECT,
    "download": SUSPECT,
    "upload": SUSPECT,
    "comment": NOTHING,
    "generate": SUSPECT,
    "bought": PAYMENT_ONLY,
}


def told(calculator, name):
    kind, flags, _ = category(calculator, name)
    return kind, flags


def test_a_payment_alone_makes_nobody_a_suspect(tmp_path):
    with weighed(tmp_path, payment=[payment("a", PAID)]) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY
        assert "no access apart from it" in category(calculator, "a")[2]


def test_an_access_within_an_hour_of_a_payment_hangs_on_it(tmp_path):
    rows = {
        "login": [login(f"{at}", came) for at, came in enumerate(NEAR)],
        "payment": [payment(f"{at}", PAID) for at in range(len(NEAR))],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert {came: told(calculator, f"{at}") for at, came in enumerate(NEAR)} == NEAR
        assert "apart from every payment" in category(calculator, "3")[2]


def test_what_is_not_sure_of_a_time_speaks_for_the_doubt(tmp_path):
    came = [login(n, "2024-03-01 20:00:00") for n in "abc"]
    came.append(login("d", "2024-03-01 20:00:00", precision_s=86_400.0))
    paid = [
        payment("a", PAID),
        payment("b", PAID, precision_s=86_400.0),
        payment("c", "2024-03-01 00:00:00", precision_s=86_400.0),
        payment("c", "2024-03-01 02:00:00"),
        payment("d", PAID),
    ]
    with weighed(tmp_path, login=came, payment=paid) as calculator:
        assert told(calculator, "a") == SUSPECT
        assert [told(calculator, n) for n in "bcd"] == [PAYMENT_ONLY] * 3


def test_a_payment_without_a_time_takes_a_day_along(tmp_path):
    came = [login("a", "2024-03-01"), login("b", "2024-03-01"), login("b", "2024-03-02")]
    paid = [payment(n, None) for n in "ab"]
    with weighed(tmp_path, login=came, payment=paid) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY
        assert told(calculator, "b") == SUSPECT


def test_an_access_counts_only_where_it_leads_to_anybody(tmp_path):
    networks = {TOR: "tor", HOSTING: "hosting", "240.0.9.3": "carrier"}
    rows = {
        "login": [row for row, _ in CAME.values()],
        "media_event": [event(n, "2024-03-06") for n in CAME],
    }
    with weighed(tmp_path, networks=networks, **rows) as calculator:
        assert {n: told(calculator, n) for n in CAME} == {n: is_ for n, (_, is_) in CAME.items()}


def test_what_was_done_with_media_is_an_access_and_what_was_bought_is_not(tmp_path):
    rows = [event(kind, "2024-03-05", kind, ip="240.0.0.1") for kind in DID]
    with weighed(tmp_path, media_event=rows) as calculator:
        assert {kind: told(calculator, kind) for kind in DID} == DID


def test_having_come_is_no_access_to_material(tmp_path):
    rows = {
        "login": [login(n, f"2024-03-0{day}") for n in "abc" for day in (4, 5)],
        "media_event": [event("b", "2024-03-05")],
        "payment": [payment("c", PAID)],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert [told(calculator, n) for n in "abc"] == [NOTHING, SUSPECT, SUSPECT]
        assert "nothing else is known of it" in category(calculator, "a")[2]


def test_without_a_table_of_networks_no_access_counts_and_it_is_told(tmp_path):
    for at, since in enumerate((None, date(2024, 6, 1))):
        rows = {"login": [login("a", "2024-03-05")], "since": since}
        with weighed(tmp_path / f"{at}", **rows) as calculator:
            kind, flags, says = category(calculator, "a")
            assert (kind, flags) == NO_TRACE
            assert "no table of networks" in says


def test_owner_of_a_card_whose_details_bought_and_did_nothing_else(tmp_path):
    rows = {
        "account": [account("a", email="owner@z.test", name_raw="Zz Owner")],
        "login": [login("a", "2024-03-01 09:58:00")],
        "payment": [payment("a", PAID, **OWNER)],
        "media_event": [event("a", "2024-03-01 10:05:00", ip="240.0.0.1")],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY


def test_a_thief_who_pays_with_a_card_of_another_waits_for_people(tmp_path):
    rows = {
        "account": [account("a", email="thief@z.test", name_raw="Zz Thief")],
        "login": [login("a", f"2024-03-0{day}") for day in (4, 5, 6)],
        "payment": [payment("a", PAID, **OWNER)],
    }
    with weighed(tmp_path, came_from=[("a", "FR")], **rows) as calculator:
        kind, flags, says = category(calculator, "a")
    assert kind == "uncategorised"
    assert flags == {fraud.PAYER_DIFFERS, fraud.ELSEWHERE}
    assert "3 accesses" in says


def test_a_nameless_thief_may_be_a_suspect_and_the_owner_is_not_named(tmp_path):
    rows = {
        "account": [account("a")],
        "login": [login("a", "2024-03-05")],
        "payment": [payment("a", PAID, **OWNER)],
    }
    with weighed(tmp_path, came_from=[("a", "DE")], **rows) as calculator:
        kind, flags, says = category(calculator, "a")
    assert (kind, flags) == SUSPECT
    assert "somebody with its account" in says
    assert "owner" not in says.casefold()


def test_an_account_in_the_name_of_the_owner_that_comes_through_tor(tmp_path):
    rows = {
        "account": [account("a", email="owner@z.test", name_raw="Zz Owner")],
        "login": [login("a", f"2024-03-0{day}", ip=TOR) for day in (4, 5, 6)],
        "payment": [payment("a", PAID, **OWNER)],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY


def test_what_was_bought_is_paid_for_when_it_was_bought(tmp_path):
    rows = {
        "login": [login("a", "2024-03-01 10:10:00"), login("b", "2024-03-01 12:10:00")],
        "media_event": [event(n, PAID, "bought") for n in "ab"]
        + [event(n, "2024-03-01 10:20:00") for n in "ab"],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY
        assert told(calculator, "b") == SUSPECT


def test_who_is_confirmed_and_came_through_tor_is_no_owner_of_a_card(tmp_path):
    sure = ({"phone_confirmed": True}, {"email_confirmed": True}, {"document_check": "passed"}, {})
    rows = {
        "account": [account(f"{at}", **one) for at, one in enumerate(sure)],
        "login": [login(f"{at}", "2024-03-05", ip=TOR) for at in range(4)]
        + [login("5", "2024-03-01 10:10:00")],
        "payment": [payment(f"{at}", PAID) for at in range(6)],
    }
    rows["account"].append(account("5", phone_confirmed=True))
    with weighed(tmp_path, **rows) as calculator:
        assert [told(calculator, f"{at}") for at in range(4)] == [*[NO_TRACE] * 3, PAYMENT_ONLY]
        assert told(calculator, "5") == PAYMENT_ONLY  # it came to pay, and never again
        assert "made sure of a way to reach them" in category(calculator, "0")[2]


def test_a_payment_of_one_account_covers_the_others_of_the_same_person(tmp_path):
    rows = {
        "account": [account(n, phone="+99955501", phone_confirmed=True) for n in "ab"],
        "login": [login("a", "2024-03-01 10:10:00")],
        "payment": [payment("b", PAID)],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert told(calculator, "a") == PAYMENT_ONLY


def test_the_access_that_is_told_is_the_first_in_time_in_whichever_order_files_were_named(tmp_path):
    rows = {
        "login": [login("a", "2024-03-05", ip="240.0.0.7", artefact=1)],
        "media_event": [event("a", "2024-03-06", ip="240.0.0.8", artefact=0)],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert "logged in from 240.0.0.7" in category(calculator, "a")[2]


def test_a_payment_that_came_back_as_one_below_zero_was_refunded(tmp_path):
    came = {"login": [login("a", "2024-03-05")], "media_event": [event("a", "2024-03-05")]}
    paid, back = payment("a", PAID, amount=12.0), payment("a", "2024-03-09", amount=-12.0)
    with weighed(tmp_path / "back", payment=[paid, back], **came) as calculator:
        assert told(calculator, "a") == ("uncategorised", {"refunded"})
    with weighed(
        tmp_path / "other", payment=[paid, {**back, "amount": -3.0}], **came
    ) as calculator:
        assert told(calculator, "a") == SUSPECT


def test_initials_alone_make_no_payer_the_account_s_own(tmp_path):
    names = " ".join("abcdefghijklmnopqrstuvwxyz")
    rows = {
        "account": [account("a", name_raw=names), account("b", name_raw="Z. Owner")],
        "payment": [payment(one, PAID, payer_name="Zz Owner") for one in "ab"],
        "login": [login(one, f"2024-03-0{at}") for at, one in enumerate("ab", 5)],
        "media_event": [event(one, f"2024-03-0{at}") for at, one in enumerate("ab", 5)],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert told(calculator, "a") == ("uncategorised", {"payer differs"})
        assert told(calculator, "b") == SUSPECT
