"""The made-up site is the same each time, and its rows are what its truth says of them."""

import csv
import hashlib
import ipaddress
import os
import re
import subprocess
import sys
import tomllib
from bisect import bisect_right
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers
import pytest

from fanal.demo import assumptions, site_dump
from fanal.demo.site import LEAST, build_site
from fanal.demo.site_accounts import Opening
from fanal.demo.site_cast import Content, Known, World
from fanal.demo.site_lands import LANDS, bank_account, card, phone
from fanal.errors import UsageError
from makers.sites import columns, dumped, fetched, members, processed, sessions, truth

ACCOUNTS = 1200
KNOWN = Content("a" * 64, "b" * 32, "c" * 64, "zz-album-known")
MADE = Content("d" * 64, "e" * 32, "", "zz-album-made", generated=True)
MODEL = "f" * 64
SEIZED = ("01-server", "02-phone", "03-laptop")


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    return build_site(folder, ACCOUNTS, 5, Known((KNOWN, MADE), (MODEL,), SEIZED)).folder


@pytest.fixture(scope="module")
def people(site) -> dict[str, dict]:
    """Account → its person."""
    return {account: one for one in truth(site)[1] for account in one["accounts"]}


@pytest.fixture(scope="module")
def rows(site) -> dict[str, dict]:
    return members(site)


def table(site: Path, name: str) -> list[dict]:
    with (site / "addresses" / name).open(newline="") as stream:
        return list(csv.DictReader(stream))


class Lookup:
    """Answers which row of a table of addresses an address lies in."""

    def __init__(self, told: list[dict]) -> None:
        def number(text: str) -> int:
            return int(ipaddress.ip_address(text)) + (":" in text) * 2**128

        self.rows = sorted((number(row["start"]), number(row["end"]), row) for row in told)
        self.firsts = [first for first, _, _ in self.rows]
        self.number = number

    def __getitem__(self, address: str) -> dict:
        number = self.number(address)
        _, last, row = self.rows[bisect_right(self.firsts, number) - 1]
        return row if number <= last else {}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_another_process_writes_the_same_bytes(tmp_path):
    program = (
        "import sys; from pathlib import Path; from fanal.demo.site import build_site\n"
        "build_site(Path(sys.argv[1]), 300, 3)"
    )
    for name, seed in (("a", "1"), ("b", "2")):
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / name)],
            env={
                **os.environ,
                "PYTHONHASHSEED": seed,
                "TZ": f"UTC{seed}",
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            check=True,
        )
    first = digests(tmp_path / "a")
    assert first == digests(tmp_path / "b")
    assert len(first) == 12
    build_site(tmp_path / "c", 300, 4)
    other = digests(tmp_path / "c")
    assert {name for name in first if first[name] == other[name]} <= {"mapping.toml"}


def test_a_site_that_is_there_is_kept_and_another_one_replaced(tmp_path):
    def made() -> int:
        return (tmp_path / "s" / "dump.sql").stat().st_mtime_ns

    build_site(tmp_path / "s", LEAST, 1)
    first = made()
    build_site(tmp_path / "s", LEAST, 1)
    assert made() == first
    build_site(tmp_path / "s", LEAST, 2)
    assert made() != first


def test_strangers_folders_and_tiny_sites_are_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("zz")
    with pytest.raises(UsageError):
        build_site(tmp_path, LEAST)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(UsageError):
        build_site(tmp_path / "new", LEAST - 1)


def test_every_account_is_one_persons_and_stands_in_the_dump(site, people, rows):
    told = [account for one in truth(site)[1] for account in one["accounts"]]
    assert len(told) == len(set(told)) == ACCOUNTS == truth(site)[0]["accounts"]
    lost = {account for one in people.values() for account in one["lost"]}
    assert set(rows) == set(told) - lost


def test_every_exhibit_is_somebodys_and_the_first_the_operators(people):
    owners = {name: one for one in people.values() for name in one["exhibits"]}
    assert owners.keys() == set(SEIZED)
    assert owners["01-server"]["kind"] == "operator"
    assert {owners[name]["kind"] for name in SEIZED[1:]} == {"member"}


def test_a_row_that_is_cut_is_told_as_lost(tmp_path, monkeypatch):
    monkeypatch.setattr(assumptions, "HALF_ROWS", 0.1)
    folder = build_site(tmp_path / "s", 300, 1).folder
    lost = {account for one in truth(folder)[1] for account in one["lost"]}
    short = {str(row[0]) for row in dumped(folder)["members"] if len(row) != 16}
    assert lost == short
    assert 10 < len(lost) < 60


def digits(text: str | None) -> str:
    return re.sub(r"[^+\d]", "", text or "")


def test_what_ties_two_accounts_stands_in_their_rows(site, people, rows):
    paid: dict[str, dict[str, set]] = {}
    names = columns(site)["pay"]
    for row in dumped(site)["pay"]:
        money = dict(zip(names, row, strict=True))
        of = paid.setdefault(str(money["member"]), {"wallet": set(), "bank": set()})
        of["wallet"].add(money["wallet"])
        of["bank"].add(money["iban"])
    seen = Counter()
    for one in {id(one): one for one in people.values()}.values():
        for a, b, way in one["ties"]:
            if {a, b} - rows.keys():
                continue
            first, second = rows[a], rows[b]
            if way == "phone":
                assert digits(first["phone"]) == digits(second["phone"]) != ""
                assert first["phone_ok"] == second["phone_ok"] == 1
            elif way == "recovery":
                assert second["recovery"] in {first["recovery"], rows["101"]["email"].lower()}
            elif way == "other's mail":
                assert second["recovery"] == first["email"].lower()
                assert first["email_ok"] == 1
            elif way in {"wallet", "bank"}:
                assert (paid[a][way] & paid[b][way]) - {None}, one
            seen[way] += 1
    assert min(seen[way] for way in ("phone", "recovery", "wallet", "bank", "addresses")) > 3


def test_persons_have_as_many_accounts_as_assumed(people):
    counts = Counter(len(one["accounts"]) for one in people.values() if one["kind"] == "member")
    persons = {number: count / number for number, count in counts.items()}
    share = persons[1] / sum(persons.values())
    assert abs(share - assumptions.ACCOUNTS_OF["one"] / 100) < 0.04
    assert max(persons) <= 6


def test_members_live_in_the_nineteen_countries(site):
    told = " ".join(sorted({one["country"] for one in truth(site)[1]}))
    assert told == "AT AU BA BE CH CZ DE DK ES FI FR GB HU IS NL NO NZ PL SE"


def test_nobody_comes_from_addresses_that_somebody_uses(site):
    allowed = [ipaddress.ip_network("240.0.0.0/4"), ipaddress.ip_network("2001:db8::/32")]
    came = {address for _, address, *_ in sessions(site)}
    came |= {one["ip"] for one in fetched(site)}
    for address in came:
        assert any(ipaddress.ip_address(address) in network for network in allowed), address
    assert {":" in address for address in came} == {True, False}


def test_people_come_from_where_they_live_or_hide(site, people):
    countries = Lookup(table(site, "countries-2024-02-01.csv"))
    networks = Lookup(table(site, "networks-2024-02-01.csv"))
    home = Counter()
    for member, address, *_ in sessions(site):
        person = people.get(str(member))
        if person is None or person["kind"] != "member":
            continue
        kind = networks[address].get("kind", "")
        if person["habit"] in {"tor", "vpn"}:
            hidden = kind == person["habit"]
            home[person["habit"], hidden] += 1
        elif person["habit"] in {"home", "family", "dorm", "carrier"}:
            home["line", countries[address].get("country") == person["country"]] += 1
    for habit in ("tor", "vpn"):
        assert home[habit, True] > 5 * home[habit, False]
    assert home["line", True] > 15 * home["line", False]  # travellers, moves, wrong tables
    assert home["line", False] > 0


def test_one_address_is_that_of_many_persons(site, people):
    behind: dict[str, set] = {}
    for member, address, *_ in sessions(site):
        if person := people.get(str(member)):
            behind.setdefault(address, set()).add(person["person"])
    assert max(map(len, behind.values())) > ACCOUNTS / 100


def test_two_tables_differ_and_are_dated_before_they_are_used(site):
    earlier, later = (table(site, f"countries-{day}.csv") for day in ("2024-02-01", "2024-12-15"))
    pairs = list(zip(earlier, later, strict=True))
    assert all(a["start"] == b["start"] and a["end"] == b["end"] for a, b in pairs)
    moved = sum(a["country"] != b["country"] for a, b in pairs) / len(pairs)
    assert 0.02 < moved < 0.08
    first = min(when for _, _, when, *_ in sessions(site))
    assert datetime.fromtimestamp(first, UTC) > datetime(2024, 2, 1, tzinfo=UTC)


def test_what_shows_a_country_shows_it_in_the_rows(site, people, rows):
    days: dict[str, set] = {}
    for member, _, when, *_ in sessions(site):
        if person := people.get(str(member)):
            days.setdefault(person["person"], set()).add((when - assumptions.CLOCK) // 86400)
    seen = Counter()
    for person in {id(one): one for one in people.values()}.values():
        whole = [rows[one] for one in person["accounts"] if one in rows]
        told_days = {day for one in person["days"].values() for day in one}
        assert told_days <= days.get(person["person"], set())
        if told_days:
            assert person["habit"] not in {"tor", "vpn"}
        shown = {what for one in person["shown"].values() for what in one}
        if "phone" in shown and len(whole) == len(person["accounts"]):
            told = [digits(row["phone"]) for row in whole if row["phone"] and row["phone_ok"]]
            regions = {
                phonenumbers.region_code_for_number(phonenumbers.parse(number))
                for number in told
                if number.startswith("+") and set(number[1:]) != {"0"}
            }
            assert person["country"] in regions
        if "document" in shown and len(whole) == len(person["accounts"]):
            assert {"passed"} & {row["doc_check"] for row in whole}
        seen.update(shown or ["nothing"])
        seen["network"] += len(told_days) >= 3
    assert {"network", "phone", "document", "billing country", "bank account"} <= set(seen)
    assert seen["nothing"] > 50


def test_stolen_cards_are_used_in_each_way(site, people, rows):
    cards = truth(site)[2]
    assert {one["way"] for one in cards} == set(assumptions.STOLEN_WAYS)
    came = {str(member) for member, *_ in sessions(site)}
    reference = {str(row[8]): str(row[1]) for row in dumped(site)["pay"]}
    orders = {reference.get(row["reference"]): row for row in processed(site)}
    tor = {row["start"] for row in table(site, "networks-2024-02-01.csv") if row["kind"] == "tor"}
    from_where: dict[str, set] = {}
    for member, address, *_ in sessions(site):
        from_where.setdefault(str(member), set()).add(address)
    for one in cards:
        row, order = rows[one["account"]], orders[one["account"]]
        assert people[one["account"]]["kind"] == "thief"
        assert people[one["account"]]["country"] != one["country"]
        assert order["payer_email"] == one["email"]
        assert order["billing_country"] == one["country"]
        assert bool(order["dispute"]) == one["charged_back"]
        own_name = row["email"].lower() == one["email"] and row["full_name"] is not None
        assert own_name == (one["way"] != "thief's account")
        if one["way"] == "bought only":
            assert one["account"] not in came
        else:
            assert one["account"] in came
        if one["way"] == "owner's name":
            assert from_where[one["account"]] <= tor
    owners = {one["email"] for one in cards}
    members_mail = [row["email"].lower() for row in rows.values()]
    assert sum(mail in owners for mail in members_mail) == sum(
        one["way"] != "thief's account" for one in cards
    )


def test_the_dump_ends_within_a_row_and_holds_what_dumps_hold(site):
    text = (site / "dump.sql").read_bytes()
    assert b"INSERT INTO `acts`" in text
    assert not text.rstrip().endswith(b";")
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    tables = dumped(site)
    assert {"members", "files", "pay", "generations", "pm"} <= tables.keys()
    known = {row[2] for row in tables["files"]} | {row[3] for row in tables["files"]}
    known |= {None if row[4] is None else len(row[4]) for row in tables["files"]}
    assert {KNOWN.sha256, KNOWN.md5, 64} & known
    hashes = {row[7] for row in tables["files"] if row[5] == MADE.series}
    assert hashes in ({MODEL}, {MODEL[:10]})
    assert all(re.fullmatch(r"zz-token-\d{4}", row[2]) for row in tables["generations"])


def test_times_stand_as_the_clock_of_the_site_told_them():
    def at(text: str) -> int:
        return int(datetime.fromisoformat(text).timestamp()) - 420

    assert assumptions.CLOCK == 420
    assert site_dump.local(at("2024-07-01T10:00:00+00:00")) == "2024-07-01 12:00:00"
    assert site_dump.local(at("2025-01-01T10:00:00+00:00")) == "2025-01-01 11:00:00"
    twice = [site_dump.local(at(f"2024-10-27T{hour}:30:00+00:00")) for hour in ("00", "01")]
    assert twice == ["2024-10-27 02:30:00"] * 2


def test_three_forms_of_time_tell_the_same_moment(site):
    log = (site / "access.log").read_text()
    found = re.findall(
        r"^(\S+) - (\d+) \[([^\]]+)\] \"POST /login HTTP/1.1\" 302", log, re.MULTILINE
    )
    assert found
    known = {(str(member), address, when) for member, address, when, *_ in sessions(site)}
    for address, member, told in found:
        when = int(datetime.strptime(told, "%d/%b/%Y:%H:%M:%S %z").timestamp())
        assert (member, address, when) in known


def test_the_mapping_names_what_there_is(site):
    told = tomllib.loads((site / "mapping.toml").read_text())
    files = {one["name"]: one["file"] for one in told["artefact"]}
    assert all((site / file).is_file() for file in files.values())
    there = {f"dump:{name}": set(names) for name, names in columns(site).items()}
    there["processor:processor"] = set(processed(site)[0])
    there["fetched:downloads"] = set(fetched(site)[0])
    there["sessions:sessions"] = {"sid", "member", "ip", "port", "started", "ok", "agent"}
    for kind in ("account", "login", "payment", "media_event", "media", "message_meta"):
        for source in told[kind]:
            if source["from"] not in there:
                assert source["from"] in {"web:access_log", "mail:message"}
                continue
            for name, value in source.items():
                if name in {"from", "where", "join"} or (
                    isinstance(value, dict) and ("constant" in value or "join" in value)
                ):
                    continue
                column = value["column"] if isinstance(value, dict) else value
                assert column in there[source["from"]], (source["from"], name)


@pytest.mark.parametrize("land", LANDS, ids=lambda land: land.code)
def test_numbers_of_a_country_are_of_that_country(land):
    for number in (0, 1, 77, 999, -1):
        told = phonenumbers.parse(phone(land, number))
        assert phonenumbers.is_valid_number(told)
        assert phonenumbers.region_code_for_number(told) == land.code
    if land.account:
        iban = bank_account(land, 12345)
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1
        lengths = {"AT": 20, "BE": 16, "BA": 20, "CZ": 24, "DK": 18, "FI": 18, "FR": 27, "DE": 22}
        lengths |= {"HU": 28, "IS": 26, "NL": 18, "NO": 15, "PL": 28, "ES": 24, "SE": 24}
        lengths |= {"CH": 21, "GB": 22}  # registry of ISO 13616
        assert len(iban) == lengths[land.code]


def test_cards_are_checked_and_of_no_bank():
    for number in (0, 1, 4711, 10**7):
        told = card(number)
        reversed_digits = [int(digit) for digit in reversed(told)]
        doubled = [sum(divmod(2 * digit, 10)) for digit in reversed_digits[1::2]]
        assert (sum(reversed_digits[::2]) + sum(doubled)) % 10 == 0
        assert len(told) == 16
        assert told.startswith("9")


def test_no_two_persons_have_the_same_number_but_where_it_is_said():
    opening = Opening(World(4000, 1, (), ()))
    opening.open_all()
    numbers = Counter(one.phone for one in opening.crowd.people if one.phone and not one.lent)
    twice = sum(count > 1 for count in numbers.values())
    assert twice <= 4000 * assumptions.RECYCLED * 2
    lent = Counter(one.phone for one in opening.crowd.people if one.lent)
    assert max(lent.values()) > 5
