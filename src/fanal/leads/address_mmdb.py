"""Reads tables of address ranges from MaxMind DB files (format specification, version 2.0).

The search tree is walked here, level by level. Besides the aliases of IPv4 addresses a sound tree
leads to each node by one way; one that does not could lead to more networks than memory has room
for, and is refused. Records are decoded by `maxminddb`, within its limits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from maxminddb.const import MODE_FILE
from maxminddb.decoder import Decoder
from maxminddb.errors import InvalidDatabaseError
from maxminddb.reader import Reader
from numpy.typing import NDArray

from fanal.leads.address_files import LONGEST_NAME, RowError, marks_of, system_of
from fanal.leads.addresses import (
    COUNTRY,
    LOW,
    OPERATOR,
    AddressError,
    Layer,
    Read,
    Texts,
    Words,
    disjoint,
)
from fanal.leads.country_rules import MAPPED

MARKER = b"\xab\xcd\xefMaxMind.com"
LARGEST = 2 << 30
"""Bytes of a file that is read: it is held in memory."""
SEPARATOR = 16
"""Bytes of zeros between the tree and the data."""
FLAGS = {
    "is_anonymous_vpn": "vpn",
    "is_hosting_provider": "hosting",
    "is_residential_proxy": "vpn",
    "is_tor_exit_node": "tor",
}
"""Fields of common tables that are true or not → mark."""
Nodes = NDArray[np.int64]
Said = tuple[str, str, int]
"""Layer, what is said, autonomous system."""


@dataclass(frozen=True, slots=True)
class _Tree:
    sides: tuple[Nodes, Nodes]
    bits: int
    four: int
    """Node below which the IPv4 addresses of a tree of IPv6 ones lie; -1 for none."""


@dataclass(frozen=True, slots=True)
class _Leaves:
    """Networks that the tree leads to, and where the data of each lies."""

    hi: Words
    lo: Words
    length: Nodes
    data: Nodes


def is_mmdb(path: Path) -> bool:
    """Tell whether the end of a file holds the marker of the format."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 128 * 1024))
        return MARKER in stream.read()


def read_mmdb(path: Path, kind: str, countries: frozenset[str]) -> Read:
    """Return what a MaxMind DB file says, with the networks that are refused counted by reason."""
    if path.stat().st_size > LARGEST:
        raise AddressError(f"it is larger than {LARGEST:,} bytes")
    try:
        with Reader(path, MODE_FILE) as reader:
            about = reader.metadata()
            count, bits = about.node_count, 128 if about.ip_version == 6 else 32
            size, tree_size = about.record_size, about.search_tree_size
    except (InvalidDatabaseError, TypeError, ValueError, IndexError) as error:
        raise AddressError(f"it is no sound MaxMind DB file: {error}") from error
    data = path.read_bytes()
    leaves = _walked(_tree(data, count, size, bits))
    read = Read(rows=len(leaves.data))
    decoder = Decoder(data, tree_size + SEPARATOR)
    pointers, which, times = np.unique(leaves.data, return_inverse=True, return_counts=True)
    says: dict[str, dict[Said, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, (pointer, many) in enumerate(zip(pointers.tolist(), times.tolist(), strict=True)):
        try:
            for said in _said(_record(decoder, pointer - count + tree_size), kind, countries):
                says[said[0]][said].append(number)
        except RowError as error:
            read.refused[str(error)] += many
    for layer, told in sorted(says.items()):
        read.layers[layer] = _layer(leaves, which, told, read)
    return read


def _tree(data: bytes, count: int, size: int, bits: int) -> _Tree:
    """Return the two children of every node."""
    width = size // 4
    raw = np.frombuffer(data, np.uint8, count * width).reshape(count, width).astype(np.int64)
    left = raw[:, 0] << 16 | raw[:, 1] << 8 | raw[:, 2]
    if size == 24:
        right = raw[:, 3] << 16 | raw[:, 4] << 8 | raw[:, 5]
    elif size == 28:
        left |= raw[:, 3] >> 4 << 24
        right = (raw[:, 3] & 15) << 24 | raw[:, 4] << 16 | raw[:, 5] << 8 | raw[:, 6]
    else:
        left = left << 8 | raw[:, 3]
        right = raw[:, 4] << 24 | raw[:, 5] << 16 | raw[:, 6] << 8 | raw[:, 7]
    node = 0
    for _ in range(96):
        node = int(left[node]) if node < count else -1
        if not 0 <= node < count:
            break
    return _Tree((left, right), bits, node if bits == 128 and 0 <= node < count else -1)


def _walked(tree: _Tree) -> _Leaves:
    """Return all networks of a tree that have data."""
    count = len(tree.sides[0])
    nodes = np.zeros(min(count, 1), np.int64)
    hi, lo = np.zeros(len(nodes), np.uint64), np.full(len(nodes), _before(tree), np.uint64)
    found: list[tuple[Words, Words, Nodes, Nodes]] = []
    visited = 0
    for depth in range(128 - tree.bits, 128):
        nodes, hi, lo = _children(tree, (nodes, hi, lo), depth)
        is_leaf, is_inner = nodes > count, nodes < count
        length = np.full(int(is_leaf.sum()), depth + 1, np.int64)
        found.append((hi[is_leaf], lo[is_leaf], length, nodes[is_leaf]))
        nodes, hi, lo = nodes[is_inner], hi[is_inner], lo[is_inner]
        visited += len(nodes)
        if visited >= count:
            raise AddressError("its tree leads to one node by several ways")
    if len(nodes):
        raise AddressError("its tree is deeper than an address is long")
    return _mapped(_Leaves(*(np.concatenate(each) for each in zip(*found, strict=True))))


def _before(tree: _Tree) -> int:
    return MAPPED if tree.bits == 32 else 0


def _children(
    tree: _Tree, at: tuple[Nodes, Words, Words], depth: int
) -> tuple[Nodes, Words, Words]:
    """Return the children of nodes, without other ways to where the IPv4 addresses lie."""
    nodes, hi, lo = at
    place = 127 - depth
    up, down = np.uint64(1 << place >> 64), np.uint64(1 << place & LOW)
    every = np.concatenate([side[nodes] for side in tree.sides])
    highs, lows = np.concatenate([hi, hi | up]), np.concatenate([lo, lo | down])
    keep = (every != tree.four) | ((highs == 0) & (lows == 0)) | (tree.four < 0)
    return every[keep], highs[keep], lows[keep]


def _mapped(leaves: _Leaves) -> _Leaves:
    """Put IPv4 addresses where they lie among 128 bits (RFC 4291, section 2.5.5.2)."""
    is_four = (leaves.hi == 0) & (leaves.lo < 1 << 32) & (leaves.length >= 96)
    lo = np.where(is_four, leaves.lo | np.uint64(MAPPED), leaves.lo)
    return _Leaves(leaves.hi, lo, leaves.length, leaves.data)


def _record(decoder: Decoder, offset: int) -> Mapping[str, Any]:
    try:
        record, _ = decoder.decode(offset)
    except (InvalidDatabaseError, ValueError, IndexError, TypeError) as error:
        raise RowError("a record that cannot be decoded") from error
    if not isinstance(record, dict):
        raise RowError("a record without fields")
    return record


def _said(record: Mapping[str, Any], kind: str, countries: frozenset[str]) -> Iterator[Said]:
    """Yield what a record says for each layer that it has."""
    if kind == COUNTRY:
        code = _country(record)
        if code not in countries:
            raise RowError("no country code of ISO 3166-1")
        yield COUNTRY, code, 0
        return
    marks = {mark for name, mark in FLAGS.items() if record.get(name) is True}
    if isinstance(told := record.get("mark"), str):
        marks.update(marks_of(told))
    for mark in sorted(marks):
        yield mark, mark, 0
    asn = system_of(str(record.get("autonomous_system_number", record.get("asn", ""))))
    name = str(record.get("autonomous_system_organization", record.get("as_name", "")))
    if asn or name:
        yield OPERATOR, name[:LONGEST_NAME], asn
    elif not marks:
        raise RowError("says nothing of the network")


def _country(record: Mapping[str, Any]) -> str:
    """Return where addresses are; where they are registered is something else, and is not taken."""
    told = record.get("country")
    if isinstance(told, dict):
        told = told.get("iso_code")
    code = record.get("country_code", told)
    return code.upper() if isinstance(code, str) else ""


def _layer(leaves: _Leaves, which: Nodes, told: Mapping[Said, list[int]], read: Read) -> Layer:
    """Return the ranges of one layer; neighbours that say the same are one range."""
    numbers = np.full(int(which.max()) + 1, -1, np.int64)
    for number, places in enumerate(told.values()):
        numbers[places] = number
    values = numbers[which]
    rows = np.flatnonzero(values >= 0)
    rows = rows[np.lexsort((leaves.lo[rows], leaves.hi[rows]))]
    hi, lo, values = leaves.hi[rows], leaves.lo[rows], values[rows]
    end_hi, end_lo = _ends(hi, lo, leaves.length[rows])
    says = list(told)
    if _overlap((hi, lo), (end_hi, end_lo)):
        return disjoint(
            [
                (a << 64 | b, c << 64 | d, says[value][1], says[value][2], 0)
                for a, b, c, d, value in zip(
                    *(each.tolist() for each in (hi, lo, end_hi, end_lo, values)), strict=True
                )
            ],
            read,
        )
    goes_on = (values[1:] == values[:-1]) & _follows((hi, lo), (end_hi, end_lo))
    first = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    last = np.concatenate([first[1:] - 1, [len(values) - 1]])
    texts: Texts = np.empty(len(first), object)
    texts[:] = [says[value][1] for value in values[first].tolist()]
    asn = np.array([says[value][2] for value in values[first].tolist()], np.uint32)
    return Layer((hi[first], lo[first]), (end_hi[last], end_lo[last]), texts, asn)


def _ends(hi: Words, lo: Words, length: Nodes) -> tuple[Words, Words]:
    rest = [(1 << (128 - bits)) - 1 for bits in range(129)]
    up = np.array([each >> 64 for each in rest], np.uint64)
    down = np.array([each & LOW for each in rest], np.uint64)
    return hi | up[length], lo | down[length]


def _overlap(start: tuple[Words, Words], end: tuple[Words, Words]) -> bool:
    """Tell whether any of the sorted networks reaches the next one; networks nest or are apart."""
    (hi, lo), (end_hi, end_lo) = start, end
    after = (hi[1:] > end_hi[:-1]) | ((hi[1:] == end_hi[:-1]) & (lo[1:] > end_lo[:-1]))
    return not bool(after.all())


def _follows(start: tuple[Words, Words], end: tuple[Words, Words]) -> NDArray[np.bool_]:
    """Tell of each network but the first whether it begins right after the one before."""
    (hi, lo), (end_hi, end_lo) = start, end
    with np.errstate(over="ignore"):
        next_lo = end_lo[:-1] + np.uint64(1)
    next_hi = end_hi[:-1] + (next_lo == 0)
    follows: NDArray[np.bool_] = (hi[1:] == next_hi) & (lo[1:] == next_lo)
    return follows
