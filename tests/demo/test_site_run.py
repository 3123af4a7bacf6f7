"""The made-up site is read into a case once, with files of the exhibits among its media."""

import hashlib
import os

import pytest

from fanal.content.pdq import pdq_of_picture
from fanal.demo.site import build_site
from fanal.demo.site_contents import contents_of, contents_of_records
from fanal.demo.site_mapping import MAPPING
from fanal.demo.site_run import run_site, verdict_of
from fanal.demo.variants import opened
from fanal.leads.mapping import read_mapping
from fanal.model.item import Exhibit, Item
from fanal.model.lead import Assessment
from fanal.model.site import Dataset
from fanal.pipeline.case import writing
from fanal.pipeline.progress import Silent
from fanal.settings import Settings


def test_contents_are_files_of_the_exhibits(operation):
    known = contents_of(operation)
    assert known.exhibits == tuple(name for name, _ in operation.evidence)
    files = {}
    for _, folder in operation.evidence:
        for where, _, names in os.walk(os.fsencode(folder)):
            for name in names:
                path = os.path.join(where, name)  # noqa: PTH118 (names are no text)
                if not os.path.islink(path):  # noqa: PTH114
                    with open(path, "rb") as stream:  # noqa: PTH123
                        data = stream.read()
                    files[hashlib.sha256(data).hexdigest()] = data
    assert len(known.contents) > 20
    assert len({one.sha256 for one in known.contents}) == len(known.contents)
    for one in known.contents:
        assert hashlib.md5(files[one.sha256]).hexdigest() == one.md5
        assert one.series.startswith("zz-album-")
    hashed = [one for one in known.contents if one.pdq]
    assert len(hashed) > 5
    first = hashed[0]
    assert pdq_of_picture(opened(files[first.sha256]))[0].hex() == first.pdq


def test_the_mapping_is_one_that_an_import_takes():
    told = read_mapping(MAPPING)
    assert told.name == "zz-site"


@pytest.fixture
def told(tmp_path):
    return Settings(engine="inline", key=str(tmp_path / "key"), actor="zz")


def test_a_second_run_changes_nothing_and_says_nothing_twice(operation, tmp_path, told):
    known = contents_of(operation)
    site = build_site(tmp_path / "site", 60, 1, known)
    with writing(tmp_path / "case", told) as store:
        with store.act("zz", "zz") as act:
            act.put([Exhibit(name, b"/zz") for name in known.exhibits])
        run_site(store, told, site, Silent())
        first = verdict_of(store, site)
        kinds = sorted(one.kind for one in store.find(Dataset))
        said = [one.id for one in store.find(Assessment)]
        run_site(store, told, site, Silent())
        assert verdict_of(store, site) == first
        assert sorted(one.kind for one in store.find(Dataset)) == kinds
        assert [one.id for one in store.find(Assessment)] == said
    assert kinds == ["addresses"] * 3 + ["leads", "site"]
    assert len(said) == len(known.exhibits)
    assert first.leads > 20
    assert first.safe


def test_contents_of_records_are_those_of_the_case(tmp_path, told):
    from fanal.demo.records import record_operation  # noqa: PLC0415

    with writing(tmp_path / "case", told) as store:
        record_operation(store, 500, 1, truth=tmp_path / "zz.jsonl", progress=Silent())
        known = contents_of_records(store, tmp_path / "zz.jsonl")
        items = dict(store.columns(Item, "sha256", "md5"))
    assert {one.sha256: one.md5 for one in known.contents}.items() <= items.items()
    assert {*known.models, *(one.sha256 for one in known.contents)} == items.keys()
    assert known.models
    assert any(one.generated for one in known.contents)
    assert "001-server" in known.exhibits
