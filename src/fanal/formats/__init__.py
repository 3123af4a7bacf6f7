"""Reads known-hash lists and writes what a case holds; one file a format, asked in this order."""

from pathlib import Path

from fanal.errors import ListError
from fanal.formats.interface import Reader, Writer
from fanal.formats.streams import head_of
from fanal.registry import Registry

# The strictest come first: a bare list says nothing of itself, so it is asked last.
READERS = Registry[type[Reader]](
    "fanal.readers",
    {
        "vics": "fanal.formats.vics:VicsReader",
        "ncmec": "fanal.formats.ncmec:NcmecReader",
        "threatexchange": "fanal.formats.threatexchange:ThreatExchangeReader",
        "nsrl": "fanal.formats.nsrl:NsrlReader",
        "nsrl2": "fanal.formats.nsrl2:Nsrl2Reader",
        "icse": "fanal.formats.icse:IcseReader",
        "plain": "fanal.formats.plain:PlainReader",
        "bare": "fanal.formats.bare:BareReader",
    },
)
"""Every kind of hash list that can be read."""

WRITERS = Registry[type[Writer]](
    "fanal.writers",
    {
        "vics": "fanal.formats.vics_writer:VicsWriter",
        "csv": "fanal.formats.csv_writer:CsvWriter",
        "case": "fanal.formats.case_uco:CaseWriter",
    },
)
"""Every kind of file that items are exported to."""


def recognize(path: Path) -> Reader:
    """Return the reader whose kind of list this file is, told by its first bytes."""
    head = head_of(path)
    for kind in READERS:
        if kind.recognizes(head, path.name):
            return kind()
    raise ListError(
        f"{path.name!r} is no kind of hash list that is known here",
        f"give one of: {', '.join(READERS.names())}",
    )
