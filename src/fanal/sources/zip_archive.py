"""Reads ZIP archives by their central directory, or by what is left where that is gone."""

import os
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, ClassVar

import numpy as np

from fanal.content.digest import HEAD
from fanal.model.failure import Failure
from fanal.model.item import Entry, MemoryBody
from fanal.sources.coders import Decoded
from fanal.sources.interface import Budget
from fanal.sources.reading import (
    DamagedError,
    Member,
    Metered,
    Span,
    UnreadError,
    failed,
    take,
)
from fanal.sources.tar_records import is_header
from fanal.sources.unix import is_note, points, special
from fanal.sources.zip_coders import METHODS, unpacked
from fanal.sources.zip_records import (
    END,
    LOCAL,
    Directory,
    Listed,
    find_directory,
    read_directory,
    read_local,
)
from fanal.sources.zip_salvage import salvage

OTHERS = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!", b"MSCF")
"""Beginnings of other archives, which may hold a ZIP as it stands."""
FARTHEST = (1 << 62) - 1
"""No file is longer; a stated offset beyond it is held here."""
DEFLATE = 8
SLACK = 24
"""Bytes behind a member that need no mention: a data descriptor with 64-bit sizes."""
MARKER = 4
"""Bytes before the first member that need no mention: the mark of a split archive."""


class Zip:
    """ZIP, with or without ZIP64, and with bytes before it."""

    name: ClassVar[str] = "zip"
    example: ClassVar[bytes] = bytes.fromhex(
        "504b03041400000000000000215886a61036050000000500000005000000"
        "612e74787468656c6c6f504b010214031400000000000000215886a61036"
        "0500000005000000050000000000000000000000a40100000000612e7478"
        "74504b0506000000000100010033000000280000000000"
    )

    @staticmethod
    def recognizes(head: bytes) -> bool:
        """Tell by the signature, at the beginning or with a plausible local header soon after."""
        if head.startswith(OTHERS) or is_header(head[:512]):
            # A tar may hold a ZIP as it stands, or have a first name that looks like one.
            return False
        if head.startswith((LOCAL, END, b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")):
            return True
        at = head.find(LOCAL)
        while at >= 0:
            if _plausible(head, at):
                return True
            at = head.find(LOCAL, at + 4)
        return False

    def expand(self, archive: Entry, stream: BinaryIO, budget: Budget) -> Iterator[Entry | Failure]:
        """Yield each listed member; where the list is gone, each one that can still be found."""
        length = stream.seek(0, os.SEEK_END)
        directory = find_directory(stream, length)
        ranges = _Ranges.of(stream, directory, budget.limits.members) if directory else None
        if not directory or ranges is None or (not len(ranges) and _holds_members(stream)):
            detail = "no usable central directory; the members were searched for"
            yield failed(archive, "archive damaged", detail)
            yield from salvage(archive, stream, budget)
            return
        overlapping = ranges.overlapping()
        if overlapping:
            detail = (
                f"{len(overlapping)} of {len(ranges)} members share bytes with others; not read"
            )
            yield failed(archive, "overlapping members", detail)
        reading = _Reading(archive, stream, budget, directory.shift, ranges)
        for ordinal, listed in enumerate(read_directory(stream, directory)):
            budget.member()
            found = None if ordinal in overlapping else reading.member(ordinal, listed)
            if found:
                yield found
        gaps = [*ranges.unlisted(directory.start), *directory.gaps]
        if gaps:
            yield from salvage(archive, stream, budget, gaps, len(ranges))
            hidden = sum(end - start for start, end in gaps)
            detail = f"{hidden} bytes before or between the members belong to none that is listed"
            yield failed(archive, "unlisted bytes", detail)
        if directory.after:
            detail = f"{directory.after} bytes follow the end record"
            yield failed(archive, "data after the end", detail)
        if not is_note(directory.comment.translate(None, b"\t\r\n")):
            detail = f"the archive's comment, {len(directory.comment)} bytes, is no plain text"
            yield failed(archive, "data after the end", detail)


@dataclass(frozen=True, slots=True)
class _Reading:
    """An archive while its members are read."""

    archive: Entry
    stream: BinaryIO
    budget: Budget
    shift: int
    ranges: "_Ranges"

    def member(self, ordinal: int, listed: Listed) -> Entry | Failure | None:
        """Return one member, what kept it from being read, or None for a folder."""
        member = Member(self.archive, ordinal, listed.name, listed.modified)
        try:
            _, start = read_local(self.stream, listed.offset + self.shift)
            self.ranges.ends[ordinal] = min(start + listed.packed, FARTHEST)
            if listed.encrypted:
                return member.failure("encrypted", "the member needs a password")
            if listed.is_folder:
                return None
            span = Span(self.stream, start, listed.packed)
            decoded = unpacked(listed, span, self.budget.limits)
            reader = Metered(decoded, self.budget)
            reason = special(listed.mode)
            body = take(reader, self.budget.limits.memory)
            if listed.method == DEFLATE and isinstance(decoded, Decoded):
                # What the stream leaves of the length it claims belongs to no member.
                self.ranges.ends[ordinal] = span.position - len(decoded.leftover)
            reader.check(listed.size, listed.crc)
            if reason and isinstance(body, MemoryBody) and points(reason, body.data):
                return member.link(reason, body.data)
        except UnreadError as error:
            return member.failure(error.reason, error)
        return member.entry(body)


class _Ranges:
    """Where each member's bytes lie, to see members that share bytes and bytes without a member."""

    def __init__(self) -> None:
        self.starts = array("q")
        self.ends = array("q")

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, stream: BinaryIO, directory: Directory, most: int) -> "_Ranges | None":
        """Read the whole directory once; None where it breaks off."""
        ranges = cls()
        try:
            for listed in islice(read_directory(stream, directory), most + 1):
                start = listed.offset + directory.shift
                # The local header may be longer, so this is the least that the member takes.
                end = start + 30 + len(listed.name) + listed.packed
                ranges.starts.append(min(start, FARTHEST))
                ranges.ends.append(min(end, FARTHEST))
        except DamagedError:
            return None
        return ranges

    def overlapping(self) -> frozenset[int]:
        """Return the ordinals of members that begin before an earlier one has ended."""
        if not self.starts:
            return frozenset()
        order = np.argsort(self.starts, kind="stable")
        starts = np.asarray(self.starts)[order]
        reach = np.maximum.accumulate(np.asarray(self.ends)[order])
        return frozenset(order[1:][starts[1:] < reach[:-1]].tolist())

    def unlisted(self, end: int) -> list[tuple[int, int]]:
        """Return the stretches, up to the central directory, that no listed member covers."""
        order = np.argsort(self.starts, kind="stable")
        starts = np.append(np.asarray(self.starts)[order], end)
        ends = np.insert(np.asarray(self.ends)[order], 0, 0)
        reach = np.maximum.accumulate(ends)
        slack = np.full(len(starts), SLACK)
        slack[0] = MARKER
        wide = starts - reach > slack
        return list(zip(reach[wide].tolist(), starts[wide].tolist(), strict=True))


def _holds_members(stream: BinaryIO) -> bool:
    stream.seek(0)
    return LOCAL in stream.read(HEAD)


def _plausible(head: bytes, at: int) -> bool:
    """Tell whether a local header that the head holds could be one."""
    if len(head) < at + 30:
        return False
    version, flags, method = struct.unpack_from("<3H", head, at + 4)
    name_size = struct.unpack_from("<H", head, at + 26)[0]
    name = head[at + 30 : at + 30 + name_size]
    return (
        version & 255 <= 63
        and not flags & 0xD000
        and method in METHODS
        and 0 < name_size <= 1024
        and b"\0" not in name
    )
