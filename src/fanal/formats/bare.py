"""Reads lists of one bare hash a line, with or without the file's name, as `md5sum` writes them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fanal.formats.csv_rows import NO_LINE_END
from fanal.formats.digests import LENGTHS, entry, kinds_of_64, kinds_unnamed
from fanal.formats.streams import (
    HEAD,
    CutError,
    Line,
    head_of,
    lines_of,
    open_list,
    text_of,
    until_cut,
)
from fanal.model.known import KnownHash, Refused

SAMPLE = 1 << 16
"""Bytes from which hashes of 64 digits are told apart."""
# md5sum puts a backslash before a name with a line end, and a star before a binary file's name.
_LINE = re.compile(r"\s*\\?([0-9A-Fa-f]+)(?:[ \t]+\*?(.*))?", re.DOTALL)


class BareReader:
    """One hash a line; its length tells its kind."""

    name: ClassVar[str] = "bare"
    example: ClassVar[bytes] = (
        b"900150983cd24fb0d6963f7d28e17f72\n"
        b"5d41402abc4b2a76b9719d911017c592  zz-test-0001\n"
        b"900150983cd24fb0\n"
    )

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by most of the first lines being hashes."""
        del file_name
        lines = _hash_lines(head)
        good = sum(bool(kinds_unnamed(_value(line), ("sha256",))) for line in lines)
        return good * 2 > len(lines)

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each line that is a hash."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return which kinds of hash stand in the first lines."""
        lines = _hash_lines(head_of(path, SAMPLE))
        values = [_value(line) for line in lines]
        of_64 = kinds_of_64(values)
        kinds = {kind for value in values for kind in kinds_unnamed(value, of_64)}
        return "one hash a line: " + ", ".join(kind for kind in LENGTHS if kind in kinds)


def _hash_lines(head: bytes) -> list[str]:
    """Return the lines that ought to be hashes; the last may be cut by the end of the head."""
    lines = text_of(head).splitlines()
    lines = lines[:-1] if len(head) >= HEAD and len(lines) > 1 else lines
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _value(line: str) -> str:
    match = _LINE.fullmatch(line.rstrip())
    return match[1] if match else ""


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    of_64 = kinds_of_64(map(_value, _hash_lines(head_of(path, SAMPLE))))
    before: int = 0
    with open_list(path) as stream:
        for line in lines_of(stream):
            if line.too_long:
                yield Refused(line.number, "row too long")
                continue
            text = line.text.rstrip()
            if not text or text.startswith("#"):
                continue
            length = len(_value(text))
            if not line.ended and before not in {0, length}:
                raise CutError("the last row is cut")
            before = length
            yield from _entry(line, of_64)
            if not line.ended:
                yield Refused(line.number, NO_LINE_END)


def _entry(line: Line, of_64: tuple[str, ...]) -> Iterator[KnownHash | Refused]:
    match = _LINE.fullmatch(line.text.rstrip())
    if match is None:
        yield Refused(line.number, "not hexadecimal: hash")
        return
    kinds = kinds_unnamed(match[1], of_64)
    if not kinds:
        yield Refused(line.number, "wrong length: hash")
        return
    fields = {"name": match[2]} if match[2] else {}
    yield from entry(line.number, [(kind, match[1]) for kind in kinds], fields=fields)
