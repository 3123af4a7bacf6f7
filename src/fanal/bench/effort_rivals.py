"""How many looks others need: lists alone in the order of paths, and stacks of near pictures.

Both get more than real programs give: every near match counts as known, no picture is kept out of a
stack for want of quality, and one look at a stack shows all that is in it, however much that is.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from fanal.content.media import is_picture, is_video
from fanal.matching.pairs import Pairs, near_pairs
from fanal.model.finding import Fingerprint
from fanal.model.item import Item, Place
from fanal.model.known import Match
from fanal.stores.interface import CaseStore

RADIUS = 31
"""Bits within which common tools take two pictures for one."""


def by_path(store: CaseStore) -> Iterator[tuple[str, ...]]:
    """Yield what no list knows, one content a look, as exhibits and their folders are walked."""
    left = set(unlisted(store))
    for _, _, _, sha256 in store.columns(
        Place,
        *("exhibit", "path", "inside", "sha256"),
        order=("exhibit", "path", "inside", "sha256"),
    ):
        if sha256 in left:
            left.remove(sha256)
            yield (sha256,)


def stacks(store: CaseStore) -> Iterator[tuple[str, ...]]:
    """Yield what no list knows in stacks of near pictures, the one with the newest file first."""
    left = unlisted(store)
    newest: dict[str, str] = {}
    for sha256, modified in store.columns(Place, "sha256", "modified"):
        newest[sha256] = max(newest.get(sha256, ""), modified or "")
    piles = _piles(left, _codes(store))
    dated = [(max(newest.get(sha256, "") for sha256 in pile), pile) for pile in piles]
    dated.sort(key=lambda one: one[1])
    dated.sort(key=lambda one: one[0], reverse=True)
    yield from (pile for _, pile in dated)


def media(store: CaseStore) -> set[str]:
    """Return the pictures and videos."""
    every = store.columns(Item, "sha256", "media_type")
    return {sha256 for sha256, kind in every if is_picture(kind) or is_video(kind)}


def unlisted(store: CaseStore) -> list[str]:
    """Return the pictures and videos that no list knows, by digest or nearly."""
    listed = {sha256 for (sha256,) in store.columns(Match, "sha256")}
    return sorted(media(store) - listed)


def _codes(store: CaseStore) -> Mapping[str, bytes]:
    return {
        sha256: bytes(value)
        for sha256, value in store.columns(Fingerprint, "sha256", "value", frame=0)
    }


def _piles(contents: list[str], codes: Mapping[str, bytes]) -> list[tuple[str, ...]]:
    """Return the contents in piles, each of which near pairs hold together."""
    hashed = [sha256 for sha256 in contents if sha256 in codes]
    above = {sha256: sha256 for sha256 in contents}

    def first(sha256: str) -> str:
        while above[sha256] != sha256:
            above[sha256] = above[above[sha256]]
            sha256 = above[sha256]
        return sha256

    rows = np.frombuffer(b"".join(codes[sha256] for sha256 in hashed), np.uint8).reshape(-1, 32)
    pairs: Pairs = near_pairs(rows, None, RADIUS, RADIUS)
    for a, b in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True):
        low, high = sorted((first(hashed[a]), first(hashed[b])))
        above[high] = low
    piles: dict[str, list[str]] = {}
    for sha256 in contents:
        piles.setdefault(first(sha256), []).append(sha256)
    return [tuple(pile) for pile in piles.values()]
