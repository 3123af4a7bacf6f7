"""A benchmark whose peer is missing says how to get it."""

import sys

import pytest

from fanal.cli.bench import PARTS
from makers.program import called


def test_an_unknown_benchmark_is_a_wrong_call(capsys):
    assert called("bench", "zz") == 2
    assert "'zz' is not one of" in capsys.readouterr().err


@pytest.mark.parametrize("part", ["matching", "pdq"])
def test_a_missing_peer_says_how_to_get_it(part, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, PARTS[part], None)
    assert called("bench", part) == 2
    assert "run: make bench" in capsys.readouterr().err
