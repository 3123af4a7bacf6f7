import ast
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from fanal.demo import assumptions
from fanal.demo.cast import ILLEGAL, LIST_KIND, UNIDENTIFIED, Story
from fanal.demo.pieces import CAMERA, GENERATOR, Piece
from fanal.demo.pieces_other import LAYOUTS
from fanal.demo.pieces_real import everyday
from fanal.demo.story import LEAST, plan_story
from fanal.demo.story_people import TOOLS
from fanal.demo.story_series import BUNDLES
from fanal.demo.telling import WAYS, every_piece, pieces_of
from fanal.errors import UsageError

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "demo.md"


@pytest.fixture(scope="module")
def story() -> Story:
    return plan_story(20_000, 1)


@pytest.fixture(scope="module")
def pieces(story) -> list[Piece]:
    return list(every_piece(story))


@settings(max_examples=15, deadline=None)
@given(size=some.integers(LEAST, 3000), seed=some.integers(0, 2**40))
def test_contents_add_up_and_each_series_tells_what_was_planned(size, seed):
    story = plan_story(size, seed)
    assert sum(series.count for series in story.series) == size
    assert len({series.id for series in story.series}) == len(story.series)
    assert {series.way for series in story.series if series.planted} == set(assumptions.WAYS)
    for series in story.series:
        told = list(pieces_of(story, series))
        assert [piece.number for piece in told] == list(range(series.count))
        assert all(piece.places for piece in told)
    assert plan_story(size, seed) == story


def test_every_content_is_told_in_time_and_on_exhibits_that_there_are(story, pieces):
    names = {carrier.name for carrier in story.carriers}
    assert len(names) == len(story.carriers)
    for piece in pieces:
        for at in piece.places:
            assert 0 <= at.carrier < len(story.carriers)
            assert at.modified.year <= 2025
            assert at.name
            assert "/" not in at.name


def test_shares_are_those_of_the_plan(story):
    contents = Counter()
    for series in story.series:
        contents["planted" if series.planted else series.kind] += series.count
    planted = [series for series in story.series if series.planted]
    assert len(planted) == 80
    assert 0.07 < contents["planted"] / story.size < 0.13
    assert 0.35 < contents["generated"] / story.size < 0.41
    listed = sum(s.count for s in story.series if s.listed in LIST_KIND and s.kind != "generated")
    assert 0.12 < listed / story.size < 0.16
    assert 0.33 < contents["clutter"] / story.size < 0.45


def test_planted_series_stand_on_no_list_and_known_ones_do(story):
    for series in story.series:
        assert not (series.planted and series.listed)
        if series.kind == "known":
            assert series.listed in {ILLEGAL, UNIDENTIFIED}
            assert series.victim_identified is not True
        if series.kind == "identified":
            assert series.victim_identified is True


def test_signals_are_as_frequent_as_assumed(story, pieces):
    beside = {
        (at.carrier, at.folder)
        for piece in pieces
        if piece.series.kind in {"known", "identified"}
        for at in piece.places
    }
    traded = [piece for piece in pieces if piece.series.way == "traded"]
    copies = [at for piece in traded for at in piece.places]
    near = sum((at.carrier, at.folder) in beside for at in copies) / len(copies)
    # Held by few exhibits each, so the share of copies strays further than that of exhibits.
    assert abs(near - assumptions.BESIDE) < 0.12
    stripped = sum(piece.shot is None for piece in traded) / len(traded)
    assert abs(stripped - assumptions.STRIPPED) < 0.04
    assert all(2 <= len(set(s.carriers)) <= 8 for s in story.series if s.way == "traded")
    strays = {
        piece.series.id
        for piece in pieces
        if piece.series.way in {"everyday", "meme", "received"}
        and any((at.carrier, at.folder) in beside for at in piece.places)
    }
    assert strays  # clutter, too, lies beside listed material


def test_no_single_fact_tells_planted_series_from_clutter(pieces):
    """Each way of a file's own statements is met on both sides."""
    for kept in (True, False):
        assert {p.series.planted for p in pieces if (p.shot is not None) == kept} == {True, False}
    recent = {p.series.planted for p in pieces if p.shot and p.shot.taken.year == 2025}
    assert recent == {True, False}
    named = {p.series.planted for p in pieces if p.made and p.made.source}
    assert named == {True, False}
    assert {p.side for p in pieces if p.series.planted} == {CAMERA, GENERATOR}


def test_a_source_is_named_by_what_was_made_from_it(story, pieces):
    sources = {series.number for series in story.series if series.way == "source"}
    named = {p.made.source[0] for p in pieces if p.series.way == "from source" and p.made}
    assert named == sources
    own = [p for p in pieces if p.series.way == "own input" and p.made and p.made.source]
    assert own
    assert all(piece.made.source[0] == piece.series.number for piece in own)


def test_a_cameras_numbers_and_times_grow(story):
    session = next(s for s in story.series if s.way == "everyday" and s.pictures > 20)
    shots = [piece.shot for piece in everyday(story, session)][: session.pictures]
    assert all(a.number < b.number and a.taken < b.taken for a, b in pairwise(shots))


def test_layouts_make_hubs(pieces):
    scenes = Counter(piece.scene for piece in pieces if piece.scene.startswith("layout"))
    assert len(scenes) == LAYOUTS
    assert min(scenes.values()) > 20


def test_every_way_has_a_teller():
    assert set(assumptions.WAYS) | set(BUNDLES) <= set(WAYS)
    assert {tool for tool, _ in TOOLS} == {"AUTOMATIC1111", "Forge", "ComfyUI"}


def constants() -> list[tuple[str, str]]:
    """The named constants of the assumptions, each with the sentence below it."""
    body = ast.parse(Path(assumptions.__file__).read_text("utf-8")).body
    found = []
    for one, after in pairwise(body):
        if isinstance(one, ast.Assign):
            names = ast.unparse(one.targets[0]).strip("()")
            assert isinstance(after, ast.Expr), names
            found.append((names, " ".join(ast.literal_eval(after.value).split())))
    return found


def test_the_guide_prints_every_assumption():
    text = GUIDE.read_text("utf-8")
    for names, says in constants():
        values = ", ".join(spelled(getattr(assumptions, name)) for name in names.split(", "))
        assert f"| {names} | {values} | {says} |" in text


def spelled(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share}" for name, share in value.items())
    return " to ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def test_tiny_sizes_are_refused():
    from fanal.demo.records import record_operation  # noqa: PLC0415

    with pytest.raises(UsageError, match="too small"):
        record_operation(None, LEAST - 1, 1, truth=Path("zz"))
