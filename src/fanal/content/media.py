"""Tells what kind of file it is by its first bytes, never by its name."""

import re
from collections.abc import Callable

UNKNOWN = "application/octet-stream"
SAFETENSORS = "application/x-safetensors"
GGUF = "application/x-gguf"
PYTORCH = "application/x-pytorch"
ONNX = "application/x-onnx"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\x8aMNG\r\n\x1a\n", "video/x-mng"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"II\xbc\x01", "image/vnd.ms-photo"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"icns", "image/x-icns"),
    (b"DDS |\x00\x00\x00", "image/x-dds"),
    (b"\x01\xda", "image/x-sgi"),
    (b"BLP1", "image/x-blp"),
    (b"BLP2", "image/x-blp"),
    (b"FUJIFILMCCD-RAW", "image/x-fuji-raf"),
    (b"IIRO", "image/x-olympus-orf"),
    (b"IIU\x00", "image/x-panasonic-rw2"),
    (b"FOVb", "image/x-sigma-x3f"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"OggS", "application/ogg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b".RMF", "video/vnd.rn-realvideo"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x05\x06", "application/zip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
    # torch.save before 1.6: the pickled number 0x1950a86a20f9469cfc6c (torch/serialization.py)
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", PYTORCH),
)

_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), "image/heic"),
    **dict.fromkeys((b"mif1", b"msf1", b"mif2"), "image/heif"),
    b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
"""Major brands of ISO base media files (ISO/IEC 14496-12, 23008-12); any other is a video."""

_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}

_TENSORS = re.compile(
    rb"(?s:.{8})\{\s*(?:\"__metadata__\"\s*:\s*\{"
    rb"|\"[^\"\x00-\x1f]{0,1000}\"\s*:\s*\{\s*\"(?:dtype|shape|data_offsets)\"\s*:)"
)
"""The length of a safetensors header and how its JSON begins (github.com/huggingface/safetensors,
README, section Format); the length itself is for who reads it."""

_NETWORKS = re.compile(
    rb"\x08[\x01-\x14]\x12[\x01-\x40](?:pytorch|tf2onnx|keras2onnx|OnnxMLTools|skl2onnx"
    rb"|onnx[.-]|CNTK|paddle2onnx)"
)
"""ONNX: ir_version, then producer_name, of writers that are known (onnx/onnx.proto3)."""

_MOVIE_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
"""First atoms of QuickTime files that are older than the brand box."""


def media_type(head: bytes) -> str:
    """Return the media type told by the first bytes (4096 are enough)."""
    if _TENSORS.match(head):  # its length may look like the start of anything
        return SAFETENSORS
    for start, kind in _STARTS:
        if head.startswith(start):
            return "video/webm" if kind == "video/x-matroska" and b"webm" in head[:64] else kind
    for test in _TESTS:
        if kind := test(head):
            return kind
    return UNKNOWN


def is_picture(kind: str) -> bool:
    """Tell whether a media type is a still picture or an animation."""
    return kind.startswith("image/")


def is_model(kind: str) -> bool:
    """Tell whether a media type is a file of model weights; a PyTorch one may be a ZIP too."""
    return kind in {SAFETENSORS, GGUF, PYTORCH, ONNX}


def is_video(kind: str) -> bool:
    """Tell whether a media type is a video, or may hold one."""
    return kind.startswith("video/") or kind == "application/ogg"


def _base_media(head: bytes) -> str:
    if head[4:8] in _MOVIE_ATOMS:
        return "video/quicktime"
    if head[4:8] != b"ftyp":
        return ""
    if kind := _BRANDS.get(head[8:12], ""):
        # A HEIF file may name the general brand first and the codec among the compatible ones.
        if kind == "image/heif" and b"avif" in _compatible(head):
            return "image/avif"
        return kind
    compatible = [_BRANDS[brand] for brand in _compatible(head) if brand in _BRANDS]
    return next((kind for kind in compatible if kind.startswith("image/hei")), "video/mp4")


def _compatible(head: bytes) -> list[bytes]:
    end = min(int.from_bytes(head[:4], "big"), len(head), 512)
    return [head[at : at + 4] for at in range(16, end, 4)]


def _riff(head: bytes) -> str:
    return _RIFF.get(head[8:12], "") if head[:4] in {b"RIFF", b"RF64"} else ""


def _bitmap(head: bytes) -> str:
    """Tell a BMP by its two letters and the size of its second header."""
    size = int.from_bytes(head[14:18], "little")
    known = size in {12, 16, 40, 52, 56, 64, 108, 124}
    return "image/bmp" if head[:2] == b"BM" and known else ""


def _portable(head: bytes) -> str:
    """Tell a portable anymap by its number and what may follow: a size or a comment."""
    if head[:3] == b"P7\n":
        return "image/x-portable-arbitrarymap"
    gap, then = head[2:3], head[2:64].lstrip(b" \t\r\n")[:1]
    if head[:1] != b"P" or not b"1" <= head[1:2] <= b"6" or not gap.isspace():
        return ""
    return "image/x-portable-anymap" if then.isdigit() or then == b"#" else ""


def _tar(head: bytes) -> str:
    return "application/x-tar" if head[257:262] == b"ustar" else ""


def _transport_stream(head: bytes) -> str:
    marks = [head[at : at + 1] for at in (0, 188, 376, 564)]
    return "video/mp2t" if marks == [b"\x47"] * 4 else ""


def _flic(head: bytes) -> str:
    good = head[4:6] in {b"\x11\xaf", b"\x12\xaf"} and head[14:16] in {b"\x03\x00", b"\x00\x00"}
    return "image/x-fli" if good else ""


def _pcx(head: bytes) -> str:
    if len(head) >= 128 and head[:1] == b"\n" and head[1:2] in b"\0\2\3\5" and head[2:3] == b"\1":
        return "image/x-pcx" if head[3:4] in b"\1\2\4\x08" else ""
    return ""


def _zip(head: bytes) -> str:
    """Tell a ZIP; PyTorch's begins with its pickle (torch/serialization.py)."""
    if head[:4] != b"PK\x03\x04":
        return ""
    named = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return PYTORCH if named.rpartition(b"/")[2] == b"data.pkl" else "application/zip"


def _gguf(head: bytes) -> str:
    """Tell GGUF by its mark and a version that there is (ggml/docs/gguf.md)."""
    versions = {int.from_bytes(head[4:8], order) for order in ("little", "big")}
    return GGUF if head[:4] == b"GGUF" and versions & {1, 2, 3} else ""


def _onnx(head: bytes) -> str:
    return ONNX if _NETWORKS.match(head) else ""


def _text(head: bytes) -> str:
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:5] == b"<?xml" or start[:4] in {b"<svg", b"<!--"} or start[:13] == b"<!DOCTYPE svg":
        other = "text/xml" if start[:5] == b"<?xml" else "text/plain"
        return "image/svg+xml" if b"<svg" in head and b"<html" not in head else other
    if not head or b"\0" in head:
        return "" if head else "application/x-empty"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut after 4096 bytes may fall inside a character.
        return "text/plain" if error.start >= len(head) - 3 and len(head) >= 4 else ""
    return "text/plain"


_TESTS: tuple[Callable[[bytes], str], ...] = (
    _zip,
    _base_media,
    _riff,
    _bitmap,
    _portable,
    _tar,
    _transport_stream,
    _flic,
    _pcx,
    _gguf,
    _onnx,
    _text,
)
