"""Finds the members of a ZIP archive whose central directory is gone."""

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import BinaryIO

from fanal.model.failure import Failure
from fanal.model.item import Body, Entry
from fanal.sources.coders import deflate
from fanal.sources.interface import Budget
from fanal.sources.reading import (
    DamagedError,
    EncryptedError,
    Member,
    Metered,
    Span,
    UnreadError,
    UnsupportedError,
    take,
)
from fanal.sources.zip_coders import unpacked
from fanal.sources.zip_records import BLOCK, DESCRIPTOR, FULL, LOCAL, Listed, read_local

LEAST = 4096
"""Bytes first read in a search: mostly the next header follows at once."""


def salvage(
    archive: Entry,
    stream: BinaryIO,
    budget: Budget,
    spans: Iterable[tuple[int, int]] | None = None,
    first: int = 0,
) -> Iterator[Entry | Failure]:
    """Yield what the local headers in some stretches lead to, in the order they lie."""
    whole = ((0, stream.seek(0, os.SEEK_END)),)
    ordinals = count(first)
    for begin, end in whole if spans is None else spans:
        yield from _stretch(archive, _Salvage(stream, budget, end), begin, ordinals)


def _stretch(
    archive: Entry, search: "_Salvage", begin: int, ordinals: Iterator[int]
) -> Iterator[Entry | Failure]:
    place = search.find(LOCAL, begin)
    while place is not None:
        try:
            listed, start = read_local(search.stream, place)
        except DamagedError:
            return
        if not listed.is_folder or listed.flags & 8:
            search.budget.member()
            member = Member(archive, next(ordinals), listed.name, listed.modified)
            try:
                yield member.entry(search.body(listed, start))
            except UnreadError as error:
                yield member.failure(error.reason, error)
        place = search.find(LOCAL, max(search.after, start))


class _Salvage:
    """A stretch of a damaged archive while it is searched."""

    def __init__(self, stream: BinaryIO, budget: Budget, end: int) -> None:
        self.stream = stream
        self.budget = budget
        self._length = end
        self._descriptors = True
        self.after = 0
        """Where the member read last has ended, as far as that is known."""

    def find(self, signature: bytes, place: int) -> int | None:
        """Return where a signature comes next."""
        size = LEAST
        while place + len(signature) <= self._length:
            self.stream.seek(place)
            block = self.stream.read(min(size, self._length - place))
            at = block.find(signature)
            if at >= 0:
                return place + at
            if len(block) < len(signature):
                return None
            place += len(block) - len(signature) + 1
            size = min(size * 4, BLOCK)
        return None

    def body(self, listed: Listed, start: int) -> Body:
        """Return the bytes of the member that a local header begins, or raise UnreadError."""
        self.after = start
        streamed = bool(listed.flags & 8) and listed.packed in (0, FULL)
        if listed.encrypted:
            self.after += 0 if streamed else listed.packed
            raise EncryptedError("the member needs a password")
        if not streamed:
            if start + listed.packed > self._length:
                raise DamagedError("the archive ends inside this member")
            self.after += listed.packed
            return self._read(listed, Span(self.stream, start, listed.packed))
        if listed.method == 8:
            return self._deflated(start)
        if listed.method == 0:
            end, crc = self._descriptor(start)
            self.after = end
            known = replace(listed, crc=crc, packed=end - start, size=end - start)
            return self._read(known, Span(self.stream, start, end - start))
        raise UnsupportedError("a member whose length only the central directory knew")

    def _read(self, listed: Listed, span: Span) -> Body:
        limits = self.budget.limits
        reader = Metered(unpacked(listed, span, limits), self.budget)
        body = take(reader, limits.memory)
        reader.check(listed.size, listed.crc)
        return body

    def _deflated(self, start: int) -> Body:
        """Read a stream that knows its own end, and check it by the descriptor behind it."""
        span = Span(self.stream, start, self._length - start)
        decoded = deflate(span)
        reader = Metered(decoded, self.budget)
        body = take(reader, self.budget.limits.memory)
        self.after = span.position - len(decoded.leftover)
        self.stream.seek(self.after)
        descriptor = self.stream.read(8).removeprefix(DESCRIPTOR)
        if len(descriptor) >= 4:
            reader.check(None, int.from_bytes(descriptor[:4], "little"))
            return body
        raise DamagedError("the archive ends before this member's check sum")

    def _descriptor(self, start: int) -> tuple[int, int]:
        """Return the end and CRC-32 of stored bytes: the descriptor that states their length."""
        place = self.find(DESCRIPTOR, start) if self._descriptors else None
        while place is not None:
            self.stream.seek(place + 4)
            record = self.stream.read(12)
            if len(record) == 12:
                crc, packed, size = struct.unpack("<3L", record)
                if packed == size == (place - start) & FULL:
                    return place, crc
            place = self.find(DESCRIPTOR, place + 4)
        # One search to the end is enough: a second for each header would take for ever.
        self._descriptors = False
        raise DamagedError("the end of this member cannot be found")
