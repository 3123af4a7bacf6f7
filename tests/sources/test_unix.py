import stat

import pytest

from fanal.sources.unix import is_note, points, special


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFREG, ""),
        (stat.S_IFDIR, ""),
        (0, ""),
        (stat.S_IFLNK, "symbolic link"),
        (stat.S_IFBLK, "device"),
        (stat.S_IFCHR, "device"),
        (stat.S_IFIFO, "pipe"),
        (stat.S_IFSOCK, "socket"),
    ],
)
def test_only_what_is_no_file_has_a_reason(mode, reason):
    assert special(mode | 0o755) == reason


@pytest.mark.parametrize("data", [b"", b"../a b/c", "caf\u00e9".encode(), b"caf\xe9"])
def test_a_path_could_be_one(data):
    assert is_note(data)
    assert points("symbolic link", data)
    assert points("device", data) == (not data)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0", b"GIF89a", b"a\0b", b"a\nb", b"<svg/>", b"\x7f"]
)
def test_other_bytes_are_no_path(data):
    assert not is_note(data)
    assert not points("symbolic link", data)


def test_a_path_longer_than_any_is_none():
    assert points("symbolic link", b"x" * 4096)
    assert not points("symbolic link", b"x" * 4097)
