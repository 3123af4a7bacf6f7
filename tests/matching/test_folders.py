"""A folder is there whole or not at all."""

import hashlib

import pytest

from fanal.errors import CaseError
from fanal.matching.folders import digest_of, whole_folder


def test_the_folder_appears_at_the_end(tmp_path):
    with whole_folder(tmp_path / "wanted") as partial:
        (partial / "file").write_text("hello")
        assert not (tmp_path / "wanted").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["wanted"]
    assert (tmp_path / "wanted" / "file").read_text() == "hello"


@pytest.mark.parametrize("accident", [ValueError, KeyboardInterrupt])
def test_an_accident_leaves_nothing(tmp_path, accident):
    def crash():
        with whole_folder(tmp_path / "wanted") as partial:
            (partial / "file").write_text("half")
            raise accident

    with pytest.raises(accident):
        crash()
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_program_are_removed(tmp_path):
    with whole_folder(tmp_path / "wanted") as partial:
        name = partial.name
    (tmp_path / "wanted").rmdir()
    (tmp_path / name).mkdir()
    (tmp_path / name / "old").write_text("half")
    with whole_folder(tmp_path / "wanted"):
        pass
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["wanted"]


def test_what_is_there_is_never_replaced(tmp_path):
    (tmp_path / "wanted").mkdir()
    with pytest.raises(CaseError, match="already there"), whole_folder(tmp_path / "wanted"):
        pass


def test_digest_of_a_file_larger_than_a_block(tmp_path):
    data = bytes(range(256)) * 5000
    (tmp_path / "file").write_bytes(data)
    assert digest_of(tmp_path / "file") == hashlib.sha256(data).hexdigest()
