"""Tells which reader takes a seized file."""

from pathlib import Path

from fanal.sources.server import SITE_READERS
from fanal.sources.server.stream import head_of


def recognized(path: Path) -> str:
    """Return the name of the first reader that takes the file for its own, "" for none."""
    head = head_of(path)
    for name in SITE_READERS.names():
        if SITE_READERS.get(name).recognizes(head, path.name):
            return name
    return ""
