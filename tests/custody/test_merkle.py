import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.custody.merkle import Tree
from fanal.custody.verifier import grow

# The inputs and roots of the Certificate Transparency project's own tests.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, as written there: split at the largest power of two below n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_published_roots(size):
    tree = Tree()
    for leaf in INPUTS[:size]:
        tree.append(leaf)
    assert tree.root().hex() == ROOTS[size - 1]
    assert by_definition(INPUTS[:size]).hex() == ROOTS[size - 1]


def test_empty_tree_is_the_hash_of_nothing():
    assert Tree().root() == by_definition([])


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_every_prefix_has_the_root_of_the_definition(leaves):
    tree = Tree()
    for number, leaf in enumerate(leaves, 1):
        tree.append(leaf)
        assert tree.size == number
        assert tree.root() == by_definition(leaves[:number])


@given(st.lists(st.text(max_size=20), max_size=70))
def test_the_verifier_grows_the_same_tree(leaves):
    peaks: list[tuple[int, bytes]] = []
    for number, leaf in enumerate(leaves, 1):
        encoded = [text.encode() for text in leaves[:number]]
        assert grow(peaks, leaf) == by_definition(encoded).hex()


def test_ten_thousand_leaves_keep_few_peaks():
    tree = Tree()
    for number in range(10_000):
        tree.append(b"%d" % number)
    assert len(tree._peaks) == (10_000).bit_count()
    assert tree.root() == by_definition([b"%d" % number for number in range(10_000)])
