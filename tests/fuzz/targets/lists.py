"""Targets: every reader of known lists, the recogniser, and the scanners they stand on."""

import csv
import io
import json
import re
from itertools import islice
from pathlib import Path

from fanal.errors import ListError
from fanal.formats import READERS, recognize
from fanal.formats.csv_rows import DELIMITERS, WINDOW, rows_of
from fanal.formats.digests import LENGTHS
from fanal.formats.interface import Reader
from fanal.formats.json_rows import (
    LIMIT,
    JsonScanner,
    Shape,
    UnreadableError,
    _number,
    _whole,
    objects,
    outline,
    tame,
)
from fanal.formats.streams import CutError, lines_of
from fanal.model.known import KnownHash, Refused
from fuzz.seeds import lists as seeds
from fuzz.target import Defect, Target, require, twice, watched, written

MOST_ROWS = 300_000
MOST_REASONS = 64
"""Different reasons one list may give: they are counted by reason."""
HEX = {name: re.compile(f"[0-9a-f]{{{length}}}") for name, length in LENGTHS.items()}


def _checked(found: KnownHash | Refused) -> None:
    if isinstance(found, Refused):
        require(found.row >= 1, "a refused row without number")
        require(0 < len(found.reason) <= 300, f"reason of {len(found.reason)} characters")
        return
    require(isinstance(found, KnownHash), f"neither entry nor refusal: {found!r:.100}")
    given = [(name, getattr(found, name)) for name in LENGTHS]
    require(any(value for _, value in given), "an entry without a digest")
    for name, value in given:
        require(not value or HEX[name].fullmatch(value), f"{name} is {value!r:.80}")
    texts = (found.category, found.series, json.dumps(dict(found.fields), ensure_ascii=False))
    for text in texts:
        text.encode()  # no half of a surrogate pair may get into a case


def _read(reader: Reader, path: Path) -> tuple[list[KnownHash | Refused], str]:
    try:
        return list(islice(reader.read(path), MOST_ROWS)), ""
    except ListError as error:
        return [], error.message


def read_with(name: str, data: bytes) -> None:
    """Read a list of one kind, whatever the bytes are."""
    kind = READERS.get(name)
    path = written(data)
    with watched():
        kind.recognizes(data[:4096], "list")
        found, said = _read(kind(), path)
        again = _read(kind(), path) if twice(data) else (found, said)
        try:
            profile = kind().profile(path)
        except ListError:
            profile = ""
    require((found, said) == again, "read twice, the list says two things")
    for each in found:
        _checked(each)
    reasons = {each.reason for each in found if isinstance(each, Refused)}
    require(len(reasons) <= MOST_REASONS, f"{len(reasons)} different reasons")
    require(len(found) <= 8 * len(data) + 8, f"{len(found)} rows")
    require(isinstance(profile, str) and len(profile) <= 70_000, "a profile without end")
    profile.encode()


def recognise(data: bytes) -> None:
    """Tell the kind of a list and read it with that reader."""
    path = written(data)
    with watched():
        try:
            name = recognize(path).name
        except ListError as error:
            require(error.advice, "a refusal without advice")
            return
    read_with(name, data)


def scan(data: bytes) -> None:
    """Go through JSON in every way there is; what `json` reads whole is read the same."""
    shape = Shape(holders=("value", "Media"), dropped=("Miniature",))
    for read in (lambda s: list(islice(objects(s, shape), MOST_ROWS)), JsonScanner.skip):
        scanner = JsonScanner(io.BytesIO(data))
        try:
            while scanner.peek():
                read(scanner)
        except CutError:
            pass
    shown = outline(data[:4096])
    require(all(isinstance(value, str) for value in shown.top.values()), "an outline of no text")
    _as_json_says(data)


def _as_json_says(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    if data[:3] == b"\xef\xbb\xbf" or data[:2] in {b"\xff\xfe", b"\xfe\xff"} or len(text) > LIMIT:
        return
    try:
        wanted = tame(json.loads(text, parse_int=_whole, parse_float=_number, parse_constant=str))
    except (ValueError, RecursionError, UnreadableError):
        return
    scanner = JsonScanner(io.BytesIO(data))
    require(scanner.value() == wanted, "another value than json reads")
    require(not scanner.peek(), "the value does not end where it ends for json")
    scanner = JsonScanner(io.BytesIO(data))
    scanner.skip()
    require(not scanner.peek(), "passed over, the value does not end where it ends")


def rows(data: bytes) -> None:
    """Split lines that `csv` wrote into the cells it was given, and any others into something."""
    delimiter = DELIMITERS[len(data) % len(DELIMITERS)]
    number = 0
    for row in rows_of(lines_of(io.BytesIO(data)), delimiter):
        require(row.number > number, "row numbers do not rise")
        number = row.number
    text = data.decode("utf-8", "replace").translate({0: None, 13: None, 0xFEFF: None})
    given = [tuple(line.split("\x1f")) for line in text.split("\x1e")]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(given)
    found = list(rows_of(lines_of(io.BytesIO(out.getvalue().encode())), delimiter))
    if any("\n" in cell and len(cell) > 1000 for row in given for cell in row):
        return  # such a cell may be longer than is joined
    if max(sum(cell.count("\n") for cell in row) for row in given) < WINDOW - 1:
        wanted = [row for row in given if any(map(str.strip, row))]
        cells = [row.cells for row in found if any(map(str.strip, row.cells))]
        require(cells == wanted, "other cells than csv has written")


def _reader(name: str) -> Target:
    def one(data: bytes) -> None:
        read_with(name, data)

    return Target(f"list-{name}", one, lambda: seeds.of(name))


TARGETS = (
    *(_reader(name) for name in READERS.names()),
    Target("list-recognise", recognise, seeds.of_every_kind),
    Target("json-scanner", scan, seeds.json_texts),
    Target("csv-rows", rows, seeds.csv_texts),
)
__all__ = ["TARGETS", "Defect"]
