"""Evidence is opened read only, links are not followed and nothing is waited for."""

import io
import os
import sys

import pytest
from PIL import Image

from fanal.content import handle
from fanal.content.handle import Content, open_evidence, read_whole
from fanal.content.image import Undecodable
from fanal.content.media import media_type
from fanal.model.item import Digests, FileBody, MemoryBody, StoreBody, StreamedBody
from makers import pictures
from makers.pictures import jpeg, png

SHA = "0" * 64
OPENED: list[int] = []
WATCHING: list[bool] = []


def watch(event: str, arguments: tuple) -> None:
    if WATCHING and event == "open" and isinstance(arguments[2], int):
        OPENED.append(arguments[2])


sys.addaudithook(watch)


@pytest.fixture
def opened():
    """The flags of every file opened in the test."""
    OPENED.clear()
    WATCHING.append(True)
    yield OPENED
    WATCHING.clear()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.bin"
    path.write_bytes(b"zz-test-0001")
    return path


def test_a_file_is_read_whole_and_only_read(file, opened):
    assert read_whole(os.fsencode(file)) == b"zz-test-0001"
    assert opened[0] & os.O_ACCMODE == os.O_RDONLY
    assert opened[0] & os.O_NOFOLLOW
    assert opened[0] & os.O_CLOEXEC
    assert not any(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC) for flags in opened)


def test_a_descriptor_cannot_write(file):
    descriptor = open_evidence(os.fsencode(file))
    try:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.write(descriptor, b"x")
    finally:
        os.close(descriptor)


def test_a_link_is_not_followed(tmp_path, file):
    link = tmp_path / "link"
    link.symlink_to(file)
    with pytest.raises(OSError, match="symbolic links"):
        open_evidence(os.fsencode(link))


def test_a_name_that_is_no_text_is_opened(tmp_path):
    path = os.fsencode(tmp_path) + b"/\xff\xfe\n"
    with open(path, "wb") as out:  # noqa: PTH123 (bytes)
        out.write(b"hello")
    assert read_whole(path) == b"hello"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        read_whole(os.fsencode(tmp_path / "pipe"))


def test_a_device_without_end_is_refused():
    with pytest.raises(OSError, match="not a regular file"):
        read_whole(b"/dev/zero")


def test_a_folder_and_a_missing_file_are_errors_of_the_system(tmp_path):
    with pytest.raises(IsADirectoryError):
        read_whole(os.fsencode(tmp_path))
    with pytest.raises(FileNotFoundError):
        read_whole(os.fsencode(tmp_path / "gone"))


def test_the_access_time_is_left_alone(file):
    os.utime(file, ns=(10**18, 2 * 10**18))  # older than the file's change: a read would move it
    read_whole(os.fsencode(file))
    assert (file.stat().st_atime_ns, file.stat().st_mtime_ns) == (10**18, 2 * 10**18)


def test_who_may_not_leave_the_time_alone_may_read(file, monkeypatch):
    def strict(path, flags, *rest, real=os.open):
        if flags & os.O_NOATIME:
            raise PermissionError(1, "Operation not permitted")
        return real(path, flags, *rest)

    monkeypatch.setattr(os, "open", strict)
    assert read_whole(os.fsencode(file)) == b"zz-test-0001"


def test_a_file_larger_than_the_limit_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "sparse"
    path.touch()
    os.truncate(path, handle.MOST_FILE + 1)
    with pytest.raises(Undecodable, match="limit: memory"):
        read_whole(os.fsencode(path))
    monkeypatch.setattr(handle, "MOST_FILE", 12)
    path.write_bytes(bytes(12))
    assert read_whole(os.fsencode(path)) == bytes(12)


def test_every_body_gives_its_bytes(file):
    assert Content(SHA, "text/plain", FileBody(os.fsencode(file))).data == b"zz-test-0001"
    assert Content(SHA, "text/plain", MemoryBody(b"hello")).data == b"hello"
    with pytest.raises(Undecodable, match="limit: memory"):
        _ = Content(SHA, "image/png", StreamedBody(Digests("", "", "", 0, b""))).data


def test_a_file_is_opened_once_and_decoded_once(tmp_path, opened):
    path = tmp_path / "one.png"
    path.write_bytes(png(64, 48))
    content = Content(SHA, "image/png", FileBody(os.fsencode(path)))
    OPENED.clear()
    first = content.decoded
    assert content.decoded is first
    assert content.data is content.data
    # A first opening that may leave the access time alone, and nothing else of this path.
    assert sum(1 for flags in opened if flags & os.O_NOFOLLOW) == 1


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("video/mp4", "no perceptual hash: video"),
        ("application/ogg", "no perceptual hash: video"),
        ("text/plain", "no perceptual hash: not a picture"),
        ("audio/wav", "no perceptual hash: not a picture"),
        ("image/svg+xml", "no decoder: image/svg+xml"),
        ("image/x-canon-cr3", "no decoder: image/x-canon-cr3"),
    ],
)
def test_what_cannot_be_decoded_is_never_opened(kind, reason):
    content = Content(SHA, kind, FileBody(b"/there/is/no/such/file"))
    if reason.startswith("no decoder"):
        content = Content(SHA, kind, MemoryBody(b"zz"))
    with pytest.raises(Undecodable) as caught:
        _ = content.decoded
    assert caught.value.reason == reason


def test_the_first_frame_in_colour():
    frame = Content(SHA, "image/jpeg", MemoryBody(jpeg(64, 48, mode="L"))).coloured(1)
    assert (frame.width, frame.height, frame.scale) == (64, 48, 1)


BYTES = bytes(range(256)) * 9000
"""More than two blocks."""
STRETCHES = [(0, 5), (1 << 20, 3), ((1 << 20) - 2, 4), (len(BYTES) - 2, 9), (len(BYTES), 1)]


@pytest.mark.parametrize("held", [True, False], ids=["memory", "file"])
def test_stretches_are_those_of_the_bytes(tmp_path, held):
    path = tmp_path / "long"
    path.write_bytes(BYTES)
    content = Content(SHA, "a/b", MemoryBody(BYTES) if held else FileBody(os.fsencode(path)))
    assert content.size == len(BYTES)
    for offset, length in STRETCHES:
        assert content.read_at(offset, length) == BYTES[offset : offset + length]
    assert b"".join(content.blocks()) == BYTES
    assert b"".join(content.blocks(1_000_001)) == BYTES[1_000_001:]
    assert max(map(len, content.blocks())) <= 1 << 20
    assert list(content.blocks(len(BYTES) + 7)) == []


def test_a_stretch_is_read_and_no_more(tmp_path, opened):
    path = tmp_path / "sparse"
    path.touch()
    os.truncate(path, 1 << 40)
    os.utime(path, ns=(10**18, 2 * 10**18))
    content = Content(SHA, "a/b", FileBody(os.fsencode(path)))
    OPENED.clear()
    assert content.read_at((1 << 40) - 3, 10) == bytes(3)
    assert content.size == 1 << 40
    assert all(flags & os.O_ACCMODE == os.O_RDONLY for flags in opened)
    assert sum(1 for flags in opened if flags & os.O_NOFOLLOW) == 2  # for its size, and to read
    assert path.stat().st_atime_ns == 10**18


def test_no_stretch_of_a_pipe_or_a_link(tmp_path, file):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(file)
    for name in ("pipe", "link", "gone"):
        content = Content(SHA, "a/b", FileBody(os.fsencode(tmp_path / name)))
        for reading in (lambda c: c.size, lambda c: c.read_at(0, 1), lambda c: next(c.blocks())):
            with pytest.raises(OSError, match=r"regular|symbolic|No such"):
                reading(content)


def test_what_is_not_here_has_a_size_and_at_most_a_head():
    streamed = Content(SHA, "a/b", StreamedBody(Digests("", "", "", 9000, b"zz-test-0001")))
    assert streamed.size == 9000
    assert streamed.read_at(3, 4) == b"test"
    far = Content(SHA, "a/b", StoreBody("bucket", b"key", 77, ""))
    assert far.size == 77
    for content, length in ((streamed, 13), (far, 1)):
        with pytest.raises(Undecodable, match="limit: memory"):
            content.read_at(0, length)
        with pytest.raises(Undecodable, match="limit: memory"):
            list(content.blocks())


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("png", {}),
        ("bmp", {}),
        ("ppm", {}),
        ("jpeg", {"quality": 100}),
        ("avif", {}),
        *(("webp", {"lossless": lossless}) for lossless in (False, True)),
        *(("webp", {"lossless": lossless, "exif": b"zz"}) for lossless in (False, True)),
        *(("webp", {"lossless": lossless, "save_all": True}) for lossless in (False, True)),
    ],
)
def test_which_files_keep_their_pixels_is_what_a_decoder_gives_back(kind, options):
    noise = Image.effect_noise((64, 48), 90).convert("RGB")
    more = {"append_images": [noise.rotate(180)]} if "save_all" in options else {}
    out = io.BytesIO()
    noise.save(out, kind, **options, **more)
    data = out.getvalue()
    kept = pictures.opened(data).convert("RGB").tobytes() == noise.tobytes()
    content = Content(SHA, media_type(data[:4096]), MemoryBody(data))
    assert content.keeps_pixels is kept


@pytest.mark.parametrize("length", [0, 12, 16, 30, 200])
def test_a_webp_that_ends_early_keeps_no_pixels(length):
    data = pictures.webp(64, 48)[:length].replace(b"VP8 ", b"VP8X")
    assert Content(SHA, "image/webp", MemoryBody(data)).keeps_pixels is False
