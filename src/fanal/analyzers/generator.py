"""States what a generator wrote into a picture: its record, inputs, add-ons, tags and labels."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from fanal.analyzers.marks import novelai
from fanal.analyzers.marks.carriers import as_text, hidden_values, values_of
from fanal.analyzers.marks.findings import drafts
from fanal.analyzers.marks.novelai import Pixels
from fanal.analyzers.marks.recognise import Found, recognise
from fanal.analyzers.marks.record import Mark
from fanal.analyzers.marks.values import Value
from fanal.content.handle import Content
from fanal.content.image import Undecodable
from fanal.content.media import is_picture
from fanal.model.finding import Finding, Record, Seen

SIDE_CAR = "text/plain"
"""Media type of a graph that lies in a file of its own."""
MOST_SIDE_CAR = 8 << 20
"""Bytes of such a file that is read."""
IN_PART = "marks read in part"
_ASKED = 256
_BEGINNING = 4096
"""Bytes by which a file too large to be read is judged."""


class Generator:
    """Yields what generators wrote, recognised by the structure of each value."""

    name: ClassVar[str] = "generator"
    version: ClassVar[str] = "1"

    def __init__(self, key: bytes = novelai.PUBLIC_KEY) -> None:
        """Take the key against which NovelAI's signatures are checked."""
        self._key = key

    @staticmethod
    def asks_for(media_type: str) -> bool:
        """Tell whether the bytes of such a content are asked for."""
        return is_picture(media_type) or media_type == SIDE_CAR

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield findings and one Seen; silent where the file has no mark of a generator."""
        if not self.asks_for(content.media_type):
            yield self._seen(content, "silent")
            return
        try:
            values = self._values(content)
        except Undecodable as why:
            yield self._seen(content, "failed", why.reason, why.detail)
            return
        found = recognise(values) if values else Found()
        found.problem(_left_unread(content))
        if content.media_type == SIDE_CAR:
            found = _graphs_only(found)
        yield from self._told(content, found)

    def _values(self, content: Content) -> list[Value]:
        if content.media_type != SIDE_CAR:
            return [*values_of(content), *hidden_values(content)]
        if content.size > MOST_SIDE_CAR or not _begins_as_object(content):
            return []  # `_left_unread` says which of these may be a graph
        raw = content.read_at(0, MOST_SIDE_CAR)
        return [Value(as_text(raw), "file", "", 0, len(raw))] if _may_be_graph(raw) else []

    def _told(self, content: Content, found: Found) -> Iterator[Record]:
        signed = self._signed(content, found.comments)
        marked = bool(found.records or found.marks or signed)
        size = _size(content) if found.records else None
        made = drafts(content, found, signed, size) if marked else []
        for each in made:
            yield Finding(
                content.sha256,
                self.name,
                self.version,
                each.kind,
                each.says,
                doubts=each.doubts,
                data=each.data,
            )
        problems = _problems(content, found)
        if problems:
            detail = "; ".join(problems)[:300]
            yield self._seen(content, "partly", IN_PART, detail)
        else:
            yield self._seen(content, "spoke" if made else "silent")

    def _signed(self, content: Content, comments: Sequence[Value]) -> list[Mark]:
        """Check every signature once; the same record may lie in two carriers."""
        marks = []
        pixels: Pixels | None = None
        for text, value in list({each.text: each for each in comments}.items())[:4]:
            if '"signed_hash"' in text:
                pixels = pixels or _pixels(content)
                mark = novelai.signed(value, pixels, self._key)
                marks += [mark] if mark else []
        return marks

    def _seen(self, content: Content, outcome: str, reason: str = "", detail: str = "") -> Seen:
        return Seen(content.sha256, self.name, self.version, outcome, reason, detail)


def _begins_as_object(content: Content) -> bool:
    return content.read_at(0, _ASKED).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def _may_be_graph(raw: bytes) -> bool:
    return b'"class_type"' in raw or (b'"nodes"' in raw and b'"links"' in raw)


def _left_unread(content: Content) -> tuple[str, ...]:
    """Return that a file of its own begins as a graph and is too large to be read."""
    if content.media_type != SIDE_CAR or content.size <= MOST_SIDE_CAR:
        return ()
    try:
        head = content.read_at(0, _BEGINNING)
    except Undecodable:
        return ()
    graph = _may_be_graph(head) or b'"last_node_id"' in head
    return (f"a graph of {content.size} bytes: not read",) if graph else ()


def _graphs_only(found: Found) -> Found:
    """Leave of a file that is no picture only what is a graph, and say that it is none."""
    records = [record for record in found.records if record.tool == "ComfyUI"]
    for place, record in enumerate(records):
        facts = {**record.facts, "side_car": True}
        records[place] = type(record)(
            record.tool,
            record.values,
            facts,
            record.words,
            record.inputs,
            record.add_ons,
            (*record.doubts, "the file is no picture: which picture it belongs to is not said"),
        )
    return Found(records, problems=found.problems)


def _size(content: Content) -> tuple[int, int] | None:
    if not is_picture(content.media_type):
        return None
    try:
        decoded = content.decoded
    except Undecodable:
        return None
    return decoded.width, decoded.height


def _pixels(content: Content) -> Pixels:
    try:
        frame = content.decoded.frames[0]
    except Undecodable as why:
        return Pixels(None, lossless=False, why=why.reason)
    if not content.keeps_pixels:
        return Pixels(frame.plane, lossless=False)
    if content.decoded.partly:
        return Pixels(None, lossless=False, why="the picture is damaged")
    return Pixels(frame.plane, lossless=True)


def _problems(content: Content, found: Found) -> list[str]:
    if not is_picture(content.media_type):
        return list(found.problems)
    return [*found.problems, *content.metadata.problems]
