"""Writes a large made-up site within seconds: rows of one width each, put together by numpy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fanal.demo.site_lands import BY_CODE, LANDS, phone

FIRST, MEDIA = 10_000_000, 100_000
"""Number of the first account, of the first medium."""
BEGAN, SECONDS = 1_709_251_200, 38_000_000
"""First second of the site (1 March 2024, UTC), and how long it was used."""
PART = 250_000
"""Rows that are put together at once."""
STATEMENT = 1000
"""Rows of one INSERT."""
SHARES = 10
"""Of so many accounts, one has the telephone or the recovery address of the one before it."""
OCTETS = (240, 100, 100, 100)
"""Least parts of an address: three digits each, so that every row has the same width."""
KINDS = np.frombuffer(b"vvvvvvdddcug", np.uint8)
"""Kinds of what is done with a medium, by their first letters."""
MAPPING = """\
[site]
name = "zz-large"
zone = "UTC"

[[artefact]]
name = "dump"
file = "accounts.sql"
reader = "mysql"

[[artefact]]
name = "logins"
file = "logins.csv"
reader = "csv"
options = {table = "logins"}

[[artefact]]
name = "events"
file = "events.csv"
reader = "csv"
options = {table = "events"}

[[artefact]]
name = "payments"
file = "payments.csv"
reader = "csv"
options = {table = "payments"}

[[artefact]]
name = "media"
file = "media.csv"
reader = "csv"
options = {table = "media"}

[[account]]
from = "dump:members"
account = "id"
username = "login"
email = "email"
email_confirmed = "email_ok"
phone = "phone"
phone_confirmed = "phone_ok"
recovery = "recovery"
created = {column = "created", form = "unix"}

[[login]]
from = "logins:logins"
account = "member"
ip = "ip"
port = "port"
ts = {column = "at", form = "unix"}
outcome = {constant = "ok"}

[[payment]]
from = "payments:payments"
payment = "id"
account = "member"
method = {constant = "wallet"}
amount = {column = "cents", scale = 0.01}
currency = {constant = "EUR"}
wallet = "wallet"
status = {constant = "ok"}
ts = {column = "at", form = "unix"}

[[media_event]]
from = "events:events"
account = "member"
media = "medium"
kind.column = "kind"
kind.codes = {v = "view", d = "download", c = "comment", u = "upload", g = "generate"}
ip = "ip"
ts = {column = "at", form = "unix"}

[[media]]
from = "media:media"
media = "id"
sha256 = "sha256"
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each there is."""

    accounts: int = 2_000_000
    logins: int = 3_000_000
    ranges: int = 300_000
    events: int = 10_000_000
    payments: int = 300_000
    media: int = 100_000


@dataclass(frozen=True, slots=True)
class Large:
    """The files of a large site."""

    folder: Path
    mapping: Path
    ranges: Path
    """Table of addresses: start, end, country."""
    size: int
    """Bytes of all that is imported."""


Column = bytes | np.ndarray[Any, np.dtype[np.uint8]]


def write_large(folder: Path, sizes: Sizes | None = None, seed: int = 1) -> Large:
    """Write a large site into a folder; the same sizes and seed give the same bytes.

    Of accounts, at most 150,000 have a telephone number: no more are reserved for films and books
    in Australia, France, the United Kingdom and Germany.
    """
    sizes = sizes or Sizes()
    folder.mkdir(parents=True, exist_ok=True)
    _accounts(folder / "accounts.sql", sizes, seed)
    random = np.random.default_rng([seed, 1])
    _rows(folder / "logins.csv", b"member,ip,port,at\n", _logins(random, sizes))
    random = np.random.default_rng([seed, 2])
    _rows(folder / "events.csv", b"member,medium,kind,at,ip\n", _events(random, sizes))
    random = np.random.default_rng([seed, 3])
    _rows(folder / "payments.csv", b"id,member,cents,wallet,at\n", _payments(random, sizes))
    random = np.random.default_rng([seed, 4])
    _rows(folder / "media.csv", b"id,sha256\n", _media(random, sizes))
    _ranges(folder / "ranges.csv", sizes, seed)
    (folder / "mapping.toml").write_text(MAPPING, "utf-8")
    files = ("accounts.sql", "logins.csv", "events.csv", "payments.csv", "media.csv")
    size = sum((folder / name).stat().st_size for name in files)
    return Large(folder, folder / "mapping.toml", folder / "ranges.csv", size)


def digits(values: Any, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return numbers as rows of decimal digits, zeros in front."""
    left = np.asarray(values, np.int64).copy()
    out = np.empty((len(left), width), np.uint8)
    for at in range(width - 1, -1, -1):
        out[:, at] = left % 10 + 48
        left //= 10
    return out


def hexadecimal(random: np.random.Generator, rows: int, width: int) -> Column:
    """Return rows of random hexadecimal digits."""
    signs = np.frombuffer(b"0123456789abcdef", np.uint8)
    return np.take(signs, random.integers(0, 16, (rows, width), np.uint8))


def joined(count: int, *columns: Column) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return rows put together of columns; bytes are the same in every row."""
    told = [
        np.broadcast_to(np.frombuffer(one, np.uint8), (count, len(one)))
        if isinstance(one, bytes)
        else one
        for one in columns
    ]
    return np.concatenate(told, axis=1)


def _addresses(random: np.random.Generator, count: int) -> Column:
    parts: list[Column] = []
    for at, least in enumerate(OCTETS):
        parts += [digits(random.integers(least, 256, count), 3), b"." if at < 3 else b""]
    return joined(count, *parts)


def _parts(count: int) -> Iterator[tuple[int, int]]:
    for first in range(0, count, PART):
        yield first, min(PART, count - first)


def _rows(path: Path, head: bytes, parts: Iterator[np.ndarray[Any, np.dtype[np.uint8]]]) -> None:
    with path.open("wb") as out:
        out.write(head)
        for part in parts:
            out.write(part.tobytes())


def _members(random: np.random.Generator, count: int, sizes: Sizes) -> Column:
    return digits(FIRST + random.integers(0, sizes.accounts, count), 8)


def _times(random: np.random.Generator, count: int) -> Column:
    return digits(BEGAN + random.integers(0, SECONDS, count), 10)


def _logins(random: np.random.Generator, sizes: Sizes) -> Iterator[Any]:
    for _, n in _parts(sizes.logins):
        member, address = _members(random, n, sizes), _addresses(random, n)
        port = digits(random.integers(10_000, 60_000, n), 5)
        yield joined(n, member, b",", address, b",", port, b",", _times(random, n), b"\n")


def _events(random: np.random.Generator, sizes: Sizes) -> Iterator[Any]:
    for _, n in _parts(sizes.events):
        member = _members(random, n, sizes)
        chosen = (sizes.media * random.random(n) ** 2.5).astype(np.int64)
        kind = KINDS[random.integers(0, len(KINDS), n)].reshape(n, 1)
        told = (member, b",", digits(MEDIA + chosen, 6), b",", kind, b",", _times(random, n))
        yield joined(n, *told, b",", _addresses(random, n), b"\n")


def _payments(random: np.random.Generator, sizes: Sizes) -> Iterator[Any]:
    for first, n in _parts(sizes.payments):
        number = np.arange(first, first + n)
        wallet = digits(number - (number % SHARES == SHARES - 1), 12)
        member = _members(random, n, sizes)
        cents = digits(random.integers(1, 9, n) * 500, 4)
        told = (digits(number, 9), b",", member, b",", cents, b",zz1", wallet, b",")
        yield joined(n, *told, _times(random, n), b"\n")


def _media(random: np.random.Generator, sizes: Sizes) -> Iterator[Any]:
    for first, n in _parts(sizes.media):
        number = digits(MEDIA + np.arange(first, first + n), 6)
        yield joined(n, number, b",", hexadecimal(random, n, 64), b"\n")


def _phones() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return every telephone number that is reserved, twelve signs each."""
    told: list[str] = []
    for code in ("AU", "FR", "GB", "DE"):
        land = BY_CODE[code]
        told += [phone(land, n) for n in range(sum(10**digits for _, digits in land.phones))]
    kept = [number.encode() for number in told if len(number) == 12]
    return np.frombuffer(b"".join(kept), np.uint8).reshape(-1, 12)


def _accounts(path: Path, sizes: Sizes, seed: int) -> None:
    """Write the accounts: first those with a telephone, then with a recovery address, then bare."""
    random, phones = np.random.default_rng([seed, 0]), _phones()
    bounds = (min(len(phones), sizes.accounts // 4), sizes.accounts // 2, sizes.accounts)
    with path.open("wb") as out:
        out.write(b"CREATE TABLE `members` (\n  `id` int,\n  `login` varchar(20),\n")
        out.write(b"  `email` varchar(60),\n  `email_ok` tinyint,\n  `phone` varchar(20),\n")
        out.write(b"  `phone_ok` tinyint,\n  `recovery` varchar(60),\n  `created` int\n);\n")
        first = 0
        for group, last in enumerate(bounds):
            for start, n in _parts(last - first):
                number = np.arange(first + start, first + start + n)
                earlier = number - (number % SHARES == SHARES - 1)
                told: Sequence[Column] = (b"NULL,0,NULL,",)
                if group == 0:
                    told = (b"'", phones[earlier], b"',1,NULL,")
                elif group == 1:
                    told = (b"NULL,0,'zz.r", digits(earlier, 8), b"@zz-mail.example',")
                _insert(out, _account(random, number, told))
            first = last


def _account(
    random: np.random.Generator, number: np.ndarray[Any, Any], told: Sequence[Column]
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    n = len(number)
    id_, tail = digits(FIRST + number, 8), digits(number, 8)
    mail = (b"',", b"'zz.", tail, b"@zz-mail.example',1,")
    return joined(n, b"(", id_, b",'zz_", tail, *mail, *told, _times(random, n), b"),\n")


def _insert(out: Any, rows: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
    for first in range(0, len(rows), STATEMENT):
        out.write(b"INSERT INTO `members` VALUES\n")
        out.write(rows[first : first + STATEMENT].tobytes()[:-2] + b";\n")


def _ranges(path: Path, sizes: Sizes, seed: int) -> None:
    """Write ranges of 240.0.0.0/4, one after the other, each of some country."""
    random = np.random.default_rng([seed, 5])
    step = (1 << 28) // sizes.ranges
    codes = random.integers(0, len(LANDS), sizes.ranges)
    with path.open("w", encoding="utf-8") as out:
        out.write("start,end,country\n")
        for number, code in enumerate(codes):
            first = (240 << 24) + number * step
            out.write(f"{_spelt(first)},{_spelt(first + step - 1)},{LANDS[code].code}\n")


def _spelt(address: int) -> str:
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
