"""A worker decodes what was digested and no more; its answer is believed where it fits."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from fanal.content.preview import MOST_BYTES, Preview, View
from fanal.content.waveform import Waveform
from fanal.model.finding import Mosaic
from fanal.model.item import FileBody, MemoryBody
from fanal.pipeline.reveal_work import (
    ShowTask,
    ShowWork,
    SoundWork,
    Strip,
    StripWork,
    believed,
)
from fanal.pipeline.work import NotRead
from makers import pictures
from makers.evidence import sha256

DATA = pictures.jpeg()
TASK = ShowTask(sha256(DATA), "image/jpeg", MemoryBody(DATA), View(3, "zz"))


def test_an_honest_preview_is_taken_as_it_is():
    for level in (2, 3, 4, 5):
        task = replace(TASK, view=View(level, "zz"))
        made = ShowWork()(task)
        assert believed(task, made) is made


def test_other_bytes_are_never_decoded(monkeypatch, tmp_path):
    monkeypatch.setattr("fanal.pipeline.reveal_work.preview", None)
    other = replace(TASK, body=MemoryBody(pictures.jpeg(seed=2)))
    assert ShowWork()(other) == NotRead("changed")
    path = tmp_path / "zz.jpg"
    path.write_bytes(DATA + b"\0")
    assert ShowWork()(replace(TASK, body=FileBody(bytes(path)))) == NotRead("changed")
    path.unlink()
    assert ShowWork()(replace(TASK, body=FileBody(bytes(path)))) == NotRead("not readable")


def test_what_is_no_picture_is_told():
    data = b"zz-test-0001"
    text = ShowTask(sha256(data), "text/plain", MemoryBody(data), View(3, "zz"))
    assert ShowWork()(text).reason == "no picture"
    assert SoundWork()(text).reason == "no waveform"
    assert isinstance(StripWork()(text), NotRead)
    damaged = b"\xff\xd8\xff\xe0zz"
    task = ShowTask(sha256(damaged), "image/jpeg", MemoryBody(damaged), View(3, "zz"))
    assert ShowWork()(task).reason == "damaged picture"


def jpeg(size, mode="L", **more) -> bytes:
    held = io.BytesIO()
    Image.new(mode, size).save(held, "JPEG", **more)
    return held.getvalue()


GOOD = jpeg((200, 100))
EXIF = Image.Exif()
EXIF[0x010E] = "zz-test-0001"
MOSAIC = Mosaic(TASK.sha256, 0, 4, 2, bytes(4))


@pytest.mark.parametrize(
    "forged",
    [
        Preview(b"", 1, 1),
        Preview(b"<svg onload='zz'>", 200, 100),
        Preview(b"GIF89a" + bytes(99), 200, 100),
        Preview(GOOD, 200, 101),
        Preview(GOOD, "200", 100),
        Preview("text", 200, 100),
        Preview(jpeg((300, 100)), 300, 100),  # more than the level has
        Preview(jpeg((1600, 1200)), 1600, 1200),
        Preview(jpeg((200, 100), "RGB"), 200, 100),  # colour at a grey level
        Preview(jpeg((200, 100), exif=EXIF), 200, 100),
        Preview(jpeg((200, 100), comment=b"zz"), 200, 100),
        Preview(jpeg((200, 100), progressive=True), 200, 100),
        Preview(GOOD + bytes(MOST_BYTES), 200, 100),
        Strip((), ()),
        Strip((MOSAIC,), ()),
        Strip((MOSAIC,) * 10, (0,) * 10),
        Strip((replace(MOSAIC, sha256="b" * 64),), (0,)),
        Strip((replace(MOSAIC, columns=33),), (0,)),
        Strip((replace(MOSAIC, grey=bytes(99)),), (0,)),
        Strip((MOSAIC,), (-1,)),
        Strip((MOSAIC,), ("1",)),
        Strip([MOSAIC], [0]),
        Strip(("zz",), (0,)),
        Waveform(1, b"\xff"),
        Waveform("1", b"\x01"),
        NotRead(7, "zz"),
        *(None, "text", 7, b"bytes", (), [GOOD], {"data": GOOD}),
    ],
    ids=lambda one: repr(one)[:40],
)
def test_what_no_worker_answers_is_not_believed(forged):
    assert believed(TASK, forged) == NotRead(
        "worker died", "its worker answered what no worker does"
    )


def test_what_fits_is_believed():
    for good in (Preview(GOOD, 200, 100), Strip((MOSAIC,), (0,)), Waveform(5, b"\x05")):
        assert believed(TASK, good) is good
    long = believed(TASK, NotRead("x\u202e" * 99, "y\n" * 999))
    assert len(long.reason) == 60
    assert long.detail.isprintable()
