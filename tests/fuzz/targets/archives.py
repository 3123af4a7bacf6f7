"""Targets: every kind of archive, the records and coders below them, archives in archives."""

import io
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from fanal.content.digest import BLOCK
from fanal.model.failure import Failure
from fanal.model.item import Entry, MemoryBody
from fanal.sources import ARCHIVES, expand, nesting, recognize, unread_far, unread_kind
from fanal.sources.compressed import compression, decompressed, gzip_time, inner_name
from fanal.sources.interface import LimitReachedError, Limits
from fanal.sources.reading import UnreadError, UnsupportedError, take
from fanal.sources.sevenzip_coders import unpacked
from fanal.sources.sevenzip_records import (
    Coder,
    Contents,
    Folder,
    TooManyError,
    parse_header,
)
from fanal.sources.tar_records import is_header, parse, pax
from fuzz.seeds import archives as seeds
from fuzz.target import Defect, Target, require, twice, watched
from makers.archives import held, resigned

TIGHT = Limits(depth=3, members=300, ratio=100, total=4 << 20, memory=1 << 18)
SLACK = 2 * BLOCK
"""Bytes by which a limit may be passed before it is noticed: what was read at once."""


@contextmanager
def _no_faults() -> Iterator[None]:
    """Complain where the net under the parsers had to catch a fault of theirs."""
    kept, faults = nesting.failed, []

    def failed(*arguments: Any, **more: Any) -> Failure:
        error = sys.exc_info()[1]
        if error and not isinstance(error, (UnreadError, LimitReachedError)):
            faults.append(error)
        return kept(*arguments, **more)

    nesting.failed = failed
    try:
        yield
    finally:
        nesting.failed = kept
    if faults:
        raise Defect(f"not foreseen: {faults[0]!r}") from faults[0]


def _expanded(data: bytes, limits: Limits) -> list[Entry | Failure]:
    with watched(), _no_faults():
        return list(expand(held(data), limits))


def _size(entry: Entry) -> int:
    body = entry.body
    return len(body.data) if isinstance(body, MemoryBody) else body.digests.size


def all_of(data: bytes) -> list[Entry | Failure]:
    """Expand an archive within tight limits and check what every source promises."""
    found = _expanded(data, TIGHT)
    if twice(data):
        require(found == _expanded(data, TIGHT), "expanded twice, the archive says two things")
    entries = [one for one in found if isinstance(one, Entry)]
    failures = [(one.inside, one.reason) for one in found if isinstance(one, Failure)]
    require(len({one.inside for one in entries}) == len(entries), "two members at one address")
    require(len(set(failures)) == len(failures), "one place and reason told twice")
    require(len(found) <= 3 * TIGHT.members, f"{len(found)} entries and failures")
    require(sum(map(_size, entries)) <= TIGHT.total + SLACK, "more came out than the limit")
    for one in entries:
        require(one.name.startswith(b"box!/"), "a member without its archive's name")
        require(one.inside.count("/") < TIGHT.depth, "deeper than the limit")
        if isinstance(one.body, MemoryBody):
            require(len(one.body.data) <= TIGHT.memory, "more held in memory than allowed")
        if one.modified is not None:
            datetime.fromisoformat(one.modified)
    return found


def whole(data: bytes) -> None:
    """Expand whatever kind it is."""
    kind = recognize(data[:4096])
    require(bool(all_of(data)) <= (kind is not None), "members of no archive")


def loose(data: bytes) -> None:
    """Expand an archive within the limits of a common run: what is small costs little."""
    _expanded(data, Limits())


def _told(found: list[Entry | Failure], inside: str) -> bool:
    return any(isinstance(one, Failure) and one.inside in {"", inside} for one in found)


def zips(data: bytes) -> None:
    """Expand a ZIP; what `zipfile` reads is read the same, or told."""
    data = data if data[:2] == b"PK" else b"PK\x03\x04" + data
    found = all_of(data)
    if len(data) > 8192 or not ARCHIVES.get("zip").recognizes(data[:4096]):
        return
    ours = {one.inside: one for one in found if isinstance(one, Entry)}
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as archive:
        wanted = dict(enumerate(archive.infolist()))
        if sum(info.file_size for info in wanted.values()) > TIGHT.memory:
            return
        for ordinal, info in wanted.items():
            try:
                body = archive.read(info)
            except Exception:  # noqa: BLE001, S112 (the library's own limits are not ours)
                continue
            one = ours.get(str(ordinal))
            same = one and isinstance(one.body, MemoryBody) and one.body.data == body
            if not same and not _told(found, str(ordinal)) and body:
                _differs.append(f"zipfile reads member {ordinal}: {body[:40]!r}")
    _complain()


_differs: list[str] = []


def _complain() -> None:
    told = list(_differs)
    _differs.clear()
    if told:
        raise Defect(told[0])


def tars(data: bytes) -> None:
    """Expand a tar; what `tarfile` reads is read the same, or told."""
    found = all_of(data)
    if len(data) > 8192 or not is_header(data[:512]) or any(isinstance(x, Failure) for x in found):
        return
    ours = {one.body.data for one in found if isinstance(one, Entry)}
    with suppress(Exception), tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for _, info in zip(range(50), archive, strict=False):
            sparse = any(name.startswith("GNU.sparse") for name in info.pax_headers)
            if info.isreg() and not sparse and 0 < info.size <= TIGHT.memory:
                body = archive.extractfile(info).read()
                if body not in ours and len(body) == info.size:
                    _differs.append(f"tarfile reads {info.name!r}: {body[:40]!r}")
    _complain()


def tar_signed(data: bytes) -> None:
    """Expand a tar after its check sums were mended, so that every field is reached."""
    tars(seeds.signed(data))


def sevenzips(data: bytes) -> None:
    """Expand a 7z archive after its check sums were mended."""
    data = b"7z\xbc\xaf\x27\x1c\0\4" + data[8:].ljust(24, b"\0")
    with suppress(OverflowError):
        data = resigned(data)
    all_of(data)


def sevenzip_header(data: bytes) -> None:
    """Read the header of a 7z archive alone."""
    try:
        found = parse_header(data, TIGHT.members)
    except (UnreadError, TooManyError):
        return
    require(isinstance(found, Contents), "no contents")
    streams = sum(len(folder.streams) for folder in found.folders)
    require(max(len(found.files), streams) <= TIGHT.members, "more members than the limit")
    require(found == parse_header(data, TIGHT.members), "read twice, two things")


METHODS = ("00", "040108", "040202", "030101", "21", "04f71101", "03", "03030103", "04", "09")


def coders(data: bytes) -> None:
    """Send bytes through chains of 7z coders, of which the first bytes choose."""
    steps = data[:1][0] % 4 + 1 if data else 1
    chosen = [METHODS[byte % len(METHODS)] for byte in data[1 : 1 + steps]]
    properties = {"030101": b"\x5d" + bytes(2) + b"\x01\0", "21": b"\x10", "03": data[-1:] or b"a"}
    chain = tuple(
        Coder(bytes.fromhex(method), properties.get(method, b""), 1 << 18) for method in chosen
    )
    rest = data[1 + steps :]
    with suppress(UnreadError, UnsupportedError, LimitReachedError):
        body = take(unpacked(Folder(chain, 1, 0, len(rest)), io.BytesIO(rest), TIGHT), 1 << 18)
        require(isinstance(body, MemoryBody), "more came out than the coder states")


KINDS = ("gzip", "bzip2", "xz", "zstd")


def streams(data: bytes) -> None:
    """Decode a compressed stream piece by piece, in pieces of two sizes."""
    kind = KINDS[data[0] % 4] if data else KINDS[0]
    told = [_decoded(kind, data[1:], size) for size in (1000, 77)]
    if all(reason != "damaged member" for _, reason in told):
        # A library may keep back what it had before it met damage; nobody takes such bytes.
        require(told[0] == told[1], "the size of the pieces changes what comes out")
    head = data[1:4097]
    if compression(head):
        require(isinstance(inner_name(compression(head), head, b"x.gz"), bytes), "no name")
        gzip_time(compression(head), head)


def _decoded(kind: str, data: bytes, size: int) -> tuple[bytes, str]:
    out = bytearray()
    try:
        reader = decompressed(kind, io.BytesIO(data), TIGHT)
        while len(out) < 1 << 17:
            piece = reader.read(size)
            require(len(piece) <= size, "a piece larger than asked for")
            if not piece:
                return bytes(out), "end"
            out += piece
    except UnreadError as error:
        return bytes(out), error.reason
    return bytes(out[: 1 << 17]), "more"


def records(data: bytes) -> None:
    """Read the records of a tar, and the kinds of container that are only named."""
    with suppress(UnreadError):
        pax(data)
    with suppress(UnreadError):
        parse(data[:512].ljust(512, b"\0"))
    is_header(data[:512])
    kinds = (unread_kind(data[:4096]), unread_far(data[:512], data[-512:]))
    require(all(isinstance(kind, str) for kind in kinds), "a kind that is no text")


TARGETS = (
    Target("zip", zips, seeds.zips),
    Target("tar", tars, seeds.tars),
    Target("tar-signed", tar_signed, seeds.tars),
    Target("sevenzip", sevenzips, seeds.sevenzips),
    Target("sevenzip-header", sevenzip_header, lambda: [s[32:] for s in seeds.sevenzips()]),
    Target("sevenzip-coders", coders, seeds.streams),
    Target("streams", streams, seeds.streams),
    Target("archive-records", records, lambda: [b"12 path=abcd\n", *seeds.tars()[:2]]),
    Target("nesting", whole, seeds.nested, longest=1 << 15),
    Target("nesting-loose", loose, seeds.nested, longest=1 << 15, guided=False),
)
