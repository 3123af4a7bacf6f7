"""Tables of addresses in a case: loaded once, with day and licence, checked, set aside."""

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from fanal.errors import CaseError, ListError, UsageError
from fanal.model.site import Dataset
from fanal.pipeline import addresses
from fanal.pipeline.addresses import AddressFile
from fanal.pipeline.progress import Silent
from makers.cases import opened
from makers.deciding import said

LAND = "start,end,cc\n240.1.0.0,240.1.0.255,DE\n240.9.0.0,240.8.0.0,DE\n"


@pytest.fixture
def store(tmp_path):
    with_store = opened(tmp_path / "case")
    yield with_store
    with_store.close()


def file(tmp_path, text=LAND, name="lands.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def given(path, **more):
    told = {"kind": "country", "date": "2024-01-01", "name": "lands", "licence": "zz terms"}
    return AddressFile(path, **(told | more))


def test_a_table_is_kept_with_its_day_licence_and_account_of_refused_rows(store, tmp_path):
    made = addresses.add(store, "Anna", given(file(tmp_path)), Silent())
    (kept,) = store.find(Dataset, kind="addresses")
    assert (kept.name, kept.date, kept.text) == ("lands", "2024-01-01", "zz terms")
    assert kept.facts["ranges"] == {"country": 1}
    assert kept.facts["refused"] == {"last address before the first": 1}
    assert kept.facts["first_refused"] == {"last address before the first": 3}
    assert addresses.add(store, "Anna", given(file(tmp_path)), Silent()) == made
    (table,) = addresses.tables(store)
    assert (table.label, table.layers) == ("lands of 2024-01-01", ("country",))
    assert addresses.check(store, "lands") == (1, 0)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"date": "2024-13-01"}, "no day"),
        ({"date": "20240101"}, "no day that was"),
        ({"date": "2999-01-01"}, "no day that was"),
        ({"licence": " "}, "licence in words"),
        ({"name": "a\nb"}, "needs a name"),
        ({"kind": "guess"}, "cannot be of kind"),
    ],
)
def test_what_is_not_told_well_is_refused(store, tmp_path, more, words):
    with pytest.raises(UsageError, match=words):
        addresses.add(store, "Anna", given(file(tmp_path), **more), Silent())
    assert store.count(Dataset) == 0


def test_a_file_with_nothing_in_it_and_another_under_the_same_name_are_refused(store, tmp_path):
    empty = file(tmp_path, "240.9.0.0,240.8.0.0,DE\n", "empty.csv")
    with pytest.raises(ListError, match=r"nothing that can be used .*last address before"):
        addresses.add(store, "Anna", given(empty), Silent())
    addresses.add(store, "Anna", given(file(tmp_path)), Silent())
    other = file(tmp_path, LAND + "240.2.0.0,240.2.0.9,DK\n", "other.csv")
    for again in (given(other), given(file(tmp_path), date="2024-01-02")):
        with pytest.raises(UsageError, match="other addresses named"):
            addresses.add(store, "Anna", again, Silent())


def test_a_table_that_was_changed_on_the_disk_is_not_used(store, tmp_path):
    made = addresses.add(store, "Anna", given(file(tmp_path)), Silent())
    path = store.folder / "datasets" / made.folder / "country.parquet"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CaseError, match="not what was loaded"):
        addresses.tables(store)
    with pytest.raises(CaseError, match="not what was loaded"):
        addresses.check(store, "lands")


def test_a_table_is_set_aside_with_a_reason_and_not_used_then(store, tmp_path):
    addresses.add(store, "Anna", given(file(tmp_path)), Silent())
    addresses.put_aside(store, said("Anna", reason="wrong day"), "lands")
    assert addresses.tables(store) == ()
    assert addresses.set_aside(store)["lands"].grounds == "wrong day"
    with pytest.raises(UsageError, match="set aside already"):
        addresses.put_aside(store, said("Anna", reason="again"), "lands")
    with pytest.raises(UsageError, match="no addresses named"):
        addresses.put_aside(store, said("Anna", reason="again"), "others")


def test_app_banks_and_maxmind_files(store, tmp_path):
    banks = file(tmp_path, "country,code,name\nLT,32500,Zz Bank\n", "banks.csv")
    addresses.add(store, "Anna", given(banks, kind="app-bank", name="banks"), Silent())
    assert addresses.app_banks(store) == {("LT", "32500")}
    assert [one.layers for one in addresses.tables(store)] == [("app-bank",)]
    assert addresses.check(store, "banks") == (0, 0)
    writer = MMDBWriter(4)
    writer.insert_network(IPSet(["240.1.0.0/24"]), {"country_code": "DE"})
    writer.to_db_file(str(tmp_path / "zz.mmdb"))
    made = addresses.add(store, "Anna", given(tmp_path / "zz.mmdb"), Silent())
    assert made.facts["ranges"] == {"country": 1}
    (tmp_path / "bad.mmdb").write_bytes((tmp_path / "zz.mmdb").read_bytes()[20:])
    with pytest.raises(ListError, match=r"cannot be read|nothing that can be used"):
        addresses.add(store, "Anna", given(tmp_path / "bad.mmdb", name="bad"), Silent())
