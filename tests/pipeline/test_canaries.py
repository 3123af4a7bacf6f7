"""A stage that is broken is found out by what was planted, on every run."""

import io

import numpy as np
import pdqhash
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fanal.analyzers import ANALYZERS, perceptual
from fanal.analyzers.traces import Traces
from fanal.content import digest, handle
from fanal.content.media import media_type
from fanal.content.pdq import Pdq
from fanal.errors import CanaryMissed
from fanal.matching.exact import ExactIndex
from fanal.matching.shelf import OpenList
from fanal.model.item import Entry, MemoryBody
from fanal.pipeline.account import canaries as told
from fanal.pipeline.canaries import EXHIBIT, SPREAD, TOLERANCE, Canaries, load
from fanal.pipeline.case import reading
from fanal.pipeline.lists import ListFile
from fanal.pipeline.work import DigestWork, LookTask, LookWork
from makers.evidence import digests, done, fill, table, thumb


def test_the_planted_pictures_are_what_their_table_says():
    for canary in load():
        assert (canary.sha256, canary.sha1, canary.md5) == digests(canary.data)
        with Image.open(io.BytesIO(canary.data)) as picture:
            bits, quality = pdqhash.compute(np.asarray(picture.convert("RGB")))
        assert np.packbits(bits).tobytes() == canary.pdq
        assert quality >= 50


def entry(number):
    return Entry("17", b"%d" % number, "", b"%d" % number, None, "1:1", MemoryBody(b"x"))


@given(st.integers(0, 3 * SPREAD))
def test_every_picture_is_planted_once_and_no_entry_is_lost(count):
    entries = [entry(number) for number in range(count)]
    out = list(Canaries().planted(entries))
    assert [one for one in out if one.exhibit != EXHIBIT] == entries
    planted = [one.inside for one in out if one.exhibit == EXHIBIT]
    assert sorted(planted) == sorted(canary.name for canary in load())


def test_what_never_comes_back_is_missed():
    canaries = Canaries()
    list(canaries.planted([]))
    with pytest.raises(CanaryMissed, match="digests"):
        canaries.check()
    for one in Canaries().planted([]):
        canaries.digested(one, DigestWork()(one))
    with pytest.raises(CanaryMissed, match="perceptual hash"):
        canaries.check()
    assert canaries.counts() == {"planted": 3, "found": 0}


def looked_at(*names: str) -> Canaries:
    """The planted pictures after these analyzers looked at them."""
    canaries = Canaries(names)
    for one in canaries.planted([]):
        canaries.digested(one, DigestWork()(one))
        known = next(canary for canary in load() if canary.name == one.inside)
        kind = media_type(known.data[:4096])
        canaries.looked(one.inside, LookWork()(LookTask(known.sha256, kind, one.body, "", names)))
    return canaries


def test_they_come_back_from_every_analyzer_that_is_asked():
    canaries = looked_at(*ANALYZERS.names())
    assert canaries.counts() == {"planted": 3, "found": 3}
    canaries.check()


def test_an_analyzer_that_fails_on_them_is_found_out(monkeypatch):
    def failing(_self, _content):
        raise ValueError("zz")
        yield

    monkeypatch.setattr(Traces, "analyze", failing)
    with pytest.raises(CanaryMissed, match="from: traces"):
        looked_at("perceptual", "traces").check()


def test_wrong_digests_of_pixels_are_found_out(monkeypatch):
    monkeypatch.setattr(handle.Content, "rgb", np.zeros((9, 9, 3), np.uint8))
    with pytest.raises(CanaryMissed, match="from: pixels"):
        looked_at("perceptual", "pixels").check()


def broken_digests(monkeypatch):
    whole = digest.Hasher.digests

    def swapped(self):
        right = whole(self)
        return type(right)(right.sha256, right.sha1, right.sha1[:32], right.size, right.head)

    monkeypatch.setattr(digest.Hasher, "digests", swapped)


def broken_pdq(monkeypatch):
    whole = perceptual.pdq

    def off(*arguments):
        made = whole(*arguments)
        value = int.from_bytes(made.value, "big") ^ ((1 << (TOLERANCE + 1)) - 1)
        return Pdq(value.to_bytes(32, "big"), made.quality, made.turned, made.terms)

    monkeypatch.setattr(perceptual, "pdq", off)


def broken_decoder(monkeypatch):
    def failing(*_arguments):
        raise handle.Undecodable("damaged picture")

    monkeypatch.setattr(handle, "decode", failing)


@pytest.mark.parametrize("broken", [broken_digests, broken_pdq, broken_decoder])
def test_a_broken_stage_stops_the_run_and_stays_in_the_log(
    case, settings, evidence, monkeypatch, broken
):
    with monkeypatch.context() as patch:
        broken(patch)
        with pytest.raises(CanaryMissed) as missed:
            done(case, settings, evidence)
    assert missed.value.exit_code == 4
    assert missed.value.advice
    done(case, settings, evidence)  # the stage works again: what it did before is not forgotten
    with reading(case) as store:
        first, second = told(store)
    assert (first["planted"], second["planted"], second["found"]) == (3, 3, 3)
    assert first["found"] < 3


def deaf_digests(monkeypatch):
    monkeypatch.setattr(ExactIndex, "find", lambda _self, wanted: np.full(len(wanted), -1))


def deaf_codes(monkeypatch):
    whole = OpenList.near

    def elsewhere(self, codes, *rest):
        return whole(self, ~codes, *rest)

    monkeypatch.setattr(OpenList, "near", elsewhere)


@pytest.mark.parametrize(("broken", "column"), [(deaf_digests, "md5"), (deaf_codes, "pdq")])
def test_a_list_that_does_not_find_its_own_entries_stops_the_run(
    case, settings, tmp_path, monkeypatch, broken, column
):
    value = {"md5": digests(thumb(1))[2], "pdq": load()[0].pdq.hex()}[column]
    path = table(tmp_path / "l.csv", column, rows=[(value,)])
    evidence = fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    broken(monkeypatch)
    with pytest.raises(CanaryMissed, match="its own entry 0"):
        done(case, settings, evidence, lists=[ListFile(path, "illegal", "l")])
