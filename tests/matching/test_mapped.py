"""Mapped arrays are read-only and have the size that is expected."""

import numpy as np
import pytest

from fanal.errors import CaseError
from fanal.matching.mapped import mapped, writable


@pytest.mark.parametrize("shape", [(2, 3), (0, 3), (6,), (0,)])
def test_what_was_written_is_mapped(tmp_path, shape):
    array = writable(tmp_path / "file", np.uint32, shape)
    array[...] = 7
    del array
    back = mapped(tmp_path / "file", np.uint32, shape)
    assert back.shape == shape
    assert (back == 7).all()
    assert not back.flags.writeable


def test_another_size_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    with pytest.raises(CaseError, match="5 bytes instead of 8"):
        mapped(tmp_path / "file", np.uint32, (2,))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CaseError, match="nowhere"):
        mapped(tmp_path / "nowhere", np.uint8, (1,))
