"""An analyzer that some contents can kill, stop or fill; a distribution of its own brings it."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fanal.content.handle import Content
from fanal.model.finding import Record, Seen

KILL, HANG, EAT, RAISE = b"zz-kill", b"zz-hang", b"zz-eat", b"zz-raise"


class Deadly:
    """Dies, hangs, eats memory or raises where the bytes say so, else is silent."""

    name: ClassVar[str] = "deadly"
    version: ClassVar[str] = "1"

    def analyze(self, content: Content) -> Iterator[Record]:
        """Do what the bytes say."""
        data = content.data
        if KILL in data:
            os.kill(os.getpid(), signal.SIGKILL)
        if HANG in data:
            time.sleep(600)
        if EAT in data:
            held = [bytes(1 << 28) for _ in range(1 << 16)]
            del held
        if RAISE in data:
            raise RuntimeError("zz")
        yield Seen(content.sha256, self.name, self.version, "silent")


def distribution(folder: Path, point: str = "deadly = makers.deadly:Deadly") -> Path:
    """Write the metadata of a distribution that brings an analyzer; return where it lies."""
    told = folder / "zz_deadly-1.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: zz-deadly\nVersion: 1\n")
    points = f"[fanal.analyzers]\n{point}\n"
    (told / "entry_points.txt").write_text(points)
    return folder
