"""Lays a list's entries out in files as they stream in, so that memory stays small."""

import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from fanal.errors import ListError
from fanal.matching.entries import FILE, OFFSETS, EntryWriter, to_line
from fanal.matching.exact import VICTIMS, WIDTHS
from fanal.matching.near_build import CODE_BYTES
from fanal.model.known import KnownHash, Refused

KINDS = {**WIDTHS, "pdq": CODE_BYTES}
"""Bytes of every kind of key an entry may carry."""
REFUSED = "refused.jsonl"
REFUSALS_KEPT = 10_000
"""Refusals written out one by one; all of them are counted."""
MOST_ENTRIES = 1 << 32
"""Entries are numbered in four bytes."""


class Spool:
    """Writes entries and refusals, and for each kind of key a file of keys and one of owners."""

    def __init__(self, folder: Path, spool: Path, stack: ExitStack) -> None:
        """Open the files; the stack closes them."""
        self.rows = 0
        self.entries = 0
        self.refused: Counter[str] = Counter()

        def create(path: Path) -> BinaryIO:
            return stack.enter_context(path.open("wb", buffering=1 << 20))

        self._lines = EntryWriter(create(folder / FILE), create(folder / OFFSETS))
        self._refusals = create(folder / REFUSED)
        self._victims = create(spool / "victims")
        self._keys = {kind: create(spool / f"{kind}.keys") for kind in KINDS}
        self._owners = {kind: create(spool / f"{kind}.owners") for kind in KINDS}

    def take(self, found: KnownHash | Refused) -> None:
        """Write what a reader yielded."""
        if isinstance(found, Refused):
            # A reader yields a row's entry before the hashes of that row it did not take.
            self.rows = max(self.rows, found.row)
            self._refuse(found)
            return
        self.rows += 1
        try:
            line = to_line(found)
        except ValueError as error:
            self._refuse(Refused(self.rows, "fields cannot be kept", str(error)))
            return
        if self.entries == MOST_ENTRIES:
            raise ListError("a list holds at most 2^32 entries", "split the file")
        owner = self.entries.to_bytes(4, "little")
        for kind, width in KINDS.items():
            spelled: str = getattr(found, kind)
            if not spelled:
                continue
            key = key_of(spelled, width)
            if not key:
                self._refuse(Refused(self.rows, f"no such hash: {kind}", spelled[:128]))
                continue
            self._keys[kind].write(key)
            self._owners[kind].write(owner)
        self._victims.write(bytes((VICTIMS.index(found.victim_identified),)))
        self._lines.write(line)
        self.entries += 1

    def _refuse(self, refused: Refused) -> None:
        """Count a refusal, and keep it while there is room."""
        if self.refused.total() < REFUSALS_KEPT:
            self._refusals.write(json.dumps(asdict(refused)).encode("ascii") + b"\n")
        self.refused[refused.reason] += 1


def key_of(spelled: str, width: int) -> bytes:
    """Return the bytes of a hexadecimal text; none if it does not spell that many."""
    try:
        key = bytes.fromhex(spelled)
    except ValueError:
        return b""
    return key if len(key) == width else b""
