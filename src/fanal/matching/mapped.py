"""Maps arrays of numbers from files, read-only, so that all processes share the same pages."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fanal.errors import CaseError

Array = npt.NDArray[Any]


def mapped(path: Path, kind: npt.DTypeLike, shape: tuple[int, ...]) -> Array:
    """Map a file as an array that cannot be written, or say that it has not the right size."""
    try:
        size = path.stat().st_size
        expected = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        if size != expected:
            raise CaseError(
                f"{path} has {size} bytes instead of {expected}", "import the list again"
            )
        if not size:
            empty: Array = np.empty(shape, kind)
            empty.flags.writeable = False
            return empty
        with path.open("rb") as stream:
            pages = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error}", "import the list again") from error
    return np.frombuffer(pages, kind).reshape(shape)


def writable(path: Path, kind: npt.DTypeLike, shape: tuple[int, ...]) -> Array:
    """Create a file of that size and map it for writing."""
    if 0 in shape:
        path.write_bytes(b"")
        return np.empty(shape, kind)
    return np.asarray(np.memmap(path, kind, "w+", shape=shape))
