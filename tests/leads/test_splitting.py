"""What joins along the strongest edges, and what is held apart."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from fanal.leads.splitting import Edge, split

NUMBERS = st.integers(0, 9)
EDGES = st.lists(st.builds(Edge, st.integers(0, 3), NUMBERS, NUMBERS), max_size=20)
APART = st.lists(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]), max_size=6)


def together(first):
    parts = {}
    for number, lowest in first.items():
        parts.setdefault(lowest, set()).add(number)
    return sorted(map(sorted, parts.values()))


def test_a_chain_is_cut_where_it_is_weakest():
    chain = [Edge(0, 1, 2), Edge(5, 2, 3), Edge(1, 3, 4)]
    done = split(chain, [(1, 4)])
    assert together(done.first) == [[1, 2], [3, 4]]
    assert done.refused == (Edge(5, 2, 3),)


def test_without_anybody_held_apart_all_that_hangs_together_is_one():
    assert together(split([Edge(3, 7, 2), Edge(1, 2, 5)], []).first) == [[2, 5, 7]]


def test_foes_are_inherited_by_whom_they_join():
    done = split([Edge(0, 1, 2), Edge(1, 2, 3), Edge(2, 3, 4)], [(1, 4), (1, 3)])
    assert together(done.first) == [[1, 2], [3, 4]]


@given(EDGES, APART)
def test_nobody_who_is_held_apart_meets_and_nothing_else_is_cut(edges, apart):
    done = split(edges, apart)
    where = done.first
    assert not [pair for pair in apart if where[pair[0]] == where[pair[1]]]
    for edge in edges:
        if where[edge.a] != where[edge.b]:
            one = {n for n in where if where[n] == where[edge.a]}
            other = {n for n in where if where[n] == where[edge.b]}
            assert any((a in one and b in other) or (b in one and a in other) for a, b in apart)
    for a, b in combinations(where, 2):
        if where[a] == where[b]:
            assert where[a] <= min(a, b)


@given(EDGES, APART, st.randoms(use_true_random=False))
def test_the_order_of_what_is_told_does_not_matter(edges, apart, random):
    other = list(edges), [pair[:: random.choice((1, -1))] for pair in apart]
    random.shuffle(other[0])
    random.shuffle(other[1])
    assert split(*other).first == split(edges, apart).first
