"""A case whose site was resolved once; each test writes to a copy of its own."""

import os
import shutil
from pathlib import Path

import pytest

from fanal.pipeline.case import writing
from fanal.settings import Settings
from makers.desk import desk_on
from makers.lead_desk import resolved
from makers.once import once


@pytest.fixture(scope="session")
def resolved_once(tmp_path_factory):
    def made(folder):
        settings = Settings.from_environment({"FANAL_KEY": os.environ["FANAL_KEY"]})
        with writing(folder / "case", settings.changed({"home": str(folder / "home")})):
            pass
        with desk_on(folder / "case") as desk:
            resolved(desk)
        return folder / "case"

    return once(tmp_path_factory, "resolved", made)


@pytest.fixture
def led(resolved_once, tmp_path):
    """A case with four leads and nothing else, to write to."""
    return Path(shutil.copytree(resolved_once, tmp_path / "case"))
