"""The cheapest attack, an AI mark on a photograph, and the costliest error: over every mark."""

import contextlib
import csv
import io

import pytest
from PIL import Image, ImageOps

from fanal.model.opinion import Opinion
from fanal.pipeline.case import reading
from fanal.pipeline.facts import items
from makers.camera_files import camera_jpeg
from makers.evidence import CORPUS, corpus, done, fill, found, sha256
from makers.marks import ROWS, forged
from makers.pictures import jpeg

FIRST = 2
"""Step of the queue beyond which nothing that anybody can write moves a picture."""


def states(case):
    return {opinion.sha256: opinion for opinion in found(case, Opinion)}


def steps(case):
    """Return the step of each picture, by itself or with its series."""
    with reading(case) as store:
        return {item["sha256"]: (item["queue"] or {}).get("step") for item in items(store)}


def photographs():
    """Draw a camera's JPEG, the same as PNG with its EXIF, and a picture without any record."""
    camera = camera_jpeg()
    with Image.open(io.BytesIO(camera)) as picture:
        out = io.BytesIO()
        picture.save(out, "PNG", exif=picture.info["exif"])
    return {"jpeg": camera, "png": out.getvalue(), "bare": jpeg(320, 240, 7)}


def look(case, settings, folder, files):
    done(case, settings, fill(folder, {name.encode(): data for name, data in files.items()}))
    return states(case), steps(case)


def speaks(opinion, codes, against):
    return any(codes & set(one["for"]) and against & set(one["against"]) for one in opinion.reasons)


def is_marked(opinion):
    """Tell whether something says that a generator made the picture, or parts of it."""
    parts = any("C3" in one["for"] and "C2" not in one["for"] for one in opinion.reasons)
    return parts or speaks(opinion, {"G1", "G2"}, {"C1", "C2"})


def test_a_forged_mark_on_a_photograph_gains_nothing(case, settings, tmp_path):
    drawn = photographs()
    made = {
        f"{number} {kind}": forged(row)(photograph)
        for number, row in enumerate(ROWS)
        for kind, photograph in drawn.items()
    }
    told, placed = look(case, settings, tmp_path / "phone", made)
    contradicted = 0
    for name, data in made.items():
        row = ROWS[int(name.split()[0])]
        opinion = told.get(sha256(data))
        assert placed[sha256(data)] == FIRST, (row, name)
        if opinion is None:  # nothing is left that says anything
            continue
        assert not opinion.settled, (row, name)
        assert opinion.state != "generator", (row, name)
        camera = speaks(opinion, {"C1", "C2"}, {"G1", "G2"})
        if camera and is_marked(opinion):
            assert opinion.state in {"conflicting", "inconclusive"}, (row, name)
            contradicted += 1
    assert contradicted > len(ROWS) // 2


@pytest.fixture(scope="module")
def originals():
    """Return camera originals of the corpus, as they were found."""
    with corpus("MANIFEST.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    chosen = [row for row in rows if row["category"] in {"camera", "natural"}]
    return {row["path"]: (CORPUS / row["path"]).read_bytes() for row in chosen}


def smaller(data):
    """Return a picture at half its size, as JPEG of quality 75, its EXIF kept."""
    with Image.open(io.BytesIO(data)) as picture:
        exif = picture.info.get("exif", b"")
        half = ImageOps.scale(picture.convert("RGB"), 0.5)
        out = io.BytesIO()
        half.save(out, "JPEG", quality=75, exif=exif)
    return out.getvalue()


def test_no_photograph_is_taken_for_generated(case, settings, tmp_path, originals):
    """Neither as found nor at half size and JPEG 75; nor is any moved back in the queue."""
    files = {}
    for number, (path, data) in enumerate(originals.items()):
        files[f"{number} as found"] = data
        with contextlib.suppress(OSError, ValueError, EOFError):  # raw and broken files
            files[f"{number} smaller"] = smaller(data)
        assert path
    told, placed = look(case, settings, tmp_path / "cards", files)
    assert len(files) > len(originals)
    for name, data in files.items():
        opinion = told.get(sha256(data))
        assert opinion is None or opinion.state != "generator", name
        assert opinion is None or not opinion.settled, name
        assert placed.get(sha256(data), FIRST) == FIRST, name
