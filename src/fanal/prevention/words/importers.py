"""Turns lists of others into the list format: a phrase a line, or a CSV with named columns."""

import csv
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyrage

from fanal.errors import ListError, UsageError
from fanal.prevention.words.lists import AGE
from fanal.prevention.words.terms import COLUMNS, read_entries

DELIMITERS = (",", ";", "\t", "|")
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""How files begin that spreadsheets call Unicode text (Unicode Standard, 23.8)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How somebody else's list is laid out, and what is true of all its entries."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our column → theirs; empty for a file with a phrase a line. Without `id`, rows count."""
    same: Mapping[str, str] = field(default_factory=dict)
    """Our column → what it says for every entry, such as `kind` or `source_ref`."""
    prefix: str = "row"
    """Begins the names of entries that bring none: `row-17`, by the row of the source."""
    encoding: str = ""
    """"" for UTF-8, or UTF-16 where the file begins as such."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A list in our format, and what was left."""

    data: bytes = field(repr=False)
    """JSON lines: no spreadsheet takes a phrase in them for a formula."""
    entries: int
    empty: int
    """Rows without a phrase."""
    twice: int
    """Rows whose phrase was there already."""


def convert(data: bytes, name: str, layout: Layout) -> Imported:
    """Return a list in our format, or refuse it whole: by row and class of fault, without words."""
    text = _decoded(data, name, layout.encoding)
    rows = _named(text, name, layout.columns) if layout.columns else _lines(text)
    known: set[str] = set()
    lines: dict[int, str] = {}
    empty = twice = 0
    for number, row in rows:
        pattern = row.get("pattern", "").strip()
        if not pattern or pattern in known:
            empty, twice = empty + (not pattern), twice + bool(pattern)
            continue
        known.add(pattern)
        told = {"id": f"{layout.prefix}-{number}", "kind": "phrase", **layout.same, **row}
        told["pattern"] = pattern
        lines[number] = json.dumps({key: told[key] for key in COLUMNS if told.get(key)})
    if not lines:
        raise ListError(f"{name} holds no phrase", "is it the right file?")
    placed = "\n".join(lines.get(at, "") for at in range(1, max(lines) + 1))
    is_support = "audience" in {*layout.same, *layout.columns}
    entries = read_entries(placed.encode(), name, is_support=is_support)  # by rows of the source
    made = "".join(f"{line}\n" for line in lines.values()).encode()
    return Imported(made, len(entries), empty, twice)


def write(imported: Imported, out: Path, recipients: Sequence[str] = ()) -> None:
    """Write a list where there is no file yet, for its owner's eyes only; encrypted for some."""
    if bool(recipients) != (out.suffix == AGE):
        raise UsageError(
            f"a name that ends in {AGE} and somebody to encrypt to belong together",
            f"FILE{AGE} with --encrypt-to, or neither",
        )
    data = imported.data
    if recipients:
        try:
            to = [pyrage.x25519.Recipient.from_str(one) for one in recipients]
        except (ValueError, pyrage.RecipientError):
            raise UsageError("no age recipient", "it begins with age1: age-keygen -y") from None
        data = bytes(pyrage.encrypt(data, to))
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{out} is there already", "name a new file") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}", "name another") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except OSError as error:
        with suppress(OSError):
            out.unlink()
        raise UsageError(f"{out} cannot be written: {error.strerror}", "name another") from None


def _decoded(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding or MARKS.get(data[:2], "utf-8-sig"))
    except (UnicodeDecodeError, LookupError):
        raise ListError(
            f"{name} is not in this encoding", "say which: --encoding latin-1, utf-16 …"
        ) from None


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        yield number, {"pattern": line}


def _named(
    text: str, name: str, columns: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield rows of a CSV by number; the first line names its columns and is never repeated."""
    first = text.partition("\n")[0]
    mark = next((one for one in DELIMITERS if set(columns.values()) <= _split(first, one)), None)
    if mark is None:
        raise ListError(
            f"the first line of {name} does not name all of these columns",
            "name them as they stand there; a file with a phrase a line needs no --phrase",
        )
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, restkey="", strict=True)
    try:
        for row in reader:
            told = {ours: row.get(theirs) or "" for ours, theirs in columns.items()}
            yield reader.line_num, {ours: value for ours, value in told.items() if value.strip()}
    except csv.Error:
        raise ListError(f"{name} is no CSV", "export it again") from None


def _split(line: str, mark: str) -> set[str]:
    try:
        return set(next(csv.reader([line.rstrip("\r")], delimiter=mark), []))
    except csv.Error:
        return set()
