"""Every kind of file that its own maker writes is told by its bytes; any bytes give an answer."""

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import tarfile
import wave
import zipfile

import onnx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanal.content.media import (
    GGUF,
    ONNX,
    PYTORCH,
    SAFETENSORS,
    UNKNOWN,
    is_model,
    is_picture,
    is_video,
    media_type,
)
from makers import models, pictures
from makers.archives import sevenzip_of


def saved(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    pictures.picture(*size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def archive(kind) -> bytes:
    out = io.BytesIO()
    kind(out)
    return out.getvalue()


def tar(out) -> None:
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("one.txt"))


def sound(out) -> None:
    with wave.open(out, "wb") as made:
        made.setparams((1, 2, 8000, 0, "NONE", ""))
        made.writeframes(bytes(100))


def database() -> bytes:
    with sqlite3.connect(":memory:") as made:
        made.execute("create table zz (a)")
        data = made.serialize()
    made.close()
    return data


def box(brand: bytes, *compatible: bytes) -> bytes:
    body = brand + bytes(4) + b"".join(compatible)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + bytes(64)


MADE = [
    ("image/jpeg", lambda: pictures.jpeg(64, 48)),
    ("image/jpeg", pictures.adobe_rgb_jpeg),
    ("image/jpeg", lambda: pictures.jpeg(64, 48, mode="CMYK")),
    ("image/png", lambda: pictures.png(64, 48)),
    ("image/gif", lambda: pictures.gif(64, 48)),
    ("image/webp", lambda: pictures.webp(64, 48)),
    ("image/webp", lambda: saved("WEBP", lossless=True)),
    ("image/tiff", lambda: pictures.tiff(64, 48)),
    ("image/tiff", lambda: saved("TIFF", big_tiff=True)),
    ("image/bmp", lambda: pictures.bmp(64, 48)),
    ("image/avif", lambda: pictures.avif(64, 48)),
    ("image/jp2", lambda: saved("JPEG2000")),
    ("image/jp2", lambda: saved("JPEG2000", no_jp2=True)),
    ("image/x-icon", lambda: saved("ICO", sizes=[(32, 32)])),
    ("image/x-icns", lambda: saved("ICNS", (128, 128), "RGBA")),
    ("image/x-dds", lambda: saved("DDS")),
    ("image/x-sgi", lambda: saved("SGI")),
    ("image/x-blp", lambda: saved("BLP", mode="P")),
    ("image/x-pcx", lambda: saved("PCX")),
    ("image/x-portable-anymap", lambda: saved("PPM")),
    ("image/x-portable-anymap", lambda: saved("PPM", mode="L")),
    ("image/x-portable-anymap", lambda: saved("PPM", mode="1")),
    ("application/pdf", lambda: saved("PDF")),
    ("application/zip", lambda: archive(lambda out: zipfile.ZipFile(out, "w").close())),
    ("application/x-tar", lambda: archive(tar)),
    ("application/gzip", lambda: gzip.compress(b"hello")),
    ("application/x-bzip2", lambda: bz2.compress(b"hello")),
    ("application/x-xz", lambda: lzma.compress(b"hello")),
    ("application/zstd", lambda: zstandard.compress(b"hello")),
    ("application/x-7z-compressed", lambda: sevenzip_of([(b"a", b"hello")])),
    ("application/vnd.sqlite3", database),
    ("audio/wav", lambda: archive(sound)),
]


@pytest.mark.parametrize(("kind", "make"), MADE, ids=[f"{n}-{k}" for n, (k, _) in enumerate(MADE)])
def test_what_a_maker_writes_is_told(kind, make):
    assert media_type(make()[:4096]) == kind


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "application/x-empty"),
        (b"hello\n", "text/plain"),
        ("Grüße aus Łódź ☃".encode(), "text/plain"),
        (b"\xef\xbb\xbfmarked", "text/plain"),
        (b"<?xml version='1.0'?><list/>", "text/xml"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n<svg/>", "image/svg+xml"),
        (b"<!-- drawn -->\n<svg/>", "image/svg+xml"),
        (b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"><svg/>', "image/svg+xml"),
        (b"<!-- page --><html><svg/></html>", "text/plain"),
        (b"<!-- nothing drawn -->", "text/plain"),
        (b"\xff\xfeh\0i\0", UNKNOWN),
        (b"caf\xe9 closes at nine", UNKNOWN),
        (b"\0" * 64, UNKNOWN),
        (b"BM is a maker of motors, and this is a sentence", "text/plain"),
        (b"BM" + bytes(12) + struct.pack("<I", 41), UNKNOWN),
        (b"BM" + bytes(12) + struct.pack("<I", 40), "image/bmp"),
        (b"P1 is where we parked the car", "text/plain"),
        (b"P5\n# made by hand\n2 2\n255\n....", "image/x-portable-anymap"),
        (b"P7\nWIDTH 2\nHEIGHT 2\n", "image/x-portable-arbitrarymap"),
        (b"DDS is short for something", "text/plain"),
        (box(b"avif"), "image/avif"),
        (box(b"avis"), "image/avif"),
        (box(b"mif1", b"mif1", b"avif"), "image/avif"),
        (box(b"mif1", b"mif1", b"heic"), "image/heif"),
        (box(b"heic", b"mif1"), "image/heic"),
        (box(b"isom", b"iso2", b"heic"), "image/heic"),
        (box(b"isom", b"iso2", b"mp41"), "video/mp4"),
        (box(b"qt  "), "video/quicktime"),
        (box(b"crx "), "image/x-canon-cr3"),
        (box(b"M4A "), "audio/mp4"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (b"RIFF\0\0\0\0AVI LIST", "video/x-msvideo"),
        (b"RIFF\0\0\0\0CDXA", UNKNOWN),
        (b"\x1aE\xdf\xa3\x42\x82\x84webm", "video/webm"),
        (b"\x1aE\xdf\xa3\x42\x82\x88matroska", "video/x-matroska"),
        (b"OggS\0", "application/ogg"),
        ((b"\x47" + bytes(187)) * 4, "video/mp2t"),
        (b"G" + bytes(187), UNKNOWN),
        (b"Rar!\x1a\x07\x01\0", "application/vnd.rar"),
    ],
)
def test_heads_by_their_specifications(head, kind):
    assert media_type(head) == kind


@pytest.mark.parametrize("end", range(4093, 4097))
def test_a_character_cut_at_the_end_of_the_head_is_text_still(end):
    data = ("a" * 4092 + "☃☃").encode()
    assert media_type(data[:end]) == "text/plain"


def test_a_name_is_never_asked():
    assert media_type(pictures.png(64, 48)) == media_type(b"" + pictures.png(64, 48)[:64])


@given(st.binary(max_size=600))
def test_any_bytes_give_a_kind(data):
    kind = media_type(data)
    assert kind.count("/") == 1
    assert not (is_picture(kind) and is_video(kind))


def starts() -> st.SearchStrategy[bytes]:
    return st.sampled_from(sorted({make()[:40] for _, make in MADE}))


@given(st.deferred(starts), st.integers(0, 40), st.binary(max_size=40))
def test_any_cut_head_gives_a_kind(start, end, rest):
    assert media_type(start[:end] + rest).count("/") == 1


@pytest.mark.parametrize(
    ("kind", "picture", "video"),
    [
        ("image/jpeg", True, False),
        ("image/svg+xml", True, False),
        ("video/mp4", False, True),
        ("application/ogg", False, True),
        ("text/plain", False, False),
        ("audio/mp4", False, False),
        (UNKNOWN, False, False),
    ],
)
def test_pictures_and_videos(kind, picture, video):
    assert (is_picture(kind), is_video(kind)) == (picture, video)


def test_pillow_agrees_on_what_it_can_open():
    for kind, make in MADE:
        if kind.startswith("image/"):
            with Image.open(io.BytesIO(make())) as found:
                told = Image.MIME.get(found.format, "")
            assert kind in {told, "image/x-blp", "image/x-dds", "image/x-portable-anymap"} or (
                kind.split("/")[1].removeprefix("x-").split(".")[-1][:3]
                in told + found.format.lower()
            )


def network(producer: str) -> bytes:
    info = onnx.helper.make_tensor_value_info("zz", onnx.TensorProto.FLOAT, [1])
    graph = onnx.helper.make_graph([], "zz", [info], [info])
    return onnx.helper.make_model(graph, producer_name=producer).SerializeToString()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (models.safetensors(models.TRAINED), SAFETENSORS),
        (models.safetensors(), SAFETENSORS),
        (models.safetensors(models.TRAINED, length=1 << 63), SAFETENSORS),
        (models.safetensors(header=b' {"a":{"shape":[1],"dtype":"F16"}}'), UNKNOWN),
        (models.safetensors(header=b'{"name":"zz-test-0001","size":3}'), UNKNOWN),
        (b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}', "text/plain"),
        (models.gguf(), GGUF),
        (models.gguf(version=1), GGUF),
        (models.gguf(order=">"), GGUF),
        (models.gguf(version=4), UNKNOWN),
        (models.torch_zip(), PYTORCH),
        (models.torch_zip(folder="zz-test-0001"), PYTORCH),
        (models.torch_pickle(), PYTORCH),
        (models.pickled(), UNKNOWN),
        (network("pytorch"), ONNX),
        (network("zz-test-0001"), "text/plain"),
    ],
)
def test_model_files_are_told_by_their_structure(data, kind):
    assert media_type(data[:4096]) == kind
    assert is_model(media_type(data[:4096])) == (kind in {SAFETENSORS, GGUF, PYTORCH, ONNX})


@pytest.mark.parametrize("length", [0xDA01, 0x8B1F, 0x0AFF, 0xFFD8FF, 0x685A42])
def test_a_length_that_looks_like_another_kind_misleads_nobody(length):
    assert media_type(models.safetensors(length=length)) == SAFETENSORS
