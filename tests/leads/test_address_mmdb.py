"""MaxMind DB files: what the reader of another project wrote, and files that are no sound ones."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from fanal.leads.address_files import read_csv
from fanal.leads.address_mmdb import is_mmdb, read_mmdb
from fanal.leads.addresses import COUNTRY, NETWORK, AddressError
from fanal.leads.country_rules import rules
from fuzz.targets.addresses import tree

MAPPED = 0xFFFF << 32


def written(path, rows, version=6, size=28):
    writer = MMDBWriter(version, ipv4_compatible=version == 6, database_type="zz-test")
    for networks, record in rows:
        writer.insert_network(IPSet(networks), record)
    writer.to_db_file(str(path))
    return path


def spans(layer):
    ends = zip(*layer.start, *layer.end, layer.says, strict=True)
    return [(int(a) << 64 | int(b), int(c) << 64 | int(d), says) for a, b, c, d, says in ends]


def expected(*networks):
    told = []
    for text, says in networks:
        network = ipaddress.ip_network(text)
        before = MAPPED if network.version == 4 else 0
        told.append((before | int(network[0]), before | int(network[-1]), says))
    return sorted(told)


@pytest.mark.parametrize("version", [4, 6])
def test_networks_are_read_as_another_projects_writer_wrote_them(tmp_path, version):
    rows = [
        (
            ["240.1.0.0/16"],
            {"country": {"iso_code": "DE"}, "registered_country": {"iso_code": "US"}},
        ),
        (["240.2.0.0/24"], {"country_code": "DK"}),
        (["240.3.0.0/25"], {"country": "SE"}),
        (["240.4.0.0/24"], {"registered_country": {"iso_code": "US"}}),
        (["240.5.0.0/24"], {"country_code": "XX"}),
    ]
    told = [("240.1.0.0/16", "DE"), ("240.2.0.0/24", "DK"), ("240.3.0.0/25", "SE")]
    if version == 6:
        rows.append((["2001:db8::/33"], {"country_code": "no"}))
        told.append(("2001:db8::/33", "NO"))
    file = written(tmp_path / "zz.mmdb", rows, version)
    assert is_mmdb(file)
    read = read_mmdb(file, COUNTRY, rules().countries)
    assert spans(read.layers[COUNTRY]) == expected(*told)
    assert dict(read.refused) == {"no country code of ISO 3166-1": 2}


def test_neighbours_that_say_the_same_are_one_range(tmp_path):
    rows = [
        (["240.0.0.0/25", "240.0.0.128/26", "240.0.0.192/26", "240.0.2.0/24"], {"country": "DE"})
    ]
    read = read_mmdb(written(tmp_path / "zz.mmdb", rows), COUNTRY, rules().countries)
    assert spans(read.layers[COUNTRY]) == expected(("240.0.0.0/24", "DE"), ("240.0.2.0/24", "DE"))


def test_marks_and_operators_are_layers_of_their_own(tmp_path):
    rows = [
        (["240.1.0.0/24"], {"is_tor_exit_node": True, "is_hosting_provider": True}),
        (
            ["240.2.0.0/24"],
            {"autonomous_system_number": 64500, "autonomous_system_organization": "ZZ"},
        ),
        (["240.3.0.0/24"], {"asn": "AS64501", "as_name": "ZZ-2", "mark": "mobile"}),
        (["240.4.0.0/24"], {"is_tor_exit_node": False}),
    ]
    read = read_mmdb(written(tmp_path / "zz.mmdb", rows), NETWORK, rules().countries)
    assert spans(read.layers["tor"]) == expected(("240.1.0.0/24", "tor"))
    assert spans(read.layers["hosting"]) == expected(("240.1.0.0/24", "hosting"))
    assert spans(read.layers["mobile"]) == expected(("240.3.0.0/24", "mobile"))
    assert spans(read.layers["operator"]) == expected(
        ("240.2.0.0/24", "ZZ"), ("240.3.0.0/24", "ZZ-2")
    )
    assert read.layers["operator"].asn.tolist() == [64500, 64501]
    assert dict(read.refused) == {"says nothing of the network": 1}


def test_the_same_table_as_csv_and_as_mmdb_says_the_same(tmp_path):
    rows = [("240.1.0.0/16", "DE"), ("240.2.3.0/24", "DK"), ("2001:db8:7::/48", "NO")]
    file = tmp_path / "zz.csv"
    file.write_text("cidr,cc\n" + "".join(f"{a},{b}\n" for a, b in rows))
    mmdb = written(tmp_path / "zz.mmdb", [([a], {"country_code": b}) for a, b in rows])
    texts = [
        spans(read.layers[COUNTRY])
        for read in (
            read_csv(file, COUNTRY, rules().countries),
            read_mmdb(mmdb, COUNTRY, rules().countries),
        )
    ]
    assert texts[0] == texts[1]


def test_a_tree_that_leads_everywhere_or_nowhere_is_refused_and_not_walked_for_ever(tmp_path):
    file = tmp_path / "zz.mmdb"
    for nodes in ([(0, 0)], [(1, 1), (0, 0)], [(at + 1, at + 1) for at in range(200)]):
        file.write_bytes(tree(nodes))
        with pytest.raises(AddressError, match="several ways"):
            read_mmdb(file, COUNTRY, rules().countries)
    file.write_bytes(tree([(at + 1, 500) for at in range(200)]))
    with pytest.raises(AddressError, match="deeper"):
        read_mmdb(file, COUNTRY, rules().countries)
    file.write_bytes(tree([(1, 1)]))
    assert read_mmdb(file, COUNTRY, rules().countries).is_empty


def test_pointers_out_of_the_data_are_refused_rows(tmp_path):
    file = tmp_path / "zz.mmdb"
    file.write_bytes(tree([(17, 900_000)], b"\xe0"))
    assert dict(read_mmdb(file, COUNTRY, rules().countries).refused) == {
        "a record that cannot be decoded": 1,
        "no country code of ISO 3166-1": 1,
    }


SOUND = None


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_never_ends_the_program(tmp_path_factory, data):
    global SOUND  # noqa: PLW0603 (written once)
    file = tmp_path_factory.getbasetemp() / "damaged.mmdb"
    if SOUND is None:
        rows = [
            (["240.1.0.0/16"], {"country": {"iso_code": "DE"}}),
            (["240.2.0.0/30"], {"country": "DK"}),
        ]
        SOUND = written(file, rows, 4).read_bytes()
    damaged = bytearray(SOUND)
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))
    file.write_bytes(damaged)
    try:
        read = read_mmdb(file, COUNTRY, rules().countries)
    except AddressError:
        return
    for layer in read.layers.values():
        assert set(layer.says) <= rules().countries
