"""Targets: tables of addresses in both forms, and the table of law."""

import ipaddress

from fanal.errors import UsageError
from fanal.leads.address_files import read_csv
from fanal.leads.address_mmdb import MARKER, read_mmdb
from fanal.leads.addresses import KINDS, MARKS, AddressError, Read
from fanal.leads.country_rules import rules
from fanal.pipeline.national_law import parse
from fuzz.target import Target, require, watched, written

ROWS = (
    b"start,end,country\n240.1.0.0,240.1.255.255,DE\n2001:db8::,2001:db8::ffff,NO\n",
    b"cidr;mark;name\n240.1.0.0/16;tor|vpn;ZZ\n2001:db8::/32;mobile;\xff\n",
    b"start,end,asn,name\n240.1.0.0,240.1.0.9,AS64500,ZZ\n",
    b"asn,mark\n64500,hosting\n",
    b"LT,32500,Zz Bank\n",
    b'"400000","DE","prepaid"\n',
    b"0,340282366920938463463374607431768211455,DE\n1,2,DK\n",
    b"240.0.0.0,240.0.0.255,DE\n240.0.0.5,240.0.0.6,DK\n240.0.0.255,240.0.1.9,DE\n",
)
LAW = (
    b'[[rule]]\ncountry = "DE"\nconduct = "view"\nmaterial = "real"\nin_force = 2015-01-01\n'
    b'source = "zz"\nchecked_by = "Zz"\n'
)


def _checked(read: Read) -> None:
    for layer, ranges in read.layers.items():
        starts = [int(a) << 64 | int(b) for a, b in zip(*ranges.start, strict=True)]
        ends = [int(a) << 64 | int(b) for a, b in zip(*ranges.end, strict=True)]
        require(all(a <= b for a, b in zip(starts, ends, strict=True)), "a range turned around")
        require(all(a > b for a, b in zip(starts[1:], ends, strict=False)), "ranges overlap")
        require(layer not in MARKS or set(ranges.says) <= {layer}, "a mark that is another")
        for number in (*starts[:1], *ends[-1:]):
            ipaddress.IPv6Address(number)
    if says := read.layers.get("country"):
        require(set(says.says) <= rules().countries, "no country")
    require(all(0 < len(reason) < 100 for reason in read.refused), "a reason without words")


def files(data: bytes) -> None:
    """Read a CSV file as each kind of table; ranges come out sorted and apart."""
    for kind in KINDS:
        path = written(data)
        with watched():
            try:
                _checked(read_csv(path, kind, rules().countries))
            except AddressError:
                continue


def mmdb(data: bytes) -> None:
    """Read a MaxMind DB file as both kinds of table."""
    for kind in ("country", "network"):
        path = written(data)
        with watched():
            try:
                _checked(read_mmdb(path, kind, rules().countries))
            except AddressError:
                continue


def law(data: bytes) -> None:
    """Read a table of law, or refuse it with a sentence."""
    with watched():
        try:
            found = parse(data)
        except UsageError as error:
            require(error.message, "a refusal without words")
            return
        require(all(one.country in rules().countries for one in found), "no country")


def tree(nodes: list[tuple[int, int]], record: bytes = b"\xe1\x47country\x42DE") -> bytes:
    """A MaxMind DB file of these nodes (records of 24 bits) and one record."""
    fields = {
        "node_count": b"\xc4" + len(nodes).to_bytes(4),
        "record_size": b"\xa1\x18",
        "ip_version": b"\xa1\x06",
        "binary_format_major_version": b"\xa1\x02",
        "binary_format_minor_version": b"\xa0",
        "build_epoch": b"\xa0",
        "database_type": b"\x42zz",
        "description": b"\xe0",
        "languages": b"\x00\x04",
    }
    told = b"".join(
        bytes([0x40 + len(name)]) + name.encode() + value for name, value in fields.items()
    )
    made = b"".join(left.to_bytes(3) + right.to_bytes(3) for left, right in nodes)
    return made + bytes(16) + record + MARKER + bytes([0xE0 + len(fields)]) + told


def _trees() -> list[bytes]:
    return [
        tree([(1, 18), (18, 2)]),
        tree([(0, 0)]),
        tree([(17, 17)]),
        tree([(1, 1), (18, 18)]),
        tree([(at + 1, at + 1) for at in range(140)]),
        tree([(1, 18), (2, 18)], b"\xe1\x43asn\xc2\xfb\xf4"),
    ]


TARGETS = (
    Target("address_files", files, lambda: list(ROWS), examples=12),
    Target("address_mmdb", mmdb, _trees),
    Target("national_law", law, lambda: [LAW, b"", b"[[rule]]\n"]),
)
