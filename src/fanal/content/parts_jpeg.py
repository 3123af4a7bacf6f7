"""Takes the parts of a JPEG (ITU-T T.81, B.1.1) that lie in segments before its first scan."""

from dataclasses import dataclass, field

from fanal.content.jpeg import END, SCAN, segments
from fanal.content.parts import MOST_VALUE, Basket, name_of
from fanal.content.parts_photoshop import resources

_COMMENT = 0xFE
_EXIF = b"Exif\0"
_TIFF = (b"II*\0", b"MM\0*")
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
"""Followed by a GUID of 32 characters, the whole length and this piece's place in it (XMP
specification part 3, 1.1.3.1)."""
_ICC = b"ICC_PROFILE\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_MOST_RUNS = 16
"""Parts that may lie in several segments each."""


@dataclass(slots=True)
class _Run:
    """Pieces of one part that lies in several segments."""

    kind: str
    key: str
    pieces: dict[int, bytes] = field(default_factory=dict)
    first: int = 0
    last: int = 0
    held: int = 0

    def add(self, place: int, value: bytes, offset: int, length: int) -> None:
        """Keep one piece at its place, the first that claims it."""
        if self.held > MOST_VALUE:
            return
        self.first = self.first or offset
        self.last = offset + length
        self.held += len(value)
        self.pieces.setdefault(place, value)


@dataclass(slots=True)
class _Walk:
    """What was met so far."""

    basket: Basket
    runs: dict[bytes, _Run] = field(default_factory=dict)

    def run(self, name: bytes, kind: str, key: str) -> _Run:
        """Return the run of a name, begun where it is new."""
        if name not in self.runs and len(self.runs) >= _MOST_RUNS:
            self.basket.problem("too many parts in several segments: some were not read")
            return _Run(kind, key)
        return self.runs.setdefault(name, _Run(kind, key))


def walk(basket: Basket) -> None:
    """Put the segments before the first scan into the basket, and what follows the end."""
    data = basket.data
    if data[:2] != b"\xff\xd8":
        basket.problem("it does not begin as a JPEG")
        return
    state = _Walk(basket)
    _segments(state)
    for name, run in state.runs.items():
        _joined(basket, name, run)
    basket.parts.sort(key=lambda part: part.offset)
    if not data.endswith(b"\xff\xd9"):
        end = data.rfind(b"\xff\xd9")
        if end > 0:
            basket.tail(end + 2)


def _segments(state: _Walk) -> None:
    most = len(state.basket.data)
    for marker, begin, end in segments(state.basket.data):
        if marker in {SCAN, END}:
            return
        if end < begin:
            state.basket.problem("a segment states no length: what follows was not read")
            return
        if end > most:
            state.basket.problem("a segment is cut off by the end of the file")
        if 0xE0 <= marker <= 0xEF or marker == _COMMENT:
            _segment(state, marker, begin, min(end, most) - begin)
    state.basket.problem("the segments do not lead to a scan")


def _segment(state: _Walk, marker: int, at: int, length: int) -> None:
    if marker == _COMMENT:
        state.basket.take("comment", "COM", at, length)
        return
    reader = _READERS.get(marker)
    if reader is None or not reader(state, at, length):
        _other(state, marker, at, length)


def _other(state: _Walk, marker: int, at: int, length: int) -> None:
    start = state.basket.data[at : at + min(length, 40)]
    name, _, _ = start.partition(b"\0")
    key = f"APP{marker - 0xE0} {name_of(name)[:32]}".rstrip()
    state.basket.take("app", key, at, length)


def _app1(state: _Walk, at: int, length: int) -> bool:
    data, basket = state.basket.data, state.basket
    if data.startswith(_EXIF, at) and length >= 6:
        if data[at + 6 : at + 10] in _TIFF or not basket.lengthen("exif", at + 6, length - 6):
            basket.take("exif", "APP1", at + 6, length - 6)
        return True
    if data.startswith(_XMP, at):
        basket.take("xmp", "APP1", at + len(_XMP), length - len(_XMP))
        return True
    head = at + len(_XMP_MORE) + 40
    if data.startswith(_XMP_MORE, at) and head <= at + length:
        guid = data[at + len(_XMP_MORE) : head - 8]
        place = int.from_bytes(data[head - 4 : head], "big")
        run = state.run(b"xmp " + guid, "xmp", "APP1 extension")
        run.add(place, data[head : at + length], at, length)
        return True
    return False


def _app2(state: _Walk, at: int, length: int) -> bool:
    data = state.basket.data
    if not data.startswith(_ICC, at) or length < len(_ICC) + 2:
        return False
    begin = at + len(_ICC)
    run = state.run(_ICC, "icc", "APP2")
    run.add(data[begin], data[begin + 2 : at + length], at, length)
    return True


def _app11(state: _Walk, at: int, length: int) -> bool:
    """Take a piece of a JUMBF box (ISO/IEC 19566-5, annex D: JP, instance, sequence, box)."""
    data = state.basket.data
    if not data.startswith(b"JP", at) or length < 16:
        return False
    place = int.from_bytes(data[at + 4 : at + 8], "big")
    head = 16 if data[at + 8 : at + 12] == b"\0\0\0\1" else 8
    name = b"jumbf " + data[at + 2 : at + 4] + data[at + 12 : at + 16]
    run = state.run(name, "c2pa", "APP11")
    begin = at + 8 + (head if run.pieces else 0)
    run.add(place, data[begin : at + length], at, length)
    return True


def _app13(state: _Walk, at: int, length: int) -> bool:
    if not state.basket.data.startswith(_PHOTOSHOP, at):
        return False
    begin = at + len(_PHOTOSHOP)
    run = state.run(_PHOTOSHOP, "iptc", "APP13")
    run.add(len(run.pieces), state.basket.data[begin : at + length], begin, at + length - begin)
    return True


_READERS = {0xE1: _app1, 0xE2: _app2, 0xEB: _app11, 0xED: _app13}


def _joined(basket: Basket, name: bytes, run: _Run) -> None:
    """Put together what lay in several segments."""
    where = (run.first, run.last - run.first)
    if name == _PHOTOSHOP and len(run.pieces) == 1:
        resources(basket, *where)
        return
    value = b"".join(run.pieces[place] for place in sorted(run.pieces))
    if name == _PHOTOSHOP:
        resources(basket, *where, joined=value)
    elif run.kind == "xmp" and not _whole(run):
        basket.problem("pieces of an extended XMP packet are missing")
    elif run.kind == "c2pa" and value[24:28] != b"c2pa" and value[16:20] != b"c2pa":
        basket.put("app", "APP11 JUMBF", value, where)
    else:
        basket.put(run.kind, run.key, value, where)


def _whole(run: _Run) -> bool:
    """Tell whether pieces that are placed by their offsets touch each other."""
    at = 0
    for place in sorted(run.pieces):
        if place != at:
            return False
        at += len(run.pieces[place])
    return True
