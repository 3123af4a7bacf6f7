import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET, Link, Tie
from fanal.series.counting import Numbered, numbered
from fanal.series.folders import Folders
from fanal.series.sides import CAMERA, GENERATOR, INPUT, NOTHING
from makers.linked import NOON, content, file, groups


def found(*files):
    gathered = Folders()
    for one in files:
        gathered.add(one)
    told = list(gathered.found())
    links = [one for one in told if isinstance(one, Link)]
    return links, [one for one in told if isinstance(one, Tie)]


@pytest.mark.parametrize(
    ("name", "pattern", "number"),
    [
        ("IMG-20250101-WA0007.jpg", "IMG-20250101-WA#.jpg", 7),
        ("00012-1234567.png", "#-#.png", 12),
        ("00012-42.png", "#-#.png", 12),
        ("2025-12.png", "2025-#.png", 12),
        ("image (3).PNG", "image (#).png", 3),
        ("zz_00012_.png", "zz_#_.png", 12),
        ("DSC00042.JPG", "DSC#.jpg", 42),
    ],
)
def test_names_count(name, pattern, number):
    assert numbered(name) == Numbered(pattern, number)


def test_a_name_may_spell_a_time():
    told = numbered("IMG_20250101_120005.jpg")
    assert told == Numbered("IMG_<time>.jpg", 1_735_732_805, is_time=True)
    assert numbered("Screenshot_20250101-120010.jpg").number - told.number == 5
    assert not numbered("IMG_20251301_120000.jpg").is_time  # there is no such month


@pytest.mark.parametrize("name", ["f_000123", "zz.jpg", "", "1" * 13 + ".jpg", "x" * 252 + "1.jpg"])
def test_names_that_do_not_count(name):
    assert numbered(name) is None


@given(st.text(max_size=40))
def test_any_name_is_taken_apart_or_not_at_all(name):
    told = numbered(name)
    assert told is None or (0 <= told.number < 10**12 and "." in told.pattern)


def test_names_that_follow_each_other_within_minutes_are_joined():
    links, ties = found(
        file(0, "IMG-20250101-WA0007.jpg"),
        file(1, "IMG-20250101-WA0008.jpg", 60),
        file(2, "IMG-20250101-WA0011.jpg", 90),
        file(3, "IMG-20250101-WA0015.jpg", 95),
    )
    assert groups(links, 4) == {frozenset({0, 1, 2}), frozenset({3})}
    assert not ties
    assert links[0].strength > links[1].strength


@pytest.mark.parametrize("more", [{"after": 301}, {"size": (480, 320)}, {"written": float("nan")}])
def test_numbers_alone_tie_and_do_not_join(more):
    links, ties = found(file(0, "zz-1.jpg"), file(1, "zz-2.jpg", **more))
    assert not links
    assert len({tie.common for tie in ties}) == 1
    assert {tie.sha256 for tie in ties} == {content(0), content(1)}


@pytest.mark.parametrize(
    "other", [file(1, "yy-2.jpg"), file(1, "zz-2.jpg", at=(1, 3)), file(1, "zz-9.jpg")]
)
def test_other_patterns_folders_and_numbers_do_not_even_tie(other):
    assert found(file(0, "zz-1.jpg"), other) == ([], [])


def test_a_scaled_and_a_turned_picture_have_one_shape():
    links, _ = found(
        file(0, "zz-1.jpg", size=(4032, 3024)),
        file(1, "zz-2.jpg", size=(1600, 1200)),
        file(2, "zz-3.jpg", size=(1200, 1600)),
    )
    assert groups(links, 3) == {frozenset({0, 1, 2})}


def test_times_in_names_stand_for_the_times_of_files():
    links, _ = found(
        file(0, "IMG_20250101_120000.jpg", 0),
        file(1, "IMG_20250101_120300.jpg", 9e6),
        file(2, "IMG_20250101_121000.jpg", 9e6),
    )
    assert groups(links, 3) == {frozenset({0, 1}), frozenset({2})}


def test_a_run_goes_on_past_a_file_that_does_not_fit():
    links, ties = found(
        file(0, "zz-1.jpg"),
        file(1, "zz-2.jpg", 9000),
        file(2, "zz-3.jpg"),
        file(3, "zz-4.jpg", 9001),
    )
    assert groups(links, 4) == {frozenset({0, 2}), frozenset({1, 3})}
    assert len(ties) == 4


def test_a_photograph_is_not_joined_to_a_flood():
    camera = 1 << 63 | 5
    other = 1 << 63 | 6
    for one, two in itertools.permutations((camera, other, GENERATOR, INPUT), 2):
        links, _ = found(file(0, "zz-1.jpg", side=one), file(1, "zz-2.jpg", side=two))
        assert not links
        through, _ = found(
            file(0, "zz-1.jpg", side=one), file(1, "zz-2.jpg"), file(2, "zz-3.jpg", side=two)
        )
        assert groups(through, 3) == {frozenset({0, 1}), frozenset({2})}
    for side in (camera, GENERATOR, INPUT, NOTHING):
        links, _ = found(file(0, "zz-1.jpg", side=side), file(1, "zz-2.jpg", side=side))
        assert links
    links, _ = found(file(0, "zz-1.jpg", side=CAMERA), file(1, "zz-2.jpg", side=camera))
    assert links


def test_a_time_that_thousands_of_files_have_joins_nobody():
    links, ties = found(*(file(number, f"zz-{number}.jpg") for number in range(1001)))
    assert not links
    assert len(ties) == 1001


FILES = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(1, 2),
        st.integers(0, 40),
        st.floats(0, 2000),
        st.sampled_from((NOTHING, CAMERA, GENERATOR, INPUT, 99, 98)),
        st.sampled_from(((640, 480), (320, 240), (100, 100), (0, -5))),
    ),
    max_size=25,
)


@given(FILES)
def test_no_side_is_ever_joined_to_another(told):
    files = [
        file(number, f"zz-{count}.jpg", after, at=(1, folder), side=side, size=size)
        for number, (_, folder, count, after, side, size) in enumerate(told)
    ]
    links, _ = found(*files)
    assert len(links) <= max(0, len(files) - 1)
    for group in groups(links, len(files)):
        sides = {files[number].side for number in group} - {NOTHING}
        assert len(sides) < 2 or (GENERATOR not in sides and INPUT not in sides)


def test_a_telephone_copied_in_one_go_is_no_one_session():
    body = 1 << 63 | 5
    roll = [
        file(
            number,
            f"IMG_{number:04d}.jpg",
            number / 10,
            side=body,
            taken=NOON - 86_400 * (9 - number // 9),
        )
        for number in range(81)
    ]
    assert not found(*roll)[0]  # these are for `Sessions`, by their own times
    stripped = [*roll, file(81, "IMG_0081.jpg", 8.1)]
    assert not found(*stripped)[0]


def test_where_only_numbers_tell_one_sheet_is_joined_and_not_more():
    names = [file(number, f"{number:03d}.jpg", number / 100) for number in range(120)]
    links, _ = found(*names)
    assert sorted(len(group) for group in groups(links, 120)) == [24, SHEET, SHEET]
    slowly = [file(number, f"{number:03d}.jpg", 3 * number) for number in range(120)]
    assert groups(found(*slowly)[0], 120) == {frozenset(range(120))}


def test_a_stripped_file_goes_with_a_photograph_only_where_the_camera_wrote_both():
    side = 1 << 63 | 5
    zone = 7200
    for taken, joins in ((NOON + zone, True), (NOON - 5e6, False)):
        links, _ = found(file(0, "DSC1.jpg", side=side, taken=taken), file(1, "DSC2.jpg", 40))
        assert bool(links) is joins
