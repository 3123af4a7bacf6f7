"""Names what a Unix file mode can be besides a file and a folder."""

import stat

SPECIAL = {
    stat.S_IFLNK: ("symbolic link", "points to another place"),
    stat.S_IFBLK: ("device", "a block device; its bytes are not those of the exhibit"),
    stat.S_IFCHR: ("device", "a character device; its bytes are not those of the exhibit"),
    stat.S_IFSOCK: ("socket", "a socket holds no bytes"),
    stat.S_IFIFO: ("pipe", "a named pipe holds no bytes"),
}
"""Kind of file → reason and sentence of the account."""


def special(mode: int) -> str:
    """Return the account's reason for a mode that is no file and no folder, or ""."""
    return SPECIAL.get(stat.S_IFMT(mode), ("", ""))[0]
