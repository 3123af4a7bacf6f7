"""Writes the files of a device as learning writes them, of a sensor that is known."""

import hashlib
import json
from pathlib import Path

import numpy as np

from fanal.content.sensor import middle
from makers import sensors


def device(
    folder: Path,
    sensor: int = 1,
    width: int = sensors.WIDTH,
    height: int = sensors.HEIGHT,
    name: str = "zz-phone",
) -> dict[str, str]:
    """Write a folder that an analyzer is made of; return file → SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = sensors.cells(sensor, width, height) / sensors.SPREAD
    cells = cells - cells.mean(axis=0) - cells.mean(axis=1)[:, None]
    within = middle(height, width)
    facts = {"device": name, "rows": height, "columns": width}
    parts = {
        "middle.f16": cells[within].astype(np.float16).tobytes(),
        "device.json": json.dumps(facts).encode(),
    }
    if cells[within].shape != cells.shape:
        parts["whole.f16"] = cells.astype(np.float16).tobytes()
    for file, data in parts.items():
        (folder / file).write_bytes(data)
    return {file: hashlib.sha256(data).hexdigest() for file, data in parts.items()}
