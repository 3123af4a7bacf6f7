"""What shows that a payment may have been made with another person's details."""

from fanal.leads import fraud
from makers.canonical_site import account, login, payment
from makers.resolving import category, doubts, weighed

DAY = "2024-03-01 10:00:00"
SIGNS = {
    "a": ({"chargeback": True}, fraud.CHARGEBACK),
    "b": ({"billing_checked": "failed"}, fraud.CHECK_FAILED),
    "c": ({"status": "refunded"}, fraud.REFUNDED),
    "d": ({"payer_name": "Zz Other"}, fraud.PAYER_DIFFERS),
    "e": ({"billing_country": "FR"}, fraud.ELSEWHERE),
}
NAMES = (
    ("Zz Test", "ZZ  test", False),
    ("Zé Tést", "Ze Test", False),
    ("Test, Zz", "Zz Test", False),
    ("Z. Test", "Zz Test", False),
    ("Zz Test", "Zz Middle Test", False),
    ("Zz Test", "Yy Test", True),
    ("Zz Test", "Zz Other", True),
    ("Zz", "Yy", False),  # one word is a name that somebody chose
    ("Zz", "Zz", False),
    ("zz user", "Yy Test", False),  # the username
    ("zz_1 zz_2", "Yy Test", False),
    (None, "Zz Test", False),
    ("Zz Test", None, False),
    ("!!", "Zz Test", False),
    ("Жж Тест", "Жж тест", False),
    ("Жж Тест", "Жж Иной", True),
)
MAILS = (
    ("a@z.test", "A@Z.test", None, False),
    ("a@z.test", "b@z.test", None, True),
    ("a@z.test", "b@z.test", "Zz Test", False),
    (None, "b@z.test", None, False),
)
SURE = {
    "a": ({"email": "a@z.test", "email_confirmed": True}, True),
    "b": ({"email": "a@z.test"}, False),
    "c": ({"name_raw": "Zz Test", "document_check": "passed"}, True),
    "d": ({"name_raw": "Zz Test", "document_check": "failed"}, False),
    "e": ({"name_raw": "Zz Test"}, False),
    "f": ({"email": "b@z.test", "email_confirmed": True}, False),
}
TRIES = {
    "a": ([("10:00", 9, "failed"), ("10:10", 9, "failed"), ("10:20", 9, "ok")], True),
    "b": ([("10:00", 9, "failed"), ("10:10", 9, "ok"), ("10:20", 9, "ok")], False),
    "c": ([("10:00", 9, "failed"), ("11:10", 9, "failed"), ("12:20", 9, "ok")], False),
    "d": ([("10:00", 0.5, "ok"), ("10:10", 1, "ok"), ("10:20", 2, "ok")], True),
    "e": ([("10:00", 1, "ok"), ("10:10", 1, "ok"), ("10:20", 1, "ok")], False),
}


def test_each_sign_is_told_and_opens_a_flag(tmp_path):
    rows = {
        "account": [account(n, name_raw="Zz Test") for n in SIGNS],
        "login": [login(n, "2024-03-05") for n in SIGNS],
        "payment": [payment(n, DAY, **more) for n, (more, _) in SIGNS.items()]
        + [payment(n, "2024-03-02", billing_country="DE") for n in SIGNS],
    }
    with weighed(tmp_path, came_from=[(n, "DE") for n in SIGNS], **rows) as calculator:
        for n, (_, code) in SIGNS.items():
            assert doubts(calculator, n) == {code, fraud.NOT_CONFIRMED}
            told, flags, says = category(calculator, n)
            assert (told, flags) == ("uncategorised", {code})
            assert code in says
            sql = "SELECT says, refs FROM fraud_flag WHERE code = ?"
            said, (ref,) = next(calculator.rows(sql, (code,)))
            how = ": compared by name" * (code == fraud.PAYER_DIFFERS)
            assert said == f"{fraud.FRAUD[code]}{how} (1 payment)"
            assert ref["raw_table"] == "raw_payment"
            assert ref["ref"] == 1_000 + 100 * list(SIGNS).index(n)


def test_names_differ_where_neither_holds_all_words_of_the_other(tmp_path):
    rows = {
        "account": [
            account(f"{at:02}", name_raw=name, username="Zz User")
            for at, (name, _, _) in enumerate(NAMES)
        ],
        "payment": [
            payment(f"{at:02}", DAY, payer_name=payer) for at, (_, payer, _) in enumerate(NAMES)
        ],
    }
    with weighed(tmp_path, **rows) as calculator:
        found = [
            (name, payer, fraud.PAYER_DIFFERS in doubts(calculator, f"{at:02}"))
            for at, (name, payer, _) in enumerate(NAMES)
        ]
    assert found == list(NAMES)


def test_mail_is_asked_where_no_names_can_be_compared(tmp_path):
    rows = {"account": [], "payment": []}
    for at, (mail, payer, name, _) in enumerate(MAILS):
        rows["account"].append(account(f"{at}", email=mail, name_raw=name))
        rows["payment"].append(payment(f"{at}", DAY, payer_email=payer, payer_name=name))
    with weighed(tmp_path, **rows) as calculator:
        found = [fraud.PAYER_DIFFERS in doubts(calculator, f"{at}") for at in range(len(MAILS))]
    assert found == [differs for *_, differs in MAILS]


def test_a_name_that_was_checked_is_compared_whatever_it_looks_like(tmp_path):
    rows = {
        "account": [account("a", name_raw="Zz", document_check="passed")],
        "payment": [payment("a", DAY, payer_name="Yy Test")],
    }
    with weighed(tmp_path, **rows) as calculator:
        assert fraud.PAYER_DIFFERS in doubts(calculator, "a")


def test_a_payer_is_made_sure_of_by_what_the_site_checked_alone(tmp_path):
    paid = [payment(n, DAY, payer_email="a@z.test", payer_name="Zz Test") for n in SURE]
    rows = {"account": [account(n, **known) for n, (known, _) in SURE.items()], "payment": paid}
    with weighed(tmp_path, **rows) as calculator:
        found = {n: fraud.NOT_CONFIRMED not in doubts(calculator, n) for n in SURE}
    assert found == {n: confirmed for n, (_, confirmed) in SURE.items()}


def test_a_card_on_accounts_of_several_persons_is_told_of_all_of_them(tmp_path):
    rows = {
        "account": [account(n, phone="+99955501", phone_confirmed=n in "ab") for n in "abc"],
        "payment": [payment(n, DAY, card_tok=tok) for n, tok in zip("abcd", "xxyy", strict=True)],
    }
    with weighed(tmp_path, **rows) as calculator:
        shared = [n for n in "abcd" if fraud.CARD_SHARED in doubts(calculator, n)]
    assert shared == ["c", "d"]  # a and b are one person, who may use one card twice


def test_cards_are_tried_out(tmp_path):
    paid = [
        payment(n, f"2024-03-01 {at}:00", amount=amount, status=status, card_tok=n)
        for n, (tries, _) in TRIES.items()
        for at, amount, status in tries
    ]
    for n, cards in (("x", "123"), ("y", "455")):
        paid += [
            payment(n, f"2024-03-01 {at + 10}:00:00", card_tok=card)
            for at, card in enumerate(cards)
        ]
    with weighed(tmp_path, payment=paid) as calculator:
        found = {n: fraud.CARD_TESTED in doubts(calculator, n) for n in (*TRIES, "x", "y")}
    assert found == {n: tested for n, (_, tested) in TRIES.items()} | {"x": True, "y": False}


def test_without_a_country_of_access_no_billing_country_is_elsewhere(tmp_path):
    with weighed(tmp_path, payment=[payment("a", DAY, billing_country="FR")]) as calculator:
        assert fraud.ELSEWHERE not in doubts(calculator, "a")
