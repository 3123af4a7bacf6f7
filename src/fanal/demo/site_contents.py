"""Tells which contents of the made-up operation its seized site knows of."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fanal.content.pdq import LEAST_QUALITY, pdq_of_picture
from fanal.demo.belonging import Belonging
from fanal.demo.operation import Operation
from fanal.demo.series_truth import TrueSeries
from fanal.demo.site_cast import Content, Known
from fanal.demo.variants import opened
from fanal.model.item import Exhibit, Item
from fanal.stores.interface import CaseStore

MADE = frozenset({"generated", "altered"})
MODEL = "model file"
NO_PICTURE = frozenset({"link", "text", "archive", "corrupt", "blank", "icon"})
HASHED = 30
"""Contents of which the site worked out a perceptual hash."""


def contents_of(operation: Operation) -> Known:
    """Return the pictures of a drawn operation, digests of its model files, its exhibits."""
    belonging = Belonging.read(operation.series)
    seen: dict[str, Content] = {}
    models: dict[str, None] = {}
    for place in json.loads(operation.truth.read_text("utf-8"))["places"]:
        sha256 = place["sha256"]
        if place["what"] in NO_PICTURE or place["inside"] or sha256 in seen:
            continue
        series = belonging.by_content[sha256]
        if series.way == MODEL:
            models[sha256] = None
        else:
            data = _bytes(operation.folder, place)
            pdq = _pdq(data) if len(seen) < HASHED else ""
            seen[sha256] = _content(sha256, hashlib.md5(data).hexdigest(), pdq, series)
    exhibits = tuple(name for name, _ in operation.evidence)
    return Known(tuple(seen.values()), tuple(models), exhibits)


def contents_of_records(store: CaseStore, truth: Path) -> Known:
    """Return the same of an operation of which no file was drawn."""
    by_content = Belonging.read(truth).by_content
    found, models = [], []
    for sha256, md5 in store.columns(Item, "sha256", "md5"):
        series = by_content[sha256]
        if series.way == MODEL:
            models.append(sha256)
        else:
            found.append(_content(sha256, md5, "", series))
    contents = tuple(sorted(found, key=lambda one: one.sha256))
    exhibits = sorted(name for (name,) in store.columns(Exhibit, "name"))
    return Known(contents, tuple(sorted(models)), tuple(exhibits))


def _content(sha256: str, md5: str, pdq: str, series: TrueSeries) -> Content:
    return Content(sha256, md5, pdq, f"zz-album-{series.id}", series.kind in MADE)


def _bytes(folder: Path, place: Mapping[str, Any]) -> bytes:
    name = os.fsdecode(bytes.fromhex(place["path"]))
    path = folder / "evidence" / str(place["exhibit"]) / name
    return path.read_bytes()


def _pdq(data: bytes) -> str:
    value, quality = pdq_of_picture(opened(data))
    return value.hex() if quality >= LEAST_QUALITY else ""
