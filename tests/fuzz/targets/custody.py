"""Targets: the stand-alone verifier over changed cases, seals, and the spelling of records."""

import hashlib
import json
import struct
from functools import lru_cache
from pathlib import Path

from fanal.custody import verifier
from fanal.custody.seal import write_seal
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest
from fuzz.target import Target, fresh, require, scratch, watched
from makers.cases import of_every_kind, opened, signer

EDIT = struct.Struct("<BLB")
"""A place of one file, and the bits to turn there."""


@lru_cache(maxsize=1)
def made() -> Path:
    """Return a small sealed case; nobody may change it."""
    folder = scratch() / "made"
    store = opened(folder)
    for number in range(2):
        with store.act("zz", "write") as act:
            act.put(r for r in of_every_kind(number) if "KnownList" not in type(r).__name__)
    store.close()
    if not (folder / "seal.json").exists():
        write_seal(folder, "zz", signer(), {})
    return folder


def _verified(folder: Path) -> verifier.Report:
    before = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    report = verifier.verify(folder)
    json.dumps(report.facts())
    require(all(c.isprintable() or c == "\n" for c in report.text()), "a control character")
    require(len(report.problems) <= verifier.SHOWN, "more lines than are shown")
    after = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    require(before == after, "the case was changed by looking at it")
    return report


def case(data: bytes) -> None:
    """Turn bits of a sealed case; the verifier sees every one and ends with a report."""
    folder = fresh(made(), "case")
    names = [n for n in sorted(p.name for p in folder.iterdir() if p.is_file()) if n != "lock"]
    changed = False
    for number, place, bits in EDIT.iter_unpack(data[: len(data) // 6 * 6][:60]):
        path = folder / names[number % len(names)]
        body = bytearray(path.read_bytes())
        if body:
            body[place % len(body)] ^= bits
        path.write_bytes(body)
    changed = any((folder / n).read_bytes() != (made() / n).read_bytes() for n in names)
    report = _verified(folder)
    require(changed == bool(report.differences), f"changed: {changed}, told: {report.text()}")


def database(data: bytes) -> None:
    """Change a database that no seal covers; the verifier ends with a report."""
    folder = fresh(made(), "unsealed")
    (folder / "seal.json").unlink()
    body = bytearray((folder / "case.db").read_bytes())
    for number, place, bits in EDIT.iter_unpack(data[: len(data) // 6 * 6][:120]):
        body[(place + number * 4096) % len(body)] ^= bits
    (folder / "case.db").write_bytes(body)
    _verified(folder)


def seal(data: bytes) -> None:
    """Put any text in the place of the seal, with a digest that fits."""
    folder = fresh(made(), "sealed")
    text = data.partition(b"\n")[0]
    good = (folder / "seal.json").read_bytes()
    whole = text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n"
    (folder / "seal.json").write_bytes(whole)
    require(_verified(folder).differences or whole == good, "another seal passes")


def spelling(data: bytes) -> None:
    """Spell values; the verifier, which stands alone, spells them the same."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = [data.decode("utf-8", "surrogateescape"), data]
    plain = value[:1] if isinstance(value, list) and bytes in map(type, value) else value
    with watched():
        text = canonical(plain)
        require(text == verifier.canonical(plain), "the verifier spells it another way")
        require(text.isascii() and "\n" not in text, "not one line of plain ASCII")
        values = value if isinstance(value, list) else [value]
        digest = row_digest("item", values)
        require(
            len(digest) == 32 and rows_digest([digest, b"a"]) == rows_digest([b"a", digest]), ""
        )
        head_message("zz", len(data), digest.hex(), "2026")


def _seals() -> list[bytes]:
    text = (made() / "seal.json").read_bytes().partition(b"\n")[0]
    shapes = [b"[" * 2000, b"{}", b"null", b'{"block":1048576,"signature":7}', b"9" * 5000]
    facts = json.loads(text)
    facts["files"][0]["name"] = "../../zz"
    facts["files"][0]["blocks"] = "zz"
    return [text, *shapes, canonical(facts).encode()]


def _edits() -> list[bytes]:
    return [b"", EDIT.pack(0, 100, 1), EDIT.pack(0, 4100, 255) * 3, EDIT.pack(1, 9, 4)]


TARGETS = (
    Target("verifier-case", case, _edits, longest=60),
    Target("verifier-database", database, _edits, longest=120),
    Target("verifier-seal", seal, _seals, longest=4096),
    Target("spelling", spelling, lambda: [b'["a", 1, null, 1.5]', b'{"b": 1, "a": []}', b"\xff"]),
)
