"""Reads answers of NCMEC's hash sharing service, version 2 (XML)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from fanal.formats.digests import entry, kept, kind_named
from fanal.formats.streams import CutError, head_of, open_list, text_of, until_cut
from fanal.model.known import KnownHash, Refused

ENTRIES = frozenset({"image", "video"})
"""Elements that are entries."""
DELETED = frozenset({"deletedImage", "deletedVideo"})
"""Elements that say that an entry was taken back."""
NODES = 4096
"""Elements of one entry that are kept, the feedback of many members included."""
DEPTH = 32
"""How deep elements may nest."""
NAMES = 4096
"""Different names of elements and attributes: the parser remembers each for good."""
CHARACTERS = 1 << 18
"""Characters of one entry that are kept."""
BLOCK = 1 << 16
"""Bytes read at once."""
TOKEN = 1 << 22
"""Bytes of one tag or comment before the list is given up: the parser holds each whole."""
FINGERPRINTS = frozenset(
    {"pdna", "netclean", "videntifier", "tmk-pdqf", "ssvh-pdna", "ssvh-safer-hash", "md5", "sha1"}
    | {"pdq", "sha256"}
)
"""Kinds of fingerprint that a reason may name; others are `other`."""
_ROOT = re.compile(r"<(?:[\w.-]+:)?queryResult[\s>/]")
_SPACE = re.compile(r"xmlns(?::[\w.-]+)?\s*=\s*[\"']([^\"']{1,200})[\"']")
_STAMP = re.compile(r"maxTimestamp\s*=\s*[\"']([^\"']{1,40})[\"']")


class NcmecReader:
    """Hashes that hotlines and platforms share through NCMEC."""

    name: ClassVar[str] = "ncmec"
    example: ClassVar[bytes] = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">\n'
        b'<images count="2"><image><member id="1">zz-test</member><id>zz-test-0001</id>'
        b"<fingerprints><md5>900150983cd24fb0d6963f7d28e17f72</md5></fingerprints></image>\n"
        b'<deletedImage><member id="1">zz-test</member><id>zz-test-0002</id></deletedImage>'
        b"</images></queryResult>\n"
    )

    @staticmethod
    def recognizes(head: bytes, file_name: str) -> bool:
        """Tell by the root element, in whatever namespace."""
        del file_name
        text = text_of(head).lstrip()
        return text.startswith("<") and _ROOT.search(text) is not None

    def read(self, path: Path) -> Iterator[KnownHash | Refused]:
        """Yield each image and video; its key (member, id) is kept."""
        return until_cut(self.name, _read(path))

    def profile(self, path: Path) -> str:
        """Return the namespace, and the newest time stamp that the first bytes name."""
        text = text_of(head_of(path))
        return " ".join(found[1] for each in (_SPACE, _STAMP) if (found := each.search(text)))


@dataclass(slots=True)
class _Node:
    """One element of an entry."""

    name: str
    attributes: dict[str, str]
    children: "list[_Node]" = field(default_factory=list)
    text: str = ""


class _Collector:
    """Takes the parser's events and keeps nothing but the entry that is being read.

    `iterparse` builds the tree of a whole block before it hands out the first element, and a text
    of gigabytes in one piece; here both are bounded.
    """

    def __init__(self) -> None:
        self.done: list[tuple[_Node, bool]] = []
        self._open: list[_Node] = []
        self._depth = 0
        self._nodes = 0
        self._characters = 0
        self._names: set[str] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self._depth += 1
        self._names.update((tag, *attributes))
        if self._depth > DEPTH or len(self._names) > NAMES:
            raise CutError("elements nest too deep, or there are too many kinds")
        node = _Node(tag.rpartition("}")[2], attributes)
        if not self._open:
            if node.name not in ENTRIES | DELETED | {"next"}:
                return
            self._nodes = self._characters = 0
        self._nodes += 1
        self._characters += sum(map(len, attributes.values()))
        if self._open and self._kept():
            self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        """Take a piece of text."""
        if self._open:
            self._characters += len(text)
            if self._kept():
                self._open[-1].text += text

    def end(self, tag: str) -> None:
        """Close an element; an entry is done."""
        del tag
        self._depth -= 1
        if self._open:
            node = self._open.pop()
            if not self._open:
                self.done.append((node, self._kept()))

    def close(self) -> None:
        """Take the end of the document."""

    def _kept(self) -> bool:
        return self._nodes <= NODES and self._characters <= CHARACTERS


def _read(path: Path) -> Iterator[KnownHash | Refused]:
    number = 0
    with open_list(path) as stream:
        for node, whole in _entries(stream):
            number += 1
            yield from _entry(number, node)
            if not whole:
                yield Refused(number, "field not kept: other")


def _entries(stream: BinaryIO) -> Iterator[tuple[_Node, bool]]:
    """Yield each entry and whether all of it is there; what stands before a cut comes out."""
    collector = _Collector()
    # A document type could give every element thousands of attributes of its own accord.
    parser = XMLParser(target=collector, forbid_dtd=True)
    fed = 0
    problem = ""
    while not problem:
        block = stream.read(BLOCK)
        fed += len(block)
        try:
            if block:
                parser.feed(block)
            else:
                parser.close()
        except CutError as error:
            problem = str(error)
        except ParseError:
            problem = "the text is cut or damaged"
        except (DefusedXmlException, LookupError, ValueError):
            problem = (
                "the text has a document type, entities or an encoding that no honest list needs"
            )
        if block and fed - parser.parser.CurrentByteIndex > TOKEN:
            problem = "a tag or text of absurd length"
        yield from collector.done
        collector.done.clear()
        if not block:
            break
    if problem:
        raise CutError(problem)


def _entry(number: int, node: _Node) -> Iterator[KnownHash | Refused]:
    name = node.name
    if name in DELETED:
        yield Refused(number, "deleted upstream")
        return
    if name not in ENTRIES:
        # A window of changes is complete only with its last page.
        yield Refused(number, "continues on another page")
        return
    given: list[tuple[str, object]] = []
    refused: list[Refused] = []
    fields: dict[str, Any] = {"kind": name}
    category = ""
    for child in node.children:
        part = child.name
        if part == "fingerprints":
            fields["fingerprints"] = _fingerprints(number, child, given, refused)
        elif part == "classification":
            category = child.text.strip()
        else:
            fields[part] = _plain(child)
    if given or not refused:
        yield from entry(number, given, category=category, fields=kept(fields))
    yield from refused


def _fingerprints(
    number: int, parent: _Node, given: list[tuple[str, object]], refused: list[Refused]
) -> dict[str, Any] | None:
    """Sort the fingerprints into hashes, refusals and those only kept; return the last."""
    others: dict[str, Any] = {}
    for child in parent.children:
        name = child.name
        text = child.text.strip()
        if not text and "href" in child.attributes:
            kind = name.lower() if name.lower() in FINGERPRINTS else "other"
            refused.append(Refused(number, f"fingerprint elsewhere: {kind}"))
            others[name] = _plain(child)
        elif kind := kind_named(name):
            given.append((kind, text))
        else:
            others[name] = _plain(child)
    return others or None


def _plain(node: _Node) -> Any:
    """Return an element as text, or as an object of attributes, text and children."""
    text = node.text.strip()
    if not node.attributes and not node.children:
        return text
    plain: dict[str, Any] = {f"@{name}": value for name, value in node.attributes.items()}
    if text:
        plain["text"] = text
    for child in node.children:
        plain.setdefault(child.name, []).append(_plain(child))
    return plain
