"""Evidence in a real S3 server becomes the same case as the same evidence in a folder."""

import dataclasses
import json
import os
import sqlite3
import time
from functools import partial
from pathlib import Path

import pytest

from fanal.errors import UsageError
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Picture, Seen
from fanal.model.item import Exhibit, Expanded, Item, Place, Reread
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import Triaged, triage
from fanal.sources import object_store_client as client
from makers.archives import zip_of
from makers.evidence import found, leaves, many, sha256, thumb
from makers.program import called, run
from makers.s3 import KEY, SECRET, forget


def read(case: Path, settings, *evidence: str | Path | tuple[str, str | Path]) -> Triaged:
    named = [one if isinstance(one, tuple) else ("", one) for one in evidence]
    return triage(case, settings, named, [], Silent())


def stored(lab, folder: Path) -> str:
    return lab.fill(
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
    )


def facts(case: Path) -> dict[str, list[str]]:
    """What must not depend on where the evidence lay: all but marks and times."""
    told = {
        kind.__name__: sorted(map(repr, found(case, kind)))
        for kind in (Item, Picture, Fingerprint, Finding, Seen)
    }
    places = [dataclasses.replace(one, mark="", modified=None) for one in found(case, Place)]
    expanded = [dataclasses.replace(one, mark="") for one in found(case, Expanded)]
    failures = [one for one in found(case, Failure) if one.reason != "symbolic link"]
    return told | {
        "Place": sorted(map(repr, places)),
        "Expanded": sorted(map(repr, expanded)),
        "Failure": sorted(map(repr, failures)),
    }


def reasons(case: Path) -> list[tuple[bytes, str]]:
    return sorted((one.path, one.reason) for one in found(case, Failure))


def objects(lab) -> list[str]:
    """Keys whose bytes were asked for."""
    return [path.removeprefix(f"/{lab.bucket}/") for path in lab.between.fetched]


@pytest.mark.parametrize("engine", ["inline", "pool", "cluster"])
def test_a_store_gives_the_records_of_a_folder(lab, tmp_path, settings, engine):
    folder = many(tmp_path / "17", 16)
    (folder / "empty.bin").write_bytes(b"")
    settings = settings.changed({"engine": engine, "workers": 2, "batch_files": 5})
    read(tmp_path / "one", settings, ("17", folder))
    told = read(tmp_path / "two", settings, ("17", stored(lab, folder)))
    assert facts(tmp_path / "two") == facts(tmp_path / "one")
    assert len(found(tmp_path / "two", Place)) == 29
    assert (told.counted.files, told.gaps) == (29, True)  # the cut picture
    assert {method for method, _ in lab.between.requests} == {"GET"}


def test_nothing_that_is_unchanged_is_asked_for_again(lab, tmp_path, settings):
    address = stored(lab, many(tmp_path / "17", 12))
    read(tmp_path / "case", settings, address)
    assert objects(lab)
    before = facts(tmp_path / "case")
    lab.between.requests.clear()
    again = read(tmp_path / "case", settings, address + "/")
    assert (again.counted.unchanged, again.counted.contents) == (14, 0)
    assert objects(lab) == []
    assert facts(tmp_path / "case") == before
    assert [one.root for one in found(tmp_path / "case", Exhibit)] == [address.encode()]


def test_an_object_that_changed_between_two_runs_is_told(lab, case, settings):
    read(case, settings, lab.fill({"a.jpg": thumb(1), "b.jpg": thumb(2)}))
    lab.fill({"a.jpg": thumb(3)})
    time.sleep(1.1)  # the store tells seconds
    lab.fill({"b.jpg": thumb(2)})
    told = read(case, settings, lab.address)
    assert told.counted.contents == 1
    assert reasons(case) == [(b"a.jpg", "changed between runs")]
    assert [one.path for one in found(case, Reread)] == [b"b.jpg"]


def test_an_object_that_changes_or_vanishes_after_the_list_is_told_and_mended(lab, case, settings):
    lab.fill({"a.jpg": thumb(1), "b.jpg": thumb(2), "c.jpg": thumb(3), "d.txt": b"zz-test-0001"})
    done = []

    def meddle(path: str) -> None:
        if "list-type" not in path and not done:
            done.append(path)
            lab.fill({"b.jpg": thumb(7)})
            lab.delete("c.jpg")

    lab.between.before = meddle
    told = read(case, settings, lab.address)
    assert told.gaps
    assert reasons(case) == [(b"b.jpg", "changed while reading"), (b"c.jpg", "disappeared")]
    assert sha256(thumb(1)) in {one.sha256 for one in found(case, Item)}
    read(case, settings, lab.address)
    # What is gone for good stays in the account, as it does for files.
    assert reasons(case) == [(b"c.jpg", "disappeared")]
    assert sha256(thumb(7)) in {one.sha256 for one in found(case, Item)}


def test_a_content_that_changes_between_digest_and_look_is_looked_at_later(lab, case, settings):
    lab.fill({"a.jpg": thumb(1)})

    def meddle(path: str) -> None:
        if objects(lab).count("a.jpg") == 3:  # head, digest, look
            lab.between.before = lambda _path: None
            lab.fill({"a.jpg": thumb(7)})

    lab.between.before = meddle
    read(case, settings, lab.address)
    assert found(case, Fingerprint) == []
    read(case, settings, lab.address)
    assert {one.sha256 for one in found(case, Fingerprint)} == {sha256(thumb(7))}


@pytest.mark.parametrize("engine", ["inline", "pool"])
def test_a_server_that_goes_down_is_recorded_soon_and_the_next_run_mends_it(
    lab, tmp_path, settings, engine, monkeypatch
):
    folder = many(tmp_path / "17", 40)
    address = stored(lab, folder)
    settings = settings.changed({"engine": engine, "workers": 2, "batch_files": 4})
    read(tmp_path / "whole", settings, ("17", folder))

    def fall(path: str) -> None:
        if len(objects(lab)) > 60:
            lab.server.stop()

    lab.between.before = fall
    monkeypatch.setattr(client, "CLOSED", 1.0)
    begun = time.monotonic()
    try:
        told = read(tmp_path / "case", settings, ("17", address))
        assert time.monotonic() - begun < 300
        assert told.gaps
        assert {"not readable"} <= {reason for _, reason in reasons(tmp_path / "case")}
    finally:
        lab.between.before = lambda _path: None
        lab.server.stop()
        lab.server.start()
    forget()
    read(tmp_path / "case", settings, ("17", address))
    assert facts(tmp_path / "case") == facts(tmp_path / "whole")


def test_more_objects_than_a_page_of_the_list_holds_are_read(lab, case, settings, monkeypatch):
    monkeypatch.setattr(client, "page", partial(client.page, most=20))
    address = lab.fill({f"{n:05}": b"zz-%d" % n for n in range(85)})
    told = read(case, settings, address)
    assert (told.counted.files, told.gaps) == (85, False)
    assert len(found(case, Item)) == 85
    listed = [path for _, path in lab.between.requests if "list-type=2" in path]
    assert sum("max-keys=20" in path for path in listed) == 5


def test_an_archive_and_a_large_object_are_read_as_they_stream_past(lab, case, settings):
    large = zip_of([(b"a.jpg", thumb(1)), (b"b.bin", os.urandom(200_000))])
    lab.fill({"box.zip": large, "large.bin": bytes(150_000)})
    read(case, settings.changed({"member_memory": 100_000}), lab.address)
    assert {one.sha256 for one in found(case, Item)} >= {sha256(large), sha256(bytes(150_000))}
    assert [(one.path, one.inside) for one in found(case, Place) if one.inside] == [
        (b"box.zip", "0"), (b"box.zip", "1"),
    ]  # fmt: skip
    assert [one.sha256 for one in found(case, Fingerprint)] == [sha256(thumb(1))]


def test_credentials_and_endpoint_are_kept_nowhere(lab, case, settings):
    lab.fill({"a.jpg": thumb(1)})
    read(case, settings, lab.address)
    lab.fill({"b.jpg": thumb(2)})
    lab.between.before = lambda path: "b.jpg" in path and lab.server.stop()
    try:
        read(case, settings, lab.address)
    finally:
        lab.between.before = lambda _path: None
        lab.server.stop()
        lab.server.start()
    assert reasons(case) == [(b"b.jpg", "not readable")]
    log = json.dumps([dataclasses.asdict(leaf) for leaf in leaves(case)], default=repr)
    with sqlite3.connect(case / "case.db") as base:
        kept = "\n".join(base.iterdump())
    base.close()
    for secret in (KEY, SECRET, "127.0.0.1", str(lab.server.port)):
        assert secret not in log
        assert secret not in kept


def test_names_of_exhibits_come_from_addresses_and_stay_with_them(lab, case, settings, evidence):
    address = lab.fill({"e17/a.jpg": thumb(1), "e18/desk/b.jpg": thumb(2)})
    read(case, settings, f"{address}/e17", ("phone", f"{address}/e18/"), evidence)
    read(case, settings, f"{address}/e18", f"{address}/e18/desk")
    roots = {one.name: os.fsdecode(one.root) for one in found(case, Exhibit)}
    assert roots == {
        "e17": f"{address}/e17",
        "phone": f"{address}/e18",
        "desk": str(evidence),
        "desk-2": f"{address}/e18/desk",
    }
    with pytest.raises(UsageError, match="exhibit 'phone' of this case lies in 's3://"):
        read(case, settings, ("phone", f"{address}/e17"))


def test_the_program_reads_an_address_and_tells_it(lab, case, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lab.fill({"e17/a.jpg": thumb(1), "e17/box.zip": zip_of([(b"b.jpg", thumb(2))])})
    told = run("triage", f"phone={lab.address}/e17", "--case", case, "--workers", 2)
    assert (told.returncode, told.stderr.count("Traceback")) == (0, 0), told.stderr
    assert "3 files listed" in told.stdout
    assert called("show", sha256(thumb(1)), "--case", case) == 0
    assert "phone" in capsys.readouterr().out
    assert called("account", "--case", case) == 0
    assert called("report", "--case", case, "--out", tmp_path / "report.html") == 0
    assert called("export", "csv", "--case", case, "--out", tmp_path / "out.csv") == 0
    assert "e17" not in {path.name for path in tmp_path.iterdir()}


def test_the_program_says_in_a_sentence_that_the_store_refuses(lab, case, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "zz-wrong")
    told = run("triage", lab.address, "--case", case)
    assert told.returncode == 2
    assert "the store refuses (SignatureDoesNotMatch)" in told.stderr
    assert "Traceback" not in told.stderr
    assert not case.exists()
