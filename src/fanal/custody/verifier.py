"""Checks a fanal case alone: `python verifier.py CASE_FOLDER`, offline, without fanal.

Needs Python 3.11 or later and nothing else; where the package `cryptography` is installed, it
checks signatures too. It only reads, goes on after what it finds, and says where each thing is:

  1. seal.json    every file of the case as it was at the end of the last run, block by block
  2. known lists  their files against the digests in the case's own records
  3. case.db      the structure of the database, and whether its tables are the expected ones
  4. the log      leaves 1, 2, 3 … and after each the Merkle root (RFC 6962, 2.1) and signed head
  5. the records  each row against its digest, and the rows of each act against the act's leaf

Exit code 0: nothing differs; 1: something does; 2: wrong use. All is spelled here once more on
purpose: nothing is imported from the program that made the case.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

try:  # the one thing that the standard library lacks: Ed25519 (RFC 8032)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_CHECK_SIGNATURES = True
except ImportError:
    CAN_CHECK_SIGNATURES = False

SEAL, LOCK, DATABASE, LAYOUT, BLOCK = "seal.json", "lock", "case.db", "1", 1 << 20
JOURNALS = (f"{DATABASE}-wal", f"{DATABASE}-journal")
OWN = {"log": "number leaf", "head": "size root time key signature", "case_info": "name value"}
RECORDS = {
    "exhibit": "*name root",
    "item": "*sha256 sha1 md5 size media_type",
    "place": "*exhibit *path *inside *sha256 name modified mark",
    "expanded": "*exhibit *path *mark members",
    "failure": "*exhibit *path *inside name *reason detail gap",
    "seen": "*sha256 *analyzer *version outcome reason detail",
    "picture": "*sha256 width height frames",
    "fingerprint": "*sha256 *dialect *frame value quality turned",
    "finding": "*sha256 *analyzer *version *kind *says"
    " speaks_for speaks_against grade log10_lr doubts data",
    "known_list": "*name kind date sha256 format folder rows entries refused files profile",
    "match": "*sha256 *list kind *via distance *entry victim_identified turn conflict",
    "match_run": "*list *radius *turns *upto",
    "task": "*sha256 step turn exhibit reason",
}
"""Table → its columns in order, those that name a row marked `*`; `act` and `seal` follow."""
LONGEST = 256 << 20  # bytes of one value; a longer one is refused, so that memory stays bounded
SHOWN = 50  # lines shown of one file or table; the rest are counted


@dataclass
class Report:
    """What was found."""

    sealed: bool = False
    leaves: int = 0
    records: int = 0
    root: str = ""
    keys: list[str] = field(default_factory=list)
    """Public keys that signed, in order: compare them with the laboratory's."""
    problems: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def problem(self, where: str, what: str) -> None:
        """Take down that something differs; of one file or table only the first lines."""
        group = "/".join(where.split("/")[:2])
        self.counts[group] += 1
        if self.counts[group] <= SHOWN:
            self.problems.append({"where": printable(where), "what": printable(what)})

    @contextmanager
    def guard(self, where: str) -> Iterator[None]:
        """Turn whatever a damaged or hostile case provokes into one more problem."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (no case, however made, may end in a traceback)
            self.problem(where, f"cannot be read further: {type(error).__name__}: {error}")

    def facts(self) -> dict[str, Any]:
        """Return everything as one JSON object."""
        more = [(group, count - SHOWN) for group, count in self.counts.items() if count > SHOWN]
        return {
            "ok": not self.counts,
            "sealed": self.sealed,
            "signatures": "checked" if CAN_CHECK_SIGNATURES else "skipped",
            "head": {"size": self.leaves, "root": self.root} if self.root else None,
            "problems": self.problems
            + [{"where": printable(group), "what": f"and {n} more lines"} for group, n in more],
            "notes": [printable(note) for note in self.notes],
            "leaves": self.leaves,
            "records": self.records,
            "keys": [printable(key) for key in self.keys],
        }

    def text(self) -> str:
        """Return everything as lines for people, the verdict last."""
        facts, total = self.facts(), sum(self.counts.values())
        lines = [f"DIFFERS {line['where']}: {line['what']}" for line in facts["problems"]]
        lines += [f"note    {note}" for note in facts["notes"]]
        lines += [f"key     {key}" for key in facts["keys"]]
        lines += [f"counted {self.leaves} leaves, {self.records} records"]
        lines += [f"head    {self.leaves} {self.root or '-'}"]
        lines += [f"verdict NOT VERIFIED, {total} things differ" if total else "verdict VERIFIED"]
        return "\n".join(lines)


def verify(folder: Path, head: str = "") -> Report:
    """Check a case; `head` is a root noted earlier, which must be one of the log's."""
    report, files, seal = Report(), dict[str, str](), dict[str, Any]()
    if not CAN_CHECK_SIGNATURES:
        report.notes.append("signatures SKIPPED: the Python package cryptography is not installed")
    with report.guard("."):
        files.update((name, "") for name in plain_files(folder, report))
    with report.guard(SEAL):
        seal = check_seal(folder, files, report)
    with report.guard(DATABASE), opened(folder, files) as database:
        case = Case(folder, files, database, report)
        tables = check_tables(case)
        with report.guard("lists"):
            check_lists(case, tables)
        with report.guard(DATABASE):
            check_structure(case, tables, seal)
        with report.guard(f"{DATABASE}/log"):
            check_log(case, head.lower())
        for name in sorted(tables.keys() - OWN.keys()):
            with report.guard(f"{DATABASE}/{name}"):
                check_rows(case, name, tables[name])
                check_acts(case, name)
        for name in case.written.keys() - tables.keys():
            report.problem(f"{DATABASE}/{name}", "acts wrote to it, but it cannot be read")
    return report


def printable(text: str) -> str:
    """Return text that a terminal shows and does not obey."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:600])
    return shown if len(text) <= 600 else f"{shown}…"


def canonical(value: Any) -> str:
    """Return JSON with sorted keys, no white space and plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def is_signed(message: str, key: str, signature: str) -> bool:
    """Tell whether an Ed25519 signature is good; where none can be checked, let it pass."""
    if not CAN_CHECK_SIGNATURES:
        return True
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), message.encode())
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


# ---- 1. the seal over the files ----------------------------------------------------------------


def plain_files(folder: Path, report: Report) -> Iterator[str]:
    """Yield the files of the case; only these are ever opened, and no link is followed."""
    for parent, folders, names in os.walk(folder):
        for path in (Path(parent, name) for name in sorted([*folders, *names])):
            mode, name = path.lstat().st_mode, path.relative_to(folder).as_posix()
            if stat.S_ISREG(mode):
                yield name
            elif not stat.S_ISDIR(mode):
                report.problem(name, "is not a plain file")


def check_seal(folder: Path, files: dict[str, str], report: Report) -> dict[str, Any]:
    """Check the seal itself, then every file it names."""
    if SEAL not in files:
        report.notes.append("not sealed: the last run did not end; records are checked one by one")
        return {}
    report.sealed = True
    raw = (folder / SEAL).read_bytes()
    text = raw.partition(b"\n")[0]
    if raw != text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n":
        report.problem(SEAL, "its last line is not the SHA-256 of the first: it was changed")
    facts: dict[str, Any] = json.loads(text)
    if canonical(facts).encode() != text or facts["block"] != BLOCK:
        report.problem(SEAL, "is not spelled as fanal spells it")
    signature = facts.pop("signature")
    if not is_signed(f"fanal seal\n{canonical(facts)}\n", facts["key"], signature):
        report.problem(SEAL, "its signature is not that of the key it names")
    named = {entry["name"]: entry for entry in facts["files"]}
    for name in sorted(files.keys() - named.keys() - {SEAL, LOCK, f"{DATABASE}-shm"}):
        if name not in JOURNALS or (folder / name).stat().st_size:  # SQLite may leave an empty one
            report.problem(name, "was added after the case was sealed")
    for name, entry in named.items():
        if name not in files:
            report.problem(name, "is missing: the seal names it")
            continue
        with report.guard(name):
            files[name] = check_blocks(folder / name, entry, report)
    return facts


def check_blocks(path: Path, entry: dict[str, Any], report: Report) -> str:
    """Compare a file with its entry of the seal; return its digest."""
    name, size, whole, at = entry["name"], path.stat().st_size, hashlib.sha256(), 0
    if size != entry["size"]:
        report.problem(name, f"has {size} bytes, but {entry['size']} were sealed")
    with path.open("rb") as stream:
        while part := stream.read(BLOCK):
            whole.update(part)
            wanted = entry.get("blocks", [])[at // BLOCK : at // BLOCK + 1]
            if "blocks" in entry and wanted != [hashlib.sha256(part).hexdigest()]:
                report.problem(name, f"differs within bytes {at} to {at + len(part) - 1}")
            at += len(part)
    if whole.hexdigest() != entry["sha256"]:
        report.problem(name, "does not have the SHA-256 that was sealed")
    return whole.hexdigest()


# ---- 2. and 3. the known lists and the structure of the database -------------------------------


@dataclass
class Case:
    """An opened case and what its log says."""

    folder: Path
    files: dict[str, str]
    """Each file's name → its SHA-256, "" where it was not computed yet."""
    database: sqlite3.Connection
    report: Report
    id: str = ""
    written: dict[str, dict[int, tuple[int, str]]] = field(default_factory=dict)
    """Table → act → (rows, digest over them) of what acts wrote and no later act removed."""

    def rows(self, query: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Yield rows as a stream."""
        with closing(self.database.execute(query, values)) as cursor:
            yield from cursor


@contextmanager
def opened(folder: Path, files: dict[str, str]) -> Iterator[sqlite3.Connection]:
    """Open the database without writing into the case."""
    with tempfile.TemporaryDirectory() as aside:
        if DATABASE not in files:
            raise FileNotFoundError("there is no such plain file")
        path, mode = folder / DATABASE, "mode=ro&immutable=1"
        if journals := [n for n in JOURNALS if n in files and (folder / n).stat().st_size]:
            # A killed run leaves a part of the database in a journal. SQLite writes where it
            # reads one, so both are copied aside.
            for name in (DATABASE, *journals):
                shutil.copyfile(folder / name, Path(aside, name))
            path, mode = Path(aside, DATABASE), "mode=rw"
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            database.executescript("PRAGMA trusted_schema=OFF; PRAGMA query_only=ON")
            yield database


def check_tables(case: Case) -> dict[str, list[str]]:
    """Return the columns of every table that is as expected; the others are not read."""
    expected = {name: columns.split() for name, columns in OWN.items()}
    expected |= {name: f"{columns} act seal".split() for name, columns in RECORDS.items()}
    tables = {}
    for kind, name, sql in case.rows("SELECT type, name, sql FROM sqlite_schema"):
        # table_xinfo, unlike table_info, lists hidden and computed columns too.
        found = [row[0] for row in case.rows("SELECT name FROM pragma_table_xinfo(?)", name)]
        wanted = [column.lstrip("*") for column in expected.get(name, ())]
        if kind == "table" and found == wanted and str(sql).startswith("CREATE TABLE"):
            tables[name] = expected[name]
        elif kind != "index":
            case.report.problem(f"{DATABASE}/{name}", f"is no {kind} of such a case: {found}")
    for name in expected.keys() - tables.keys():
        case.report.problem(f"{DATABASE}/{name}", "there is no such table")
    return tables


def check_lists(case: Case, tables: dict[str, list[str]]) -> None:
    """Check the files of each known list against the digests in its record."""
    query = "SELECT name, folder, files FROM known_list NOT INDEXED"
    for name, folder, listed in case.rows(query) if "known_list" in tables else ():
        for file, wanted in json.loads(listed).items():
            path = f"lists/{folder}/{file}"
            if path not in case.files:
                case.report.problem(path, f"is missing: list {name!r} was built with it")
                continue
            with case.report.guard(path), (case.folder / path).open("rb") as stream:
                digest = case.files[path] or hashlib.file_digest(stream, "sha256").hexdigest()
                if digest != wanted:
                    case.report.problem(path, f"is not what list {name!r} was built with")


def check_structure(case: Case, tables: dict[str, list[str]], seal: dict[str, Any]) -> None:
    """Let SQLite check the database, and compare what the case says of itself."""
    for (line,) in case.rows(f"PRAGMA integrity_check({SHOWN})"):
        if line != "ok":
            case.report.problem(DATABASE, f"SQLite finds: {line}")
    info = dict(case.rows("SELECT name, value FROM case_info")) if "case_info" in tables else {}
    case.id = str(info.get("id"))
    if info.keys() != {"id", "layout"} or info["layout"] != LAYOUT:
        case.report.problem(f"{DATABASE}/case_info", f"is not that of layout {LAYOUT}: {info}")
    if seal and seal["case"] != case.id:
        case.report.problem(SEAL, f"is that of another case: {seal['case']}")


# ---- 4. the log --------------------------------------------------------------------------------


class Tree:
    """The Merkle tree of RFC 6962, 2.1: the roots of its perfect subtrees, the largest first."""

    def __init__(self) -> None:
        """Begin without leaves."""
        self.size, self.peaks = 0, list[bytes]()

    def append(self, leaf: bytes) -> str:
        """Add a leaf and return the new root in hexadecimal."""
        peak = hashlib.sha256(b"\0" + leaf).digest()
        for _ in range((~self.size & self.size + 1).bit_length() - 1):
            peak = hashlib.sha256(b"\1" + self.peaks.pop() + peak).digest()
        self.peaks, self.size = [*self.peaks, peak], self.size + 1
        root = peak
        for left in reversed(self.peaks[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root.hex()


def check_log(case: Case, noted: str) -> None:
    """Check every leaf and the head after it."""
    report, tree, before, found, wrong = case.report, Tree(), "", not noted, list[int]()
    query = """SELECT number, leaf, size, root, time, key, signature FROM log
        LEFT JOIN head ON size = number ORDER BY number"""
    for number, leaf, size, root, time, key, signature in case.rows(query):
        where = f"{DATABASE}/log/leaf {number}"
        if number != report.leaves + 1:
            report.problem(where, f"follows leaf {report.leaves}: leaves between are missing")
        report.leaves, report.root = number, tree.append(leaf.encode("utf-8", "surrogateescape"))
        found |= report.root == noted
        with report.guard(where):
            facts = read_leaf(case, number, leaf)
            if facts["time"] < before:
                report.notes.append(f"leaf {number}: the clock had been set back by then: {before}")
            before = facts["time"]
            if size is None or time != facts["time"]:
                report.problem(where, "has no head of its time")
                continue
            if not is_signed(f"fanal head\n{case.id}\n{size}\n{root}\n{time}\n", key, signature):
                report.problem(where, "the signature of its head is not that of the key it names")
            if key not in report.keys[-1:]:
                report.keys.append(key)
                report.notes.append(f"leaf {number}: from here on heads are signed by {key}")
        if root != report.root:
            wrong.append(number)
        else:  # a later root that fits shows that all leaves up to it are unchanged
            while wrong:
                report.problem(f"{DATABASE}/log/head {wrong.pop(0)}", "its root was changed")
    if wrong:
        where, more = f"{DATABASE}/log/leaf {wrong[0]}", len(wrong) - 1
        report.problem(where, f"it or an earlier one is not that of head and {more} later heads")
    for (size,) in case.rows("SELECT size FROM head WHERE size NOT IN (SELECT number FROM log)"):
        report.problem(f"{DATABASE}/log/head {size}", "there is no such leaf: the log was cut")
    if not found:
        report.problem(f"{DATABASE}/log", f"no leaf has the head that was noted: {noted}")


def read_leaf(case: Case, number: int, text: str) -> dict[str, Any]:
    """Take down which rows the act wrote and removed."""
    facts: dict[str, Any] = json.loads(text)
    where = f"{DATABASE}/log/leaf {number}"
    if canonical(facts) != text or facts["number"] != number:
        case.report.problem(where, "is not spelled as fanal spells it")
    for table, act in facts["drops"]:
        if case.written.get(table, {}).pop(act, None) is None:
            case.report.problem(where, f"removes what act {act} never wrote to {table}")
    for table, rows in facts["records"].items():
        case.written.setdefault(table, {})[number] = (rows["count"], rows["sha256"])
    return facts


# ---- 5. the records ----------------------------------------------------------------------------


def check_rows(case: Case, table: str, columns: list[str]) -> None:
    """Check each row of a table against its own digest, and that the log knows its act."""
    names = ", ".join(f'"{column.lstrip("*")}"' for column in columns)
    query = f'SELECT {names} FROM "{table}" NOT INDEXED'  # noqa: S608 (names of our own)
    for *values, act, seal in case.rows(query):
        case.report.records += 1
        spelt = [f"x'{value.hex()}'" if isinstance(value, bytes) else value for value in values]
        digest = hashlib.sha256(canonical([table, *spelt]).encode()).digest()
        known = act in case.written.get(table, ())
        if digest == seal and known:
            continue
        key = [f"{n[1:]}={v}" for n, v in zip(columns, values, strict=False) if n[0] == "*"]
        what = "the digest beside it is another" if known else "by the log, no such row is left"
        case.report.problem(f"{DATABASE}/{table}/{' '.join(key)}", f"{what} (act {act})")


def check_acts(case: Case, table: str) -> None:
    """Check the rows of each act together against its leaf."""
    query = f'SELECT act, seal FROM "{table}" NOT INDEXED ORDER BY act, seal'  # noqa: S608
    wanted = case.written.get(table, {})
    for act, rows in groupby(case.rows(query), key=lambda row: row[0]):
        count, whole = 0, hashlib.sha256()
        for _, seal in rows:
            count, _ = count + 1, whole.update(seal)
        rows_then, digest = wanted.pop(act, (count, whole.hexdigest()))
        if (rows_then, digest) != (count, whole.hexdigest()):
            what = f"act {act} wrote {rows_then} rows, {count} are there, not all the same"
            case.report.problem(f"{DATABASE}/{table}/act {act}", what)
    for act, (rows_then, _) in wanted.items():
        what = f"act {act} wrote {rows_then} rows, none is there"
        case.report.problem(f"{DATABASE}/{table}/act {act}", what)


def main(arguments: list[str] | None = None) -> int:
    """Check the case that is named and say what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("case", type=Path, help="folder of the case")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--head", default="", help="root noted earlier (64 hexadecimal characters)")
    try:
        told = parser.parse_args(arguments)
        if not any((told.case / name).exists() for name in (SEAL, DATABASE)):
            parser.error(f"there is no case in {told.case}")
        if told.head and not re.fullmatch("[0-9a-fA-F]{64}", told.head):
            parser.error("a head is 64 hexadecimal characters")
    except SystemExit as end:
        return int(end.code or 0)
    report = verify(told.case, told.head)
    text = json.dumps(report.facts()) if told.json else report.text()
    sys.stdout.write(text.encode("ascii", "backslashreplace").decode() + "\n")
    return 1 if report.counts else 0


if __name__ == "__main__":
    sys.exit(main())
