"""What a package says of contents: those that deeds name, apart by whether lists may take them."""

import json

import pytest

from fanal.model.opinion import Opinion
from fanal.pipeline.package_content import Asked, LeadTerms, content
from fanal.pipeline.package_items import items, vics
from fanal.pipeline.pollution import release
from fanal.pipeline.said import Said
from makers.briefs import document
from makers.cases import digest, item, place
from makers.handed import MOMENT, Book, case, lead, torn

CAMERA, NOT_LOOKED_AT, NOBODYS = (digest("sha256", number) for number in (1, 2, 3))


@pytest.fixture
def store(tmp_path):
    opinion = Opinion(CAMERA, "camera", "weak", settled=True, real_child=True)
    return case(tmp_path / "case", opinion, item(3), place(1), place(2), place(3))


def media(data):
    (one,) = json.loads(data)["value"]
    return {each["AlternativeHashes"][0]["HashValue"]: each for each in one["Media"]}


def test_each_content_stands_in_the_list_of_its_audience_and_no_other_in_any(store):
    files, losses = vics(items(store, [document(lead())]), "p-0123456789ab", MOMENT)
    assert set(media(files["vics/real-victims.json"])) == {CAMERA}
    assert set(media(files["vics/analysis-only.json"])) == {NOT_LOOKED_AT}
    assert NOBODYS.encode() not in b"".join(files.values())
    assert any(loss.field == "item" and loss.items == 1 for loss in losses)


def test_a_content_that_a_person_released_stands_among_the_others(store):
    release(store, Said("zz seen", "Zz One", "zz-1"), [NOT_LOOKED_AT])
    files, _ = vics(items(store, [document(lead())]), "p-0123456789ab", MOMENT)
    assert set(media(files["vics/real-victims.json"])) == {CAMERA, NOT_LOOKED_AT}
    assert "vics/analysis-only.json" not in files


def test_no_place_and_no_finding_is_told(store):
    found = items(store, [document(lead())])
    files, losses = vics(found, "p-0123456789ab", MOMENT)
    for data in files.values():
        for each in media(data).values():
            assert each["MediaFiles"] == []
            names = {one["PropertyName"] for one in each["MediaMetadata"]}
            assert names == {"fanal:origin_state", "fanal:victim_state"}
    assert losses[0].field.startswith("locations")
    assert "locations" not in found[CAMERA]


def test_a_package_carries_both_and_the_same_in_case(store):
    wanted = {one.id: LeadTerms() for one in (lead(), torn())}
    asked = Asked("p-0123456789ab", 1, "DE", "Zz Office", wanted, MOMENT)
    made = content(store, asked, Book(lead(), torn()))
    graph = json.loads(made.files["case.jsonld"])["@graph"]
    values = {
        one["uco-types:hashValue"]["@value"]
        for node in graph
        for facet in node.get("uco-core:hasFacet", ())
        for one in facet.get("uco-observable:hash", ())
    }
    assert {CAMERA, NOT_LOOKED_AT} < values
    assert NOBODYS not in values
    assert "vics/analysis-only.json" in made.files["README.txt"].decode()
    assert made == content(store, asked, Book(lead(), torn()))


def test_leads_without_contents_bring_no_lists(store):
    bare = document(lead(deeds=()))
    assert items(store, [bare]) == {}
    assert vics({}, "p-0123456789ab", MOMENT) == ({}, ())
