"""Commands of prevention, run in this process."""

import io
from dataclasses import dataclass

import pytest

from makers.program import called


@dataclass(frozen=True)
class Done:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def fanal(capsys, monkeypatch):
    """Run a command of `fanal deter`."""

    def run(*arguments, told=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(told))
        code = called("deter", *map(str, arguments))
        return Done(code, *capsys.readouterr())

    return run
