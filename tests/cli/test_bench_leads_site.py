"""The large site of the benchmark is the same each time, and its rows are what its mapping says."""

import csv
import hashlib
import ipaddress
import itertools
import re
import tomllib

import phonenumbers
import pytest

from fanal.bench.leads_site import Sizes, write_large

SIZES = Sizes(accounts=2600, logins=500, ranges=300, events=700, payments=120, media=50)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return write_large(tmp_path_factory.mktemp("large"), SIZES)


def table(large, name):
    with (large.folder / name).open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_bytes_come_again_and_others_from_another_seed(large, tmp_path):
    def digests(folder):
        return {one.name: hashlib.sha256(one.read_bytes()).digest() for one in folder.iterdir()}

    first = digests(large.folder)
    assert digests(write_large(tmp_path / "a", SIZES).folder) == first
    other = digests(write_large(tmp_path / "b", SIZES, 2).folder)
    assert {name for name in first if first[name] == other[name]} == {"mapping.toml"}


def test_there_are_as_many_rows_as_asked_for(large):
    counts = {name: len(table(large, f"{name}.csv")) for name in ("logins", "events", "payments")}
    assert counts == {"logins": 500, "events": 700, "payments": 120}
    text = (large.folder / "accounts.sql").read_text()
    ids = re.findall(r"^\((\d+),", text, re.MULTILINE)
    assert len(ids) == len(set(ids)) == 2600
    assert text.count("INSERT INTO") == text.count(";\n") - 1 == 4  # 650, 650, 1000 and 300
    assert {row["member"] for row in table(large, "logins.csv")} <= set(ids)
    media = {row["id"] for row in table(large, "media.csv")}
    assert {row["medium"] for row in table(large, "events.csv")} <= media
    assert large.size == sum(
        (large.folder / name).stat().st_size
        for name in ("accounts.sql", "logins.csv", "events.csv", "payments.csv", "media.csv")
    )


def test_telephones_are_reserved_ones_and_a_tenth_is_shared(large):
    text = (large.folder / "accounts.sql").read_text()
    phones = re.findall(r"'(\+\d{11})',1", text)
    assert len(phones) == 650
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(one)) for one in phones[::50])
    assert len(phones) - len(set(phones)) == 65
    assert len(set(re.findall(r"zz\.r\d{8}@", text))) == 650 - 65


def test_ranges_cover_the_addresses_without_a_gap(large):
    rows = table(large, "ranges.csv")
    assert len(rows) == 300
    assert rows[0]["start"] == "240.0.0.0"
    for earlier, later in itertools.pairwise(rows):
        last = int(ipaddress.ip_address(earlier["end"]))
        assert int(ipaddress.ip_address(later["start"])) == last + 1
    allowed = ipaddress.ip_network("240.0.0.0/4")
    assert all(ipaddress.ip_address(row["ip"]) in allowed for row in table(large, "events.csv"))


def test_the_mapping_names_what_there_is(large):
    told = tomllib.loads(large.mapping.read_text())
    assert all((large.folder / one["file"]).is_file() for one in told["artefact"])
    for kind, name in (("login", "logins"), ("media_event", "events"), ("payment", "payments")):
        (source,) = told[kind]
        there = set(table(large, f"{name}.csv")[0])
        used = {v if isinstance(v, str) else v.get("column") for v in source.values()}
        assert used - {source["from"], None} <= there
