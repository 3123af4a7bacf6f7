"""A list is built whole or not at all, and its report adds up."""

import hashlib

import pytest

from fanal.errors import CaseError
from fanal.matching.build import build_list, files_of
from fanal.model.known import KnownHash, Refused
from makers.known import code, known


def test_the_report_adds_up(tmp_path):
    found = [
        known("zz-1", pdq=code(1)),
        known("zz-1", category="again"),
        Refused(3, "wrong length: sha1", "abc"),
        known("zz-2"),
        KnownHash(pdq=code(1)),
        KnownHash(category="without any hash"),
        known("zz-1", pdq=code(2)),
    ]
    built = build_list(iter(found), tmp_path / "list", 31)
    assert (built.rows, built.entries) == (7, 6)
    assert built.refused == {"wrong length: sha1": 1}
    assert built.duplicates == 2


def test_every_file_is_in_the_report(tmp_path):
    built = build_list([known("zz-1", pdq=code(1))], tmp_path / "list", 31)
    for name, digest in built.files.items():
        data = (tmp_path / "list" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest
    assert set(built.files) == set(files_of(tmp_path / "list"))
    assert {"entries.jsonl", "refused.jsonl", "near/near.json"} <= set(built.files)


def test_equal_streams_make_equal_files(tmp_path):
    found = [known(f"zz-{number}", pdq=code(number)) for number in range(300)]
    first = build_list(found, tmp_path / "first", 31)
    assert build_list(found, tmp_path / "second", 31) == first


@pytest.mark.parametrize("after", [0, 1, 50])
@pytest.mark.parametrize("accident", [ValueError, KeyboardInterrupt])
def test_a_crash_while_reading_leaves_nothing(tmp_path, after, accident):
    def broken():
        yield from (known(f"zz-{number}") for number in range(after))
        raise accident

    with pytest.raises(accident):
        build_list(broken(), tmp_path / "list", 31)
    assert list(tmp_path.iterdir()) == []


def test_a_list_is_never_replaced(tmp_path):
    build_list([known("zz-1")], tmp_path / "list", 31)
    with pytest.raises(CaseError, match="already there"):
        build_list([known("zz-2")], tmp_path / "list", 31)
