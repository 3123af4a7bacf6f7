"""The drawn operation holds true series of every kind, and the main job finds what ties them."""

import hashlib
import os
from collections import Counter, defaultdict

import numpy as np
import pytest
from PIL import Image

from fanal.demo import drawn
from fanal.demo.drawn import Drawer
from fanal.demo.drawn_story import SMALLEST, files_of, places_of, story_of
from fanal.demo.drawn_truth import counted
from fanal.demo.judge import judge
from fanal.demo.naming import Naming
from fanal.demo.operation import Operation, build_operation
from fanal.demo.pieces import At
from fanal.demo.series_truth import KINDS, read_truth
from fanal.demo.telling import every_piece
from fanal.model.evidence import SOURCE_FOUND
from fanal.model.item import Item
from fanal.model.opinion import Opinion
from fanal.pipeline.case import reading
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Operation:
    return build_operation(tmp_path_factory.mktemp("built") / "demo", SMALLEST, 1)


@pytest.fixture(scope="module")
def case(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    told = Settings(engine="inline", key=str(folder / "key"), actor="zz")
    lists = [ListFile(path, kind, name) for path, kind, name in built.lists]
    triage(folder / "case", told, built.evidence, lists, Silent())
    return folder / "case"


def test_every_content_stands_in_one_true_series_of_every_kind(built, case):
    true = read_truth(built.series).series
    contents = [sha256 for series in true for sha256 in series.contents]
    assert len(contents) == len(set(contents))
    with reading(case) as store:
        assert set(contents) == {item.sha256 for item in store.find(Item)}
    assert {series.kind for series in true} == set(KINDS)
    assert built.planted == counted(true)
    assert built.planted["series"]["planted"] == sum(series.planted for series in true) > 5


def test_the_main_job_is_judged_whole(built, case):
    with reading(case) as store:
        assert judge(store, built.truth, turns=False).whole


def test_outputs_are_tied_to_the_pixels_of_their_source(built, case):
    kinds = {one: series for series in read_truth(built.series).series for one in series.contents}
    ties = defaultdict(set)
    with reading(case) as store:
        for opinion in store.find(Opinion):
            for reason in opinion.reasons:
                if reason["kind"] == SOURCE_FOUND:
                    source = reason["says"].split()[9]
                    ties[kinds[opinion.sha256].way].add(kinds[source].kind)
    assert ties["from source"] == {"source"}


def test_files_lie_where_the_truth_says(built):
    for series in read_truth(built.series).series:
        for exhibit in series.exhibits:
            assert (built.folder / "evidence" / exhibit).is_dir()
    names = Counter(name for name, _ in built.evidence)
    assert set(names.values()) == {1}


def test_small_operations_have_no_story():
    assert story_of(SMALLEST - 1, 1) is None
    assert places_of(None) == 0
    story = story_of(SMALLEST, 1)
    assert places_of(story) < SMALLEST - 60


def test_a_sensors_noise_is_in_all_that_it_takes(monkeypatch):
    story = story_of(SMALLEST, 3)
    body = story.bodies[0]
    flat = Image.new("RGB", (200, 150), (128, 128, 128))
    noise = [
        np.asarray(drawn._sensed(flat, one), float)[..., 1] - 128
        for one in (body, body, story.bodies[1])
    ]
    assert np.array_equal(noise[0], noise[1])
    assert abs(np.corrcoef(noise[0].ravel(), noise[2].ravel())[0, 1]) < 0.05
    assert 1 < noise[0].std() < 5


def test_the_same_story_gives_the_same_bytes_and_no_two_contents_are_one():
    story = story_of(SMALLEST, 3)
    digests = [hashlib.sha256(file.data).hexdigest() for file in files_of(story)]
    assert len(set(digests)) == len(digests)
    again = Drawer(story)
    for piece, digest in list(zip(every_piece(story), digests, strict=True))[:20]:
        assert hashlib.sha256(again.file(piece)).hexdigest() == digest


def test_a_second_file_gets_a_number():
    naming, at = Naming(), At(0, "zz", "A.jpg", None)
    assert naming.path("one", at) == b"zz/A.jpg"
    assert naming.path("one", At(0, "zz", "a.JPG", None)) == b"zz/a (1).JPG"
    assert naming.path("two", at) == b"zz/A.jpg"
    assert os.fsdecode(naming.path("one", at)) == "zz/A (2).jpg"
