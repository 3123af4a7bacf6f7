"""Makes many damaged and hostile files, and watches the memory of the processes that read them."""

import os
import random
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

from fuzz.mutate import mutated
from fuzz.seeds import archives, pictures
from makers.evidence import CORPUS
from makers.program import group

LONGEST = 60_000
"""Bytes of a mutated file."""
EVERY = 0.1
"""Seconds between two looks at the memory of the workers."""


def seeds() -> list[bytes]:
    """Return what is mutated: pictures and archives of every kind, and hostile files of others."""
    told = [
        *pictures.of_every_kind(),
        *pictures.jpegs(),
        *pictures.jxl(),
        *archives.zips(),
        *archives.tars(),
        *archives.sevenzips(),
    ]
    for folder in ("hostile", "camera/stubs"):
        paths = [path for path in sorted((CORPUS / folder).glob("*")) if path.is_file()]
        told += [path.read_bytes() for path in paths if 0 < path.stat().st_size <= LONGEST]
    return told


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Yield so many mutated files; the same numbers give the same bytes."""
    chance = random.Random(seed)
    given = seeds()
    for _ in range(count):
        yield mutated(chance.choice(given), chance, LONGEST, chance.choice(given))


def brew(folder: Path, count: int, seed: int = 1) -> Path:
    """Write so many mutated files into folders of a thousand."""
    for number, data in enumerate(mutants(count, seed)):
        above = folder / f"{number // 1000:03d}"
        above.mkdir(parents=True, exist_ok=True)
        (above / f"{number % 1000:03d}.bin").write_bytes(data)
    return folder


class Watch(threading.Thread):
    """Looks again and again at the address space of every process of a group."""

    def __init__(self, leader: int) -> None:
        """Take the leader of the group; itself is not confined."""
        super().__init__(daemon=True)
        self._leader = leader
        self._ended = threading.Event()
        self.confined: set[int] = set()
        """Processes seen that have a limit."""
        self.above: list[str] = []
        """What was above its limit."""

    def run(self) -> None:
        """Look until told to end."""
        while not self._ended.wait(EVERY):
            for process in group(self._leader):
                self._look(process)

    def _look(self, process: int) -> None:
        try:
            most = resource.prlimit(process, resource.RLIMIT_AS)[0]
            status = Path(f"/proc/{process}/status").read_text("utf-8")
        except OSError:
            return  # it has ended meanwhile
        peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmPeak:")]
        if most == resource.RLIM_INFINITY or not peaks:
            return
        self.confined.add(process)
        if int(peaks[0]) * 1024 > most:
            self.above.append(f"{process}: {peaks[0]} kB of {most // 1024}")

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        self.join()


def files_in(folder: Path) -> set[bytes]:
    """Return the path of every file, relative to the folder."""
    root = os.fsencode(folder)
    return {
        os.path.relpath(os.path.join(above, name), root)  # noqa: PTH118 (bytes)
        for above, _, names in os.walk(root)
        for name in names
    }
