"""Reads an XMP packet (ISO 16684-1) to a flat table of its properties, without any entity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from fanal.content.parts import MOST_VALUE

MOST_DEPTH = 48
"""Elements inside each other."""
MOST_VALUES = 8192
"""Values of one packet."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
XMP = "http://ns.adobe.com/xap/1.0/"
XMP_MM = "http://ns.adobe.com/xap/1.0/mm/"
XMP_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
ST_EVT = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
ST_REF = "http://ns.adobe.com/xap/1.0/sType/ResourceRef#"
PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
EXIF = "http://ns.adobe.com/exif/1.0/"
TIFF = "http://ns.adobe.com/tiff/1.0/"
IPTC_EXT = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
"""Namespaces of properties that say something of where a picture comes from."""

_XML = "{http://www.w3.org/XML/1998/namespace}"
_WIDE = (
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xff\xfe", "utf-16-le"),
)
"""How a packet of 16-bit letters begins."""


@dataclass(frozen=True, slots=True)
class Xmp:
    """The properties of one packet."""

    properties: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """(address of the namespace, local name) → its texts in order, wherever in the packet the
    property stands: of a structure each field under its own name, of a list every member."""
    problems: tuple[str, ...] = ()

    def all(self, namespace: str, name: str) -> tuple[str, ...]:
        """Return the texts of a property, none where it is absent."""
        return self.properties.get((namespace, name), ())

    def first(self, namespace: str, name: str) -> str:
        """Return the first text of a property, "" where it is absent."""
        return next(iter(self.all(namespace, name)), "")


class _TooMuch(Exception):  # noqa: N818 (ends the parse, is never seen outside)
    """A limit was met: its name."""


class _Target:
    """Takes what the parser meets and notes the values."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[str]] = {}
        self.names: list[tuple[str, str]] = []
        self.texts: list[list[str]] = []
        self.values = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element; its attributes are values."""
        if len(self.names) >= MOST_DEPTH:
            raise _TooMuch(f"more than {MOST_DEPTH} elements inside each other")
        name = _split(tag)
        if name[0] == RDF or (name == ("adobe:ns:meta/", "xmpmeta")):
            name = self.names[-1] if self.names else ("", "")
        if self.texts:
            self.texts[-1].clear()  # white space before a child
        self.names.append(name)
        self.texts.append([])
        for key, value in attributes.items():
            if key.startswith(_XML):
                continue
            space, local = _split(key)
            if space == RDF:
                if local in {"resource", "value"}:
                    self.note(name, value)
            elif space:
                self.note((space, local), value)

    def data(self, text: str) -> None:
        """Keep a piece of text of the element that is open."""
        if self.texts:
            self.texts[-1].append(text)

    def end(self, tag: str) -> None:  # noqa: ARG002
        """Close an element; its text is a value."""
        text = "".join(self.texts.pop()).strip()
        name = self.names.pop()
        if text and name[1]:
            self.note(name, text)

    def note(self, name: tuple[str, str], value: str) -> None:
        """Keep one value of a property."""
        self.values += 1
        if self.values > MOST_VALUES:
            raise _TooMuch(f"more than {MOST_VALUES} values")
        self.found.setdefault(name, []).append(value)

    def close(self) -> None:
        """Be told that the packet ends."""


@lru_cache(maxsize=4)
def read_xmp(packet: bytes) -> Xmp:
    """Return the properties of a part of kind `xmp`; never raises.

    What was read before a fault is kept. A packet that declares entities is not read further.
    The last few are remembered: several analyzers ask for the same packet.
    """
    target = _Target()
    problem = ""
    packet = _in_utf8(packet[:MOST_VALUE]).strip(b"\0 \t\r\n")
    try:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        parser.feed(packet)
        parser.close()
    except _TooMuch as limit:
        problem = str(limit)
    except DefusedXmlException:
        problem = "the XMP packet declares entities: not read"
    except (ParseError, ValueError, LookupError):
        problem = "the XMP packet is damaged"
    properties = {name: tuple(values) for name, values in target.found.items()}
    return Xmp(properties, (problem,) if problem and packet else ())


def _in_utf8(packet: bytes) -> bytes:
    """Return a packet of 16-bit letters, which it may be without a byte order mark, in UTF-8."""
    for start, coding in _WIDE:
        if packet.startswith(start):
            return packet.decode(coding, "replace").lstrip("\ufeff").encode("utf-8")
    return packet


def _split(tag: str) -> tuple[str, str]:
    space, closed, local = tag[1:].rpartition("}") if tag[:1] == "{" else ("", "", tag)
    return (space, local) if closed else ("", local)
