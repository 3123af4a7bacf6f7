"""Each sign is what its sentence says, counted here anew in plain loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanal.review.signals import Facts, pairs, positions, read

COUNT = 12
BITS = st.lists(st.booleans(), min_size=COUNT, max_size=COUNT)
PAIRS = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, 5)), max_size=30)


def columns(rows):
    """Return pairs as two columns, each pair once."""
    return pairs([one for one, _ in rows], [other for _, other in rows])


@st.composite
def facts(draw):
    grave, marked, listed = (np.array(draw(BITS)) for _ in range(3))
    series = np.array(draw(st.lists(st.integers(-1, 3), min_size=COUNT, max_size=COUNT)))
    folders = columns(draw(PAIRS))
    exhibit_of = np.array([folder % 3 for folder in range(6)])
    places = pairs(folders[0], exhibit_of[folders[1]])
    made = draw(st.lists(st.tuples(*[st.integers(0, COUNT - 1)] * 2), max_size=6))
    return Facts(
        names=np.array([f"{number:064x}" for number in range(COUNT)], "S64"),
        step=np.array(draw(st.lists(st.sampled_from((0, 2, 4)), min_size=COUNT, max_size=COUNT))),
        listed=listed | grave,
        grave=grave,
        camera=np.zeros(COUNT, bool),
        marked=marked,
        input=np.array(draw(BITS)),
        decided=np.zeros(COUNT, bool),
        series=series,
        places=places,
        folders=folders,
        devices=columns(draw(PAIRS)),
        made=columns(made),
        exhibits=["a", "b", "c"],
        exhibit_of=exhibit_of,
        pictures=np.array([4, 2, 3, 9]),
    )


def rows(two):
    return list(zip(two[0].tolist(), two[1].tolist(), strict=True))


@given(facts())
def test_kin_counts_the_others_of_a_series_on_a_list(given_facts):
    f, kin = given_facts, read(given_facts).kin
    for at in range(COUNT):
        others = [n for n in range(COUNT) if n != at and f.series[n] == f.series[at] >= 0]
        wanted = sum(bool(f.grave[n]) for n in others)
        assert kin[at] == (0 if f.listed[at] else wanted)


@given(facts())
def test_kept_is_the_share_of_a_folder_on_half_of_the_exhibits(given_facts):
    f, signals = given_facts, read(given_facts)
    held = {}
    for content, folder in rows(f.folders):
        held.setdefault(folder, []).append(content)
    for at in range(COUNT):
        shares, beside = [0], set()
        for folder, contents in held.items():
            looked = [n for n in contents if f.step[n]]
            listed = sum(bool(f.grave[n]) for n in contents)
            if at in contents and looked and listed >= 2 and listed / len(looked) >= 0.05:
                shares.append(int(listed * 100 / len(looked)))
                beside.add(int(f.exhibit_of[folder]))
        exhibits = {exhibit for content, exhibit in rows(f.places) if content == at}
        good = not f.grave[at] and beside and 2 * len(beside) >= len(exhibits)
        assert signals.kept[at] == (max(shares) if good else 0)
        assert (signals.folder[at] >= 0) == bool(good)


@given(facts())
def test_spread_counts_the_exhibits_of_the_whole_series(given_facts):
    f, signals = given_facts, read(given_facts)
    for at in range(COUNT):
        others = [n for n in range(COUNT) if n == at or f.series[n] == f.series[at] >= 0]
        exhibits = {exhibit for content, exhibit in rows(f.places) if content in others}
        pictures = f.pictures[f.series[at]] if f.series[at] >= 0 else 1
        assert signals.spread[at] == max(1, len(exhibits))
        for found, least in ((signals.shared, 2), (signals.passed, 3)):
            good = len(exhibits) >= least and pictures >= 3
            assert found[at] == (pictures if good else 0)


@given(facts())
def test_a_camera_is_own_where_most_of_its_pictures_lie_on_one_exhibit(given_facts):
    f, signals = given_facts, read(given_facts)
    for at in range(COUNT):
        owners, listed = set(), False
        for content, body in rows(f.devices):
            if content != at:
                continue
            taken = [n for n, other in rows(f.devices) if other == body]
            listed |= any(f.grave[n] for n in taken)
            lies = [{e for c, e in rows(f.places) if c == n} for n in taken]
            most = [e for e in range(3) if 2 * sum(e in one for one in lies) > len(taken)]
            if len(taken) >= 3 and most:
                owners.add(min(most) + 1)
        assert signals.own[at] == max(owners, default=0)
        assert signals.device[at] == (listed and not f.grave[at])


@given(facts())
def test_sources_and_inputs_that_are_marked_are_stages_of_making(given_facts):
    f, signals = given_facts, read(given_facts)
    for at in range(COUNT):
        named = any(of == at for _, of in rows(f.made))
        inputs = [of for made, of in rows(f.made) if made == at]
        assert signals.source[at] == (named and not f.marked[at])
        unknown = not inputs or any(not f.marked[of] for of in inputs)
        assert signals.input[at] == (f.input[at] and unknown)
        assert signals.marked[at] == (f.marked[at] and not signals.input[at])


def test_digests_are_found_where_they_stand():
    names = np.array(["a" * 64, "c" * 64], "S64")
    assert positions(names, ["c" * 64, "b" * 64, "a" * 64, "d" * 64]).tolist() == [1, -1, 0, -1]
    assert positions(names[:0], ["a" * 64]).tolist() == [-1]
    assert positions(names, []).tolist() == []
