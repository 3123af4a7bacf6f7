"""Analyzers that are made of a folder, as those that a laboratory brings."""

from collections.abc import Iterator
from pathlib import Path

from fanal.content.handle import Content
from fanal.model.evidence import DETECTOR
from fanal.model.finding import Finding, Record, Seen


class Counting:
    """States how many bytes a picture has; its version lies in its folder."""

    name = "zz-count"

    def __init__(self, folder: str) -> None:
        """Read the version."""
        self.version = (Path(folder) / "version").read_text("utf-8")

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the number of bytes, or fail where the folder says so."""
        if self.version == "broken":
            raise ValueError("zz")
        says = f"it has {len(content.data)} bytes"
        yield Finding(content.sha256, self.name, self.version, DETECTOR, says)
        yield Seen(content.sha256, self.name, self.version, "spoke")


def load(folder: str) -> Counting:
    """Return the analyzer of a folder."""
    return Counting(folder)


def plugin(folder: Path, version: str = "1") -> Path:
    """Write a folder of which one can be made."""
    folder.mkdir(exist_ok=True)
    (folder / "version").write_text(version, "utf-8")
    return folder
