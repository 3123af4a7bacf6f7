from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SHEET, Link, Tie
from fanal.series.arrivals import Arrivals
from fanal.series.sides import GENERATOR, NOTHING
from makers.linked import NOON, content, groups

DESK, PHONE = (1, 10), (2, 20)


def found(*files):
    """Links and ties of files: content, exhibit with folder, seconds, picture, side."""
    gathered = Arrivals()
    for number, at, after, *more in files:
        picture, side = (*more, number, NOTHING)[:2] if len(more) != 1 else (more[0], NOTHING)
        gathered.add(content(number), at, NOON + after, (picture, side))
    told = list(gathered.found())
    links = [one for one in told if isinstance(one, Link)]
    return links, [one for one in told if isinstance(one, Tie)]


def test_what_came_together_once_is_tied_and_not_joined():
    links, ties = found((0, DESK, 0), (1, DESK, 10), (2, DESK, 100))
    assert not links
    assert {tie.sha256 for tie in ties} == {content(0), content(1)}


def test_what_came_together_on_two_exhibits_is_joined():
    once = [(number, DESK, number) for number in range(4)]
    again = [(number, PHONE, 5000 + number) for number in (0, 1, 3)]
    links, _ = found(*once, *again)
    assert groups(links, 4) == {frozenset({0, 1, 3}), frozenset({2})}


def test_one_exhibit_twice_is_no_proof():
    links, _ = found((0, DESK, 0), (1, DESK, 0), (0, (1, 11), 0), (1, (1, 11), 0))
    assert not links


def test_a_copy_that_shows_the_same_stands_for_its_picture():
    links, _ = found(
        (0, DESK, 0, 70, NOTHING),
        (1, DESK, 0, 71, NOTHING),
        (2, PHONE, 9, 70, NOTHING),
        (3, PHONE, 9, 71, NOTHING),
    )
    assert groups(links, 2 + 2) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}


def test_what_does_not_fit_on_one_sheet_is_not_joined():
    both = [(number, at, 0) for at in (DESK, PHONE) for number in range(SHEET)]
    links, _ = found(*both)
    assert groups(links, SHEET) == {frozenset(range(SHEET))}
    links, ties = found(*both, (SHEET, DESK, 0))
    assert not links
    assert len({tie.sha256 for tie in ties}) == SHEET + 1


def test_a_flood_drowns_no_photograph():
    camera = 1 << 63 | 5
    sides = {0: camera, 1: GENERATOR}
    links, _ = found(*((one, at, 0, one, sides[one]) for at in (DESK, PHONE) for one in (0, 1)))
    assert not links


PLACES = st.lists(
    st.tuples(
        st.integers(0, 12),
        st.sampled_from(((1, 10), (1, 11), (2, 20), (3, 30))),
        st.floats(0, 200),
    ),
    max_size=30,
)


@given(PLACES)
def test_joined_contents_lay_together_on_two_exhibits(files):
    links, _ = found(*files)
    where = {}
    for number, at, after in files:
        where.setdefault(content(number), []).append((at, after))
    for link in links:
        near = {
            one[0]
            for at, after in where[link.a]
            for other, later in where[link.b]
            if at == other and abs(after - later) <= 15 * len(files)
            for one in (at,)
        }
        assert len(near) >= 2, "on two exhibits"


def test_order_of_telling_changes_nothing():
    files = [(number, at, number % 3) for at in (DESK, PHONE) for number in range(9)]
    assert list(map(str, found(*files)[0])) == list(map(str, found(*files[::-1])[0]))
