import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.series import SAME_SETUP, Link, Tie
from fanal.series.making import EXAMPLES, Common, made_of, of_add_on, of_signer
from fanal.series.setups import Generated, Setups
from makers.linked import content, groups, record

SEED = 3_141_592


def found(*records, bound=(), folders=()):
    gathered = Setups()
    for number, data in enumerate(records):
        folder = folders[number] if folders else 0
        gathered.add(Generated(content(number), made_of(data), folder, number in bound))
    told = list(gathered.found())
    links = [one for one in told if isinstance(one, Link)]
    return links, [one for one in told if isinstance(one, Tie)]


def seeds(*told):
    return [record(seed) for seed in told]


def test_seeds_that_follow_each_other_are_one_run():
    links, _ = found(*seeds(SEED, SEED + 1, SEED + 3, SEED + 7))
    assert groups(links, 4) == {frozenset({0, 1, 2}), frozenset({3})}
    assert {(link.kind, link.how) for link in links} == {(SAME_SETUP, "seed run")}
    assert links[0].strength > links[1].strength


def test_seeds_in_equal_steps_are_one_run():
    links, _ = found(*seeds(SEED, SEED + 1000, SEED + 2000, SEED + 9000))
    assert groups(links, 4) == {frozenset({0, 1, 2}), frozenset({3})}


@pytest.mark.parametrize("seed", [*sorted(EXAMPLES)[:20], -1, 1.5, True, None, "7", 1 << 64])
def test_seeds_that_mean_nothing_join_nobody(seed):
    assert not found(*seeds(seed, seed))[0]


def test_small_seeds_are_a_run_in_one_folder_only():
    run = seeds(5001, 5002)
    assert found(*run, folders=(7, 7))[0]
    assert not found(*run, folders=(7, 8))[0]


@pytest.mark.parametrize(
    "other",
    [
        {"tool": "zz-other"},
        {"version": "v2"},
        {"size": [768, 512]},
        {"model_hashes": [{"dialect": "a1111_short", "value": "45a21ea00b"}]},
        {"sensitive": {"prompt": "chart of a harbour with depths, old print, sepia"}},
    ],
)
def test_another_set_up_is_another_run(other):
    assert not found(record(SEED), record(SEED + 1, **other))[0]


def test_what_speaks_for_a_camera_or_a_source_is_tied_and_never_joined():
    links, ties = found(*seeds(SEED, SEED + 1, SEED + 2), bound={1})
    assert groups(links, 3) == {frozenset({0, 2}), frozenset({1})}
    assert content(1) in {tie.sha256 for tie in ties}


def test_what_much_of_the_case_shares_ties_nobody():
    def models(many):
        shared = [record(7 * SEED * one, model_hashes=[], model="zz-shared") for one in range(many)]
        rest = [
            record(
                11 * SEED * one, model_hashes=[], model=f"zz-{one}", version=f"v{one}", sensitive={}
            )
            for one in range(100)
        ]
        _, ties = found(*shared, *rest)
        return {tie.common.split(" ")[0] for tie in ties if tie.sha256 == content(0)}

    assert models(20)
    assert not models(101)


def test_ties_say_how_rare_a_thing_is_and_tell_no_words():
    _, ties = found(
        *seeds(SEED, 9 * SEED), record(5, model_hashes=[], model="zz-b", sensitive={}, version="w")
    )
    assert ties
    for tie in ties:
        assert "one of 2 generated pictures" in tie.says
        assert "67 % of all with a record" in tie.says
        assert "house" not in tie.common + tie.says


def test_two_things_that_the_same_pictures_share_are_told_once():
    editor = {"workflow_id": "0b0f1d6e-zz", "offset": [211.53094, -176.37351], "scale": 1.0}
    _, ties = found(record(SEED, editor=editor), record(9 * SEED, editor=editor))
    assert {tie.common.split(" ")[0] for tie in ties} == {"editor's"}


def test_what_nobody_chose_is_not_taken_for_a_view():
    editor = {"offset": [0.0, 0.0], "scale": 1.0}
    assert not [one for one in made_of(record(editor=editor)).common if "view" in one.code]


def test_add_ons_are_told_by_hash_or_by_a_digest_of_their_name():
    assert of_add_on({"hash": {"value": "AB12cd34ef"}}) == Common(
        "add-on model", "ab12cd34ef", "strong"
    )
    named = of_add_on({"sensitive": {"name": "zz-person-name"}})
    assert named is not None
    assert "zz-person-name" not in named.value
    assert of_add_on({}) is None
    generated = {"created": ["trainedAlgorithmicMedia"], "issuer": "ZZ"}
    assert of_signer(generated) != of_signer({**generated, "common_name": "zz"})
    assert of_signer(generated) is not None
    assert of_signer({"issuer": "ZZ"}) is None  # a camera's, an editor's


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
KEYS = (
    "tool",
    "version",
    "model",
    "model_hashes",
    "size",
    "seed",
    "sensitive",
    "editor",
    "graph_shape",
)


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON), max_size=6))
def test_any_records_are_read(records):
    found(*records)


@given(st.lists(st.tuples(st.integers(10**6, 10**6 + 60), st.booleans()), max_size=20))
def test_a_bound_picture_is_in_no_link(told):
    bound = {number for number, (_, is_bound) in enumerate(told) if is_bound}
    links, _ = found(*seeds(*(seed for seed, _ in told)), bound=bound)
    held = {content(number) for number in bound}
    assert not [link for link in links if link.a in held or link.b in held]
    assert len(links) <= max(0, len(told) - len(bound) - 1)
    for group in groups(links, len(told)):
        inside = sorted(told[number][0] for number in group)
        assert all(later - seed <= 30 for seed, later in itertools.pairwise(inside))
