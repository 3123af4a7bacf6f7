"""Packs files into one tar archive of a size that tells little, and takes it apart again.

For a set of files there is one archive, byte for byte: ustar headers (POSIX 1003.1-1988) with fixed
times, owners and modes, the files in a fixed order, at last a file of zeros that makes the whole a
power of two, one MiB at least. So whoever sees the encrypted file learns the order of magnitude of
what is in it and no more, a recall and a reply look like a small package, and stock `tar x` reads
it to its end. Taken apart is only what this module would have packed: any other byte has a place,
and is refused.
"""

from collections.abc import Iterator, Mapping

from fanal.errors import PackageError
from fanal.exchange.paths import FIRST, MOST, PADDING, clash, unfit

BLOCK = 512
LEAST = 1 << 20
"""Bytes of the smallest container."""
LARGEST = 1 << 29
"""Bytes of the largest container that is made or read: it is held in memory."""
END = 3 * BLOCK
"""Bytes of what ends a container, besides the zeros: a header and two empty blocks."""
TIME = 946_684_800
"""Modification time of every file: 1 January 2000, UTC; the manifest tells the real one."""
ASK = "take nothing from it; ask whoever sent it to send it again"
MEND = "nothing was sent: mend that, and draft it anew"
_SIZE, _TYPE, _MAGIC = slice(124, 136), 156, slice(257, 265)
_KINDS = {
    **dict.fromkeys(b"12", "is a link"),
    **dict.fromkeys(b"346", "is a device or a pipe"),
    **dict.fromkeys(b"5", "is a folder"),
    **dict.fromkeys(b"gxLKSVMND", "is a header of an extension"),
}


def refused(place: str, why: str, advice: str = ASK) -> PackageError:
    """Return the error that names the first place where a package is not as it must be."""
    return PackageError(f"{place}: {why}", advice)


def padded(size: int) -> int:
    """Return the size of a container whose files and their headers take so many bytes."""
    return max(LEAST, 1 << (size + END - 1).bit_length())


def in_order(names: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the names in the order in which they stand in a container."""
    yield from (name for name in FIRST if name in names)
    yield from sorted(name for name in names if name not in FIRST)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the container of these files; refuse names and sizes that it has no room for."""
    if len(files) > MOST:
        raise refused("the container", f"a package has {MOST:,} files at most", MEND)
    order = list(in_order(files))
    for name in order:
        if why := unfit(name):
            raise refused(f"file {name[:120]!r}", why, MEND)
    name, why = clash([*order, PADDING])
    if why:
        raise refused(f"file {name!r}", why, MEND)
    parts: list[bytes] = []
    for name in order:
        data = files[name]
        parts += (header(name, len(data)), data, bytes(-len(data) % BLOCK))
    size = sum(map(len, parts))
    if padded(size) > LARGEST:
        raise refused("the container", f"it would be larger than {LARGEST:,} bytes", MEND)
    zeros = padded(size) - size - END
    return b"".join((*parts, header(PADDING, zeros), bytes(zeros + 2 * BLOCK)))


def header(name: str, size: int) -> bytes:
    """Return the header of one file."""
    fields = (
        name.encode("ascii").ljust(100, b"\0"),
        b"0000600\0" + b"0000000\0" * 2,
        b"%011o\0%011o\0" % (size, TIME),
        b" " * 8,
        b"0" + bytes(100) + b"ustar\x0000" + bytes(64) + b"0000000\0" * 2 + bytes(167),
    )
    block = b"".join(fields)
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a container, or refuse it and name the place."""
    if len(data) > LARGEST:
        raise refused("the container", f"it is larger than {LARGEST:,} bytes")
    files: dict[str, bytes] = {}
    at = 0
    while True:
        name, size = _read(data[at : at + BLOCK], at)
        start = at + BLOCK
        end = start + size + -size % BLOCK
        if end > len(data):
            raise refused(f"file {name!r}", "the container ends inside it")
        if name == PADDING:
            break
        if name in files:
            raise refused(f"byte {at:,}, file {name!r}", "it is there twice")
        if len(files) == MOST:
            raise refused(f"byte {at:,}", f"a package has {MOST:,} files at most")
        files[name] = data[start : start + size]
        if data.count(0, start + size, end) != end - start - size:
            raise refused(f"after file {name!r}", "there are bytes that belong to no file")
        at = end
    _check_order(files)
    if len(data) != padded(at) or size != len(data) - at - END:
        raise refused(f"byte {at:,}", f"the container has {len(data):,} bytes, not what it must")
    if data.count(0, start) != len(data) - start:
        first = next(number for number in range(start, len(data)) if data[number])
        raise refused(f"byte {first:,}", "there is something hidden in the padding")
    return files


def _read(head: bytes, at: int) -> tuple[str, int]:
    """Return name and size of the file of this header, which must be as we write it."""
    place = f"byte {at:,}, header of a file"
    if len(head) < BLOCK:
        raise refused(place, "the container ends inside it")
    name = head[:100].rstrip(b"\0").decode("latin-1")
    place = f"byte {at:,}, header of {name[:100]!r}"
    if head[_TYPE] in _KINDS:
        raise refused(place, f"it {_KINDS[head[_TYPE]]}, and not a plain file")
    if why := unfit(name):
        raise refused(place, why)
    told = head[_SIZE][:11]
    if not (told.isdigit() and set(told) <= set(b"01234567")):
        raise refused(place, "it gives no size")
    size = int(told, 8)
    if size > LARGEST:
        raise refused(place, f"a file of {size:,} bytes is larger than {LARGEST:,}")
    wanted = header(name, size)
    if head != wanted:
        first = next(number for number in range(BLOCK) if head[number] != wanted[number])
        raise refused(place, f"byte {at + first:,} is not as it must be")
    return name, size


def _check_order(files: Mapping[str, bytes]) -> None:
    name, why = clash([*files, PADDING])
    if why:
        raise refused(f"file {name!r}", why)
    if list(files) != list(in_order(files)):
        raise refused("the container", "its files are not in their order")
