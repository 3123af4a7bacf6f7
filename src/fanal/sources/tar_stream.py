"""Goes through a tar archive once, from header to header, and finds its way after damage."""

from dataclasses import replace

from fanal.content.digest import BLOCK as PIECE
from fanal.content.media import UNKNOWN, media_type
from fanal.sources.interface import Budget
from fanal.sources.reading import DamagedError, Limited, Metered, Reader, exactly
from fanal.sources.tar_records import (
    BLOCK,
    LONGEST_EXTENDED,
    MOST_SEGMENTS,
    Header,
    decimal,
    is_header,
    number,
    old_sparse,
    parse,
    pax,
    sparse_map,
)

EMPTY = bytes(BLOCK)
NAMES = ("text/plain", "application/x-empty", UNKNOWN)
"""What the bytes of a name may look like; a picture is none."""
GLOBAL = (b"size", b"GNU.sparse.map", b"GNU.sparse.size", b"GNU.sparse.realsize", b"path")
"""Keywords that make no sense for more than one member, and are not taken from a global header."""


class Blocks:
    """A reader with a buffer, so that small reads are cheap."""

    def __init__(self, source: Reader) -> None:
        """Take the reader."""
        self._source = source
        self._data = b""
        self._at = 0

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        if self._at == len(self._data):
            if size >= PIECE:
                return self._source.read(size)
            self._data, self._at = self._source.read(PIECE), 0
        data = self._data[self._at : self._at + size]
        self._at += len(data)
        return data

    def block(self) -> bytes:
        """Return the next block; a shorter one, or b"", at the end."""
        data = self.read(BLOCK)
        while 0 < len(data) < BLOCK and (more := self.read(BLOCK - len(data))):
            data += more
        return data


class TarStream:
    """The members of a tar archive, in one pass."""

    def __init__(self, blocks: Blocks) -> None:
        """Take the archive's bytes."""
        self._blocks = blocks
        self._rest = Limited(blocks, 0)
        self._padding = 0
        self._global: dict[bytes, bytes] = {}
        self._records: dict[bytes, bytes] = {}
        self.skipped = 0
        """Bytes that were passed over in search of the next header."""
        self.hidden = 0
        """Bytes of extended headers that are not what such a header holds."""
        self.marked = False
        """Whether a block of zeros has ended the archive."""
        self.resumed = False
        """Whether members came after that."""

    def next(self) -> Header | None:
        """Return the next member's header, or None at the end; pass over what is not one."""
        self._finish()
        extended: dict[bytes, bytes] = {}
        while block := self._blocks.block():
            if block == EMPTY[: len(block)]:
                self.marked = True
            elif not is_header(block):
                self.skipped += len(block)
            else:
                self.resumed |= self.marked
                try:
                    header = parse(block)
                    if header.kind not in b"xXgLK":
                        return self._begin(header, {**self._global, **extended})
                    self._extend(header, extended)
                except DamagedError:
                    extended.clear()
                    self.skipped += len(block)
        return None

    @property
    def left(self) -> int:
        """Return how many bytes of the member whose header came last are still to be read."""
        return self._rest.left

    def body(self, header: Header, budget: Budget) -> Reader:
        """Return the reader of the member whose header came last."""
        segments, size = self._sparse(header)
        if segments is None:
            return _Whole(self._rest)
        # Holes cost nothing in the archive, so they count on their own.
        return Metered(_Sparse(self._rest, segments, size), budget)

    def _begin(self, header: Header, records: dict[bytes, bytes]) -> Header:
        header = self._complete(header, records)
        self._rest = Limited(self._blocks, 0 if header.kind in b"123456" else header.size)
        self._padding = -self._rest.left % BLOCK
        return header

    def _finish(self) -> None:
        """Pass over what is left of the member before."""
        for rest in (self._rest, Limited(self._blocks, self._padding)):
            while rest.left:
                if not rest.read(PIECE):
                    raise DamagedError("the archive ends inside a member")
        self._padding = 0

    def _extend(self, header: Header, extended: dict[bytes, bytes]) -> None:
        """Take an extended header, which describes the next member or all that follow."""
        if header.size > LONGEST_EXTENDED:
            raise DamagedError(f"an extended header of {header.size} bytes")
        data = exactly(self._blocks, header.size + -header.size % BLOCK)[: header.size]
        name, _, more = data.partition(b"\0")
        if header.kind in b"LK" and (more.strip(b"\0") or media_type(name) not in NAMES):
            self.hidden += len(data)
        if header.kind == b"L":
            extended[b"path"] = name
        elif header.kind == b"K":
            extended[b"linkpath"] = name
        elif header.kind == b"g":
            records = pax(data)
            self._global.update((key, records[key]) for key in records if key not in GLOBAL)
        else:
            extended.update(pax(data))

    def _complete(self, header: Header, records: dict[bytes, bytes]) -> Header:
        self._records = records
        name = records.get(b"GNU.sparse.name", records.get(b"path", header.name))
        modified = header.modified
        whole = records.get(b"mtime", b"").partition(b".")[0]
        if whole.removeprefix(b"-").isdigit() and len(whole) < 16:
            modified = int(whole)
        size = decimal(records[b"size"]) if b"size" in records else header.size
        link = records.get(b"linkpath", header.link)
        return replace(header, name=name, link=link, size=size, modified=modified)

    def _sparse(self, header: Header) -> tuple[list[tuple[int, int]] | None, int]:
        """Return the segments that are not holes, and the size with the holes."""
        records = self._records
        if header.kind == b"S":
            numbers = old_sparse(header.block, 386, 4)
            more = header.block[482]
            while more:
                block = exactly(self._blocks, BLOCK)
                numbers += old_sparse(block, 0, 21)
                more = block[504]
                if len(numbers) > 2 * MOST_SEGMENTS:
                    raise DamagedError("a sparse map without end")
            return sparse_map(numbers), number(header.block[483:495])
        size = records.get(b"GNU.sparse.realsize", records.get(b"GNU.sparse.size", b""))
        if records.get(b"GNU.sparse.major") == b"1":
            return sparse_map(self._map_in_data()), decimal(size)
        if b"GNU.sparse.map" in records:
            parts = records[b"GNU.sparse.map"].split(b",", 2 * MOST_SEGMENTS + 2)
            return sparse_map([decimal(part) for part in parts]), decimal(size)
        return None, 0

    def _map_in_data(self) -> list[int]:
        """Read the map of GNU's sparse format 1.0: decimal lines in blocks before the bytes."""
        text = exactly(self._rest, BLOCK)
        count = 2 * decimal(text.partition(b"\n")[0])
        if count > 2 * MOST_SEGMENTS:
            raise DamagedError("a sparse map that cannot be")
        parts = [text]
        lines = text.count(b"\n")
        while lines <= count:
            parts.append(exactly(self._rest, BLOCK))
            lines += parts[-1].count(b"\n")
            if len(parts) * BLOCK > LONGEST_EXTENDED * 4:
                raise DamagedError("a sparse map without end")
        return [decimal(line) for line in b"".join(parts).split(b"\n")[1 : count + 1]]


class _Whole:
    """A member whose bytes must all be there."""

    def __init__(self, rest: Limited) -> None:
        self._rest = rest

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        data = self._rest.read(size)
        if not data and self._rest.left:
            raise DamagedError("the archive ends inside this member")
        return data


class _Sparse:
    """A member with holes, which read as zeros."""

    def __init__(self, rest: Limited, segments: list[tuple[int, int]], size: int) -> None:
        self._rest = _Whole(rest)
        self._segments = iter([*segments, (size, 0)])
        self._size = size
        self._position = 0
        self._next = next(self._segments)

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        while True:
            offset, length = self._next
            hole = min(offset, self._size) - self._position
            if hole > 0:
                self._position += min(hole, size)
                return bytes(min(hole, size))
            left = min(offset + length, self._size) - self._position
            if left > 0:
                data = self._rest.read(min(left, size))
                if not data:
                    raise DamagedError("the map of holes does not fit the bytes")
                self._position += len(data)
                return data
            following = next(self._segments, None)
            if following is None:
                return b""
            self._next = following
