"""Graphs: what reaches the output and what for, in both forms, however they are bent."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyzers.marks.comfy import record
from fanal.analyzers.marks.graph import MOST_DEPTH, Graph, Link, Node, editor, executed, shape
from fanal.analyzers.marks.nodes import class_of, meaning_of
from fanal.analyzers.marks.values import Loaded, Value
from fanal.analyzers.marks.walk import inputs_of, walk
from makers import graphs

VALUE = Value("", "PNG text", "prompt")


def told(graph: dict, form=executed) -> list[tuple[str, bool]]:
    made = form(graph)
    assert made is not None
    return [(each.role, each.derives) for each in inputs_of(walk(made))]


BOTH = pytest.mark.parametrize(
    "form", [executed, lambda g: editor(graphs.editor(g))], ids=["ran", "drawn"]
)


@BOTH
@pytest.mark.parametrize(
    ("build", "roles"),
    [
        (graphs.text_to_picture, []),
        (graphs.add_on, []),
        (graphs.unused_input, []),
        (graphs.picture_to_picture, [("init", True)]),
        (graphs.in_painting, [("init", True)]),
        (graphs.out_painting, [("init", True)]),
        (graphs.control, [("control", False)]),
        (graphs.face_swap, [("face", True)]),
        (graphs.identity, [("identity", False)]),
        (graphs.guide, [("guide", False)]),
        (graphs.unknown_guide, [("guide", False)]),
        (graphs.composite, [("composite", True)]),
        (graphs.pass_through, [("init", True)]),
        (graphs.face_swap_of_photograph, [("init", True), ("face", True)]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_a_picture_was_for_is_read_in_either_form(build, roles, form):
    made = form(build())
    assert made is not None
    assert [(each.role, each.derives) for each in inputs_of(walk(made))] == roles


@pytest.mark.parametrize(
    "kind",
    ["ApplyInstantID", "ApplyPulid", "IPAdapterFaceID", "PhotoMakerEncode", "InfiniteYouApply"],
)
def test_classes_that_copy_a_person_are_known(kind):
    assert told(graphs.identity(kind=kind)) == [("identity", False)]


def test_at_full_strength_nothing_need_be_left_of_the_picture():
    graph = graphs.picture_to_picture()
    graph["3"]["inputs"]["denoise"] = 1.0
    (found,) = inputs_of(walk(executed(graph)))
    assert (found.role, found.derives) == ("init", False)
    assert any("full strength" in doubt for doubt in found.doubts)


def test_a_reference_of_colours_does_not_hide_what_is_worked_over():
    graph = graphs.picture_to_picture()
    graph["91"] = {"class_type": "LoadImage", "inputs": {"image": "zz-colours.png"}}
    matched = {"image_ref": ["91", 0], "image_target": ["8", 0]}
    graph["92"] = {"class_type": "ColorMatch", "inputs": matched}
    graph["9"]["inputs"]["images"] = ["92", 0]
    assert told(graph) == [("init", True), ("guide", False)]


def test_a_face_that_was_saved_before_is_an_input_too():
    graph = graphs.face_swap()
    graph["20"] = {"class_type": "ReActorLoadFaceModel", "inputs": {"face_model": "zz.safetensors"}}
    swap = graph["40"]["inputs"]
    swap["face_model"] = swap.pop("source_image")
    (found,) = inputs_of(walk(executed(graph)))
    assert (found.role, found.derives, found.file) == ("face", True, "zz.safetensors")


def test_what_comes_through_a_bundle_of_things_is_not_lost():
    graph = graphs.picture_to_picture()
    bundle = {"latent": graph["3"]["inputs"]["latent_image"], "model": ["4", 0]}
    graph["95"] = {"class_type": "Context (rgthree)", "inputs": bundle}
    graph["3"] = {"class_type": "easy kSampler", "inputs": {"pipe": ["95", 0], "seed": 1}}
    assert told(graph) == [("init", True)]


def test_an_address_of_a_picture_is_kept_as_its_name():
    graph = graphs.picture_to_picture()
    address = "https://pictures.example/zz?width=512"
    graph["20"]["inputs"] = {"image": address}
    (found,) = inputs_of(walk(executed(graph)))
    assert found.file == address


def test_a_strength_that_another_node_gives_is_followed():
    graph = graphs.picture_to_picture()
    sampler = graph["3"]["inputs"]
    graph["3"] = {
        "class_type": "SamplerCustomAdvanced",
        "inputs": {
            "noise": ["40", 0],
            "guider": ["41", 0],
            "sampler": ["42", 0],
            "sigmas": ["43", 0],
            "latent_image": sampler["latent_image"],
        },
    }
    graph["40"] = {"class_type": "RandomNoise", "inputs": {"noise_seed": 77}}
    guider = {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "cfg": 3.5}
    graph["41"] = {"class_type": "CFGGuider", "inputs": guider}
    graph["42"] = {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "zz"}}
    basic = {"model": ["4", 0], "scheduler": "beta", "steps": 9, "denoise": 0.4}
    graph["43"] = {"class_type": "BasicScheduler", "inputs": basic}
    made = record([VALUE], executed(graph), None, [Loaded(graph)])
    wanted = {"seed": 77, "cfg": 3.5, "sampler": "zz", "scheduler": "beta", "steps": 9}
    assert {name: made.facts[name] for name in wanted} == wanted
    assert made.facts["denoise"] == 0.4
    assert made.words == {"prompt": graphs.PROMPT, "negative": graphs.NEGATIVE}
    assert told(graph) == [("init", True)]


def test_a_muted_node_was_not_run_and_a_bypassed_one_lets_through():
    drawn = graphs.editor(graphs.control())
    for mode, roles in ((2, []), (4, [("control", False)])):
        for node in drawn["nodes"]:
            if node["type"] == "CannyEdgePreprocessor":
                node["mode"] = mode
        assert told(drawn, editor) == roles


def test_links_may_be_lists_or_objects():
    graph = graphs.in_painting()
    lists, objects = (graphs.editor(graph, as_objects=flag) for flag in (False, True))
    assert editor(lists) == editor(objects)
    assert told(objects, editor) == [("init", True)]


def test_a_graph_inside_a_node_is_walked_through():
    assert told(graphs.with_subgraph(), editor) == [("init", True)]


def test_names_set_in_one_place_and_taken_in_another_are_joined():
    drawn = graphs.editor(graphs.picture_to_picture())
    load = next(link for link in drawn["links"] if link[1] == 20)
    load[1] = 61
    drawn["nodes"] += [
        {"id": 60, "type": "SetNode", "mode": 0, "inputs": [{"name": "IMAGE", "link": 900}]},
        {"id": 61, "type": "GetNode", "mode": 0, "inputs": [], "widgets_values": ["zz-name"]},
    ]
    drawn["nodes"][-2]["widgets_values"] = ["zz-name"]
    drawn["links"].append([900, 20, 0, 60, 0, "IMAGE"])
    assert told(drawn, editor) == [("init", True)]


def chain(length: int, end: str = "LoadImage") -> dict:
    graph = {"0": {"class_type": end, "inputs": {"image": "zz.png"}}}
    for number in range(1, length):
        link = [str(number - 1), 0]
        graph[str(number)] = {"class_type": "ImageInvert", "inputs": {"image": link}}
    graph["out"] = {"class_type": "SaveImage", "inputs": {"images": [str(length - 1), 0]}}
    return graph


def test_a_graph_of_tens_of_thousands_of_nodes_is_walked_to_its_end():
    begin = time.process_time()
    made = executed(chain(30_000))
    found = walk(made)
    assert [each.role for each in inputs_of(found)] == ["init"]
    assert found.pass_through is True
    assert len(shape(made)) == 64
    assert time.process_time() - begin < 10


def test_more_nodes_than_are_read_is_said():
    drawn = {"nodes": [{"id": n, "type": "Note"} for n in range(100_200)], "links": []}
    assert "more nodes" in editor(drawn).problems[0]


def test_a_circle_ends():
    graph = chain(50)
    graph["0"] = {"class_type": "ImageInvert", "inputs": {"image": ["49", 0]}}
    found = walk(executed(graph))
    assert inputs_of(found) == ()
    assert found.pass_through is None


def test_graphs_inside_each_other_end():
    name = "zz-self"
    inner = {"id": name, "nodes": [{"id": 1, "type": name, "inputs": []}], "links": []}
    drawn = {"nodes": [{"id": 1, "type": name, "inputs": []}], "links": []}
    made = editor({**drawn, "definitions": {"subgraphs": [inner]}})
    assert made is not None
    assert 0 < len(made.nodes) <= MOST_DEPTH + 2


def test_graphs_that_double_at_every_step_are_bounded():
    name = "zz-self"
    two = [{"id": n, "type": name, "inputs": []} for n in range(9)]
    inner = {"id": name, "nodes": two, "links": []}
    begin = time.process_time()
    made = editor({"nodes": two, "links": [], "definitions": {"subgraphs": [inner]}})
    assert made is not None
    assert len(made.nodes) <= 100_100
    assert made.problems
    assert time.process_time() - begin < 10


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
ANY = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(where=st.lists(st.integers(0, 200), max_size=3), put=ANY, drawn=st.booleans())
def test_a_graph_with_anything_anywhere_is_read_or_left(where, put, drawn):
    """Put any value in the place of any part of a good graph."""
    graph = graphs.editor(graphs.control()) if drawn else graphs.in_painting()
    at = graph
    for step in where:
        inside = list(at) if isinstance(at, dict) else list(range(len(at))) if at else []
        if not inside:
            break
        key = inside[step % len(inside)]
        if isinstance(at[key], dict | list) and at[key]:
            at = at[key]
        else:
            at[key] = put
            break
    made = (editor if drawn else executed)(graph)
    if made is not None:
        ran, pictured = (None, made) if drawn else (made, None)
        one = record([VALUE], ran, pictured, [Loaded(graph)])
        json.dumps([one.facts, one.words])


@pytest.mark.parametrize("odd", [[], {}, None, 1.5, [[]], "zz", True])
def test_odd_numbers_types_and_links_are_passed_over(odd):
    for bend in ("type", "id", "link", "links", "inputs", "widgets_values", "mode", "properties"):
        graph = graphs.editor(graphs.control())
        if bend == "link":
            graph["nodes"][0]["inputs"][0]["link"] = odd
        elif bend == "links":
            graph["links"][0] = odd
            graph["links"][1][0] = odd
        else:
            graph["nodes"][0][bend] = odd
            graph["nodes"].append({"type": "Note", bend: odd})
        made = editor(graph)
        assert made is not None
        one = record([VALUE], None, made, [Loaded(graph)])
        json.dumps([one.facts, one.words])


def test_a_shape_does_not_hang_on_numbers_and_values():
    first = Graph(
        "prompt", {"1": Node("A", {}, {"x": 1}), "2": Node("B", {"i": Link("1", 0, "")}, {})}
    )
    same = Graph(
        "prompt", {"9": Node("A", {}, {"x": 2}), "3": Node("B", {"i": Link("9", 1, "")}, {})}
    )
    other = Graph("prompt", {"1": Node("A", {}, {}), "2": Node("B", {"j": Link("1", 0, "")}, {})})
    assert shape(first) == shape(same) != shape(other)


@pytest.mark.parametrize(
    ("name", "makes", "loads"),
    [
        ("KSampler (Efficient)", True, False),
        ("KSamplerSelect", False, False),
        ("LoadImage", False, True),
        ("Image Load", False, True),
        ("LoadImageOutput", False, True),
        ("VHS_LoadVideo", False, True),
        ("CheckpointLoaderSimple", False, False),
        ("UpscaleModelLoader", False, False),
        ("SaveImage", False, False),
        ("VAEDecode", False, False),
        ("FaceDetailer", True, False),
    ],
)
def test_what_a_class_does_is_told_by_the_table(name, makes, loads):
    assert (class_of(name).makes, class_of(name).loads) == (makes, loads)


def test_inputs_are_told_by_their_names():
    assert [meaning_of(each) for each in ("Mask", "pixels", "positive", "zz")] == [
        "mask",
        "picture",
        "condition",
        "",
    ]


def test_add_ons_are_taken_from_every_kind_of_loader():
    graph = graphs.text_to_picture()
    row = {"on": True, "lora": "zz-one.safetensors", "strength": 0.5}
    graph["80"] = {
        "class_type": "Power Lora Loader (rgthree)",
        "inputs": {"lora_1": row, "lora_2": {**row, "on": False, "lora": "off"}, "model": ["4", 0]},
    }
    graph["81"] = {
        "class_type": "CR LoRA Stack",
        "inputs": {"lora_name_1": "zz-two.safetensors", "model_weight_1": 0.7, "x": ["80", 0]},
    }
    graph["3"]["inputs"]["model"] = ["81", 0]
    graph["6"]["inputs"]["text"] = "zz <lora:zz-three:0.3>"
    made = record([VALUE], executed(graph), None, [])
    assert [(each.name, each.weight) for each in made.add_ons] == [
        ("zz-two.safetensors", 0.7),
        ("zz-one.safetensors", 0.5),
        ("zz-three", 0.3),
    ]
    assert made.facts["models"] == ["zz-model.safetensors"]
