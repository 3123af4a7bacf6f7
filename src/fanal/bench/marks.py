"""Marks of generators: what is found beside what is true, and what reading them costs.

The first part needs a corpus (`--corpus DIR` with MANIFEST.csv); segments that come without their
picture are put into a neutral grey one. The second part reads drawn JPEGs of 2 megapixels with a
camera's EXIF block: all analyzers beside the decode alone, and our reading of marks and cameras
beside ExifTool, kept open, with sd-parsers.
"""

import argparse
import base64
import csv
import io
import json
import struct
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from fanal.analyzers.generator import Generator
from fanal.bench.marks_speed import speed
from fanal.bench.timing import table
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import INPUT, LABEL, RECORD, TAG
from fanal.model.finding import Finding
from fanal.model.item import MemoryBody

MARKED = ("generator", "generator-metadata-only")
UNMARKED = ("camera", "natural", "prnu")
"""Categories of the corpus in which every mark that is found is false."""
NAMES = {
    "doubao": "TC260",
    "xai grok": "xAI Grok",
    "invokeai (or predecessor)": "InvokeAI",
    "civitai-hires": "Civitai",
    "sd-webui": "AUTOMATIC1111",
    "easy-reforge": "reForge",
    "sd-next": "SD.Next",
    "novelai-curated": "NovelAI",
}
"""How the corpus calls a program → how we do, where it differs by more than spelling."""
NO_GENERATOR = {"gimp"}
_INPUTS = (
    b'"LoadImage"',
    b'"init_img": "',
    b'"image_path": "',
    b'"ipAdapters": [{',
)
"""Pieces that stand in the files whose record names an input picture, and in no other."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the corpus: its bytes, and what its maker says of it."""

    path: str
    category: str
    data: bytes
    truth: Mapping[str, Any]

    @property
    def tool(self) -> str:
        """Return the program that is said to have made it."""
        told = str(self.truth.get("tool") or self.truth.get("tool_from_file_name") or "")
        return "" if told in NO_GENERATOR else told


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a file, beside the truth."""

    file: File
    findings: Sequence[Finding]

    @property
    def tools(self) -> set[str]:
        """Return the programs named."""
        kinds = [each for each in self.findings if each.kind in {RECORD, TAG, LABEL}]
        return {str(each.data.get("tool") or each.data.get("label")) for each in kinds}

    @property
    def right(self) -> bool:
        """Tell whether the program is the one that is said to have made it."""
        told = self.file.tool.partition(" (")[0].lower()
        wanted = NAMES.get(self.file.tool.lower()) or NAMES.get(told) or told
        squeezed = wanted.lower().replace(" ", "-")
        return any(
            name.lower().replace(" ", "-") == squeezed
            or (squeezed.startswith("comfyui-") and name == "ComfyUI")
            for name in self.tools
        )

    @property
    def inputs(self) -> int:
        """Return how many input pictures were found."""
        return sum(each.kind == INPUT for each in self.findings)


def main(arguments: Sequence[str] = ()) -> None:
    """Print what was found in the corpus, then what reading costs."""
    parser = argparse.ArgumentParser(prog="fanal bench marks")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args(list(arguments))
    if told.corpus is not None:
        _print_found(judged(told.corpus))
    with tempfile.TemporaryDirectory() as scratch:
        speed(Path(scratch), told.files, told.rounds)


def judged(corpus: Path) -> list[Judged]:
    """Return what is found in every picture of a corpus."""
    reader = Generator()
    return [Judged(file, _found(reader, file.data)) for file in files(corpus)]


def _found(reader: Generator, data: bytes) -> list[Finding]:
    content = Content("0" * 64, media_type(data[:4096]), MemoryBody(data))
    return [each for each in reader.analyze(content) if isinstance(each, Finding)]


def files(corpus: Path) -> Iterator[File]:
    """Yield the files of a corpus that speak of marks."""
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            category = row["category"]
            path = corpus / row["path"]
            if category in {*MARKED, *UNMARKED, "c2pa", "ai-bare"} and path.is_file():
                raw = path.read_bytes()
                data = transplanted(raw) if row["path"].endswith(".meta.json") else raw
                yield File(row["path"], category, data, json.loads(row["ground_truth"]))


def transplanted(raw: bytes) -> bytes:
    """Return segments that were taken out of a file in a neutral grey picture."""
    told = json.loads(raw)
    parts = [(each["kind"], base64.b64decode(each["data_base64"])) for each in told["segments"]]
    out = io.BytesIO()
    picture = Image.new("RGB", (64, 64), (128, 128, 128))
    if told["container"] == "webp":
        picture.save(out, "webp", exif=parts[0][1])
        return out.getvalue()
    picture.save(out, told["container"])
    data = out.getvalue()
    if told["container"] == "jpeg":
        marks = {"COM": 0xFE, "APP1": 0xE1}
        made = b"".join(
            bytes([0xFF, marks[kind]]) + struct.pack(">H", len(part) + 2) + part
            for kind, part in parts
        )
        return data[:2] + made + data[2:]
    made = b"".join(_chunk(kind.encode(), part) for kind, part in parts)
    return data[:33] + made + data[33:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def names_an_input(data: bytes) -> bool:
    """Tell whether a file's text names an input picture, by a crude search."""
    return any(piece in data or _wide(piece) in data for piece in _INPUTS)


def _wide(piece: bytes) -> bytes:
    return piece.decode().encode("utf-16-be")


def _print_found(found: Sequence[Judged]) -> None:
    marked = [each for each in found if each.file.category in MARKED and each.file.tool]
    rows: list[tuple[Any, ...]] = [("truth names", "files", "recognised", "tool right", "inputs")]
    for tool in sorted({each.file.tool for each in marked}, key=str.lower):
        own = [each for each in marked if each.file.tool == tool]
        rows.append(_row(tool, own))
    rows.append(_row("all", marked))
    table(rows)
    print()
    for line in _told(found, marked):
        print(line)


def _row(name: str, own: Sequence[Judged]) -> tuple[Any, ...]:
    recognised = sum(bool(each.findings) for each in own)
    right = sum(each.right for each in own)
    return (name, len(own), recognised, right, sum(each.inputs > 0 for each in own))


def _told(found: Sequence[Judged], marked: Sequence[Judged]) -> Iterator[str]:
    named = [each for each in marked if names_an_input(each.file.data)]
    missed = [each.file.path for each in named if not each.inputs]
    seen = len(named) - len(missed)
    yield f"files whose text names an input picture: {len(named)}, found in {seen}"
    yield from (f"  missed: {path}" for path in missed)
    for category in UNMARKED:
        own = [each for each in found if each.file.category == category]
        false = sum(bool(each.findings) for each in own)
        yield f"false marks among {len(own)} files of {category}: {false}"
    left = sum(each.file.category == "c2pa" for each in found)
    yield f"files with content credentials, left to fanal bench credentials: {left}"
    bare = [each for each in found if each.file.category == "ai-bare"]
    more = Counter(tool for each in bare for tool in each.tools)
    yield f"files said to have no mark: {len(bare)}; marks found in them: {dict(more)}"
