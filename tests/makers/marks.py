"""Puts the mark of any generator onto a picture: `mark(row, picture)`, `forged(row)(file)`."""

import io
from collections.abc import Callable

from PIL import Image

from makers import marks_rows_more
from makers.marking import added, written

BUILDERS = marks_rows_more.ROWS
"""Row → who builds it for a picture of a width and a height."""

ROWS: tuple[str, ...] = tuple(BUILDERS)
"""Names of all rows."""


def mark(row: str, picture: Image.Image) -> bytes:
    """Return a picture as the file that the generator of a row would have left."""
    return written(BUILDERS[row](*picture.size), picture)


def forged(row: str) -> Callable[[bytes], bytes]:
    """Return who puts the mark of a row onto a JPEG or PNG, as one command would do it.

    Where the row's container is the file's, its pixels stay as they are, byte for byte.
    """

    def forge(data: bytes) -> bytes:
        with Image.open(io.BytesIO(data)) as picture:
            made = BUILDERS[row](*picture.size)
            same = (picture.format or "").lower() == made.container and not made.hidden
            return added(made, data) if same else written(made, picture)

    return forge
