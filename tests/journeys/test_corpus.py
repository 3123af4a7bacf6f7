"""Pictures from elsewhere, hostile ones too: each is decoded or named, and none is changed."""

import os

import pytest

from fanal.model.failure import Failure
from fanal.model.finding import Picture
from fanal.model.item import Place
from fanal.pipeline import account
from fanal.pipeline.case import reading
from makers.evidence import corpus, folder_state, found
from makers.program import run


@pytest.mark.parametrize("part", ["natural", "camera", "hostile"])
def test_every_file_is_decoded_or_named_and_none_is_changed(part, case):
    folder = corpus(part)
    before = folder_state(folder)
    done = run("triage", folder, "--case", case)
    assert done.returncode in {0, 3}, done.stderr
    assert "Traceback" not in done.stderr
    assert folder_state(folder) == before
    places = found(case, Place, inside="")
    failures = {
        failure.path
        for failure in found(case, Failure)
        if failure.exhibit and not failure.inside  # else it is about the case, not about a file
    }
    files = {
        os.path.relpath(os.path.join(above, name), os.fsencode(folder))  # noqa: PTH118 (bytes)
        for above, _, names in os.walk(os.fsencode(folder))
        for name in names
    }
    assert files == {place.path for place in places} | failures
    with reading(case) as store:
        named = {line.sha256 for line in account.lines(store)}
    decoded = {picture.sha256 for picture in found(case, Picture)}
    assert {place.sha256 for place in found(case, Place)} <= decoded | named
    assert decoded
