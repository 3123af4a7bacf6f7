"""Writes and reads what truly belongs together, in a file that the pipeline never reads.

One JSON object a line: first the operation, then one true series a line; every content of the case
stands in exactly one of them.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from fanal.errors import UsageError

NAME = "series-truth.jsonl"
VERSION = 1
KINDS = ("real", "source", "altered", "known", "identified", "generated", "clutter")
_FIELDS = ("id", "kind", "planted", "way", "contents", "exhibits", "note")


@dataclass(frozen=True, slots=True)
class TrueSeries:
    """One series as the story has it."""

    id: str
    kind: str
    """One of KINDS."""
    planted: bool
    """A real, unidentified child stands behind it, and not all of it is on lists."""
    way: str
    contents: tuple[str, ...]
    exhibits: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """The whole file."""

    series: list[TrueSeries]
    size: int = 0
    seed: int = 0
    strip: float = 0.0
    wrong: float = 0.0
    counts: Mapping[str, Any] = field(default_factory=dict)


class Writer:
    """Writes the true series as they come; the first line is put before them at the end."""

    def __init__(self, path: Path, about: Mapping[str, Any]) -> None:
        """Take the file and what the first line says of the operation."""
        self._path = path
        self._about = dict(about)
        self._rest = path.with_name(f".{path.name}.part")
        self._counts: dict[str, Counter[str]] = {"series": Counter(), "contents": Counter()}

    def __enter__(self) -> Self:
        """Begin the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._out = self._rest.open("w", encoding="utf-8")
        return self

    def add(self, series: TrueSeries) -> None:
        """Write one series."""
        self._out.write(_line({name: getattr(series, name) for name in _FIELDS}))
        names = (series.kind, *(("planted", f"planted {series.way}") if series.planted else ()))
        for name in names:
            self._counts["series"][name] += 1
            self._counts["contents"][name] += len(series.contents)

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Put the first line before the others, unless something went wrong."""
        self._out.close()
        try:
            if kind is None:
                with self._path.open("w", encoding="utf-8") as out:
                    out.write(_line({"version": VERSION, **self._about, "counts": self.counts()}))
                    with self._rest.open(encoding="utf-8") as lines:
                        out.writelines(lines)
        finally:
            self._rest.unlink(missing_ok=True)

    def counts(self) -> dict[str, Any]:
        """Return how many series and contents there are, of each kind and each planted way."""
        return {name: dict(sorted(count.items())) for name, count in self._counts.items()}


def document(series: Iterable[TrueSeries], about: Mapping[str, Any]) -> bytes:
    """Return a whole file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        write_truth(path, series, about)
        return path.read_bytes()


def write_truth(path: Path, series: Iterable[TrueSeries], about: Mapping[str, Any]) -> None:
    """Write a whole file."""
    with Writer(path, about) as out:
        for one in series:
            out.add(one)


def read_truth(path: Path) -> Truth:
    """Return what a file says; raise UsageError where it is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            about = _about(next(lines, "null"))
            series = [_series(json.loads(line)) for line in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no truth of an operation: {error}", "name the file beside the operation"
        ) from None
    told = {name: about.get(name, 0) for name in ("size", "seed", "strip", "wrong")}
    return Truth(series, **told, counts=about.get("counts", {}))


def _about(line: str) -> dict[str, Any]:
    about = json.loads(line)
    if not isinstance(about, dict) or about.get("version") != VERSION:
        raise ValueError("its first line does not say so")
    return about


def _series(told: Mapping[str, Any]) -> TrueSeries:
    values = {name: told[name] for name in _FIELDS}
    return TrueSeries(
        **{**values, "contents": tuple(told["contents"]), "exhibits": tuple(told["exhibits"])}
    )


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":")) + "\n"
