"""Opens the packed bytes of a 7z folder: coders one behind the other, each read piece by piece."""

import lzma
from collections.abc import Callable

from fanal.sources.coders import (
    Decoded,
    bzip2,
    deflate,
    lzma1_filter,
    raw_lzma,
    window,
    zstd,
)
from fanal.sources.interface import Budget, Limits
from fanal.sources.reading import (
    EncryptedError,
    Limited,
    Metered,
    Reader,
    UnsupportedError,
)
from fanal.sources.sevenzip_records import Coder, Folder

AES = bytes.fromhex("06f10701")
COPY = b"\0"
DELTA = b"\x03"
NAMES = {
    bytes.fromhex("030401"): "PPMd",
    bytes.fromhex("040109"): "deflate64",
    bytes.fromhex("04f71102"): "Brotli",
    bytes.fromhex("04f71104"): "LZ4",
    b"\x0a": "ARM64 filter",
}
BRANCHES = {
    "03030103": lzma.FILTER_X86,
    "04": lzma.FILTER_X86,
    "03030205": lzma.FILTER_POWERPC,
    "05": lzma.FILTER_POWERPC,
    "03030401": lzma.FILTER_IA64,
    "06": lzma.FILTER_IA64,
    "03030501": lzma.FILTER_ARM,
    "07": lzma.FILTER_ARM,
    "03030701": lzma.FILTER_ARMTHUMB,
    "08": lzma.FILTER_ARMTHUMB,
    "03030805": lzma.FILTER_SPARC,
    "09": lzma.FILTER_SPARC,
}
"""Filters for programs; numbers of Methods.txt of the LZMA SDK."""
CHUNK = 1 << 16
"""Bytes of an LZMA2 chunk that is not packed."""


def unpacked(
    folder: Folder, packed: Reader, limits: Limits, budget: Budget | None = None
) -> Reader:
    """Return the reader of a folder's bytes, or raise EncryptedError or UnsupportedError.

    Bytes that come out between two decompressors count against the budget: the second may turn
    a terabyte into nothing.
    """
    if not folder.coders:
        raise UnsupportedError("a folder whose bytes come in several streams, such as BCJ2")
    if any(coder.method == AES for coder in folder.coders):
        raise EncryptedError("the member needs a password")
    reader = packed
    for place, coder in enumerate(folder.coders):
        reader = Limited(_coder(coder, reader, window(limits)), coder.size)
        if budget and not all(map(_keeps_length, folder.coders[place + 1 :])):
            reader = Metered(reader, budget)
    return reader


def _keeps_length(coder: Coder) -> bool:
    return coder.method in {COPY, DELTA} or coder.method.hex() in BRANCHES


def _coder(coder: Coder, source: Reader, memory: int) -> Reader:
    simple: dict[bytes, Callable[[Reader], Reader]] = {
        COPY: lambda same: same,
        bytes.fromhex("040108"): deflate,
        bytes.fromhex("040202"): bzip2,
        bytes.fromhex("04f71101"): lambda same: zstd(same, memory),
        bytes.fromhex("030101"): lambda same: raw_lzma(
            same, [lzma1_filter(coder.properties)], memory
        ),
        b"\x21": lambda same: raw_lzma(same, [_lzma2_filter(coder.properties)], memory),
    }
    if coder.method in simple:
        return simple[coder.method](source)
    if coder.method == DELTA and len(coder.properties) == 1:
        return _filtered(source, {"id": lzma.FILTER_DELTA, "dist": coder.properties[0] + 1})
    if coder.method.hex() in BRANCHES:
        return _filtered(source, {"id": BRANCHES[coder.method.hex()]})
    name = NAMES.get(coder.method, f"0x{coder.method.hex()}")
    raise UnsupportedError(f"method {name}")


def _lzma2_filter(properties: bytes) -> dict[str, int]:
    if len(properties) != 1 or properties[0] > 40:
        raise UnsupportedError("LZMA2 properties that no decoder knows")
    bits = properties[0]
    size = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << (bits // 2 + 11)
    return {"id": lzma.FILTER_LZMA2, "dict_size": size}


def _filtered(source: Reader, which: dict[str, int]) -> Decoded:
    """Undo a filter: liblzma does it, given the bytes as LZMA2 chunks that are not packed.

    liblzma undoes filters only in front of a compressor, and behind LZMA it keeps the last bytes
    back, for it does not learn where the stream ends; with LZMA2 it does.
    """
    filters = [which, {"id": lzma.FILTER_LZMA2, "dict_size": CHUNK}]
    return Decoded(_Chunks(source), lambda: lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))


class _Chunks:
    """Puts bytes into plain LZMA2 chunks: 1 or 2, the size less one, the bytes; 0 at the end."""

    def __init__(self, source: Reader) -> None:
        self._source = source
        self._control = b"\x01"

    def read(self, size: int, /) -> bytes:
        """Return the next chunk, a little over `size` where that is small."""
        if not self._control:
            return b""
        data = self._source.read(min(size, CHUNK))
        if not data:
            self._control = b""
            return b"\0"
        control, self._control = self._control, b"\x02"
        return control + (len(data) - 1).to_bytes(2, "big") + data
