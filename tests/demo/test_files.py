import os
from datetime import UTC, datetime

import pytest

from fanal.demo.files import MARKER, Folder
from fanal.errors import UsageError

ABOUT = {"seed": 1}
TIME = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


def test_writes_with_the_time_asked_for(tmp_path):
    folder = Folder(tmp_path / "demo", ABOUT)
    assert folder.write(b"evidence/a/zz.txt", b"zz", TIME) == b"evidence/a/zz.txt"
    written = tmp_path / "demo/evidence/a/zz.txt"
    assert written.read_bytes() == b"zz"
    assert written.stat().st_mtime == TIME.timestamp()


def test_leaves_an_unchanged_file_alone(tmp_path):
    Folder(tmp_path, ABOUT).write(b"evidence/zz", b"zz", TIME)
    before = (tmp_path / "evidence/zz").stat()
    Folder(tmp_path, ABOUT).write(b"evidence/zz", b"zz", TIME)
    after = (tmp_path / "evidence/zz").stat()
    assert (before.st_ino, before.st_ctime_ns) == (after.st_ino, after.st_ctime_ns)


def test_mends_what_was_changed_and_removes_what_is_strange(tmp_path):
    Folder(tmp_path, ABOUT).write(b"evidence/zz", b"right", TIME)
    (tmp_path / "evidence/zz").write_bytes(b"wrong")
    (tmp_path / "evidence/strange/deep").mkdir(parents=True)
    (tmp_path / "evidence/strange/deep/file").write_bytes(b"")
    outside = tmp_path / "case"
    outside.mkdir()
    folder = Folder(tmp_path, ABOUT)
    folder.write(b"evidence/zz", b"right", TIME)
    folder.tidy()
    assert [found.name for found in (tmp_path / "evidence").iterdir()] == ["zz"]
    assert (tmp_path / "evidence/zz").read_bytes() == b"right"
    assert outside.is_dir()


def test_never_writes_through_a_link(tmp_path):
    target = tmp_path / "mine"
    target.write_bytes(b"mine")
    folder = Folder(tmp_path / "demo", ABOUT)
    (tmp_path / "demo/evidence").mkdir()
    (tmp_path / "demo/evidence/zz").symlink_to(target)
    folder.write(b"evidence/zz", b"zz", TIME)
    assert target.read_bytes() == b"mine"
    assert not (tmp_path / "demo/evidence/zz").is_symlink()


def test_links_are_made_dated_and_kept(tmp_path):
    for _ in range(2):
        folder = Folder(tmp_path, ABOUT)
        assert folder.link(b"evidence/zz", b"nowhere")
        folder.tidy()
    assert (tmp_path / "evidence/zz").readlink().name == "nowhere"


def test_another_demonstration_takes_the_place_of_the_earlier(tmp_path):
    Folder(tmp_path, ABOUT).write(b"evidence/old", b"", TIME)
    (tmp_path / "case").mkdir()
    Folder(tmp_path, {"seed": 2})
    assert sorted(found.name for found in tmp_path.iterdir()) == [MARKER, "case"]


@pytest.mark.parametrize("kind", ["file in it", "hidden file in it", "is a file", "is a link"])
def test_refuses_what_is_not_its_own(tmp_path, kind):
    folder = tmp_path / "taken"
    match kind:
        case "file in it" | "hidden file in it":
            folder.mkdir()
            (folder / ("zz" if kind == "file in it" else ".zz")).write_bytes(b"mine")
        case "is a file":
            folder.write_bytes(b"mine")
        case _:
            (tmp_path / "elsewhere").mkdir()
            folder.symlink_to(tmp_path / "elsewhere")
    before = sorted(os.walk(tmp_path))
    with pytest.raises(UsageError) as refused:
        Folder(folder, ABOUT)
    assert refused.value.advice
    assert sorted(os.walk(tmp_path)) == before


def test_a_failing_disk_is_not_hidden(tmp_path):
    folder = Folder(tmp_path, ABOUT)
    with pytest.raises(OSError, match="name"):
        folder.write(b"evidence/" + b"z" * 300, b"", TIME)
