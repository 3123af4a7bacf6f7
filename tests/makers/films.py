"""Small videos of plain greys, made by OpenCV."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np


def film(folder: Path, greys: Sequence[int], kind: str = "avi") -> bytes:
    """Return a video of ten frames a second, each of one grey with a bar that moves."""
    import cv2  # noqa: PLC0415 (of an extra)

    path = folder / f"film.{kind}"
    code = cv2.VideoWriter_fourcc(*("MJPG" if kind == "avi" else "mp4v"))
    writer = cv2.VideoWriter(str(path), code, 10, (160, 120))
    for number, grey in enumerate(greys):
        frame = np.full((120, 160, 3), grey, np.uint8)
        frame[:, number % 150 : number % 150 + 6] = 255 - grey
        writer.write(frame)
    writer.release()
    return path.read_bytes()
