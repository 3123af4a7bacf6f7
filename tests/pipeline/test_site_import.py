"""A site is imported whole or not at all, once, and what it was read from is known to the byte."""

import hashlib
import os

import pytest

from fanal.errors import CaseError, UsageError
from fanal.leads.calculator import Calculator, literal
from fanal.leads.mapping import read_mapping
from fanal.model.site import Dataset
from fanal.pipeline import site_import
from fanal.pipeline.case import writing
from fanal.pipeline.progress import Silent
from fanal.pipeline.site_facts import zone_rules
from fanal.pipeline.site_files import digests, found_of
from fanal.pipeline.site_import import Asked, import_site
from fanal.pipeline.site_reading import SiteFile
from fanal.pipeline.site_told import sites
from makers.small_site import LOGINS, MAPPING, USERS, small_site


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


def imported(store, settings, mapping, **more):
    return import_site(store, settings, Asked(mapping, **more), Silent())


def table(store, dataset, name):
    folder = store.folder / "datasets" / dataset.folder
    with Calculator(store.folder.parent / "look", folder) as calculator:
        path = literal(str(folder / f"{name}.parquet"))
        return list(calculator.rows(f"FROM read_parquet({path})"))


def leaves(store):
    return list(store.history())


def folders(store):
    return sorted(path.name for path in (store.folder / "datasets").iterdir())


def test_a_site_is_imported_in_one_act_with_all_that_it_was_read_from(store, settings, tmp_path):
    made = imported(store, settings, small_site(tmp_path / "site"))
    assert made.is_new
    dataset = made.dataset
    assert list(store.find(Dataset)) == [dataset]
    assert (dataset.kind, dataset.name, dataset.text) == ("site", "zz-harbour", MAPPING)
    shop, log = dataset.facts["artefacts"]
    assert (shop["name"], shop["reader"], shop["handler"]) == ("shop", "csv 1", "Zz Examiner")
    assert shop["sha256"] == hashlib.sha256(USERS.encode()).hexdigest()
    assert shop["path"] == str(tmp_path / "site" / "users.csv")
    assert (log["sha256"], log["size"]) == (
        hashlib.sha256(LOGINS.encode()).hexdigest(),
        len(LOGINS),
    )
    assert dataset.facts["tables"] == {
        "account": 3,
        "account_other": 1,
        "login": 2,
        "media": 0,
        "media_event": 0,
        "media_other": 0,
        "message_meta": 0,
        "payment": 1,
    }
    assert dataset.facts["clocks"] == [{"offset_s": 12.0, "by": "Zz Examiner", "at": ""}] * 2
    assert any("cut to the first 6 and last 4 digits: 1" in note for note in shop["notes"])
    home = store.folder / "datasets" / dataset.folder
    assert {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in home.iterdir()
    } == (dataset.files)
    last = leaves(store)[-1]
    assert (last.verb, last.details["site"]) == ("import site", "zz-harbour")
    assert last.details["artefacts"]["shop"] == shop["sha256"]


def test_every_row_leads_back_to_its_bytes(store, settings, tmp_path):
    dataset = imported(store, settings, small_site(tmp_path / "site")).dataset
    data = (tmp_path / "site" / "logins.jsonl").read_bytes()
    for row in table(store, dataset, "login"):
        artefact, raw_table, ref, size = row[-4:]
        assert dataset.facts["artefacts"][artefact]["name"] == "log"
        assert raw_table == "logins"
        assert f'"user": {row[0]}'.encode() in data[ref : ref + size]


def test_the_same_files_are_not_imported_twice(store, settings, tmp_path):
    mapping = small_site(tmp_path / "site")
    first, log = imported(store, settings, mapping), len(leaves(store))
    again = imported(store, settings, mapping, again=True)
    assert (again.dataset, again.is_new) == (first.dataset, False)
    elsewhere = small_site(tmp_path / "elsewhere")
    (tmp_path / "files").mkdir()
    for name in ("users.csv", "logins.jsonl"):
        (elsewhere.parent / name).rename(tmp_path / "files" / name)
    moved = imported(store, settings, elsewhere, artefacts=tmp_path / "files")
    assert (moved.dataset, moved.is_new) == (first.dataset, False)
    assert len(leaves(store)) == log


def test_other_files_take_the_place_of_the_first_only_where_it_is_told(store, settings, tmp_path):
    first = imported(store, settings, small_site(tmp_path / "site")).dataset
    changed = small_site(tmp_path / "site", users="id,name,pan\n7,zz-seven,\n")
    with pytest.raises(UsageError, match="other files") as told:
        imported(store, settings, changed)
    assert "--again" in told.value.advice
    assert list(store.find(Dataset)) == [first]
    log = len(leaves(store))
    second = imported(store, settings, changed, again=True).dataset
    assert list(store.find(Dataset)) == [second]
    assert len(leaves(store)) == log + 1
    assert leaves(store)[-1].details["instead_of"] == first.sha256
    assert folders(store) == [second.folder]


def test_two_sites_lie_beside_each_other(store, settings, tmp_path):
    imported(store, settings, small_site(tmp_path / "one"))
    other = small_site(tmp_path / "two", MAPPING.replace("zz-harbour", "zz-lake"))
    imported(store, settings, other)
    assert [each.name for each in sites(store)] == ["zz-harbour", "zz-lake"]
    assert len(folders(store)) == 2


def test_a_run_that_was_cut_off_leaves_nothing(store, settings, tmp_path, monkeypatch):
    mapping = small_site(tmp_path / "site")

    def killed(*_):
        (store.folder / "datasets" / ".importing" / "out" / "half.parquet").write_bytes(b"zz")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        patch.setattr(site_import, "canonical", killed)
        imported(store, settings, mapping)
    assert folders(store) == []
    assert list(store.find(Dataset)) == []
    left = store.folder / "datasets" / ".importing" / "raw"
    left.mkdir(parents=True)  # as after a power cut
    (left / "zz").write_bytes(b"zz")
    dataset = imported(store, settings, mapping).dataset
    assert folders(store) == [dataset.folder]


def test_nothing_is_kept_where_the_record_cannot_be_written(store, settings, tmp_path, monkeypatch):
    mapping = small_site(tmp_path / "site")
    with monkeypatch.context() as patch, pytest.raises(CaseError):  # noqa: PT012
        patch.setattr(type(store), "keep_files", refuse)
        imported(store, settings, mapping)
    assert list(store.find(Dataset)) == []
    assert imported(store, settings, mapping).is_new


def refuse(*_):
    raise CaseError("zz")


def test_a_file_that_changes_while_it_is_read_is_refused(store, settings, tmp_path, monkeypatch):
    mapping = small_site(tmp_path / "site")
    rows = SiteFile.rows

    def writing_meanwhile(self, given):
        yield from rows(self, given)
        with (tmp_path / "site" / "users.csv").open("a") as file:
            file.write("9,zz-late,\n")

    monkeypatch.setattr(SiteFile, "rows", writing_meanwhile)
    with pytest.raises(CaseError, match="changed while it was read"):
        imported(store, settings, mapping)
    assert list(store.find(Dataset)) == []
    assert folders(store) == []


def test_files_that_are_not_there_or_not_known_are_named(store, settings, tmp_path):
    mapping = small_site(tmp_path / "site")
    with pytest.raises(UsageError, match=r"no file .*users\.csv") as told:
        imported(store, settings, mapping, artefacts=tmp_path)
    assert "--artefacts" in told.value.advice
    (tmp_path / "site" / "users.csv").write_bytes(b"\x00\x01\x02zz" * 100)
    unsaid = small_site(tmp_path / "other", MAPPING.replace('reader = "csv"\n', ""))
    with pytest.raises(UsageError, match=r"no reader recognizes .*users\.csv"):
        imported(store, settings, unsaid, artefacts=tmp_path / "site")
    with pytest.raises(UsageError, match="cannot be read"):
        imported(store, settings, tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="not UTF-8"):
        imported(store, settings, tmp_path / "bad.toml")


def test_only_files_that_a_table_is_taken_from_are_read(tmp_path):
    more = MAPPING + '[[artefact]]\nname = "unused"\nfile = "not-there"\n'
    small_site(tmp_path / "site")
    found = found_of(read_mapping(more), tmp_path / "site")
    assert [(each.file.name, each.reader) for each in found] == [
        ("shop", "csv 1"),
        ("log", "jsonl 1"),
    ]
    assert digests(found)["shop"] == hashlib.sha256(USERS.encode()).hexdigest()


def test_nothing_is_read_while_a_zone_is_missing(store, settings, tmp_path):
    mapping = small_site(tmp_path / "site", MAPPING.replace('zone = "UTC"\n', ""))
    with pytest.raises(UsageError, match="its zone is missing"):
        imported(store, settings, mapping)
    assert not (store.folder / "datasets").exists()


def test_a_path_of_any_bytes_is_kept_as_text(store, settings, tmp_path):
    folder = tmp_path / os.fsdecode(b"zz\xff")
    dataset = imported(store, settings, small_site(folder)).dataset
    assert "zz\\udcff" in dataset.facts["artefacts"][0]["path"] or (
        "zz\\xff" in dataset.facts["artefacts"][0]["path"]
    )


def test_tokens_of_two_cases_differ_and_no_key_lies_in_a_case(settings, tmp_path):
    tokens, keys = set(), set()
    for name in ("one", "two"):
        with writing(tmp_path / name, settings) as opened:
            dataset = imported(opened, settings, small_site(tmp_path / "site")).dataset
            ((*values,),) = table(opened, dataset, "payment")
            tokens |= {value for value in values if isinstance(value, str) and len(value) == 32}
            keys.add(dataset.facts["token_key"])
    assert len(tokens) == len(keys) == 2


def test_the_rules_of_zones_have_a_release():
    assert zone_rules()[:2] == "20"


def test_a_file_that_is_named_twice_or_belongs_to_another_site_too_is_doubted(
    store, settings, tmp_path
):
    """What two names tell of one file would count twice, as of two visits."""
    first = imported(store, settings, small_site(tmp_path / "one"))
    assert first.dataset.facts["doubts"] == []
    again = MAPPING.replace("zz-harbour", "zz-other").replace(
        "[[account]]",
        '[[artefact]]\nname = "log2"\nfile = "logins.jsonl"\nreader = "jsonl"\n'
        'options = {table = "logins"}\n[[login]]\nfrom = "log2:logins"\naccount = "user"\n'
        'ip = "ip"\nts = "at"\n[[account]]',
    )
    second = imported(store, settings, small_site(tmp_path / "two", again))
    told = [each for each in second.dataset.facts["doubts"] if "same file" in each]
    assert told == [
        "shop is the same file as shop of the site zz-harbour: what both tell counts twice",
        "log is the same file as log of the site zz-harbour: what both tell counts twice",
        "log2 is the same file as log of the site zz-harbour: what both tell counts twice",
    ]


def test_a_card_that_stands_for_the_name_of_a_column_is_cut(store, settings, tmp_path):
    mapping = small_site(tmp_path / "site")
    with (tmp_path / "site" / "logins.jsonl").open("a") as stream:
        stream.write('\n{"user": 1, "at": "2025-01-02 03:04:06", "4111111111111111": 1}\n')
    made = imported(store, settings, mapping)
    assert "4111111111111111" not in repr(made.dataset.facts)
