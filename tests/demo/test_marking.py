import json
from dataclasses import replace

import pytest
from PIL import Image

from fanal.demo import examples, marking
from fanal.demo.cast import SetUp
from fanal.demo.pieces import Made
from fanal.demo.story import plan_story
from fanal.model.evidence import ADD_ON, CAMERA, INPUT, MODEL_FILE, RECORD, REPRODUCTION, STRUCTURE

STORY = plan_story(3000, 1)
PLAIN, GRAPH = STORY.setups[0], next(one for one in STORY.setups if one.tool == "ComfyUI")


def kinds(example: examples.Example) -> set[str]:
    return {finding.kind for finding in example.findings}


@pytest.mark.parametrize("setup", [PLAIN, GRAPH], ids=["text", "graph"])
@pytest.mark.parametrize("role", ["", "init", "mask", "face", "control"])
def test_analyzers_read_what_is_spelled(setup, role):
    found = examples.of_generator(setup, role, named=role == "init")
    record = next(one for one in found.findings if one.kind == RECORD)
    assert record.data["tool"] == setup.tool
    assert record.data["seed"] == 1
    assert (INPUT in kinds(found)) == bool(role)
    assert (ADD_ON in kinds(found)) == bool(setup.add_on)
    assert setup.model in record.data["model"]
    assert ("init_image_hash" in record.data) == (role == "init" and setup is PLAIN)


def test_an_add_on_is_read_of_either_program():
    for setup in (PLAIN, GRAPH):
        with_one: SetUp = replace(setup, add_on="zz-lora-77")
        found = examples.of_generator(with_one, "", named=False)
        told = next(one for one in found.findings if one.kind == ADD_ON)
        assert "zz-lora-77" in told.data["sensitive"]["name"]


def test_a_source_is_named_by_its_digest():
    text = marking.infotext(PLAIN, Made(0, 5, 1, "init"), (64, 64), "ab" * 16)
    assert f"Init image hash: {'ab' * 16}" in text
    assert text.startswith(PLAIN.family)


def test_editors_look_from_one_place_a_set_up():
    texts = [marking.texts_of(GRAPH, Made(3, seed, 1), (64, 64)) for seed in (1, 2)]
    views = [json.loads(text["workflow"])["extra"]["ds"] for text in texts]
    assert views[0] == views[1]
    other = marking.texts_of(replace(GRAPH, number=99), Made(3, 1, 1), (64, 64))
    assert json.loads(other["workflow"])["extra"]["ds"] != views[0]


def test_cameras_screens_and_models_say_what_they_are():
    body = STORY.bodies[0]
    assert kinds(examples.of_camera(body, again=False, scaled=False)) == {CAMERA, STRUCTURE}
    structure = next(
        one
        for one in examples.of_camera(body, again=True, scaled=True).findings
        if one.kind == STRUCTURE
    )
    assert {check["outcome"] for check in structure.data["checks"]} >= {"differs"}
    assert kinds(examples.of_screen()) == {REPRODUCTION}
    assert kinds(examples.of_model()) == {MODEL_FILE}
    plain = examples.looked_at(marking.png_with(Image.new("RGB", (8, 8)), {}))
    assert not plain.findings
