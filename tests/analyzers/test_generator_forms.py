"""Forms of programs and services: small differences that change what is said."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyzers.marks.invoke import dream, metadata
from fanal.analyzers.marks.invoke import graph as graph_of_invoke
from fanal.analyzers.marks.labels import credit, source_type, tc260
from fanal.analyzers.marks.novelai import NOT_CHECKABLE, PUBLIC_KEY, Pixels, comment, signed
from fanal.analyzers.marks.programs import READERS as PROGRAMS
from fanal.analyzers.marks.programs import diffusers, draw_things, easy_diffusion
from fanal.analyzers.marks.record import Mark, Record
from fanal.analyzers.marks.services import READERS as SERVICES
from fanal.analyzers.marks.services import civitai, midjourney
from fanal.analyzers.marks.values import Value
from makers import marks_rows_more as rows


def value(text: str, key: str = "parameters", carrier: str = "PNG text") -> Value:
    return Value(text, carrier, key, 1, len(text))


def test_a_dream_line_needs_seed_steps_and_a_size():
    assert dream(value('"zz" -s 20 -S 1 -W 64 -H 64', "Dream")) is not None
    assert dream(value('"zz" -S 1', "Dream")) is None
    assert dream(value("<too lazy to implement>", "Title")) is None


def test_a_dream_line_takes_the_first_of_a_switch():
    made = dream(value('"zz" -s 20 -S 1 -W 64 -H 64 -s 30', "Dream"))
    assert isinstance(made, Record)
    assert made.facts["steps"] == 20


def test_canvas_layers_of_invokeai_are_inputs():
    told = rows._invoke(64, 64)
    told["canvas_v2_metadata"] = {
        "rasterLayers": [{"isEnabled": True, "objects": [{"image": {"image_name": "zz.png"}}]}],
        "controlLayers": [{"isEnabled": False}],
        "inpaintMasks": [{}],
        "referenceImages": [{"ipAdapter": {"image": {"image_name": "zz-r.png"}}}],
    }
    made = metadata(value(""), told)
    assert made is not None
    assert [(each.role, each.file) for each in made.inputs] == [
        ("init", "zz.png"),
        ("guide", "zz-r.png"),
        ("mask", ""),
    ]


def test_pictures_in_invokeai_s_graph_are_inputs():
    graph = {
        "nodes": {
            "a": {"id": "a", "type": "i2l", "image": {"image_name": "zz.png"}},
            "b": {"id": "b", "type": "controlnet", "image": {"image_name": "zz-c.png"}},
            "c": {"id": "c", "type": "core_metadata", "image": {"image_name": "zz-no.png"}},
        },
        "edges": [],
    }
    made = graph_of_invoke(value(""), graph)
    assert made is not None
    assert [(each.role, each.derives) for each in made.inputs] == [
        ("init", True),
        ("control", False),
    ]


@pytest.mark.parametrize(
    ("more", "roles"),
    [
        ({}, []),
        ({"request_type": "VibeTransfer+Img2ImgRequest"}, ["init"]),
        ({"request_type": "NativeInfillingRequest"}, ["init", "mask"]),
        ({"reference_strength_multiple": [0.6, 0.4]}, ["guide", "guide"]),
        ({"director_reference_strengths": [0.6]}, ["identity"]),
        ({"controlnet_model": "zz"}, ["control"]),
        ({"reference_strength_multiple": []}, []),
    ],
)
def test_novelai_says_which_pictures_went_in(more, roles):
    made = comment(value("", "Comment"), rows.novelai(64, 64, **more), [])
    assert made is not None
    assert [each.role for each in made.inputs] == roles


def test_a_signature_that_is_none_is_false_and_one_without_pixels_is_not_checkable():
    grey = Pixels(np.full((4, 4, 3), 128, np.uint8), lossless=True)
    text = json.dumps({"signed_hash": "no base64!"})
    made = signed(value(text), grey)
    assert made is not None
    assert made.facts["verified"] is False
    for pixels in (
        Pixels(None, lossless=False, why="limit: pixels"),
        Pixels(np.zeros((4, 4), np.uint8), lossless=True),
        Pixels(np.zeros((4, 4, 3), np.uint8), lossless=False),
        Pixels(np.broadcast_to(np.uint8(0), (9000, 9000, 3)), lossless=True),
    ):
        made = signed(value(text), pixels)
        assert made is not None
        assert made.facts["verified"] == NOT_CHECKABLE
        assert made.facts["why"]
    assert signed(value('{"signed_hash": 1}'), grey) is None
    assert signed(value("zz"), grey) is None


def test_the_service_s_key_is_a_key_of_ed25519():
    assert len(PUBLIC_KEY) == 32


def test_draw_things_below_full_strength_began_with_a_picture():
    told = {"c": "zz", "uc": "", "seed": 1, "steps": 2, "strength": 0.6, "model": "zz"}
    made = draw_things(value(""), told)
    assert made is not None
    assert [each.role for each in made.inputs] == ["init"]


def test_a_path_of_easy_diffusion_is_a_lead():
    made = easy_diffusion(value(""), rows._easy(64, 64))
    assert made is not None
    assert made.facts["model"] == "zz-model"
    assert made.facts["paths"] == ["C:\\Users\\zz-user\\models\\zz-model"]


def test_settings_without_a_program_are_a_record_of_nobody():
    told = {
        "prompt": "zz",
        "seed": 1,
        "num_inference_steps": 2,
        "guidance_scale": 3,
        "width": 64,
        "height": 64,
    }
    made = diffusers(value(""), told)
    assert made is not None
    assert made.tool == "unnamed program"
    assert diffusers(value(""), {"prompt": "zz", "seed": 1}) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)
GOOD = [
    rows._invoke(64, 64),
    rows._sd_metadata(64, 64),
    rows.novelai(64, 64),
    rows._easy(64, 64),
    json.loads(rows._fooocus(64, 64)),
    json.loads(rows._swarm(64, 64)),
    {"mflux_version": "1", "seed": 1, "image_paths": ["zz"], "lora_scales": [1]},
]
READERS = [
    *PROGRAMS,
    diffusers,
    metadata,
    graph_of_invoke,
    lambda one, told: comment(one, told, []),
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 40), JSON)
def test_no_reader_falls_over_a_member_of_another_type(good, place, put):
    told = dict(good)
    told[list(told)[place % len(told)]] = put
    for read in READERS:
        made = read(value(""), told)
        if made is not None:
            json.dumps([made.facts, made.words])


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("Software", "reve.com is a fine site"),
        ("Artist", "Ideogram AI"),
        ("ImageDescription", "Ideogram AI"),
        ("MakerNote", "fooocus2"),
        ("Title", "my NovelAI generated image"),
        ("UserComment", "Signature: short"),
        ("Description", f"Signature: {rows.SIGNATURE}"),
        ("hf-job-id", "zz"),
    ],
)
def test_a_tag_is_one_whole_known_value_in_its_own_place(key, text):
    assert all(read(value(text, key), []) is None for read in SERVICES)


def test_only_the_artist_ai_with_a_uuid_is_civitai():
    artist, program = value("ai", "Artist"), value(rows.UUID, "Software")
    assert isinstance(civitai([artist, program]), Mark)
    assert civitai([artist, value("zz", "Software")]) is None
    assert civitai([value("Ai Weiwei", "Artist"), program]) is None


def test_midjourney_s_aspect_speaks_against_pixels_of_another_shape():
    from fanal.analyzers.marks.findings import agrees  # noqa: PLC0415

    made = midjourney(value(f"zz --ar 16:9 Job ID: {rows.UUID}", "Description"), [])
    assert made is not None
    assert agrees(made.facts, (1600, 900)) is None
    assert agrees(made.facts, (900, 1600)) is False


@pytest.mark.parametrize("label", ["1", "2", "3", "9"])
def test_a_label_says_what_it_means(label):
    text = json.dumps({**rows.AIGC, "Label": label})
    made = tc260(value(text, "AIGC"))
    assert made is not None
    assert made.facts["value"] == label
    assert made.says.endswith(
        {"1": "generated", "2": "may be generated", "3": "suspected to be generated"}.get(
            label, "of unknown meaning"
        )
    )


@pytest.mark.parametrize(
    "text", ["AIGC", "AIGC{", '{"Label": "1"}', "[]", '{"AIGC": 3}', "zz{AIGC"]
)
def test_what_is_no_label_is_none(text):
    assert tc260(value(text, "Comment")) is None


def test_an_unknown_source_type_is_told_with_a_doubt():
    made = source_type(value("digsrctype:zz", "DigitalSourceType"))
    assert made is not None
    assert made.facts["value"] == "zz"
    assert made.doubts


def test_a_credit_line_of_somebody_else_is_none():
    assert credit(value("Made with Google AI", "Description")) is None
    assert credit(value("Photo by zz", "photoshop:Credit")) is None
