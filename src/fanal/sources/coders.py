"""Decompresses streams piece by piece, so that no input decides how much memory is used."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

import zstandard

from fanal.sources.interface import Limits
from fanal.sources.reading import DamagedError, Reader, UnreadError, UnsupportedError

INPUT = 1 << 16
"""Compressed bytes read at once."""
FEED = 512
"""Bytes given to Zstandard at once: it has no limit of output, and four bytes can say 128 KiB."""
NO_SIZE = -1
MOST_IDLE = 8
"""Rounds in which nothing went in and nothing came out before a decoder counts as stuck."""
LEAST_WINDOW = 4096
"""The smallest LZMA dictionary that liblzma takes."""

ERRORS = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)
"""What the libraries raise for bad input; bz2 raises OSError."""


class Decoder(Protocol):
    """A decompressor of the kind `bz2` and `lzma` have: fed with pieces, bounded in its output."""

    @property
    def eof(self) -> bool:
        """Tell whether the end of the compressed stream was reached."""
        ...

    @property
    def needs_input(self) -> bool:
        """Tell whether nothing more comes out without more input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """Return what followed the end of the compressed stream."""
        ...

    def decompress(self, data: bytes, max_length: int = NO_SIZE) -> bytes:
        """Take compressed bytes and return at most so many bytes."""
        ...


class Inflater:
    """Makes zlib look like `bz2` and `lzma`."""

    def __init__(self, wbits: int) -> None:
        """Take the window bits as zlib does: -15 raw, 31 gzip."""
        self._zlib = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        """Tell whether the end of the compressed stream was reached."""
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        """Tell whether all input was taken in."""
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        """Return what followed the end of the compressed stream."""
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = NO_SIZE) -> bytes:
        """Take compressed bytes and return at most so many bytes."""
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max(max_length, 0))


class Unzstandard:
    """Makes Zstandard look like `bz2` and `lzma`, with a bounded window."""

    def __init__(self, window: int) -> None:
        """Take the largest window that a frame may ask for."""
        self._zstd = zstandard.ZstdDecompressor(max_window_size=window).decompressobj()
        self._waiting = b""
        self._ready = b""

    @property
    def eof(self) -> bool:
        """Tell whether the frame has ended and all of it was handed out."""
        return self._zstd.eof and not self._ready

    @property
    def needs_input(self) -> bool:
        """Tell whether nothing is waiting, neither to go in nor to come out."""
        return not self._waiting and not self._ready

    @property
    def unused_data(self) -> bytes:
        """Return what followed the end of the frame."""
        return self._zstd.unused_data + self._waiting

    def decompress(self, data: bytes, max_length: int = NO_SIZE) -> bytes:
        """Take compressed bytes and return at most so many bytes."""
        waiting, at = self._waiting + data, 0
        parts, size = [self._ready], len(self._ready)
        while size < max_length and at < len(waiting) and not self._zstd.eof:
            parts.append(self._zstd.decompress(waiting[at : at + FEED]))
            size += len(parts[-1])
            at += FEED
        ready = b"".join(parts)
        self._waiting, self._ready = waiting[at:], ready[max_length:]
        return ready[:max_length]


class Decoded:
    """What comes out of a compressed stream, read in pieces."""

    def __init__(
        self, source: Reader, start: Callable[[], Decoder], *, joined: bool = False
    ) -> None:
        """Take compressed bytes and what makes a decoder; `joined` streams follow each other."""
        self._source = source
        self._start = start
        self._joined = joined
        self._decoder = self._begin()
        self._pending = b""
        self._follower = False
        self._broken: UnreadError | None = None
        self.ended = False
        self.trailing = False
        """Whether bytes that are no further stream follow the last one."""

    @property
    def leftover(self) -> bytes:
        """Return what was read past the end of the stream."""
        return self._decoder.unused_data

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        idle = 0
        if self._broken:
            raise self._broken
        while not self.ended:
            if self._decoder.eof and not self._next_stream():
                self.ended = True
                break
            data, last = self._pending, False
            self._pending = b""
            if not data and self._decoder.needs_input:
                data = self._source.read(INPUT)
                last = not data
            idle = 0 if data else idle + 1
            try:
                out = self._decompress(data, size)
            except UnreadError as error:
                if not self._follower or not isinstance(error, DamagedError):
                    self._broken = error
                    raise
                self.ended = self.trailing = True
                break
            if out:
                self._follower = False
                return out
            if (last and not self._decoder.eof) or idle > MOST_IDLE:
                raise DamagedError("the compressed bytes end early")
        return b""

    def _decompress(self, data: bytes, size: int) -> bytes:
        try:
            return self._decoder.decompress(data, size)
        except MemoryError as error:
            raise UnsupportedError("needs more memory than there is") from error
        except ERRORS as error:
            # Both libraries have one error class and say it in words alone.
            if "emory" in str(error):
                raise UnsupportedError("needs a larger window than allowed") from error
            raise DamagedError(f"{type(error).__name__}: {error}") from error

    def _begin(self) -> Decoder:
        try:
            return self._start()
        except (*ERRORS, MemoryError) as error:
            raise UnsupportedError(f"{type(error).__name__}: {error}") from error

    def _next_stream(self) -> bool:
        """Go on with the stream that follows; zeros between streams are padding."""
        if not self._joined:
            return False
        rest = self._decoder.unused_data.lstrip(b"\0")
        while not rest:
            block = self._source.read(INPUT)
            if not block:
                return False
            rest = block.lstrip(b"\0")
        self._pending, self._decoder, self._follower = rest, self._begin(), True
        return True


def window(limits: Limits) -> int:
    """Return how much memory a decompressor may use for what it has to remember."""
    # 128 MiB is what the zstd program allows by itself; 7-Zip and xz seldom ask for more.
    return max(128 << 20, 2 * limits.memory)


def gzip(source: Reader) -> Decoded:
    """Read gzip (RFC 1952), members one after the other."""
    return Decoded(source, lambda: Inflater(31), joined=True)


def deflate(source: Reader) -> Decoded:
    """Read raw deflate (RFC 1951)."""
    return Decoded(source, lambda: Inflater(-15))


def bzip2(source: Reader) -> Decoded:
    """Read bzip2, streams one after the other."""
    return Decoded(source, bz2.BZ2Decompressor, joined=True)


def xz(source: Reader, memory: int) -> Decoded:
    """Read xz, streams one after the other."""
    return Decoded(source, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memory), joined=True)


def zstd(source: Reader, memory: int) -> Decoded:
    """Read Zstandard (RFC 8878), frames one after the other."""
    return Decoded(source, lambda: Unzstandard(memory), joined=True)


def raw_lzma(source: Reader, filters: list[dict[str, int]], memory: int) -> Decoded:
    """Read LZMA or LZMA2 without a container, as 7z and ZIP hold it."""
    wanted = max(one.get("dict_size", 0) for one in filters)
    if wanted > memory:
        raise UnsupportedError(f"needs a window of {wanted} bytes, more than allowed")
    return Decoded(source, lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))


def lzma1_filter(properties: bytes) -> dict[str, int]:
    """Return the filter that five bytes of LZMA properties describe."""
    if len(properties) != 5 or properties[0] >= 9 * 5 * 5:
        raise UnsupportedError("LZMA properties that no decoder knows")
    rest, lc = divmod(properties[0], 9)
    pb, lp = divmod(rest, 5)
    return {
        "id": lzma.FILTER_LZMA1,
        "dict_size": max(int.from_bytes(properties[1:], "little"), LEAST_WINDOW),
        "lc": lc,
        "lp": lp,
        "pb": pb,
    }
