"""Builds a small case through the main job: hostile names, damage, copies, three lists."""

import io
import os
import zipfile
from dataclasses import dataclass
from hashlib import md5, sha1
from pathlib import Path

import numpy as np
import pdqhash

from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from makers.pictures import jpeg, opened, png, truncated

SCRIPT = b"<script>alert(1)</script><img src=x onerror=alert(2)>.png"
TURNED = "photo\u202egnp.exe.png".encode()
CONTROL = b"line\x1b[2Jone\nline two\x07.jpg"
NOT_UTF8 = b"caf\xe9 \xff.png"
LONG_MEMBER = "zz-long/" + "x" * 60_000 + "end.jpg"
"""Nearly the longest name that a ZIP archive can hold."""
BITS = 10
"""Bits changed in the PDQ hash that stands on the near list."""


@dataclass(frozen=True, slots=True)
class SmallCase:
    """The case, where its evidence lies, and the contents that are told apart."""

    case: Path
    evidence: tuple[Path, ...]
    settings: Settings
    unidentified: bytes
    harmless: bytes
    near: bytes


def build(home: Path) -> SmallCase:
    """Draw the evidence, write the lists and run the main job."""
    unidentified, harmless, near = jpeg(seed=101), jpeg(seed=102), jpeg(seed=103)
    desk, phone = home / "desk", home / "phone"
    files = {
        desk: {
            b"listed.jpg": unidentified,
            b"harmless.jpg": harmless,
            b"near.jpg": near,
            SCRIPT: broken(1),
            TURNED: broken(2),
            CONTROL: broken(3),
            NOT_UTF8: broken(4),
            b"note.txt": b"zz-test-0001\n",
            b"cut.png": truncated(png(seed=108)),
            b"clip.mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64),
            b"old.rar": b"Rar!\x1a\x07\x01\x00" + bytes(64),
            b"pack.zip": _archive(),
        },
        phone: {
            b"DCIM/0001.jpg": near,
            b"DCIM/0002.jpg": jpeg(seed=109),
            b"DCIM/0002 copy.jpg": jpeg(seed=109),
        },
    }
    for folder, held in files.items():
        for name, data in held.items():
            path = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 (bytes)
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            with open(path, "wb") as out:  # noqa: PTH123
                out.write(data)
    (desk / "link").symlink_to("note.txt")
    settings = Settings(engine="inline", key=str(home / "key"), actor="<b>examiner</b>")
    made = SmallCase(home / "case", (desk, phone), settings, unidentified, harmless, near)
    triage(made.case, settings, [("", desk), ("", phone)], _lists(made, home), Silent())
    return made


def broken(number: int) -> bytes:
    """Return what begins like a JPEG and is none."""
    return b"\xff\xd8\xff\xe0" + bytes([number]) * 200


def near_hash(data: bytes) -> str:
    """Return the hash that the `pdqhash` package makes of a picture, BITS of its bits changed."""
    bits, _ = pdqhash.compute(np.asarray(opened(data).convert("RGB")))
    changed = np.array(bits, dtype=np.uint8)
    changed[: 25 * BITS : 25] ^= 1
    return np.packbits(changed).tobytes().hex()


def _archive() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(LONG_MEMBER, broken(5))
        archive.writestr("inner.jpg", jpeg(seed=110))
    return held.getvalue()


def _lists(made: SmallCase, home: Path) -> list[ListFile]:
    texts = {
        "unidentified": f"md5,category\n{md5(made.unidentified).hexdigest()},3\nno-hash,3\n",
        "harmless": f"sha1\n{sha1(made.harmless).hexdigest()}\n",
        "illegal": f"pdq,victim_identified\n{near_hash(made.near)},no\n",
    }
    given = []
    for kind, text in texts.items():
        path = home / f"{kind}.csv"
        path.write_text(text, "utf-8")
        given.append(ListFile(path, kind, f"<i>{kind}</i> list", "2026-03-01"))
    return given
