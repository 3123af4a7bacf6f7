"""The main job on the demonstration's evidence finds the same on every engine."""

from importlib.util import find_spec

import pytest

from fanal.engines import ENGINES
from makers.evidence import what_was_found
from makers.program import run

OTHERS = [name for name in ENGINES.names() if name != "inline"]


def triaged(operation, case, engine):
    words = [f"{name}={path}" for name, path in operation.evidence]
    lists = [
        word for path, kind, name in operation.lists for word in ("--list", f"{path}:{kind}:{name}")
    ]
    done = run("triage", *words, "--case", case, "--engine", engine, "--workers", "2", *lists)
    assert done.returncode == 3, done.stderr
    assert "distributed" not in done.stderr
    return what_was_found(case)


@pytest.fixture(scope="module")
def whole(reviewed):
    """What the main job found inline, of the same evidence with the same lists."""
    return what_was_found(reviewed)


@pytest.mark.parametrize("engine", OTHERS)
def test_records_are_those_of_inline(operation, whole, case, engine):
    if engine == "cluster" and not find_spec("distributed"):
        pytest.skip("fanal[cluster] is not installed")
    found = triaged(operation, case, engine)
    assert len(found["Item"]) > 40
    assert found == whole
