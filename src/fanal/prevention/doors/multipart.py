"""Reads the parts of a form with files (RFC 7578), and nothing that can be read in two ways.

A body whose delimiter also stands where a strict reader sees none, a part that is encoded once more
or that names itself twice: all of it is refused, because an app may see another form than we do.
"""

import re
from dataclasses import dataclass

MOST_PARTS = 200
MOST_HEAD = 4_096
"""Bytes of the lines before one part."""
BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=?-]{1,70}")
"""RFC 2046, section 5.1.1, without the blank."""
PLAIN = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_PARAMETER = re.compile(
    r'\s*;\s*([!#$&+.^_`|~0-9A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))'
)
_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)")


class Ambiguous(ValueError):  # noqa: N818 (what it is)
    """A form that can be read in more ways than one; says nothing of it."""


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """One field of a form, or one file."""

    name: str
    data: bytes
    filename: str | None = None
    """None for what is no file."""


def read(body: bytes, boundary: str) -> list[Part]:
    """Return the parts of a body, in order."""
    if not BOUNDARY.fullmatch(boundary):
        raise Ambiguous
    mark = b"--" + boundary.encode("ascii")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark, MOST_PARTS + 2)
    if len(pieces) < 2 or pieces[0] or len(pieces) > MOST_PARTS + 2:
        raise Ambiguous
    if body.count(mark) != len(pieces) - 1 or pieces[-1] not in {b"--", b"--\r\n"}:
        raise Ambiguous
    return [_part(piece) for piece in pieces[1:-1]]


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return what a header says first, and its parameters; one that stands twice is ambiguous."""
    first, rest = re.fullmatch(r"([^;]*)(.*)", value, re.DOTALL).groups()  # type: ignore[union-attr]
    told: dict[str, str] = {}
    at = 0
    while match := _PARAMETER.match(rest, at):
        name = match[1].lower()
        if name in told:
            raise Ambiguous
        told[name] = re.sub(r"\\(.)", r"\1", match[2]) if match[2] is not None else match[3]
        at = match.end()
    if rest[at:].strip(" \t;"):
        raise Ambiguous
    return first.strip().lower(), told


def _part(piece: bytes) -> Part:
    head, blank, data = piece.partition(b"\r\n\r\n")
    if not blank or not head.startswith(b"\r\n") or len(head) > MOST_HEAD:
        raise Ambiguous
    told = _head(head[2:])
    kind, said = parameters(told.get("content-disposition", ""))
    if kind != "form-data" or "name" not in said or any("*" in one for one in said):
        raise Ambiguous
    if told.get("content-transfer-encoding", "binary").lower() not in {"7bit", "8bit", "binary"}:
        raise Ambiguous
    of, more = parameters(told.get("content-type", "text/plain"))
    if of.startswith("multipart/") or more.get("charset", "utf-8").lower() not in PLAIN:
        raise Ambiguous
    return Part(said["name"], data, said.get("filename"))


def _head(lines: bytes) -> dict[str, str]:
    told: dict[str, str] = {}
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        raise Ambiguous from None
    for line in text.split("\r\n"):
        match = _LINE.fullmatch(line)
        if match is None or match[1].lower() in told:
            raise Ambiguous
        told[match[1].lower()] = match[2].strip()
    return told
