"""JUR-01 to JUR-06: families, levels and reasons, against cases told by hand."""

import hashlib

import pytest

from fanal.leads.country_access import CAVEATS, codes
from fanal.leads.country_families import FAMILIES, is_virtual
from fanal.leads.country_rules import RANK, rules
from fanal.leads.shared import SHARED
from makers.addresses import EVERY, level, reasons, table, worked
from makers.canonical_site import account, event, login, payment

LAND = "start,end,country\n240.1.0.0,240.1.255.255,DE\n240.2.0.0,240.2.255.255,DK\n"
LAND += "240.255.0.0,240.255.255.255,SE\n100.64.0.0,100.127.255.255,NL\n"
DE, DK = "240.1.0.1", "240.2.0.1"


def tables(folder, day="2024-01-01"):
    return [
        table(folder, "lands", day, LAND),
        table(folder, "nets", day, EVERY, "network"),
    ]


def days(name, ip, *numbers):
    return [login(name, f"2024-02-{day:02} 10:00:00", ip) for day in numbers]


def test_three_days_of_one_countrys_networks_are_a_medium_family(tmp_path):
    rows = days("a", DE, 1, 2, 3, 3) + days("b", DE, 1, 2) + days("c", DK, 5)
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        assert reasons(told, "a") == [("DE", "access network", "medium", 4, [])]
        assert reasons(told, "b") == [("DE", "access network", "weak", 2, ["few days"])]
        assert reasons(told, "c") == [("DK", "access network", "none", 1, ["single day"])]
        assert level(told, "a") == ("moderate", {"DE": False})
        assert level(told, "b") == level(told, "c") == ("unassigned", {})


STRONG = {"country_document": "DE", "document_check": "passed"}
PHONE = {"phone": "+491713920012", "phone_region": "DE", "phone_confirmed": True}


CASES = [
    (STRONG, None, {}, ("strong", {"DE": False})),
    (PHONE, DE, {}, ("strong", {"DE": False})),
    (PHONE, None, {}, ("moderate", {"DE": False})),
    (PHONE, DK, {}, ("contested", {"DE": True, "DK": True})),
    (STRONG, DK, {}, ("contested", {"DE": True, "DK": True})),
    (STRONG | {"document_check": "failed"}, None, {}, ("unassigned", {})),
    (STRONG | {"document_check": None}, None, {}, ("unassigned", {})),
    (PHONE | {"phone_confirmed": False}, DK, {}, ("moderate", {"DK": False})),
    ({}, None, {"bank_country": "DE"}, ("strong", {"DE": False})),
    ({}, None, {"bank_country": "DE", "app_bank": True}, ("unassigned", {"DE": True})),
    ({}, DE, {"bank_country": "DE", "app_bank": True}, ("strong", {"DE": False})),
    ({}, DK, {"bank_country": "DE", "app_bank": True}, ("contested", {"DE": True, "DK": True})),
    ({}, None, {"billing_country": "DE"}, ("unassigned", {})),
    (
        {},
        DE,
        {"billing_country": "DE", "billing_checked": "confirmed"},
        ("strong", {"DE": False}),
    ),
    (
        {"email": "zz@zz.de", "language": "de-DE", "country_said": "DE"},
        None,
        {},
        ("unassigned", {}),
    ),
    ({"email": "zz@zz.de", "language": "de-DE"}, DK, {}, ("moderate", {"DK": False})),
]
"""What an account shows, the network of three days, what paid for it, and what follows."""


def test_levels_follow_from_families_as_the_table_of_rules_says(tmp_path):
    rows = {"account": [], "login": [], "payment": []}
    for number, (said, ip, paid, _) in enumerate(CASES):
        rows["account"].append(account(f"c{number}", **said))
        rows["login"] += days(f"c{number}", ip, 1, 2, 3) if ip else []
        rows["payment"] += [payment(f"c{number}", "2024-02-01 12:00:00", **paid)] if paid else []
    with worked(tmp_path, tables(tmp_path), **rows) as told:
        found = [level(told, f"c{number}") for number in range(len(CASES))]
    assert found == [expected for *_, expected in CASES]


DOUBTS = [
    ("payer not confirmed", {}, "weak", {"DE": True}),
    ("payer differs", {}, "none", {"DE": True}),
    ("card on several persons", {}, "none", {"DE": True}),
    ("card tested", {}, "none", {}),
    ("payer differs", {"chargeback": True}, "none", {}),
    ("payer differs", {"status": "refunded"}, "none", {}),
    ("payer differs", {"status": "failed"}, "none", {}),
]


def test_a_payer_who_may_be_another_names_a_country_at_most_as_possible(tmp_path):
    paid = [
        payment(f"c{at}", "2024-02-01 12:00:00", currency=None, bank_country="DE", **more)
        for at, (_, more, _, _) in enumerate(DOUBTS)
    ]
    told_of = [(row["payment"], case[0]) for row, case in zip(paid, DOUBTS, strict=True)]
    with worked(tmp_path, tables(tmp_path), doubts=told_of, payment=paid) as told:
        for at, (code, _, strength, expected) in enumerate(DOUBTS):
            ((country, family, found, rows, caveats),) = reasons(told, f"c{at}")
            assert (country, family, found, rows) == ("DE", "bank account", strength, 1)
            assert code in caveats
            assert ("payer may be another person" in caveats) == bool(expected)
            assert level(told, f"c{at}") == ("unassigned", expected)


def test_a_family_counts_once_however_many_rows_it_has_and_says_which_weigh_nothing(tmp_path):
    good = [payment("a", f"2024-02-{day:02} 12:00:00", currency=None) for day in range(1, 29)]
    for row in good:
        row["billing_country"], row["billing_checked"] = "DE", "confirmed"
    good[3]["chargeback"] = True
    with worked(tmp_path, tables(tmp_path), payment=good) as told:
        assert reasons(told, "a") == [
            ("DE", "billing address", "medium", 27, ["1 rows weigh nothing"])
        ]
        refs, first, last = next(
            told.rows(
                'SELECT list_transform(refs, lambda r: r.ref), "first", "last" FROM lead_reason'
            )
        )
        without = [1_000 + 100 * at for at in range(28) if at != 3]
        assert refs == without[:20]
        assert (first, last) == ("2024-02-01T12:00:00Z", "2024-02-28T12:00:00Z")
        assert level(told, "a") == ("moderate", {"DE": False})


NOBODYS = {
    "240.255.0.7": "Tor exit",
    "240.255.1.7": "VPN",
    "240.255.2.7": "hosting network",
    "240.255.3.7": "carrier network",
}


def test_networks_of_nobody_in_particular_are_told_of_and_weigh_nothing(tmp_path):
    rows = [row for ip in NOBODYS for row in days(ip, ip, 1, 2, 3, 4)]
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        for ip, caveat in NOBODYS.items():
            assert reasons(told, ip) == [("SE", "access network", "none", 4, [caveat])]
            assert level(told, ip) == ("unassigned", {})


def test_a_mobile_network_has_weight_and_what_weighs_nothing_beside_it_is_counted(tmp_path):
    rows = days("a", "240.255.4.7", 1, 2, 3) + days("a", "240.255.0.7", 4, 5)
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        assert reasons(told, "a") == [
            ("SE", "access network", "medium", 3, ["2 rows weigh nothing"])
        ]


NOWHERE = {
    "10.1.2.3": "private address",
    "192.168.7.7": "private address",
    "fd00::7": "private address",
    "100.64.0.9": "shared by a carrier address",
    "127.0.0.1": "loopback address",
    "169.254.7.7": "link-local address",
    "fe80::7": "link-local address",
    "2002:f0ff::7": "tunnel address",
    "240.77.0.1": "in no table",
}


def test_addresses_that_no_country_has_name_none(tmp_path):
    rows = [row for ip in NOWHERE for row in days(ip, ip, 1, 2, 3)]
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        for ip, caveat in NOWHERE.items():
            assert reasons(told, ip) == [("", "access network", "none", 3, [caveat])]
            assert level(told, ip) == ("unassigned", {})
        kinds = dict(told.rows("SELECT DISTINCT ip, kind FROM network"))
    assert kinds == {
        ip: "reserved" if caveat == "tunnel address" else "private"
        for ip, caveat in NOWHERE.items()
        if "address" in caveat
    }


def test_the_table_nearest_before_the_event_counts_and_none_after_it(tmp_path):
    old = table(tmp_path, "old", "2024-01-01", "240.1.0.0,240.1.0.255,DE\n")
    new = table(tmp_path, "new", "2024-02-02", "240.1.0.0,240.1.0.255,DK\n")
    nets = table(tmp_path, "nets", "2023-01-01", EVERY, "network")
    rows = [login("a", "2023-12-31 23:59:59", DE), *days("a", DE, 1, 2)]
    with worked(tmp_path, [new, nets, old], login=rows) as told:
        assert reasons(told, "a") == [
            ("", "access network", "none", 1, ["no table before"]),
            ("DE", "access network", "none", 1, ["single day"]),
            ("DK", "access network", "none", 1, ["single day"]),
        ]
        found = told.rows("SELECT country, dataset FROM lead_reason ORDER BY country")
        assert dict(found) == {"": "", "DE": "old of 2024-01-01", "DK": "new of 2024-02-02"}


@pytest.mark.parametrize(
    ("day", "caveats"), [("2023-11-05", []), ("2023-11-04", ["table 91 days away"])]
)
def test_a_table_far_before_the_event_is_warned_of_from_the_91st_day_on(tmp_path, day, caveats):
    # From 2023-11-05 to the last login of 2024-02-03 there are 25 + 31 + 31 + 3 = 90 days.
    with worked(tmp_path, tables(tmp_path, day), login=days("a", DE, 1, 2, 3)) as told:
        assert reasons(told, "a") == [("DE", "access network", "medium", 3, caveats)]


def test_without_tables_of_networks_an_access_weighs_little(tmp_path):
    lands = table(tmp_path, "lands", "2024-01-01", LAND)
    only_tor = table(tmp_path, "tor", "2024-01-01", "240.255.0.0/24,tor\n", "network")
    for used in ([lands], [lands, only_tor]):
        with worked(tmp_path, used, login=days("a", DE, 1, 2, 3)) as told:
            assert reasons(told, "a") == [
                ("DE", "access network", "weak", 3, ["kind of network not known"])
            ]


def test_a_network_marked_as_residential_needs_no_other_tables(tmp_path):
    lands = table(tmp_path, "lands", "2024-01-01", LAND)
    homes = table(tmp_path, "homes", "2024-01-01", "240.1.0.0/16,residential\n", "network")
    with worked(tmp_path, [lands, homes], login=days("a", DE, 1, 2, 3)) as told:
        assert reasons(told, "a") == [("DE", "access network", "medium", 3, [])]


def test_a_mark_of_a_whole_system_counts_where_the_operator_is_known(tmp_path):
    runs = "start,end,asn,name\n240.1.0.0,240.1.0.255,64500,ZZ-NET\n"
    used = [
        *tables(tmp_path),
        table(tmp_path, "runs", "2024-01-01", runs, "network"),
        table(tmp_path, "systems", "2024-01-15", "asn,mark\n64500,hosting\n", "network"),
    ]
    rows = days("a", "240.1.0.9", 1, 2, 3) + days("b", "240.1.1.9", 1, 2, 3)
    with worked(tmp_path, used, login=rows) as told:
        assert reasons(told, "a") == [("DE", "access network", "none", 3, ["hosting network"])]
        assert reasons(told, "b") == [("DE", "access network", "medium", 3, [])]


def test_failed_logins_show_no_access_and_media_events_do(tmp_path):
    failed = [dict(row, outcome="failed") for row in days("a", DE, 1, 2, 3)]
    seen = [event("a", f"2024-02-0{day} 09:00:00", ip=DK) for day in (1, 2, 3)]
    with worked(tmp_path, tables(tmp_path), login=failed, media_event=seen) as told:
        assert reasons(told, "a") == [("DK", "access network", "medium", 3, [])]


def test_accounts_of_one_person_count_together(tmp_path):
    rows = days("a", DE, 1, 2) + days("b", DE, 2, 3)
    persons = {"a": "L-1", "b": "L-1"}
    with worked(tmp_path, tables(tmp_path), persons=persons, login=rows) as told:
        assert reasons(told, "L-1") == [("DE", "access network", "medium", 4, [])]
        each = told.rows("SELECT account, country, days FROM access_country ORDER BY account")
        assert list(each) == [("a", "DE", 2), ("b", "DE", 2)]


def test_virtual_numbers_and_prepaid_cards_weigh_nothing(tmp_path):
    # +44 909 is at a premium rate; Ofcom keeps these free for fiction.
    phone = {"phone": "+449098790123", "phone_region": "GB", "phone_confirmed": True}
    cards = table(tmp_path, "cards", "2024-01-01", "400000,DE\n400001,DK,prepaid\n", "issuer")
    paid = [
        payment("a", f"2024-02-0{day} 12:00:00", currency=None, card_bin=bin6)
        for day, bin6 in ((1, "400000"), (2, "400001"))
    ]
    with worked(
        tmp_path, [*tables(tmp_path), cards], account=[account("a", **phone)], payment=paid
    ) as told:
        assert reasons(told, "a") == [
            ("DE", "card issuer", "weak", 1, []),
            ("DK", "card issuer", "none", 1, ["prepaid card"]),
            ("GB", "phone", "none", 1, ["virtual number"]),
        ]
        told_of = told.rows("SELECT country, dataset FROM lead_reason ORDER BY country")
        assert dict(told_of) == {
            "DE": "cards of 2024-01-01",
            "DK": "cards of 2024-01-01",
            "GB": "",
        }


def test_banks_of_several_countries_may_be_named_after_the_site_was_read(tmp_path):
    banks = table(tmp_path, "banks", "2024-01-01", "LT,32500,Zz\n", "app-bank")
    paid = [
        payment(name, "2024-02-01 12:00:00", currency=None, bank_country="LT", bank_code=code)
        for name, code in (("a", "LT32500"), ("b", "LT32501"))
    ]
    with worked(tmp_path, [*tables(tmp_path), banks], payment=paid) as told:
        assert reasons(told, "a") == [
            ("LT", "bank account", "medium", 1, ["bank of several countries"])
        ]
        assert level(told, "a") == ("unassigned", {"LT": True})
        assert level(told, "b") == ("strong", {"LT": False})


def test_weak_families_read_domain_language_currency_and_what_is_told(tmp_path):
    rows = [
        account("a", email="zz@zz.co.uk", language="pt-Latn-BR", country_said="IS"),
        account("b", email="zz@zz.io", language="de", country_said="Germany"),
    ]
    paid = [payment("a", "2024-02-01 12:00:00", currency="sek")]
    with worked(tmp_path, tables(tmp_path), account=rows, payment=paid) as told:
        assert [row[:3] for row in reasons(told, "a")] == [
            ("BR", "interface language", "weak"),
            ("GB", "e-mail domain", "weak"),
            ("IS", "country told", "weak"),
            ("SE", "currency", "weak"),
        ]
        assert reasons(told, "b") == []


def test_several_persons_at_one_address_within_an_hour_are_flagged(tmp_path):
    rows = [
        login("a", "2024-02-01 10:00:00", DE),
        login("b", "2024-02-01 10:59:59", DE),
        login("c", "2024-02-01 11:00:00", DE),
        login("c", "2024-02-01 10:30:00", DK),
        login("d", "2024-02-01 10:00:00", "10.0.0.1"),
        login("e", "2024-02-01 10:00:00", "10.0.0.1"),
    ]
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        flagged = list(told.rows("SELECT lead, code, says FROM flag_countries ORDER BY lead"))
        assert [row[:2] for row in flagged] == [("a", SHARED), ("b", SHARED)]
        assert "1 addresses, 1 hours, at most 1 other persons" in flagged[0][2]
        shared = told.rows("SELECT lead, ip, others FROM shared_address ORDER BY lead")
        assert list(shared) == [("a", DE, 1), ("b", DE, 1)]


def test_the_same_rows_in_any_order_make_the_same_bytes(tmp_path):
    rows = days("a", DE, 1, 2, 3) + days("b", DK, 4, 5, 6) + days("a", DK, 1)
    refs = [{**row, "ref": 5_000 + 10 * at} for at, row in enumerate(rows)]
    digests = set()
    for number, each in enumerate((refs, refs[::-1])):
        place = tmp_path / str(number)
        place.mkdir()
        with worked(place, tables(place), login=each) as told:
            told.write(
                "SELECT * FROM lead_reason ORDER BY lead, country, family", place / "r.parquet"
            )
        digests.add(hashlib.sha256((place / "r.parquet").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_reason_names_rows_by_site_artefact_table_and_bytes(tmp_path):
    rows = [
        {**row, "ref": 70 + at, "size": 9, "artefact": 3}
        for at, row in enumerate(days("a", DE, 3, 1, 2))
    ]
    with worked(tmp_path, tables(tmp_path), login=rows) as told:
        refs = told.value("SELECT refs FROM lead_reason")
    assert [tuple(ref.values()) for ref in refs] == [
        ("zz", 3, "raw_login", 71, 9),
        ("zz", 3, "raw_login", 72, 9),
        ("zz", 3, "raw_login", 70, 9),
    ]


def test_every_family_of_the_rules_is_one_that_facts_can_speak_for():
    told = rules()
    assert {level.name for level in told.levels} == {"contested", "strong", "moderate"}
    assert told.families.keys() - FAMILIES.keys() == {"access network"}
    assert FAMILIES.keys() <= told.families.keys()
    assert set(told.weightless) == CAVEATS.keys()
    assert set(told.not_alone) <= told.families.keys()
    assert len(set(codes(told))) == len(codes(told)) < 31
    for family in told.families.values():
        assert family.role in {"residence", "place of act", "payment"}
        assert RANK[family.strength] > RANK[family.lesser]


@pytest.mark.parametrize(
    ("phone", "virtual"),
    [
        # Ranges that Ofcom and the Bundesnetzagentur keep free for fiction.
        ("+449098790123", True),  # premium rate
        ("+448081570123", True),  # freephone
        ("+447700900123", False),  # a mobile number
        ("+442079460123", False),  # a line in London
        ("+493023125123", False),  # a line in Berlin
        ("+999", False),  # of no plan: nobody can say
    ],
)
def test_numbers_that_can_be_had_from_anywhere_are_told_from_lines(phone, virtual):
    assert is_virtual(phone) is virtual
