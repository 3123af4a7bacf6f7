"""Twenty thousand hostile files: no run ends, no worker outgrows its limit, none is lost."""

import os

import pytest

from fanal.custody.verifier import verify
from fanal.model.failure import Failure
from fanal.model.finding import Picture, Seen
from fanal.model.item import Place
from fanal.pipeline import account
from fanal.pipeline.case import reading
from makers.evidence import CORPUS, folder_state, found
from makers.program import kill_group, start
from makers.storm import Watch, brew, files_in

FILES = int(os.environ.get("FANAL_TEST_STORM", "20000"))
SEED = int(os.environ.get("FANAL_TEST_SEED", "1"))
MEMORY = 1 << 30
PATIENCE = 900


@pytest.fixture(scope="module")
def storm(tmp_path_factory):
    """The case of a run over mutated files and the hostile ones of others, and who watched it."""
    folder = tmp_path_factory.mktemp("storm")
    evidence = [brew(folder / "mutants", FILES, SEED)]
    if (CORPUS / "hostile").is_dir():
        evidence.append(CORPUS / "hostile")
    before = [folder_state(path) for path in evidence[1:]]
    case = folder / "case"
    told = {"FANAL_MEMORY": str(MEMORY), "FANAL_SECONDS": "20", "FANAL_MEMBERS": "2000"}
    process = start("triage", *evidence, "--case", case, "--workers", "2", env=told)
    watch = Watch(process.pid)
    watch.start()
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        watch.end()
        kill_group(process.pid)
    assert [folder_state(path) for path in evidence[1:]] == before
    return case, evidence, watch, process.returncode, out + err


def test_the_run_comes_to_its_end(storm):
    case, _, _, code, said = storm
    assert (code, "Traceback" in said) == (3, False), said[-2000:]
    assert verify(case).problems == []


def test_no_worker_has_more_memory_than_its_limit(storm):
    watch = storm[2]
    assert len(watch.confined) >= 2
    assert watch.above == []


def test_each_file_is_accounted_for(storm):
    case, evidence, *_ = storm
    places = found(case, Place)
    failures = [failure for failure in found(case, Failure) if not failure.inside]
    for folder in evidence:
        told = {place.path for place in places if place.exhibit == folder.name and not place.inside}
        told |= {failure.path for failure in failures if failure.exhibit == folder.name}
        assert told == files_in(folder)
    with reading(case) as store:
        named = {line.sha256 for line in account.lines(store)}
    decoded = {picture.sha256 for picture in found(case, Picture)}
    assert {place.sha256 for place in places} <= decoded | named
    assert len(decoded) > FILES // 20


def test_a_fault_of_ours_was_not_among_them(storm):
    case = storm[0]
    seen = found(case, Seen, outcome="failed")
    assert [one.detail for one in seen if one.reason == "analyzer failed"] == []
