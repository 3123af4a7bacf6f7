"""The bytes of a content are found in files, in archives within archives, and in stores."""

import hashlib
import os
from pathlib import Path

import pytest

from fanal.model.item import FileBody, MemoryBody, Place
from fanal.pipeline.case import reading
from fanal.pipeline.located import located
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.sources import object_store_client
from makers.archives import sevenzip_of, tar_of, zip_of
from makers.evidence import fill, sha256, thumb
from makers.s3 import Forged, forget, told

INNER = zip_of([(b"a.txt", b"zz"), (b"deep.jpg", thumb(4))])
FILES = {
    b"plain.jpg": thumb(1),
    b"box.zip": zip_of([(b"x.jpg", thumb(2)), (b"y.jpg", thumb(3))]),
    b"box.tar": tar_of([(b"first.txt", b"zz"), (b"inner.zip", INNER)]),
    b"box.7z": sevenzip_of([(b"one.jpg", thumb(5)), (b"two.jpg", thumb(6))]),
    b"also/copy.zip": zip_of([(b"again.jpg", thumb(1))]),
}


@pytest.fixture
def folder(tmp_path):
    return fill(tmp_path / "17", FILES)


def bytes_of(found) -> bytes | str:
    if isinstance(found, FileBody):
        return Path(os.fsdecode(found.path)).read_bytes()
    return found.data if isinstance(found, MemoryBody) else found


def every(case, settings, seed) -> list:
    with reading(case, settings) as store:
        return [bytes_of(one) for one in located(store, settings, sha256(thumb(seed)))]


@pytest.fixture
def read(tmp_path, folder, settings):
    triage(tmp_path / "case", settings, [("17", folder)], [], Silent())
    return tmp_path / "case"


@pytest.mark.parametrize("seed", range(1, 7))
def test_every_member_of_every_archive_is_found(read, settings, seed):
    assert every(read, settings, seed)[0] == thumb(seed)


def test_a_plain_file_comes_before_a_member_of_an_archive(read, settings, folder):
    assert len(every(read, settings, 1)) == 3  # the file; the member by its list and by a walk
    assert set(every(read, settings, 1)) == {thumb(1)}
    (folder / "plain.jpg").unlink()
    gone, member, *_ = every(read, settings, 1)
    assert "no longer in exhibit 17" in gone
    assert member == thumb(1)


def test_a_file_that_changed_is_handed_on_and_its_digest_tells(read, settings, folder):
    (folder / "plain.jpg").write_bytes(thumb(9))
    first, second, *_ = every(read, settings, 1)
    assert hashlib.sha256(first).hexdigest() != sha256(thumb(1))
    assert second == thumb(1)


def test_a_zip_whose_members_moved_is_searched_through(read, settings, folder):
    (folder / "box.zip").write_bytes(zip_of([(b"y.jpg", thumb(3)), (b"x.jpg", thumb(2))]))
    # Under its number stands another member now: by the list and by the walk.
    assert thumb(2) not in every(read, settings, 2)
    (folder / "box.zip").write_bytes(b"PK\x03\x04" + b"\0" * 99)
    assert thumb(2) not in every(read, settings, 2)
    (folder / "box.zip").write_bytes(b"zz-test-0001")
    (told,) = every(read, settings, 2)
    assert "no longer found in its archive" in told


def test_without_the_evidence_one_sentence_names_the_exhibit_alone(read, settings, folder):
    folder.rename(folder.with_name("away"))
    for seed in (1, 2, 4):
        told = every(read, settings, seed)
        assert set(told) == {"the evidence of exhibit 17 is not there now"}
        assert str(folder) not in str(told)


def test_no_link_is_followed(read, settings, folder, tmp_path):
    (folder / "plain.jpg").unlink()
    (folder / "plain.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    (tmp_path / "elsewhere.jpg").write_bytes(thumb(1))
    found, *_ = every(read, settings, 1)
    assert isinstance(found, str)


def test_a_content_that_lies_nowhere_is_found_nowhere(read, settings):
    assert every(read, settings, 77) == []


def test_what_takes_too_long_to_search_is_given_up(read, settings, monkeypatch):
    monkeypatch.setattr("fanal.pipeline.located.PATIENCE", -1.0)
    (told,) = every(read, settings, 4)
    assert "too long" in told


def test_an_object_of_a_store_and_a_member_in_one_are_found(tmp_path, settings, monkeypatch):
    pytest.importorskip("s3fs", reason="the extra fanal[cluster] is not installed")
    objects = {b"17/" + name: data for name, data in FILES.items()}
    forged = Forged(objects)
    monkeypatch.setattr(object_store_client, "PAUSES", (0.01,))
    with forged.running() as port:
        for name, value in told(port).items():
            monkeypatch.setenv(name, value)
        forget()
        case = tmp_path / "case"
        triage(case, settings, [("17", "s3://lab/17")], [], Silent())
        with reading(case, settings) as store:
            assert store.count(Place) > 8
        for seed in range(1, 7):
            assert every(case, settings, seed)[0] == thumb(seed), seed
    forget()
    assert all(isinstance(one, str) for one in every(case, settings, 1))
    forget()
