"""Fixtures that make things; no test touches the user's home folder or signing key."""

import gc
import os
import shutil
import signal
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from fanal.demo.operation import Operation, build_operation
from fanal.pipeline.case import writing
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from makers.evidence import small
from makers.once import common, once

LONGEST = (
    "journeys/test_killed.py",
    "journeys/test_interrupted.py",
    "journeys/test_storm.py",
    "web/test_pages.py",
    "web/test_grid.py",
    "web/test_viewer.py",
    "journeys/test_review.py",
    "journeys/test_review_kept.py",
    "web/test_lock.py",
    "journeys/test_groups.py",
    "journeys/test_effort.py",
    "sources/test_object_store_cases.py",
    "engines/test_cluster_link.py",
    "engines/test_cluster.py",
    "pipeline/test_leads.py",
    "stores/test_copying.py",
    "stores/test_postgres.py",
    "stores/test_locks.py",
    "contracts/test_stores.py",
    "contracts/test_site_readers.py",
    "sources/test_object_store.py",
    "web/test_own_pages.py",
    "web/test_watch.py",
    "web/test_sign_in.py",
)
"""Files whose tests take longest, begun first in this order: so all jobs end at the same time."""


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs under test; measure no example's time, others run beside it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # which programs would inherit
        signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis.settings.register_profile("beside others", deadline=None, max_examples=50)
    hypothesis.settings.load_profile("beside others")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Look for garbage neither among the tests while they are found, nor ever again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others stay in order."""
    turns = {Path(__file__).parent / name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home folder, in which fanal must have left nothing when every test has run.

    A browser that looks at a report may: that one run leaves nothing at all has a test of its own.
    """
    folder = tmp_path_factory.mktemp("home")
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("FANAL_")]:
        del os.environ[name]
    os.environ |= {"HOME": str(folder), "FANAL_KEY": str(common(tmp_path_factory) / "key")}
    yield folder
    os.environ.clear()
    os.environ.update(kept)
    left = [path.name for path in folder.rglob("*") if "fanal" in path.name]
    assert not left, "a test wrote to the home folder"


@pytest.fixture
def settings() -> Settings:
    """What most tests run with: this process only, and a name for the log."""
    return Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz-examiner")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A folder for a case, not there yet."""
    return tmp_path / "case"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    """A small exhibit: pictures, copies, an archive, a text, a damaged picture, a link."""
    return small(tmp_path / "desk")


@pytest.fixture(scope="session")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """The demonstration's evidence, lists and truth; nobody may change it."""
    return once(tmp_path_factory, "operation", lambda folder: build_operation(folder, 60))


@pytest.fixture(scope="session")
def reviewed(operation: Operation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's case after the main job; whoever writes to it takes a copy: `own`."""

    def made(folder: Path) -> Path:
        settings = Settings.from_environment({"FANAL_KEY": os.environ["FANAL_KEY"]})
        told = settings.changed({"home": str(folder / "home"), "engine": "inline"})
        lists = [ListFile(path, kind, name) for path, kind, name in operation.lists]
        triage(folder / "case", told, list(operation.evidence), lists, Silent())
        return folder / "case"

    return once(tmp_path_factory, "reviewed", made)


@pytest.fixture
def own(reviewed: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration's case, to write to."""
    return Path(shutil.copytree(reviewed, tmp_path / "case"))


@pytest.fixture(scope="session")
def empty_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with nothing in it; whoever writes to it takes a copy: `bare`."""

    def made(folder: Path) -> Path:
        settings = Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz-examiner")
        with writing(folder / "bare", settings):
            return folder / "bare"

    return once(tmp_path_factory, "empty", made)


@pytest.fixture
def bare(empty_once: Path, tmp_path: Path) -> Path:
    """A copy of a case with nothing in it, to write to."""
    return Path(shutil.copytree(empty_once, tmp_path / "bare"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real Chromium for the tests of one file; its thread runs a loop, so none may be begun."""
    from makers.browser import browsing  # noqa: PLC0415 (most tests need none of the pages)

    with browsing() as lent:
        yield lent
