"""A model is looked through before it is run: what the ONNX package writes is found again."""

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from fanal.analyzers import detector_model
from fanal.analyzers.detector_manifest import Unfit
from fanal.analyzers.detector_model import MOST_DEPTH, inspect
from makers import plugins

GOOD = plugins.model().SerializeToString()


def nested(depth):
    """A model with branches in branches."""
    graph = helper.make_graph([helper.make_node("Abs", ["picture"], ["logit"])], "zz", [], [])
    for _ in range(depth):
        node = helper.make_node("If", ["yes"], ["logit"], then_branch=graph, else_branch=graph)
        graph = helper.make_graph([node], "zz", [], [])
    return helper.make_model(graph).SerializeToString()


def told(data):
    """How many operators there are, or why the model is not taken."""
    try:
        return str(inspect(data))
    except Unfit as why:
        return str(why)


def test_operators_are_counted_in_every_branch():
    assert inspect(GOOD) == len(onnx.load_from_string(GOOD).graph.node) == 5
    assert inspect(nested(0)) == 1
    assert inspect(nested(3)) == 1 + 2 + 4 + 8


@pytest.mark.parametrize("name", ["custom operator", "custom operator in a branch", "function"])
def test_operators_outside_the_standard_are_found(name):
    make, words = plugins.REFUSED[name]
    with pytest.raises(Unfit, match=words):
        inspect(make())


@pytest.mark.parametrize("name", ["tensors in a file", "tensors anywhere", "dice", "own format"])
def test_files_dice_and_other_formats_are_found(name):
    make, words = plugins.REFUSED[name]
    with pytest.raises(Unfit, match=words):
        inspect(make())


def test_a_tensor_in_an_attribute_may_not_lie_elsewhere():
    made = plugins.model()
    node = made.graph.node.add()
    node.op_type, node.output[:] = "Constant", ["zz"]
    held = node.attribute.add()
    held.name, held.type = "value", onnx.AttributeProto.TENSOR
    entry = held.t.external_data.add()
    entry.key, entry.value = "location", "zz"
    with pytest.raises(Unfit, match="another file"):
        inspect(made.SerializeToString())


def test_a_tensor_that_only_says_so_lies_elsewhere_too():
    made = plugins.model()
    made.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
    with pytest.raises(Unfit, match="another file"):
        inspect(made.SerializeToString())


def test_what_is_said_twice_is_looked_at_twice():
    """A reader of protocol buffers joins a graph that stands there twice."""
    with pytest.raises(Unfit, match=r"com\.microsoft"):
        inspect(GOOD + plugins.custom_operator())


def test_depth_and_number_are_bounded(monkeypatch):
    thin = helper.make_graph([helper.make_node("Abs", ["picture"], ["logit"])], "zz", [], [])
    for _ in range(MOST_DEPTH // 3 + 1):  # a graph, its operator, its attribute
        node = helper.make_node("Loop", ["n", "yes"], ["logit"], body=thin)
        thin = helper.make_graph([node], "zz", [], [])
    with pytest.raises(Unfit, match="nests deeper"):
        inspect(helper.make_model(thin).SerializeToString())
    monkeypatch.setattr(detector_model, "MOST_FIELDS", 1_000)
    with pytest.raises(Unfit, match="more than 1000 fields"):
        inspect(b"\x08\x01" * 1_001)


@pytest.mark.parametrize("at", range(0, len(GOOD), 7))
def test_a_model_that_is_cut_off_is_no_model_or_a_smaller_one(at):
    said = told(GOOD[:at])
    assert "no ONNX file" in said or 0 < int(said) <= 5


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, 20))
def test_no_bytes_raise_anything_else(data, at, gone):
    for each in (data, GOOD[:at] + data + GOOD[at + gone :]):
        said = told(each)
        assert said.isprintable()
        assert said != "0"
