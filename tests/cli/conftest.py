"""Commands of prevention, run in this process, and commands on the leads of a case."""

import io
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from fanal.pipeline.case import writing
from fanal.settings import Settings
from makers import seized
from makers.leads_cli import Line
from makers.once import once
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
        entered = told if isinstance(told, bytes) else told.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(entered)))
        code = called("deter", *map(str, arguments))
        return Done(code, *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def seized_once(tmp_path_factory):
    """A case with the leads of a seized site; nobody may change it or the site's files."""

    def made(folder: Path) -> Path:
        settings = Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz-examiner")
        with writing(folder / "case", settings) as store:
            seized.fill(store, folder / "files", settings)
        return folder / "case"

    return once(tmp_path_factory, "seized", made)


@pytest.fixture
def line(seized_once, case, tmp_path, capsys, monkeypatch):
    """The command line of people of a copy of that case."""
    return Line(shutil.copytree(seized_once, case), tmp_path, capsys, monkeypatch)
