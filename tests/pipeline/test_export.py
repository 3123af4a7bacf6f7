import csv
import errno
import hashlib
import json
import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from subprocess import run

import pytest

from fanal.custody.sign import Signer
from fanal.errors import FanalError, UsageError
from fanal.formats.csv_writer import CsvWriter
from fanal.formats.vics_writer import VicsWriter
from fanal.model.desk import AuditRecord
from fanal.model.package import Loss
from fanal.pipeline.case import reading
from fanal.pipeline.export import Choice, Draft, Plan, export, written
from fanal.pipeline.facts import items
from fanal.stores import STORES
from makers.small_case import build


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("export"))


@pytest.fixture
def store(made, tmp_path):
    shutil.copytree(made.case, tmp_path / "case")
    signer = Signer.from_file(Path(made.settings.key))
    with closing(STORES.get("folder")(tmp_path / "case", signer)) as opened:
        yield opened


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "case.out"


class Failing:
    """A writer whose disk is full after some bytes."""

    name = "failing"

    def write(self, items, out):
        out.write(b"half of it")
        next(iter(items))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def last_act(store):
    *_, leaf = store.history()
    return leaf


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_queue_is_what_is_written_by_default(made, store, out):
    done = export(store, "zz", CsvWriter(), Plan(out, "csv"))
    with reading(made.case) as original:
        queued = {item["sha256"] for item in items(original) if item["queue"]}
    assert {row["sha256"] for row in rows(out)} == queued
    assert (done.items, done.left_out) == (len(queued), 3)


@pytest.mark.parametrize(
    ("choice", "count"),
    [
        (Choice(), 12),
        (Choice(frozenset({2})), 12),
        (Choice(frozenset({2, 8})), 12),
        (Choice(frozenset({1})), 0),
        (Choice(everything=True), 15),
    ],
)
def test_steps_and_everything(store, out, choice, count):
    done = export(store, "zz", CsvWriter(), Plan(out, "csv", choice))
    assert len({row["sha256"] for row in rows(out)}) == done.items == count
    assert done.items + done.left_out == 15


def test_the_act_says_what_left(store, out):
    before = store.head().size
    done = export(store, "examiner", VicsWriter("US", {}), Plan(out, "vics", profile="US"))
    leaf = last_act(store)
    assert (leaf.number, leaf.verb, leaf.actor) == (before + 1, "export", "examiner")
    told = leaf.details
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest() == done.sha256
    assert told["size"] == out.stat().st_size
    assert (told["format"], told["profile"], told["file"]) == ("vics", "US", "case.out")
    assert told["items"] == len(json.loads(out.read_bytes())["value"][0]["Media"]) == 12
    assert told["losses"] == json.loads(Path(f"{out}.loss.json").read_text("utf-8"))["losses"]
    (line,) = store.find(AuditRecord, action="export")
    assert (line.purpose, line.data["sha256"]) == ("analysis", done.sha256)
    assert line.says == "12 contents as vics: people who look at evidence; for no list"


def test_the_loss_file_counts_what_had_no_home(made, store, out):
    export(store, "zz", VicsWriter("Default", {}), Plan(out, "vics", profile="Default"))
    told = json.loads(Path(f"{out}.loss.json").read_text("utf-8"))
    with reading(made.case) as original:
        queued = [item for item in items(original) if item["queue"]]
        assert told["case"] == original.case_id
    lost = {loss["field"]: loss["items"] for loss in told["losses"]}
    assert lost["width"] == sum(item["width"] is not None for item in queued)
    assert lost["matches"] == sum(bool(item["matches"]) for item in queued) == 3
    assert lost["problems"] == sum(bool(item["problems"]) for item in queued)
    assert lost["locations.path_hex"] == 1
    assert all(loss["note"] for loss in told["losses"])


def test_the_same_case_says_the_same_twice(store, out):
    first = export(store, "zz", CsvWriter(), Plan(out, "csv"))
    second = export(store, "zz", CsvWriter(), Plan(out, "csv", force=True))
    assert first == second


def test_what_is_there_is_written_over_only_when_told(store, out):
    out.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="already"):
        export(store, "zz", CsvWriter(), Plan(out, "csv"))
    assert out.read_text("utf-8") == "mine"
    export(store, "zz", CsvWriter(), Plan(out, "csv", force=True))
    assert len(rows(out)) > 10


def test_an_earlier_loss_file_counts_as_there(store, out):
    Path(f"{out}.loss.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError, match="already"):
        export(store, "zz", CsvWriter(), Plan(out, "csv"))
    assert not out.exists()


@pytest.mark.parametrize("force", [False, True])
def test_nothing_half_written_stays_and_nothing_is_logged(store, out, force):
    if force:
        out.write_text("mine", "utf-8")
    before = store.head()
    with pytest.raises(FanalError, match="No space left"):
        export(store, "zz", Failing(), Plan(out, "failing", force=force))
    assert list(out.parent.iterdir()) == ([out] if force else [])
    assert store.head() == before
    if force:
        assert out.read_text("utf-8") == "mine"


def test_any_other_fault_leaves_nothing_either(store, out):
    class Broken:
        def write(self, items, out):  # noqa: ARG002 (the contract)
            out.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(store, "zz", Broken(), Plan(out, "broken"))
    assert list(out.parent.iterdir()) == []


def test_no_export_into_evidence_or_case(made, store, out):
    (out.parent / "way").symlink_to(made.evidence[0])
    for place in (
        made.evidence[0] / "x.csv",
        made.evidence[1] / "DCIM" / "x.csv",
        out.parent / "way" / "x.csv",
        store.folder / "x.csv",
        store.folder / "lists" / "x.csv",
        out.parent / "nowhere" / "x.csv",
        out.parent,
    ):
        with pytest.raises(UsageError):
            export(store, "zz", CsvWriter(), Plan(place, "csv", force=True))


def test_a_link_is_neither_followed_nor_replaced(made, store, out):
    for target in (made.evidence[1] / "DCIM" / "0001.jpg", out.parent / "nowhere"):
        out.symlink_to(target)
        with pytest.raises(UsageError, match="no plain file"):
            export(store, "zz", CsvWriter(), Plan(out, "csv", force=True))
        assert out.is_symlink()
        out.unlink()


def test_items_are_handed_over_one_by_one(store, out):
    class Watching:
        def write(self, items, out):
            out.write(b"{}")
            self.kind = type(items)
            assert next(items).facts["sha256"]
            assert len(list(items)) == 11
            return (Loss("zz", 1, "note"),)

    watching = Watching()
    done = export(store, "zz", watching, Plan(out, "watching"))
    assert not issubclass(watching.kind, (list, tuple))
    assert done.losses == (Loss("zz", 1, "note"),)


def test_a_draft_digests_what_it_writes(tmp_path):
    path = tmp_path / "file"
    with written(path) as draft:
        assert isinstance(draft, Draft)
        assert draft.write(b"one ") == 4
        draft.write(memoryview(b"two"))
        assert not path.exists()
    assert path.read_bytes() == b"one two"
    assert draft.size == 7
    assert draft.sha256.hexdigest() == hashlib.sha256(b"one two").hexdigest()
    assert path.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(FanalError, match="nothing can be written"), written(Path("/proc/zz-test")):
        pass


FULL = """
import resource, signal, sys
from pathlib import Path
from fanal.pipeline.export import written
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with written(Path(sys.argv[1])) as draft:
    for _ in range(1000):
        draft.write(bytes(1000))
"""


def test_a_full_disk_leaves_nothing(tmp_path):
    done = run(
        [sys.executable, "-c", FULL, tmp_path / "x"], capture_output=True, text=True, check=False
    )
    assert "FanalError" in done.stderr
    assert "was not written" in done.stderr
    assert list(tmp_path.iterdir()) == []
