"""A case that the main job made, and copies of it to change."""

import hashlib
import shutil

import pytest

from fanal.model.opinion import Device
from fanal.model.review import Task
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from makers.cases import item, of_every_kind, opened
from makers.lists import many
from makers.pictures import png


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A case the main job made, with a known list, then a device and records of every kind."""
    home = tmp_path_factory.mktemp("made")
    evidence = home / "evidence"
    evidence.mkdir()
    for number in range(3):
        (evidence / f"{number}.png").write_bytes(png(160, 120, number))
    known = many("plain", 20, home / "known.csv")
    told = Settings(engine="inline", key=str(home / "key"), actor="zz")
    triage(home / "case", told, [("", evidence)], [ListFile(known, "harmless")], Silent())
    store = opened(home / "case")
    with store.act("zz", "more") as act:
        act.put(r for n in range(5) for r in of_every_kind(n) if "KnownList" not in str(type(r)))
    files = {"reference.bin": bytes(5000), "near/b": b"zz"}
    for name, data in files.items():
        path = home / "case" / "devices" / "zz" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    known = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    store.keep_files("devices/zz", known)
    with store.act("zz", "add device") as act:
        act.put([Device("zz-camera", "1", "zz", "zz", "", 6, 4, (), "zz", known)])
    with store.act("zz", "order") as act:
        act.drop(Task)
        act.put([Task(item(n).sha256, 2, n, "zz", "zz") for n in range(5)])
    store.close()
    return home / "case"


@pytest.fixture
def case(made, tmp_path):
    return shutil.copytree(made, tmp_path / "case")


@pytest.fixture
def unsealed(case):
    (case / "seal.json").unlink()
    return case
