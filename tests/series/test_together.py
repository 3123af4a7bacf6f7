import itertools

from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET
from fanal.series.together import HOW, LEAST, STRENGTH, Together
from makers.linked import NOON, content, groups

AT = (1, 10)


def found(*files):
    """Links of files: content, seconds after noon, exhibit with folder, size."""
    gathered = Together()
    for number, after, *more in files:
        at, size = (*more, AT, (640, 480))[:2] if len(more) != 1 else (more[0], (640, 480))
        gathered.add(content(number), at, NOON + after, size)
    return list(gathered.found())


def test_files_of_one_size_within_minutes_are_joined():
    links = found((0, 0), (1, 250), (2, 500), (3, 801))
    assert groups(links, 4) == {frozenset({0, 1, 2}), frozenset({3})}
    assert {(link.how, link.strength, link.joins) for link in links} == {(HOW, STRENGTH, True)}


def test_other_sizes_folders_and_exhibits_are_not():
    assert not found((0, 0), (1, 1, AT, (640, 481)))
    assert not found((0, 0), (1, 1, (1, 11)))
    assert not found((0, float("nan")), (1, 1))
    assert found((0, 0), (1, 1, AT, (480, 640)))  # turned


def test_icons_and_thumbnails_are_not():
    assert not found((0, 0, AT, (LEAST - 1, 640)), (1, 1, AT, (LEAST - 1, 640)))
    assert found((0, 0, AT, (LEAST, 640)), (1, 1, AT, (LEAST, 640)))


def test_between_two_of_one_size_others_may_lie():
    links = found((0, 0), (1, 10, AT, (32, 32)), (2, 20))
    assert groups(links, 3) == {frozenset({0, 2}), frozenset({1})}


def test_no_more_are_joined_than_fit_on_a_sheet():
    links = found(*((number, 100 * number) for number in range(130)))
    assert sorted(map(len, groups(links, 130))) == [130 - 2 * SHEET, SHEET, SHEET]


def test_a_folder_copied_in_one_go_joins_nothing():
    assert not found(*((number, number) for number in range(SHEET + 1)))
    assert found(*((number, number) for number in range(SHEET)))


FILES = st.lists(st.tuples(st.floats(0, 9000), st.integers(0, 2)), max_size=60)


@given(FILES)
def test_groups_are_chains_of_near_times(told):
    files = [(number, after, (1, folder)) for number, (after, folder) in enumerate(told)]
    for group in groups(found(*files), len(files)):
        assert len(group) <= SHEET
        assert len({files[number][2] for number in group}) == 1
        times = sorted(files[number][1] for number in group)
        assert all(later - one <= 300 for one, later in itertools.pairwise(times))
    assert found(*files) == found(*files[::-1])
