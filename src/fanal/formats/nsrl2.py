"""Reads NSRL RDS version 2: the CSV file `NSRLFile.txt` of known software."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fanal.formats.csv_rows import NSRL2_COLUMNS, Row, entries, rows_of, split
from fanal.formats.digests import entry, kept
from fanal.formats.streams import head_of, lines_of, open_list, text_of, until_cut
from fanal.model.known import KnownHash, Refused

ENCODING = "iso-8859-1"
"""The file is not UTF-8; each byte is a letter."""


class Nsrl2Reader:
    """The United States' reference list of known software, version 2."""

    name: ClassVar[str] = "nsrl2"
    example: ClassVar[bytes] = (
        b'"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\r\n'
        b'"A9993E364706816ABA3E25717850C26C9CD0D89D","900150983CD24FB0D6963F7D28E17F72",'
        b'"352441C2","zz-test-0001.txt",3,1,"362",""\r\n'
        b'"DA39A3EE5E6B4B0D3255BFEF95601890AFD80709","D41D8CD98F00B204E9800998ECF8427E",'
        b'"00000000","zz-test-empty.txt",0,1,"362",""\r\n'
    )

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by the header, which is always the same."""
        del file_name
        return _header(head) == NSRL2_COLUMNS

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each file of the list; product and system stay the numbers they are."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the header: the file itself does not name its release."""
        return ",".join(_header(head_of(path)))


def _header(head: bytes) -> tuple[str, ...]:
    lines = text_of(head).splitlines()
    return split(lines[0], ",") if lines else ()


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    with open_list(path) as stream:
        rows = rows_of(lines_of(stream, ENCODING), ",")
        yield from entries(islice(rows, 1, None), len(NSRL2_COLUMNS), _entry)


def _entry(row: Row) -> Iterator[KnownHash | Refused]:
    named = dict(zip(NSRL2_COLUMNS, row.cells, strict=False))
    hashes = [("sha1", named.pop("SHA-1", "")), ("md5", named.pop("MD5", ""))]
    yield from entry(row.number, hashes, fields=kept(named))
