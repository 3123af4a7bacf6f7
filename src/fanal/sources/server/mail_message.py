"""What the tables keep of one message: its headers and digests of what is attached, no words.

RFC 5322 (messages), RFC 2045 to 2047 (MIME).
"""

import hashlib
import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

COLUMNS = (
    "message_id",
    "from",
    "from_address",
    "to",
    "to_address",
    "cc",
    "date",
    "received",
    "bytes",
    "has_attachment",
    "attachments",
)
"""`from` and `to` as they stand; the addresses alone beside; SHA-256 of every attachment."""
HEAD = 1 << 18
"""Bytes of headers that are read."""
_PARTS = 1000
_FAULTS = (MessageError, ValueError, LookupError, RecursionError, TypeError, AttributeError)
_END = re.compile(rb"\r?\n\r?\n")


def row_of(raw: bytes, size: int) -> list[str | None]:
    """Return the columns of one message; attachments of one that is not here whole stay NULL."""
    head = _head(raw)
    row: list[str | None] = [
        _first(head, "message-id"),
        _first(head, "from"),
        _address(head, "from"),
        _all(head, "to"),
        _address(head, "to"),
        _all(head, "cc"),
        _first(head, "date"),
        _all(head, "received", "\n"),
        str(size),
    ]
    found = _attached(raw) if len(raw) == size else None
    if found is None:
        return [*row, None, None]
    return [*row, "1" if found else "0", " ".join(found) or None]


def _head(raw: bytes) -> Message:
    end = _END.search(raw, 0, HEAD)
    try:
        return BytesHeaderParser().parsebytes(raw[: end.end() if end else HEAD])
    except _FAULTS:
        return Message()


def _values(head: Message, name: str) -> list[str]:
    try:
        return [_decoded(str(each)) for each in head.get_all(name, [])]
    except _FAULTS:
        return []


def _decoded(value: str) -> str:
    """Return a header's value on one line, its encoded words as letters where they are valid."""
    one = re.sub(r"\s*[\r\n]+\s*", " ", value).strip()[:8000]
    if "=?" in one:
        try:
            parts = decode_header(one)
            one = "".join(
                each if isinstance(each, str) else each.decode(charset or "ascii", "replace")
                for each, charset in parts
            )
        except _FAULTS:
            pass
    return one.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _first(head: Message, name: str) -> str | None:
    values = _values(head, name)
    return values[0] if values else None


def _all(head: Message, name: str, between: str = ", ") -> str | None:
    values = _values(head, name)
    return between.join(values) if values else None


def _address(head: Message, name: str) -> str | None:
    """Return the first address of a header."""
    try:
        found = getaddresses(_values(head, name)[:1])
    except _FAULTS:
        return None
    return next((address for _, address in found if "@" in address), None)


def _attached(raw: bytes) -> list[str] | None:
    """Return the SHA-256 of every attachment; None where the message cannot be taken apart."""
    if b"multipart" not in raw.lower() and b"filename" not in raw.lower():
        return []
    try:
        found = []
        for at, part in enumerate(message_from_bytes(raw).walk()):
            if at >= _PARTS:
                return None
            if _is_attachment(part):
                found.append(_digest(part))
    except _FAULTS:
        return None
    return found


def _is_attachment(part: Message) -> bool:
    if part.is_multipart():
        return False
    kind = part.get_content_maintype()
    return bool(
        part.get_content_disposition() == "attachment"
        or part.get_filename()
        or kind not in {"text", "multipart", "message"}
    )


def _digest(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return hashlib.sha256(payload if isinstance(payload, bytes) else b"").hexdigest()
