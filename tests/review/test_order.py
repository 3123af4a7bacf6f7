"""No combination of matches sets aside what may show somebody who has not been identified."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.evidence import SOURCE_OF
from fanal.model.finding import Seen
from fanal.model.item import Item
from fanal.model.known import LIST_KINDS, Match
from fanal.model.opinion import Opinion
from fanal.review.order import STEPS, place

SHA = "a" * 64
PICTURE = Item(SHA, "b" * 40, "c" * 32, 10, "image/jpeg")
VIDEO = Item(SHA, "b" * 40, "c" * 32, 10, "video/mp4")
TEXT = Item(SHA, "b" * 40, "c" * 32, 10, "text/plain")
SPOKE = (Seen(SHA, "perceptual", "1", "spoke"),)
ASIDE = {6, 7, 8}
GRAVE = {"illegal", "unidentified"}


def match(kind, via="md5", victim=None, *, distance=0, conflict="", name="", turn=0):
    """Make a match against a list called after its kind."""
    return Match(SHA, name or f"{kind} list", kind, via, distance, 0, victim, turn, conflict)


exact = st.builds(
    match,
    st.sampled_from(LIST_KINDS),
    st.sampled_from(("sha256", "sha1", "md5")),
    st.sampled_from((True, False, None)),
    conflict=st.sampled_from(("", "", "sha1")),
)
near = st.builds(
    match,
    st.sampled_from(LIST_KINDS),
    st.just("pdq"),
    st.sampled_from((True, False, None)),
    distance=st.integers(0, 31),
    turn=st.integers(0, 7),
)
items = st.sampled_from((PICTURE, VIDEO, TEXT))


@given(items, st.lists(exact | near, max_size=6))
def test_what_may_show_an_unidentified_victim_is_never_set_aside(item, matches):
    placed = place(item, matches, SPOKE)
    open_entry = any(
        found.kind == "unidentified"
        or (found.kind == "illegal" and found.victim_identified is not True)
        for found in matches
    )
    if open_entry:
        assert placed is not None
        assert placed.step not in ASIDE


@given(items, st.lists(near, max_size=6))
def test_a_near_match_alone_sets_nothing_aside(item, matches):
    placed = place(item, matches, SPOKE)
    assert placed is None or placed.step not in ASIDE
    assert not matches or placed is not None


@given(items, st.lists(exact | near, max_size=5), st.lists(near, max_size=3))
def test_a_further_near_match_never_moves_an_item_back(item, matches, more):
    before, after = place(item, matches, SPOKE), place(item, [*matches, *more], SPOKE)
    if before is not None:
        assert after is not None
        assert after.step not in ASIDE or after.step == before.step


@given(items, st.lists(exact | near, max_size=4))
def test_the_order_of_matches_does_not_matter(item, matches):
    steps = {
        placed.step if (placed := place(item, order, SPOKE)) else None
        for order in permutations(matches)
    }
    assert len(steps) == 1


@given(items, st.lists(exact | near, min_size=1, max_size=6))
def test_lists_that_contradict_each_other_are_looked_at(item, matches):
    placed = place(item, matches, SPOKE)
    met = [found for found in matches if found.via != "pdq"]
    kinds = {found.kind for found in met}
    if any(found.conflict for found in met) or (kinds & GRAVE and kinds - GRAVE):
        assert placed is not None
        assert placed.step == 5


@pytest.mark.parametrize(
    ("matches", "step", "words"),
    [
        ([], 2, "on no list; nothing speaks for a camera or a generator: treated as camera"),
        ([match("illegal", victim=True)], 7, "victim identified"),
        ([match("illegal", victim=False)], 4, "victim not identified"),
        ([match("illegal")], 4, "does not say that the victim is identified"),
        ([match("unidentified", victim=True)], 4, "victim not identified"),
        (
            [match("illegal", victim=True), match("illegal", "sha1", victim=False, name="x")],
            4,
            "not",
        ),
        ([match("generated")], 6, "generated pictures"),
        ([match("harmless")], 8, "on harmless list"),
        ([match("harmless", conflict="sha1")], 5, "sha1 is another"),
        ([match("harmless"), match("illegal", victim=True)], 5, "contradict each other"),
        ([match("harmless"), match("illegal", "pdq", distance=4)], 5, "4 bits from an entry"),
        ([match("generated"), match("unidentified", "pdq")], 5, "0 bits from an entry"),
        (
            [match("illegal", victim=True), match("illegal", "pdq", victim=False)],
            5,
            "does not say so",
        ),
        ([match("illegal", victim=True), match("illegal", "pdq", victim=True)], 7, "identified"),
        ([match("illegal", "pdq", victim=True, distance=3, turn=2)], 4, "rotated or mirrored"),
        ([match("harmless", "pdq", distance=3)], 2, "which sets nothing aside"),
    ],
)
def test_each_rule_says_its_sentence(matches, step, words):
    placed = place(PICTURE, matches, SPOKE)
    assert placed is not None
    assert (placed.step, words in placed.reason) == (step, True), placed.reason


@pytest.mark.parametrize(
    ("item", "seen", "words"),
    [
        (VIDEO, (), "video on no list"),
        (PICTURE, (), "not looked at yet"),
        (
            PICTURE,
            (Seen(SHA, "perceptual", "1", "failed", "damaged picture"),),
            "(damaged picture)",
        ),
        (PICTURE, (Seen(SHA, "perceptual", "1", "partly", "decoded in part"),), "decoded in part"),
    ],
)
def test_what_was_not_decoded_is_looked_at_and_says_why(item, seen, words):
    placed = place(item, (), seen)
    assert placed is not None
    assert placed.step == 2
    assert words in placed.reason


def test_what_is_neither_picture_nor_listed_has_no_place():
    assert place(TEXT, (), SPOKE) is None
    assert place(TEXT, [match("harmless")], SPOKE) is not None


def test_every_step_has_its_words():
    assert sorted(STEPS) == list(range(1, 9))


def opinion(state, *, settled, real_child=True, reasons=()):
    return Opinion(SHA, state, "strong", settled, real_child, {"G2": "strong"}, tuple(reasons))


RECORD = {"says": "zz record", "for": ["G2"]}
SOURCE = {"says": "zz named as source", "for": [], "kind": SOURCE_OF}
CAMERA_SIDE = {"says": "zz camera", "for": ["C1"]}
EDITED = {"says": "zz edit", "for": ["C3"]}
PIXELS = {"says": "zz detector", "for": ["G1", "G2"], "family": "pixels", "grade": "weak"}
BARE = {"says": "zz noise", "for": ["C1", "C2", "C3"], "family": "sensor", "grade": "none"}


@pytest.mark.parametrize(
    ("told", "step", "words"),
    [
        (opinion("inconclusive", settled=False, reasons=[RECORD]), 2, "treated as camera: zz rec"),
        (
            opinion("made_from_picture", settled=False, reasons=[RECORD]),
            2,
            "made from a picture by what nobody signed, treated as camera",
        ),
        (opinion("altered", settled=False, reasons=[RECORD]), 2, "altered by what nobody signed"),
        (opinion("generator", settled=False, reasons=[RECORD]), 2, "by what nobody signed"),
        (opinion("inconclusive", settled=False, reasons=[SOURCE]), 2, "camera; zz named as source"),
        (
            opinion("conflicting", settled=False, reasons=[RECORD, CAMERA_SIDE]),
            2,
            "evidence conflicts, treated as camera: zz camera; yet zz record",
        ),
        (
            opinion("conflicting", settled=False, reasons=[EDITED, CAMERA_SIDE]),
            2,
            "treated as camera: zz camera; yet zz edit",
        ),
        (
            opinion("conflicting", settled=False, reasons=[RECORD, EDITED]),
            2,
            "treated as camera: zz edit; yet zz record",
        ),
        (
            opinion("conflicting", settled=False, reasons=[BARE, PIXELS, RECORD, CAMERA_SIDE]),
            2,
            "treated as camera: zz camera; yet zz record",
        ),
        (opinion("inconclusive", settled=False, reasons=[PIXELS]), 2, "camera: no single finding"),
        (opinion("camera", settled=False, reasons=[CAMERA_SIDE]), 2, "camera (strong): zz camera"),
        (opinion("reproduction", settled=False, reasons=[CAMERA_SIDE]), 2, "a reproduction"),
        (opinion("altered", settled=True, reasons=[RECORD]), 3, "altered (strong)"),
        (opinion("made_from_picture", settled=True, reasons=[RECORD]), 3, "made from picture"),
        (opinion("generator", settled=True, reasons=[RECORD]), 3, "a real child may be behind it"),
        (
            opinion("generator", settled=True, real_child=False, reasons=[RECORD]),
            6,
            "generator: zz record; no link to a photograph or person is known",
        ),
    ],
)
def test_only_settled_evidence_moves_a_picture_back(told, step, words):
    placed = place(PICTURE, (), SPOKE, told)
    assert placed is not None
    assert placed.step == step
    assert words in placed.reason


@pytest.mark.parametrize("match", [match("illegal"), match("unidentified", via="pdq")])
def test_no_evidence_of_origin_moves_what_a_list_knows(match):
    told = opinion("generator", settled=True, real_child=False, reasons=[RECORD])
    assert place(PICTURE, [match], SPOKE, told) == place(PICTURE, [match], SPOKE)


def test_a_long_finding_is_cut_in_the_sentence():
    told = opinion("camera", settled=False, reasons=[{"says": "z" * 5000, "for": ["C1"]}])
    placed = place(PICTURE, (), SPOKE, told)
    assert placed is not None
    assert len(placed.reason) < 300
