"""The spool takes everything a reader yields, and counts what it cannot."""

import json
from contextlib import ExitStack

import pytest

from fanal.errors import ListError
from fanal.matching import spool as module
from fanal.matching.spool import Spool, key_of
from fanal.model.known import KnownHash, Refused
from makers.known import code, known


def spool_all(tmp_path, found):
    (tmp_path / "spool").mkdir()
    with ExitStack() as stack:
        spool = Spool(tmp_path, tmp_path / "spool", stack)
        for each in found:
            spool.take(each)
    return spool


def test_keys_and_owners_lie_side_by_side(tmp_path):
    entries = [known("zz-0"), KnownHash(pdq=code(1)), known("zz-2", sha1="", pdq=code(2))]
    spool = spool_all(tmp_path, entries)
    assert (spool.rows, spool.entries) == (3, 3)
    owners = (tmp_path / "spool" / "pdq.owners").read_bytes()
    assert owners == (1).to_bytes(4, "little") + (2).to_bytes(4, "little")
    assert (tmp_path / "spool" / "pdq.keys").read_bytes().hex() == code(1) + code(2)
    assert (tmp_path / "spool" / "sha1.keys").read_bytes().hex() == entries[0].sha1


def test_rows_follow_the_greatest_number(tmp_path):
    """Row 2 lost one hash, row 4 was refused whole, twice."""
    found = [known("1"), known("2"), Refused(2, "a"), known("3"), Refused(4, "b"), Refused(4, "b")]
    spool = spool_all(tmp_path, [*found, known("5")])
    assert spool.rows == 5
    assert spool.refused == {"a": 1, "b": 2}


@pytest.mark.parametrize("spelled", ["zz", "abc", "ab" * 15, "ab" * 17, "ä" * 32])
def test_a_hash_that_is_none_is_refused_and_the_entry_kept(tmp_path, spelled):
    spool = spool_all(tmp_path, [known("1", md5=spelled)])
    assert spool.entries == 1
    assert spool.refused == {"no such hash: md5": 1}
    assert key_of(spelled, 16) == b""


def test_fields_that_cannot_be_kept_are_refused(tmp_path):
    spool = spool_all(tmp_path, [known("1", fields={"x": b"raw"}), known("2")])
    assert (spool.rows, spool.entries) == (2, 1)
    assert spool.refused == {"fields cannot be kept": 1}


def test_only_so_many_refusals_are_written_out(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "REFUSALS_KEPT", 3)
    refused = [Refused(row, "wrong length: md5", "\ud800 half") for row in range(1, 8)]
    spool = spool_all(tmp_path, refused)
    lines = (tmp_path / "refused.jsonl").read_bytes().splitlines()
    assert [Refused(**json.loads(line)) for line in lines] == refused[:3]
    assert spool.refused == {"wrong length: md5": 7}


def test_too_many_entries_are_an_error_that_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    with pytest.raises(ListError, match="at most"):
        spool_all(tmp_path, [known("1"), known("2"), known("3")])
