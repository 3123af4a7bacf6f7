"""A disk that fails in the middle of a file costs that file a line, until it can be read."""

import shutil
import subprocess
from pathlib import Path

import pytest

from fanal.model.failure import Failure
from fanal.model.item import Place
from makers.evidence import found, thumb
from makers.program import run

SIZE = 48 << 20
CUT = 12 << 20
"""Bytes of the disk that can still be read."""
LARGE = 2 << 20


def command(*words):
    return subprocess.run(list(map(str, words)), capture_output=True, check=False).returncode


@pytest.fixture
def disk(tmp_path):
    """A real file system, mounted read-only, most of whose blocks give read errors."""
    if not shutil.which("mkfs.ext4"):
        pytest.skip("there is no mkfs.ext4 here")
    image, at = tmp_path / "image", tmp_path / "disk"
    at.mkdir()
    image.write_bytes(b"")
    with image.open("r+b") as out:
        out.truncate(SIZE)
    if command("mkfs.ext4", "-q", image) or command("mount", "-o", "loop", image, at):
        pytest.skip("mounting is not permitted here")
    for number in range(12):
        (at / f"{number:02d}.jpg").write_bytes(thumb(number))
    for number in range(12):  # the picture is at the beginning, the end is far away
        (at / f"large-{number:02d}.jpg").write_bytes(thumb(20 + number) + bytes(LARGE))
    assert command("umount", at) == 0
    kept = image.read_bytes()
    assert command("mount", "-o", "loop,ro", image, at) == 0
    with image.open("r+b") as out:
        out.truncate(CUT)
    Path("/proc/sys/vm/drop_caches").write_text("3\n")
    yield at, image, kept
    command("umount", "--lazy", at)


def unreadable(at):
    bad = set()
    for path in at.glob("*.jpg"):
        try:
            path.read_bytes()
        except OSError:
            bad.add(path.name.encode())
    return bad


def test_files_on_bad_blocks_have_a_line_and_are_read_when_they_can_be(disk, case):
    at, image, kept = disk
    bad = unreadable(at)
    if not bad:
        pytest.skip("this file system read everything from its cache")
    done = run("triage", at, "--case", case, "--workers", "2")
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    lines = {
        failure.path: failure for failure in found(case, Failure) if failure.path != b"lost+found"
    }
    assert lines.keys() == bad
    assert {line.reason for line in lines.values()} == {"not readable"}
    assert {line.detail for line in lines.values()} == {"Input/output error"}
    read = {place.path for place in found(case, Place)}
    assert len(read) + len(bad) == 24
    assert not read & bad
    with image.open("r+b") as out:
        out.write(kept)
    again = run("triage", at, "--case", case, "--workers", "2")
    assert again.returncode == 0, again.stderr
    assert f"24 files listed, {len(read)} unchanged" in again.stdout
    assert found(case, Failure) == []
    assert len(found(case, Place)) == 24
