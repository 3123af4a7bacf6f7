import os
import shutil
import socket
import stat
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fanal.model.failure import Failure
from fanal.model.item import Entry, FileBody
from fanal.sources import named, walk


def seen(root: bytes | Path) -> list[Entry | Failure]:
    return list(walk("17", os.fsencode(root)))


def test_files_come_in_the_order_of_their_bytes_with_what_lstat_says(tmp_path):
    names = ["b", "a/z", "a/b/c", "A", "a.txt", "é"]
    for number, name in enumerate(names):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * number)
        os.utime(path, ns=(0, 1_600_000_000_123_456_789 + number * 10**9))
    found = seen(tmp_path)
    # In each folder by name; a folder's files where its own name comes.
    assert [one.name for one in found] == [
        b"A", b"a/b/c", b"a/z", b"a.txt", b"b", "é".encode(),
    ]  # fmt: skip
    for one in found:
        path = tmp_path / os.fsdecode(one.name)
        status = path.stat()
        assert one.path == one.name
        assert (one.exhibit, one.inside) == ("17", "")
        assert one.body == FileBody(os.fsencode(path))
        expected = datetime.fromtimestamp(int(status.st_mtime), UTC)
        assert one.modified == expected.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert one.mark == ":".join(
            str(value)
            for value in (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        )


def test_a_single_file_is_an_exhibit(tmp_path):
    (tmp_path / "only").write_bytes(b"zz-test-0001")
    (found,) = seen(tmp_path / "only")
    assert (found.path, found.name) == (b"only", b"only")
    assert found.body == FileBody(os.fsencode(tmp_path / "only"))


def test_slashes_behind_the_root_change_nothing(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    assert seen(os.fsencode(tmp_path) + b"//") == seen(tmp_path)


@pytest.mark.parametrize("name", [b"\xff\xfe", b"a\nb", b" ", b"\x1b[31m", b"caf\xe9", b"x" * 255])
def test_names_survive_byte_for_byte(tmp_path, name):
    folder = os.fsencode(tmp_path)
    with open(folder + b"/" + name, "wb") as out:  # noqa: PTH123
        out.write(b"1")
    (found,) = seen(tmp_path)
    assert found.name == name


def test_links_are_recorded_and_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"1")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    (root / "broken").symlink_to("\udcff\x1b[1m")
    (root / "loop").symlink_to(root)
    found = seen(root)
    assert [(one.name, one.reason, one.gap) for one in found] == [
        (name, "symbolic link", False) for name in (b"broken", b"file", b"folder", b"loop")
    ]
    assert "\\xff\\x1b[1m" in found[0].detail
    assert str(outside / "secret") in found[1].detail


def test_a_root_that_is_a_link_is_a_gap(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (found,) = seen(tmp_path / "link")
    assert (found.reason, found.gap) == ("symbolic link", True)
    assert str(tmp_path / "there") in found.detail


def test_sockets_pipes_and_devices_are_recorded(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        wanted = {b"pipe": "pipe", b"socket": "socket"}
        if os.geteuid() == 0:
            try:
                os.mknod("device", stat.S_IFCHR | 0o600, os.makedev(1, 3))
                wanted[b"device"] = "device"
            except PermissionError:
                pass
        assert {one.name: one.reason for one in seen(tmp_path)} == wanted
    assert all(not one.gap for one in seen(tmp_path))


def test_a_root_that_is_not_there_is_a_failure(tmp_path):
    (found,) = seen(tmp_path / "gone")
    assert (found.name, found.reason, found.gap) == (b"gone", "unreadable file", True)


def test_a_root_no_system_call_takes_is_a_failure():
    (found,) = seen(b"/a\0b")
    assert (found.reason, found.gap) == ("unreadable file", True)


def test_what_may_not_be_read_is_a_gap(tmp_path):
    """Run by the superuser, who may read everything, as another user."""
    tmp_path.chmod(0o755)
    root = Path("/tmp") / f"fanal-test-{os.getpid()}"  # noqa: S108 - where anyone may look
    root.mkdir(mode=0o755)
    try:
        (root / "closed").mkdir()
        (root / "closed" / "a").write_bytes(b"1")
        (root / "file").write_bytes(b"1")
        (root / "open").write_bytes(b"1")
        (root / "closed").chmod(0)
        (root / "file").chmod(0)
        found = as_nobody(root) if os.geteuid() == 0 else seen(root)
        assert [(one.name, getattr(one, "reason", "")) for one in found] == [
            (b"closed", "unreadable folder"),
            (b"file", "unreadable file"),
            (b"open", ""),
        ]
        assert all(one.gap for one in found[:2])
    finally:
        (root / "closed").chmod(0o700)
        shutil.rmtree(root)


def as_nobody(root: Path) -> list[Entry | Failure]:
    """Walk in a child process that has given up its rights, and bring the records back."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        lines = [repr(one) for one in seen(root)]
        os.write(sender, "\n".join(lines).encode())
        os._exit(0)
    os.close(sender)
    with open(receiver, "rb") as stream:  # noqa: PTH123
        text = stream.read().decode()
    os.waitpid(child, 0)
    return [eval(line) for line in text.splitlines()]  # noqa: S307 - our own records


def test_a_tree_deeper_than_any_path_does_not_crash(tmp_path):
    """Folders of 250 letters, made from inside, until no path reaches them."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir(b"d" * 250, dir_fd=here)
        deeper = os.open(b"d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    found = seen(tmp_path)
    assert [(one.reason, one.gap) for one in found] == [("path too long", True)]


def test_many_levels_need_no_recursion(tmp_path):
    path = os.fsencode(tmp_path)
    for _ in range(1100):
        path += b"/d"
        os.mkdir(path)  # noqa: PTH102 - pathlib has no bytes
    with open(path + b"/leaf", "wb"):  # noqa: PTH123
        pass
    (found,) = seen(tmp_path)
    assert found.name == b"d/" * 1100 + b"leaf"
    subprocess.run(["rm", "-r", tmp_path / "d"], check=True)


@pytest.mark.parametrize("seconds", [-1, 0, 253_402_300_799, 253_402_300_800, 1 << 33])
def test_times_no_calendar_has_are_none(tmp_path, seconds):
    path = tmp_path / "a"
    path.write_bytes(b"")
    try:
        os.utime(path, (seconds, seconds))
    except OverflowError:
        pytest.skip("this file system has no such time")
    kept = int(path.stat().st_mtime)
    (found,) = seen(tmp_path)
    if kept >= 253_402_300_800:
        assert found.modified is None
    else:
        assert found.modified == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(kept))


def test_a_folder_mounted_inside_itself_is_read_once(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "a").write_bytes(b"")
    if os.geteuid() or subprocess.run(["mount", "--bind", tmp_path, inner], check=False).returncode:
        pytest.skip("needs the right to mount")
    try:
        assert [(one.name, getattr(one, "reason", "")) for one in seen(tmp_path)] == [
            (b"a", ""),
            (b"inner", "folder loop"),
        ]
    finally:
        subprocess.run(["umount", inner], check=True)


def again(root: bytes | Path, *paths: bytes) -> list[Entry | Failure]:
    return list(named("17", os.fsencode(root), paths))


def test_named_files_are_told_as_on_a_walk(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a/z", "a/\udcff", "b"):
        (tmp_path / name).write_bytes(b"zz")
    (tmp_path / "link").symlink_to("b")
    os.mkfifo(tmp_path / "pipe")
    found = seen(tmp_path)
    assert len(found) == 5
    assert again(tmp_path, *(one.path for one in found)) == found
    assert again(os.fsencode(tmp_path) + b"//", b"b") == again(tmp_path, b"b")
    assert again(tmp_path / "b", b"b") == seen(tmp_path / "b")


@pytest.mark.parametrize(
    "path", [b"gone", b"../b", b"a/../b", b"link/z", b"a/deep/z", b"b/z", b"\0"]
)
def test_a_named_file_that_a_walk_would_not_reach_has_disappeared(tmp_path, path):
    root = tmp_path / "desk"
    (root / "a").mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for file in (root / "b", tmp_path / "b", elsewhere / "z"):
        file.write_bytes(b"zz")
    (root / "link").symlink_to(elsewhere)
    (root / "a" / "deep").symlink_to(elsewhere)
    (found,) = again(root, path)
    assert (found.path, found.reason) == (path, "disappeared")


def test_nothing_is_named_below_a_link(tmp_path):
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "b").write_bytes(b"zz")
    (tmp_path / "link").symlink_to("desk")
    assert [one.reason for one in again(tmp_path / "link", b"b", b"link")] == [
        "disappeared",
        "symbolic link",
    ]
