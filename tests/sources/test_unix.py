import stat

import pytest

from fanal.sources.unix import special


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
