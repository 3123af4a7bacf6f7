"""What people say of series outlives every further run: new evidence overwrites nothing."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from fanal.model.series import SAME_PICTURE, Link, Regroup, Series
from fanal.pipeline.case import reading, writing
from fanal.pipeline.decide import Wanted, decide
from fanal.pipeline.facts import items
from fanal.pipeline.progress import Silent
from fanal.pipeline.regroup import merge, split
from fanal.pipeline.said import Said
from makers.evidence import digests, done, fill
from makers.pictures import jpeg

SAID = Said("seen side by side", "Zoe", "zz-zoe")


def drawn(seed: int, quality: int) -> bytes:
    return jpeg(320, 240, seed, quality)


def written(folder: Path, pictures: Iterable[tuple[int, int]]) -> Path:
    """Write pictures under names and times that say nothing of what belongs together."""
    for seed, quality in pictures:
        data = drawn(seed, quality)
        name = digests(data)[0].translate(str.maketrans("0123456789", "ghijklmnop"))
        path = fill(folder, {name.encode(): data}) / name
        os.utime(path, (1_700_000_000 + 86_400 * 37 * seed * quality,) * 2)
    return folder


def names(*pictures: tuple[int, int]) -> list[str]:
    return sorted(digests(drawn(*one))[0] for one in pictures)


def series(case) -> dict[str, list[str]]:
    """The series, as the public objects of their items tell them."""
    found: dict[str, list[str]] = {}
    with reading(case) as store:
        for item in items(store):
            if item["series"]:
                found.setdefault(item["series"]["name"], []).append(item["sha256"])
    return found


@pytest.fixture
def regrouped(case, settings, tmp_path):
    """Four pictures, each saved twice: two are put together, one apart, and one is decided."""
    desk = written(tmp_path / "desk", [(seed, of) for seed in (1, 2, 3, 4) for of in (95, 90)])
    done(case, settings, desk)
    before = series(case)
    pairs = [names((seed, 95), (seed, 90)) for seed in (1, 2, 3, 4)]
    assert sorted(before.values()) == sorted(pairs)
    name_of = {tuple(of): name for name, of in before.items()}
    one, two, three, four = (name_of[tuple(pair)] for pair in pairs)
    with writing(case, settings, run=False) as store:
        merge(store, [one, two], SAID, Silent())
        split(store, three, names((3, 90)), SAID, Silent())
        decide(store, Wanted(series=four), "identified", SAID)
    after = series(case)
    assert sorted(after.values()) == sorted([sorted([*pairs[0], *pairs[1]]), pairs[3]])
    return desk


def test_the_same_evidence_again_changes_nothing(case, settings, regrouped):
    after = series(case)
    done(case, settings, regrouped)
    assert series(case) == after


def test_new_evidence_is_proposed_and_overwrites_nothing(case, settings, regrouped, tmp_path):
    after = series(case)
    phone = written(tmp_path / "phone", [(seed, 85) for seed in (1, 3, 4)])
    done(case, settings, regrouped, phone)
    again = series(case)
    assert {name: of for name, of in again.items() if name in after} == after
    (new,) = (of for name, of in again.items() if name not in after)
    assert names((3, 85))[0] in new
    assert len(set(names((3, 95), (3, 90))) & set(new)) == 1
    with reading(case) as store:
        held = {known.size: known for known in store.find(Series, held=True)}
        assert held[4].facts["proposed"] == {"count": 1, "first": names((1, 85))}
        assert held[2].facts["proposed"] == {"count": 1, "first": names((4, 85))}
        assert store.count(Link, kind=SAME_PICTURE, joins=True) == 7
        assert store.count(Regroup) == 2
