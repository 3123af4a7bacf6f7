"""Splits lines into cells so that one stray quote costs one row and not the rest of the list."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fanal.formats.streams import LINE, CutError, Line
from fanal.model.known import KnownHash, Refused

DELIMITERS = ",;\t|"
"""What may stand between cells."""
WINDOW = 64
"""Lines that a quoted cell may run over."""
COLUMNS = 512
"""Columns that are read; a header with more is no header."""
ICSE_HEADER = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;"
    "Series name;Number of submissions;File Available;Media Type;Baseline"
)
"""First line of an INTERPOL ICSE list, exactly."""
NSRL2_COLUMNS = (
    *("SHA-1", "MD5", "CRC32", "FileName"),
    *("FileSize", "ProductCode", "OpSystemCode", "SpecialCode"),
)
"""Columns of an NSRL RDS v2 `NSRLFile.txt`, in this order."""
NO_LINE_END = "last row has no line end"
"""Said of a last row that was read: many programs leave the line end away, and so does a cut."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, split; or the reason why it could not be."""

    number: int
    """The line on which the row begins."""
    cells: tuple[str, ...]
    problem: str = ""
    ended: bool = True
    """False for a last row without line end: the file may have been cut inside it."""


def split(text: str, delimiter: str) -> tuple[str, ...]:
    """Return the cells of one line, without asking whether its quotes are closed."""
    if '"' not in text:
        return tuple(text.split(delimiter))
    try:
        return tuple(next(csv.reader([text], delimiter=delimiter), ()))
    except csv.Error:
        return tuple(cell.strip('"') for cell in text.split(delimiter))


def delimiter_of(header: str) -> str:
    """Return the delimiter that stands most often in a header, outside quotes."""
    bare = "".join(header.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def rows_of(lines: Iterator[Line], delimiter: str) -> Iterator[Row]:
    """Yield every row that is not blank; a quoted cell may run over a bounded number of lines."""
    ahead: deque[Line] = deque()
    while True:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            return
        if line.too_long:
            yield Row(line.number, (), "row too long")
        elif line.text.count('"') % 2 and _open(line.text, delimiter):
            yield from _joined(line, lines, ahead, delimiter)
        elif line.text.strip():
            yield Row(line.number, split(line.text, delimiter), ended=line.ended)


def _open(text: str, delimiter: str) -> bool:
    """Tell whether a quoted cell is still open at the end of the text."""
    try:
        for _ in csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _joined(
    first: Line, lines: Iterator[Line], ahead: deque[Line], delimiter: str
) -> Iterator[Row]:
    """Yield the row that goes on in the following lines, or the first line alone, as it stands."""
    gathered = [first]
    size = len(first.text)
    while len(gathered) < WINDOW and size < LINE:
        line = ahead.popleft() if ahead else next(lines, None)
        if line is None:
            break
        gathered.append(line)
        size += len(line.text)
        # Each line with an odd number of quotes may be the one that closes the cell.
        if not line.too_long and not line.text.count('"') % 2:
            continue
        text = "\n".join(each.text for each in gathered)
        if not line.too_long and not _open(text, delimiter):
            rows = list(csv.reader([each.text + "\n" for each in gathered], delimiter=delimiter))
            if len(rows) == 1:
                yield Row(first.number, tuple(rows[0]), ended=line.ended)
                return
        break
    ahead.extendleft(reversed(gathered[1:]))
    cells = tuple(cell.strip('"') for cell in first.text.split(delimiter))
    yield Row(first.number, cells, "quote not closed", first.ended)


def entries(
    rows: Iterator[Row], columns: int, make: Callable[[Row], Iterator[KnownHash | Refused]]
) -> Iterator[KnownHash | Refused]:
    """Yield what the rows below a header say; a last row without line end may prove to be cut."""
    for row in rows:
        if not row.cells:
            yield Refused(row.number, row.problem)
            continue
        if not row.ended and (row.problem or len(row.cells) < columns):
            raise CutError("the last row is cut")
        for found in make(row):
            if not row.ended and isinstance(found, Refused) and found.reason.startswith("wrong"):
                raise CutError("the last row is cut")
            yield found
        if row.problem:
            yield Refused(row.number, row.problem)
        if not row.ended:
            yield Refused(row.number, NO_LINE_END)


def column_names(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each column that is unlike all others, as fields are kept by name."""
    names: dict[str, int] = {}
    for place, cell in enumerate(header, 1):
        name = cell.strip() or f"column {place}"
        while name in names:
            name = f"{name} ({place})"
        names[name] = place
    return tuple(names)
