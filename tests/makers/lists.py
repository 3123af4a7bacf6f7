"""Builds made-up hash lists of every kind, row by row, from numbers alone."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

VICS_1 = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
VICS_2 = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media"
ICSE_HEADER = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;"
    "Series name;Number of submissions;File Available;Media Type;Baseline"
)
NSRL2_HEADER = (
    '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"'
)


def digest(kind: str, number: int) -> str:
    """The digest of the made-up content of that number."""
    return hashlib.new("sha256" if kind == "pdq" else kind, b"zz-test-%d" % number).hexdigest()


def media(number: int, **more: Any) -> dict[str, Any]:
    """A VICS Media record."""
    return {
        "MediaID": number,
        "Category": number % 6,
        "MD5": digest("md5", number).upper(),
        "SHA1": digest("sha1", number).upper(),
        "MediaSize": str(number),
        "VictimIdentified": number % 2 == 0,
        "MediaFiles": [
            {"MD5": digest("md5", number), "FileName": f"{number}.jpg", "FilePath": "zz/test"}
        ],
        **more,
    }


def vics(rows: Any, **more: Any) -> bytes:
    """A VICS 2.0 list of Media."""
    return json.dumps({"@odata.context": VICS_2, "value": list(rows), **more}).encode()


def _vics(count: int) -> Iterator[bytes]:
    yield b'{"@odata.context": "%s", "value": [' % VICS_2.encode()
    for number in range(count):
        yield (b"," if number else b"") + json.dumps(media(number)).encode()
    yield b"]}"


def _icse(count: int) -> Iterator[bytes]:
    yield ICSE_HEADER.encode() + b"\r\n"
    for n in range(count):
        row = f"{digest('md5', n)};{digest('sha1', n)};;{n};n;y;n;zz-series;1;y;image;n\r\n"
        yield row.encode()


def _plain(count: int) -> Iterator[bytes]:
    yield b"md5,sha256,file name,category\n"
    for n in range(count):
        yield f'{digest("md5", n)},{digest("sha256", n)},"zz, {n}.jpg",{n % 6}\n'.encode()


def _bare(count: int) -> Iterator[bytes]:
    for n in range(count):
        yield f"{digest('md5', n)}  zz-test-{n}.jpg\n".encode()


def _nsrl2(count: int) -> Iterator[bytes]:
    yield NSRL2_HEADER.encode() + b"\r\n"
    for n in range(count):
        sha1, md5 = digest("sha1", n).upper(), digest("md5", n).upper()
        yield f'"{sha1}","{md5}","00000000","zz-test-{n}.txt",{n},1,"362",""\r\n'.encode()


def _threatexchange(count: int) -> Iterator[bytes]:
    for n in range(count):
        row = {"id": str(n), "type": "HASH_MD5", "indicator": digest("md5", n), "tags": ["zz"]}
        yield json.dumps(row).encode() + b"\n"


def _ncmec(count: int) -> Iterator[bytes]:
    yield b'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images>'
    for n in range(count):
        yield (
            f'<image><member id="1">zz</member><id>zz-{n}</id><classification>A1</classification>'
            f"<fingerprints><md5>{digest('md5', n)}</md5></fingerprints></image>\n"
        ).encode()
    yield b"</images></queryResult>"


def nsrl(path: Path, rows: Any, *statements: str) -> Path:
    """An NSRL RDS v3 database with these rows of (sha256, sha1, md5, name, size, package)."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE FILE (sha256, sha1, md5, file_name, file_size, package_id)"
        )
        connection.executemany("INSERT INTO FILE VALUES (?, ?, ?, ?, ?, ?)", rows)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def nsrl_row(number: int) -> tuple[Any, ...]:
    """A row for `nsrl`."""
    hashes = (digest(kind, number).upper() for kind in ("sha256", "sha1", "md5"))
    return (*hashes, f"zz-test-{number}.txt", number, 1)


STREAMS: dict[str, Callable[[int], Iterator[bytes]]] = {
    "vics": _vics,
    "icse": _icse,
    "plain": _plain,
    "bare": _bare,
    "nsrl2": _nsrl2,
    "threatexchange": _threatexchange,
    "ncmec": _ncmec,
}


def many(kind: str, count: int, path: Path) -> Path:
    """Write a good list of that kind and length."""
    if kind == "nsrl":
        return nsrl(path, map(nsrl_row, range(count)))
    with path.open("wb") as out:
        out.writelines(chain(STREAMS[kind](count)))
    return path
