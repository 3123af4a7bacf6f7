"""Reads dumps of ThreatExchange: descriptors or updates, as JSON lines, an array or a page."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from fanal.formats.digests import entry, flag, kind_named
from fanal.formats.json_rows import Found, JsonScanner, Shape, UnreadableError, objects, outline
from fanal.formats.streams import CutError, head_of, lines_of, open_list, text_of, until_cut
from fanal.model.known import KnownHash, Refused

SHAPE = Shape(holders=("data",))
"""A page of the programming interface holds its rows under `data`."""
INDICATORS = ("raw_indicator", "indicator")
"""Members that hold the hash; the raw one is what was uploaded."""
OTHER_TYPES = frozenset(
    {"HASH_TMK", "HASH_PDQ_OCR", "HASH_TEXT_TLSH", "HASH_URL_MD5", "HASH_PHOTODNA", "TREND_QUERY"}
)
"""Kinds that are not hashes of a file's bytes or of a picture, or that nothing here can compare."""


class ThreatExchangeReader:
    """Hashes that platforms share with each other."""

    name: ClassVar[str] = "threatexchange"
    example: ClassVar[bytes] = b"".join(
        json.dumps(row).encode() + b"\n"
        for row in (
            {
                "id": "1",
                "type": "HASH_MD5",
                "raw_indicator": "900150983cd24fb0d6963f7d28e17f72",
                "status": "MALICIOUS",
                "tags": ["zz-test-0001"],
            },
            {
                "id": "2",
                "type": "HASH_MD5",
                "indicator": "f96b697d7cb7938d525a2f31aaf161d0",
                "should_delete": True,
            },
        )
    )

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by rows that have an indicator and its type."""
        del file_name
        shown = outline(head)
        return any(
            "type" in keys and not keys.isdisjoint(INDICATORS)
            for keys in (frozenset(shown.top), shown.rows)
        )

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each descriptor; one deleted upstream is refused, and counted."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return which kind of dump it is: it says nothing else of itself."""
        lines = _is_lines(head_of(path))
        return "ThreatExchange JSON lines" if lines else "ThreatExchange JSON"


def _is_lines(head: bytes) -> bool:
    """Tell whether the first line is an object by itself."""
    first = text_of(head).lstrip().partition("\n")[0]
    scanner = JsonScanner(io.BytesIO(first.encode()))
    try:
        return scanner.peek() == "{" and "data" not in scanner.value()
    except (CutError, UnreadableError):
        return False


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    found = _of_lines(path) if _is_lines(head_of(path)) else _of_whole(path)
    for number, each in enumerate(found, 1):
        yield from (each,) if isinstance(each, Refused) else _entry(number, each)


def _of_whole(path: Path) -> Iterator[Found]:
    with open_list(path) as stream:
        scanner = JsonScanner(stream)
        while scanner.peek():
            yield from objects(scanner, SHAPE)


def _of_lines(path: Path) -> Iterator[Found | Refused]:
    """Yield the object of each line, so that one bad line costs that line and no other."""
    with open_list(path) as stream:
        for line in lines_of(stream):
            if line.too_long:
                yield Refused(line.number, "row too long")
            elif line.text.strip():
                scanner = JsonScanner(io.BytesIO(line.text.encode("utf-8", "replace")))
                try:
                    found = list(objects(scanner, SHAPE))
                except CutError:
                    if not line.ended:
                        raise
                    found = []
                if found and not scanner.peek():
                    yield from found
                else:
                    yield Refused(line.number, "not JSON")


def _entry(number: int, found: Found) -> Iterator[KnownHash | Refused]:
    row = found.row
    if row is None:
        yield Refused(number, "not an object")
        return
    if flag(row.get("should_delete")):
        yield Refused(number, "deleted upstream")
        return
    kind = kind_of(row.get("type"))
    if not kind:
        name = str(row.get("type", "")).upper()
        yield Refused(number, f"type not used: {name if name in OTHER_TYPES else 'other'}")
        return
    given: list[tuple[str, Any]] = [(kind, row.pop(name, None)) for name in INDICATORS]
    yield from entry(number, given, fields=row)
    if found.cut:
        yield Refused(number, "field not kept: other")


def kind_of(name: Any) -> str:
    """Return the kind of hash that a type means, "" for one that is not compared here."""
    bare = str(name).upper().removeprefix("HASH_").removeprefix("VIDEO_")
    return kind_named(bare)
