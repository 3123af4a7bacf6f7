"""Detector plug-ins made in code: a tiny network of three layers, and what an enemy would bring.

The network tells rough pictures from smooth ones: it averages what is left of grey after its
neighbours are taken away. Nothing was trained.
"""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

FLOAT = TensorProto.FLOAT
SIDE = 64
STEEP, MIDDLE = 40.0, 4.0
"""Logit: MIDDLE less STEEP times the mean roughness of the windows."""
MANIFEST = """\
[identity]
name = "zz-rough"
version = "1.0"
model_sha256 = "{digest}"
licence = "Apache-2.0"
author = "the tests"
training = "nothing: three layers written by hand"

[input]
tensor = "picture"
policy = "{policy}"
size = {size}
count = {count}
{more}

[output]
tensor = "logit"

[domain]
least_side = {least}
{domain}

[aggregation]
of = "{aggregation}"

[selftest]
picture = "selftest.png"
logit = {logit!r}
"""


def grey(level: float, seed: int = 0, side: int = SIDE) -> NDArray[np.uint8]:
    """Return a grey tile with so much noise; higher is rougher."""
    noise = np.random.default_rng(seed).normal(0, level, (side, side))
    return np.clip(np.rint(128 + noise), 0, 255).astype(np.uint8)


def png(level: float, seed: int = 0, side: int = SIDE) -> bytes:
    """Return such a tile as a PNG."""
    out = io.BytesIO()
    Image.fromarray(grey(level, seed, side)).convert("RGB").save(out, "png", compress_level=1)
    return out.getvalue()


def roughness(plane: NDArray[np.uint8]) -> float:
    """Return what the network averages, computed without it: neighbours off, edges left out."""
    values = plane.astype(np.float64) / 255
    middle = values[1:-1, 1:-1]
    around = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
    return float(np.abs(middle - around / 4).mean())


def logit_of(plane: NDArray[np.uint8]) -> float:
    """Return the logit of a tile of the network's size."""
    return MIDDLE - STEEP * roughness(plane)


def model(
    nodes: list[Any] | None = None, *, held: list[Any] | None = None, **more: Any
) -> onnx.ModelProto:
    """Return the network, or one of other nodes between `picture` and `logit`."""
    shapes = more.pop("shapes", ["one", 3, "rows", "columns"])
    kernel = np.tile(np.array([[0, -0.25, 0], [-0.25, 1, -0.25], [0, -0.25, 0]]) / 3, (1, 3, 1, 1))
    constants = {"kernel": kernel, "steep": np.array([-STEEP]), "middle": np.array([MIDDLE])}
    own = [numpy_helper.from_array(value.astype(np.float32), n) for n, value in constants.items()]
    layers = [
        helper.make_node("Conv", ["picture", "kernel"], ["rough"]),
        helper.make_node("Abs", ["rough"], ["size"]),
        helper.make_node("GlobalAveragePool", ["size"], ["mean"]),
        helper.make_node("Mul", ["mean", "steep"], ["scaled"]),
        helper.make_node("Add", ["scaled", "middle"], ["logit"]),
    ]
    graph = helper.make_graph(
        nodes or layers,
        "zz",
        [helper.make_tensor_value_info("picture", FLOAT, shapes)],
        [helper.make_tensor_value_info("logit", FLOAT, None)],
        held if held is not None else own,
    )
    opsets = [helper.make_opsetid("", 17), *more.pop("opsets", [])]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, **more)


def plugin(folder: Path, data: bytes | None = None, **told: Any) -> Path:
    """Write a plug-in into a folder and return it; `told` replaces parts of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    network = model().SerializeToString() if data is None else data
    values = {
        "policy": "crop",
        "size": SIDE,
        "count": 1,
        "least": SIDE,
        "more": "",
        "domain": "",
        "aggregation": "mean",
        "logit": round(logit_of(grey(20, 99)), 3),
        "digest": hashlib.sha256(network).hexdigest(),
    }
    (folder / "model.onnx").write_bytes(network)
    (folder / "plugin.toml").write_text(MANIFEST.format(**values | told), "utf-8")
    (folder / "selftest.png").write_bytes(png(20, 99))
    return folder


def _node(kind: str, given: list[str], **more: Any) -> Any:
    return helper.make_node(kind, given, ["logit"], **more)


def _constant(name: str, values: Any, kind: Any = np.float32) -> Any:
    return numpy_helper.from_array(np.array(values, kind), name)


def custom_operator() -> bytes:
    """Return a network with an operator of onnxruntime's own."""
    nodes = [_node("FusedConv", ["picture", "kernel"], domain="com.microsoft")]
    return model(nodes, opsets=[helper.make_opsetid("com.microsoft", 1)]).SerializeToString()


def domain_in_a_branch() -> bytes:
    """Return a network that hides such an operator in a graph inside its graph."""
    inside = helper.make_graph(
        [helper.make_node("Gelu", ["picture"], ["inner"], domain="com.microsoft")],
        "inside",
        [],
        [helper.make_tensor_value_info("inner", FLOAT, None)],
    )
    nodes = [_node("If", ["yes"], then_branch=inside, else_branch=inside)]
    return model(nodes, held=[_constant("yes", True, bool)]).SerializeToString()  # noqa: FBT003


def own_function() -> bytes:
    """Return a network with a function of its own."""
    body = [helper.make_node("Abs", ["given"], ["made"])]
    opsets = [helper.make_opsetid("", 17)]
    function = helper.make_function("zz.own", "Rough", ["given"], ["made"], body, opsets)
    return model(functions=[function]).SerializeToString()


def outside(place: str) -> bytes:
    """Return a network whose numbers lie in another file."""
    made = model()
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", place
    return made.SerializeToString()


def dice() -> bytes:
    """Return a network whose answer is drawn."""
    return model([_node("RandomNormal", [], shape=[1])]).SerializeToString()


def endless() -> bytes:
    """Return a network that counts to the end of 63 bits."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["goes"]),
            helper.make_node("Add", ["sum", "one"], ["more"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("sum", FLOAT, [1]),
        ],
        [
            helper.make_tensor_value_info("goes", TensorProto.BOOL, []),
            helper.make_tensor_value_info("more", FLOAT, [1]),
        ],
    )
    held = [
        _constant("turns", (1 << 63) - 1, np.int64),
        _constant("yes", True, bool),  # noqa: FBT003
        _constant("start", [0.0]),
        _constant("one", [1.0]),
    ]
    return model(
        [_node("Loop", ["turns", "yes", "start"], body=body)], held=held
    ).SerializeToString()


def hungry() -> bytes:
    """Return a network of a few bytes that asks for a terabyte."""
    nodes = [
        helper.make_node("ConstantOfShape", ["shape"], ["all"]),
        helper.make_node("ReduceMean", ["all"], ["logit"], keepdims=0),
    ]
    return model(nodes, held=[_constant("shape", [1 << 38], np.int64)]).SerializeToString()


def no_number() -> bytes:
    """Return a network that divides nothing by nothing."""
    nodes = [helper.make_node("Div", ["nothing", "nothing"], ["logit"])]
    return model(nodes, held=[_constant("nothing", [0.0])]).SerializeToString()


def many_numbers() -> bytes:
    """Return a network that answers with a picture."""
    return model([_node("Identity", ["picture"])]).SerializeToString()


def other_names() -> bytes:
    """Return a network with another name for what it gives."""
    made = model()
    made.graph.node[-1].output[0] = "zz"
    made.graph.output[0].name = "zz"
    return made.SerializeToString()


def own_format() -> bytes:
    """Return bytes that onnxruntime would take for its own format."""
    return b"\x18\x00\x00\x00ORTM" + bytes(64)


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "custom operator": (custom_operator, "domain 'com.microsoft'"),
    "custom operator in a branch": (domain_in_a_branch, "domain 'com.microsoft'"),
    "function": (own_function, "functions of its own"),
    "tensors in a file": (lambda: outside("weights.bin"), "tensors in another file"),
    "tensors anywhere": (lambda: outside("../../../etc/passwd"), "tensors in another file"),
    "dice": (dice, "throws dice"),
    "names": (other_names, "gives zz (tensor(float)), no 'logit'"),
    "no number": (no_number, "what is no number"),
    "many numbers": (many_numbers, "numbers, not one"),
    "terabyte": (hungry, "network failed|does not take"),
    "own format": (own_format, "no ONNX file"),
    "text": (lambda: b"zz-test-0001\n" * 40, "no ONNX file"),
    "nothing": (lambda: b"", "no ONNX file"),
}
"""What an enemy would bring → what is said of it."""


def tried(folder: str) -> str:
    """Load a plug-in and ask its network for its self-test; say how it went."""
    from fanal.analyzers.detector import Unfit, load  # noqa: PLC0415 (where the work is done)

    try:
        load(folder).ready()
    except Unfit as why:
        return f"{why} [{os.getpid()}]"
    return "ready"


def pictures(folder: Path, each: int = 60, groups: int = 6) -> Path:
    """Write rough pictures called camera, smoother ones called generated, and their list."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = ["path,truth,group"]
    for truth, level, kind in (("camera", 32, "device"), ("generated", 24, "tool")):
        for number in range(each):
            name = f"{truth}-{number}.png"
            rough = level + 9 * np.sin(number * 2.4)
            (folder / name).write_bytes(png(float(rough), number * 2 + (truth == "camera")))
            rows.append(f"{name},{truth},{kind} {number % groups}")
    listed = folder / "list.csv"
    listed.write_text("\n".join(rows) + "\n", "utf-8")
    return listed
