from contextlib import closing

import pytest

from fanal.model import evidence
from fanal.model.item import Item
from fanal.model.series import Link, Tie
from fanal.pipeline import link_made
from fanal.pipeline.link_made import setups_of, sources_of
from makers.cases import opened
from makers.linked import content
from makers.linked_case import finding, made, picture, shot


@pytest.fixture
def store(tmp_path):
    with closing(opened(tmp_path / "case")) as made_store:
        yield made_store


def write(store, *records):
    with store.act("zz", "intake") as act:
        act.put(records)


def credential(number, active, *below, holds="holds", reached=True):
    parts = [{"manifest": one, "relationship": "parentOf"} for one in below]
    graph = [{"reached": reached, "ingredients": parts}]
    facts = {"active": active, "graph": graph, "signature": holds, "binding": "holds"}
    return finding(number, evidence.CREDENTIAL, **facts)


def test_a_picture_is_linked_with_the_one_whose_credential_it_names(store):
    write(
        store,
        credential(0, "urn:a"),
        credential(1, "urn:b", "urn:a", "urn:elsewhere", "urn:b"),
        credential(2, "urn:c", "urn:a", holds="differs"),
        credential(3, "urn:d", "urn:a", reached=False),
    )
    links = [one for one in sources_of(store) if isinstance(one, Link)]
    assert {(one.a, one.b) for one in links} == {(content(1), content(0)), (content(2), content(0))}
    strength = {one.a: one.strength for one in links}
    assert strength[content(1)] > strength[content(2)]
    assert all(one.how == "credential" and not one.joins for one in links)


def test_pictures_that_name_one_source_are_tied_though_it_is_not_in_the_case(store):
    source = [{"algorithm": "md5", "value": "cd" * 16}]
    write(store, *(finding(one, evidence.RECORD, init_image_hash=source) for one in range(2)))
    ties = [one for one in sources_of(store) if isinstance(one, Tie)]
    assert {one.sha256 for one in ties} == {content(0), content(1)}


def test_pictures_of_one_document_are_tied(store):
    document = {"original_document_id": "xmp.did:0b0f1d6e-5b1e-4b7b"}
    write(store, *(shot(one, "2025-03-01T10:00:00", **document) for one in range(2)))
    ties = [one for one in sources_of(store) if isinstance(one, Tie)]
    assert {one.common.split(" ")[0] for one in ties} == {"document"}
    assert len(ties) == 2


def test_the_first_pictures_of_a_model_file_are_linked_with_it_and_all_are_tied(store):
    many, model = link_made.FIRST_LINKS + 3, 90
    sha256 = content(model)
    write(
        store,
        Item(sha256, sha256[:40], sha256[:32], 9, "application/octet-stream"),
        finding(model, evidence.MODEL_FILE, digests=[]),
    )
    told = [{"dialect": "a1111_short", "value": sha256[:10]}]
    for one in range(many):
        write(store, *picture(one, f"{one}x.png"), made(one, 71_000_000, model_hashes=told))
    found = list(setups_of(store, {}))
    links = [one for one in found if isinstance(one, Link) and one.how == "model file"]
    assert len(links) == link_made.FIRST_LINKS
    assert all(sha256 in (one.a, one.b) and not one.joins for one in links)
    ties = [one for one in found if isinstance(one, Tie) and one.common == f"model file {sha256}"]
    assert len(ties) == many + 1
    assert any("10 digits" in one.says for one in links)


def test_a_name_alone_is_tied_and_not_linked(store):
    write(store, finding(90, evidence.MODEL_FILE, digests=[], sensitive={"title": "zz-own-model"}))
    write(store, Item(content(90), "", "", 9, "application/octet-stream"))
    write(store, made(0, 71_000_000, model_hashes=[], model="zz-own-model.safetensors"))
    found = [
        one for one in setups_of(store, {}) if getattr(one, "common", "").startswith("model file")
    ]
    assert {one.sha256 for one in found} == {content(0), content(90)}
    assert not any(isinstance(one, Link) for one in found)
    assert any("by name alone" in one.says for one in found)
