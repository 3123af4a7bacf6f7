"""Reads mailboxes and single messages: who wrote to whom and when; never what was written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar

from fanal.model.site import RowRefused, Rows
from fanal.sources.server.mail_message import COLUMNS, row_of
from fanal.sources.server.patterns import compiled
from fanal.sources.server.stream import LONGEST, opened, taken
from fanal.sources.server.window import Window, shown

BATCH = 500
"""Messages that are handed over at once."""
TABLE = "message"
"""What the one table of a mailbox is called where the mapping does not say."""
_FROM = compiled(rb"From [^\n]{1,300}\r?\n[A-Za-z][A-Za-z0-9-]*:")
_NEXT = compiled(r"\n\r?\n(?=From [^\n]{1,300}\n)|\A(?=From [^\n]{1,300}\n)")
_HEADERS = compiled(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*+){2,}", re.IGNORECASE)
_USUAL = compiled(
    rb"^(?:Received|From|To|Date|Message-ID|Return-Path|Delivered-To|MIME-Version):",
    re.IGNORECASE | re.MULTILINE,
)
_FROM_LINE = compiled(rb"\AFrom [^\n]*\n")


class MailReader:
    """Mailboxes (mbox, RFC 4155) and files of one message (EML, Maildir)."""

    name: ClassVar[str] = "mail"
    version: ClassVar[str] = "1"

    def __init__(self) -> None:
        """Begin with nothing to say."""
        self.notes: tuple[str, ...] = ()

    @classmethod
    def recognizes(cls, head: bytes, name: str) -> bool:
        """Tell by the line that begins a mailbox, or by headers of a message."""
        del name
        if _FROM.match(head):
            return True
        found = _HEADERS.match(head)
        return bool(found) and len(set(_USUAL.findall(head))) > 1

    def read(self, path: Path, options: Mapping[str, str]) -> Iterator[Rows | RowRefused]:
        """Yield the messages of the file in their order, and what of it is none."""
        table = options.get("table") or TABLE
        with opened(path) as seized:
            box = _Box(Window(seized), table)
            yield from box.rows()
            if seized.fault:
                yield RowRefused("", 0, 0, seized.fault)
            told = f"attachments of {box.unopened} messages were not digested"
            self.notes = (*seized.notes, *((told,) if box.unopened else ()))

    def at(self, path: Path, options: Mapping[str, str], ref: int, size: int) -> Rows | RowRefused:
        """Read one message again."""
        table = options.get("table") or TABLE
        raw = taken(path, ref, size)
        if len(raw) < min(size, LONGEST):
            return RowRefused(table, ref, size, "no message", shown(raw[:200].decode("latin-1")))
        return Rows(table, COLUMNS, [ref], [size], [_row(raw, size)])


def _row(raw: bytes, size: int) -> list[str | None]:
    line = _FROM_LINE.match(raw)
    begin = line.end() if line else 0
    return row_of(raw[begin:], size - begin)


class _Box:
    """The messages of one file."""

    def __init__(self, window: Window, table: str) -> None:
        self._window = window
        self._table = table
        self.unopened = 0

    def rows(self) -> Iterator[Rows | RowRefused]:
        """Yield the messages in lots."""
        window = self._window
        window.more(0)
        if not window.text.startswith("From "):  # one message, or none
            yield from self._lot([self._message()])
            return
        lot: list[tuple[list[str | None], int, int]] = []
        while window.text:
            lot.append(self._message())
            if len(lot) >= BATCH or sum(len(row[7] or "") for row, _, _ in lot[-1:]) > LONGEST:
                yield from self._lot(lot)
                lot = []
        yield from self._lot(lot)

    def _message(self) -> tuple[list[str | None], int, int]:
        """Take the message that begins here, whole or, where it is too long, its headers."""
        window, box = self._window, self._window.text.startswith("From ")
        begin, search = window.base, 1
        while (found := box and _NEXT.search(window.text, search)) is None or not found:
            if window.ended or window.full(0):
                break
            search = max(1, len(window.text) - 400)
            window.more(0)
        raw = window.text[:LONGEST]
        if not found and not window.ended:
            found = self._passed(box=box)
        end = found.end() if found else len(window.text)
        size = window.base + end - begin
        row = _row(raw[: min(size, LONGEST)].encode("latin-1"), size)
        self.unopened += row[-2] is None
        window.drop(end)
        return row, begin, size

    def _passed(self, *, box: bool) -> re.Match[str] | None:
        """Read past the rest of a message that is too long to hold."""
        window = self._window
        while not window.ended:
            window.more(max(0, len(window.text) - 400))
            if box and (found := _NEXT.search(window.text, 1)):
                return found
        return None

    def _lot(self, lot: list[tuple[list[str | None], int, int]]) -> Iterator[Rows | RowRefused]:
        good = [(row, ref, size) for row, ref, size in lot if any(row[:8])]
        for row, ref, size in lot:
            if not any(row[:8]) and size:
                yield RowRefused(self._table, ref, size, "no message")
        if good:
            rows, refs, sizes = zip(*good, strict=True)
            yield Rows(self._table, COLUMNS, list(refs), list(sizes), list(rows))
