import shutil
from pathlib import Path

import pytest

from fanal.demo.operation import Operation
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings


@pytest.fixture(scope="session")
def reviewed(operation: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's case after the main job; whoever writes to it takes a copy: `own`."""
    home = tmp_path_factory.mktemp("reviewed")
    told = Settings.from_environment({}).changed({"home": str(home / "home"), "engine": "inline"})
    lists = [ListFile(path, kind, name) for path, kind, name in operation.lists]
    triage(home / "case", told, list(operation.evidence), lists, Silent())
    return home / "case"


@pytest.fixture
def own(reviewed: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration's case, to write to."""
    return Path(shutil.copytree(reviewed, tmp_path / "case"))
