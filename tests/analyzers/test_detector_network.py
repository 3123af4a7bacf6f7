"""A network takes one tensor and gives one number, on one thread, from memory."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fanal.analyzers.detector_manifest import Unfit, read_manifest
from fanal.analyzers.detector_network import MOST_SAID, PROVIDERS, Network, _session, printable
from makers import plugins

GOOD = plugins.model()


def manifest(heat_map=""):
    told = {"policy": "crop", "size": 64, "count": 1, "least": 64, "more": "", "domain": ""}
    text = plugins.MANIFEST.format(digest="5a" * 32, aggregation="mean", logit=1.0, **told)
    more = f'tensor = "logit"\nheat_map = "{heat_map}"' if heat_map else 'tensor = "logit"'
    return read_manifest(text.replace('tensor = "logit"', more).encode())


def changed(**told):
    made = onnx.ModelProto()
    made.CopyFrom(GOOD)
    if kind := told.get("kind"):
        made.graph.input[0].type.tensor_type.elem_type = kind
        made.graph.node.insert(0, helper.make_node("Cast", ["picture"], ["cast"], to=1))
        made.graph.node[1].input[0] = "cast"
    if told.get("second"):
        made.graph.input.append(helper.make_tensor_value_info("secret", TensorProto.FLOAT, [1]))
    return made.SerializeToString()


def test_it_says_what_the_layers_compute():
    network = Network(GOOD.SerializeToString(), manifest())
    plane = plugins.grey(20, 7)
    tensor = np.repeat((plane / 255).astype(np.float32)[None, None], 3, axis=1)
    assert network.logit(tensor) == pytest.approx(plugins.logit_of(plane), abs=1e-4)
    with pytest.raises(Unfit, match="the network failed"):
        network.logit(tensor[:, :1])


def test_it_runs_on_one_thread_of_the_processor_and_on_nothing_else():
    session = _session(GOOD.SerializeToString())
    assert session.get_providers() == PROVIDERS == ["CPUExecutionProvider"]
    told = session.get_session_options()
    assert (told.intra_op_num_threads, told.inter_op_num_threads) == (1, 1)
    assert not told.enable_profiling
    assert told.get_session_config_entry("session.load_model_format") == "ONNX"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            changed(kind=TensorProto.DOUBLE),
            r"takes picture \(tensor\(double\)\), not one 'picture'",
        ),
        (changed(second=True), "takes picture .*, secret .*, not one"),
        (b"\x3a\x04\x0a\x02zz", "onnxruntime does not take|no ONNX file"),
    ],
)
def test_other_tensors_than_the_manifest_names_are_refused(data, words):
    with pytest.raises(Unfit, match=words):
        Network(data, manifest())


def test_a_heat_map_that_is_not_there_is_refused():
    with pytest.raises(Unfit, match=r"gives logit \(.*\), no 'zz' of floats"):
        Network(GOOD.SerializeToString(), manifest("zz"))


def test_loading_and_running_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = Network(GOOD.SerializeToString(), manifest())
    network.logit(np.zeros((1, 3, 64, 64), np.float32))
    assert list(Path().iterdir()) == []


def test_what_a_library_says_is_short_and_cannot_move_the_cursor():
    said = printable("zz\n\x1b[2J" + "z" * 1000)
    assert said.startswith("zz ?[2J")
    assert len(said) == MOST_SAID
