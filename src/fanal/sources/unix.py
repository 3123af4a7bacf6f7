"""Names what a Unix file mode can be besides a file and a folder."""

import stat

from fanal.content.media import UNKNOWN, media_type

LONGEST_LINK = 4096
"""Bytes a link's target may have (PATH_MAX); a longer one is content, whatever it claims."""
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


def is_note(data: bytes) -> bool:
    """Tell whether bytes could be a path or a remark: no control characters, no known format."""
    plain = not any(byte < 0x20 or byte == 0x7F for byte in data)
    return not data or (plain and media_type(data) in {"text/plain", UNKNOWN})


def points(reason: str, data: bytes) -> bool:
    """Tell whether the bytes are what such a member may have: a link its target, others none."""
    # PATH_MAX; the mode is only a claim, and what is no path is looked at like any other bytes.
    return len(data) <= LONGEST_LINK and is_note(data) if reason == "symbolic link" else not data
