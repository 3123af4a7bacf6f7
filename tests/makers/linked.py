"""Makes contents, files, shots and records for tests of what belongs together."""

import hashlib
from collections.abc import Iterable
from typing import Any

from fanal.model.series import Link
from fanal.series.counting import numbered
from fanal.series.folders import File
from fanal.series.sessions import Shot

NOON = 1_750_000_000.0


def content(number: int) -> str:
    """The SHA-256 of the made-up content of that number."""
    return hashlib.sha256(b"zz-linked-%d" % number).hexdigest()


def shot(of: int, time: float, **more: Any) -> Shot:
    """A picture of the one camera, so many seconds after noon."""
    return Shot(content(of), **{"body": 1, "sure": True, "time": NOON + time, **more})


def file(number: int, name: str, after: float = 0.0, **more: Any) -> File:
    """A picture in the one folder, written so many seconds after noon."""
    counted = numbered(name)
    assert counted is not None, name
    facts = {"at": (1, 2), "written": NOON + after, "size": (640, 480), **more}
    return File(content(number), name=counted, **facts)


def groups(links: Iterable[Link], of: int) -> set[frozenset[int]]:
    """The groups of contents 0 to `of` that the links which join make."""
    number = {content(one): one for one in range(of)}
    group = {one: {one} for one in range(of)}
    for link in links:
        if link.joins:
            whole = group[number[link.a]] | group[number[link.b]]
            for one in whole:
                group[one] = whole
    return {frozenset(one) for one in group.values()}


def record(seed: Any = 71_000_001, **more: Any) -> dict[str, Any]:
    """The data of a generator's record."""
    facts = {
        "tool": "zz-tool",
        "version": "v1.2",
        "model": "zz-model",
        "model_hashes": [{"dialect": "a1111_short", "value": "45a21ea00a"}],
        "size": [512, 768],
        "seed": seed,
        "sensitive": {"prompt": "a house on a hill, evening, fog, zz-test-0001"},
    }
    return facts | more
