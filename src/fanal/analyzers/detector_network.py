"""Runs the network of a detector: onnxruntime on one thread of the processor, from memory."""

import math
from typing import Any

from fanal.analyzers.detector_input import Tensor
from fanal.analyzers.detector_manifest import Manifest, Unfit
from fanal.analyzers.detector_model import inspect

FLOAT = "tensor(float)"
PROVIDERS = ["CPUExecutionProvider"]
MOST_SAID = 160
SILENT = 4
"""Onnxruntime tells nothing but what ends it."""


class Network:
    """A model that was looked through and loaded, with one tensor in and one number out."""

    def __init__(self, data: bytes, manifest: Manifest) -> None:
        """Load a model from its bytes; raise Unfit where it is not what the manifest says."""
        inspect(data)
        self._given = manifest.input.tensor
        self._wanted = manifest.output.tensor
        try:
            self._session = _session(data)
        except Exception as error:  # noqa: BLE001 (a library in C over a foreign file)
            raise Unfit(f"onnxruntime does not take the model: {_said(error)}") from None
        inputs = {each.name: each.type for each in self._session.get_inputs()}
        outputs = {each.name: each.type for each in self._session.get_outputs()}
        if inputs != {self._given: FLOAT}:
            raise Unfit(f"the model takes {_listed(inputs)}, not one {self._given!r} of floats")
        for name in filter(None, (self._wanted, manifest.output.heat_map)):
            if outputs.get(name) != FLOAT:
                raise Unfit(f"the model gives {_listed(outputs)}, no {name!r} of floats")

    def logit(self, tensor: Tensor) -> float:
        """Return what the network says of one window; raise Unfit where it says no number."""
        try:
            (given,) = self._session.run([self._wanted], {self._given: tensor})
        except Exception as error:  # noqa: BLE001 (likewise)
            raise Unfit(f"the network failed: {_said(error)}") from None
        if given.size != 1:
            raise Unfit(f"the network gave {given.size} numbers, not one")
        logit = float(given.reshape(-1)[0])
        if not math.isfinite(logit):
            raise Unfit("the network gave what is no number")
        return logit


def _session(data: bytes) -> Any:
    """Return a session that writes nothing, starts no thread and reads no other file."""
    import onnxruntime  # noqa: PLC0415 (an extra, and slow to load)

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # what one picture needed is given back
    options.log_severity_level = SILENT
    # Its own format would be read without being looked through.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return onnxruntime.InferenceSession(data, options, providers=PROVIDERS)


def _said(error: Exception) -> str:
    return printable(f"{type(error).__name__}: {error}")


def printable(text: str) -> str:
    """Return a text of a library or a model, short enough and safe for a screen."""
    short = " ".join(text.split())[:MOST_SAID]
    return "".join(letter if letter.isprintable() else "?" for letter in short)


def _listed(tensors: dict[str, str]) -> str:
    return printable(
        ", ".join(f"{name} ({tensors[name]})" for name in sorted(tensors)) or "nothing"
    )
