"""Checks a fanal case alone: `python verifier.py CASE_FOLDER`, offline, without fanal.

Needs Python 3.11 or later alone; with the package `cryptography` it checks signatures too. Exit
code 0: nothing differs; 1: something does; 2: wrong use. It only reads, and says where things are:

  1. seal.json    every file of the case as it was at the end of the last run, block by block
  2. lists/ …     files of lists, devices, datasets against the digests in the case's records
  3. case.db      the structure of the database, and whether its tables are the expected ones
  4. the log      leaves 1, 2, 3 … and after each the Merkle root (RFC 6962, 2.1) and signed head
  5. the records  each row against its digest, and the rows of each act against the act's leaf
"""

import argparse
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

CAN_CHECK_SIGNATURES = False
with suppress(ImportError):  # the one thing that the standard library lacks: Ed25519 (RFC 8032)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    CAN_CHECK_SIGNATURES = True
SIGNATURES = "checked" if CAN_CHECK_SIGNATURES else "skipped"
SEAL, LOCKS, LAYOUTS, BLOCK = "seal.json", {"lock", "run.lock"}, tuple("123456"), 1 << 20
DATABASE, JOURNALS, LOG = "case.db", ("case.db-wal", "case.db-journal"), "case.db/log"
OWN = {"log": "number leaf", "head": "size root time key signature", "case_info": "name value"}
TABLES = {
    "1": """exhibit: *name root; item: *sha256 sha1 md5 size media_type; place: *exhibit *path
*inside *sha256 name modified mark; opened: *exhibit *path *mark; expanded: *exhibit *path *mark
members *limits; reread: *exhibit *path *sha256 *mark; failure: *exhibit *path *inside name *reason
detail gap; seen: *sha256 *analyzer *version outcome reason detail; picture: *sha256 width height
frames; fingerprint: *sha256 *dialect *frame value quality turned; finding: *sha256 *analyzer
*version *kind *says speaks_for speaks_against grade log10_lr doubts data; known_list: *name kind
date sha256 format folder rows entries refused files profile; match: *sha256 *list kind *via
distance *entry victim_identified turn conflict; match_run: *list *radius *turns *upto; task:
*sha256 step turn exhibit reason""",
    "3": """opinion: *sha256 state grade settled real_child propositions reasons rules; trust_list:
*name date sha256 anchors pem refused; device: *name *version make model serial width height
pictures folder files facts""",
    "4": """link: *a *b *kind *how strength joins says; tie: *sha256 *kind *common says; series:
*name size representative held says facts; member: *sha256 series; drawn: *sha256 step; cut: *name
kind contents parts says first; moved: *sha256 *number step turn exhibit reason; regroup: *id verb
by account when reason contents others undoes; decision: *id *sha256 by account when victim_state
reason undoes via; priorities: *sha256 name text signer signature""",
    "5": """mosaic: *sha256 *frame columns rows grey; claim: *sha256 *number login until; person:
*login *number name roles state password code passkeys by when reason; audit_record: *id when
login role session action sha256 level purpose outcome says milliseconds data; second_opinion:
*decision *sha256 login turn first why agrees when; choice: *login *name *number value by when;
remark: *id kind sha256 other says reason to login by when undoes""",
    "6": """dataset: *kind *name date sha256 text facts folder files by when; assessment: *id kind
about other value grounds source information data login by when undoes; recipient: *name *number
country age_key signing_key transfer state by login when reason; package: *id *number version
country recipient state handling terms leads manifest file losses reason by login when data""",
}  # layout → what it brought: each table with its columns in order; `*` marks those that name a row
_EACH = [(n, t.strip().split(":")) for n, ts in TABLES.items() for t in ts.split(";")]
RECORDS, SINCE = {t: " ".join(c.split()) for _, (t, c) in _EACH}, {t: n for n, (t, _) in _EACH}
HOMES = {"known_list": "lists", "device": "devices", "dataset": "datasets"}  # where files lie
LONGEST, SHOWN = 16 << 20, 1000  # bytes that one value may have; differences named, not counted
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode  # in plain ASCII


@dataclass
class Report:
    """What was found."""

    sealed: bool = False
    leaves: int = 0
    records: int = 0
    root: str = ""
    keys: list[str] = field(default_factory=list)  # that signed heads, in order
    differences: int = 0
    problems: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, where: str, what: str) -> None:
        """Take down that something differs."""
        self.differences += 1
        if self.differences <= SHOWN:
            self.problems.append({"where": where[:600], "what": what[:600]})

    @contextmanager
    def guard(self, where: str) -> Iterator[None]:
        """Turn whatever a damaged or hostile case provokes into one more problem."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 (no case, however made, may end in a traceback)
            self.problem(where, f"cannot be read further: {type(error).__name__}: {error}")

    def facts(self) -> dict[str, Any]:
        """Return everything as one JSON object."""
        head = {"size": self.leaves, "root": self.root} if self.root else None
        return {"ok": not self.differences, "signatures": SIGNATURES, "head": head, **vars(self)}

    def text(self) -> str:
        """Return everything as lines that a terminal shows and does not obey, the verdict last."""
        verdict = f"NOT VERIFIED, {n} things differ" if (n := self.differences) else "VERIFIED"
        lines = [f"DIFFERS {line['where']}: {line['what']}" for line in self.problems]
        lines += [f"note    {note}" for note in self.notes]
        lines += [f"counted {self.leaves} leaves, {self.records} records"]
        lines += [f"head    {self.leaves} {self.root or '-'}", f"verdict {verdict}"]
        shown = ((c if c.isprintable() else ascii(c)[1:-1] for c in line) for line in lines)
        return "\n".join("".join(line) for line in shown)


def verify(folder: Path, head: str = "", begun: Report | None = None) -> Report:
    """Check a case; `head` is a root noted earlier, which must be one of the log's."""
    report, files, seal = begun or Report(), dict[str, str](), dict[str, Any]()
    if not CAN_CHECK_SIGNATURES:
        report.notes.append("signatures SKIPPED: the Python package cryptography is not installed")
    with report.guard("."):
        files.update((name, "") for name in plain_files(folder, report))
    with report.guard(SEAL):
        seal = check_seal(folder, files, report)
    with report.guard(DATABASE), opened(folder, files) as database:
        case = Case(folder, files, database, report, seal, head.lower())
        check_tables(case)
        for where, check in (("files", check_files), (DATABASE, check_facts), (LOG, check_log)):
            with report.guard(where):
                check(case)
        for table in sorted(case.tables.keys() - OWN.keys()):
            with report.guard(f"{DATABASE}/{table}"):
                check_rows(case, table)
                check_acts(case, table)
        for table in case.written.keys() - case.tables.keys():
            report.problem(f"{DATABASE}/{table}", "acts wrote to it, but it cannot be read")
    return report


def is_signed(message: str, key: str, signature: str) -> bool:
    """Tell whether an Ed25519 signature is good; where none can be checked, let it pass."""
    if not CAN_CHECK_SIGNATURES:
        return True
    with suppress(ValueError, TypeError, InvalidSignature):
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(signature), message.encode())
        return True
    return False


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
    """1. Check the seal itself, then every file it names."""
    if SEAL not in files:
        report.notes.append("not sealed: the last run did not end; records are checked one by one")
        return {}
    report.sealed, raw = True, (folder / SEAL).read_bytes()
    text = raw.partition(b"\n")[0]
    if raw != text + b"\n" + hashlib.sha256(text).hexdigest().encode() + b"\n":
        report.problem(SEAL, "its last line is not the SHA-256 of the first: it was changed")
    facts: dict[str, Any] = json.loads(text)
    if canonical(facts).encode() != text or facts["block"] != BLOCK:
        report.problem(SEAL, "is not spelled as fanal spells it")
    signature = facts.pop("signature")
    if not is_signed(f"fanal seal\n{canonical(facts)}\n", facts["key"], signature):
        report.problem(SEAL, "its signature is not that of the key it names")
    report.notes.append(f"sealed with key {facts['key']}")
    named = {entry["name"]: entry for entry in facts["files"]}
    for name in sorted(files.keys() - named.keys() - LOCKS - {SEAL, f"{DATABASE}-shm"}):
        if name not in JOURNALS or (folder / name).stat().st_size:  # SQLite may leave an empty one
            report.problem(name, "was added after the case was sealed")
    for name in sorted(named.keys() - files.keys()):
        report.problem(name, "is missing: the seal names it")
    for name in sorted(named.keys() & files.keys()):
        with report.guard(name):
            files[name] = check_blocks(folder / name, named[name], report)
    return facts


def check_blocks(path: Path, entry: dict[str, Any], report: Report) -> str:
    """Compare a file with its entry of the seal; return its digest."""
    name, blocks, whole, at = entry["name"], entry.get("blocks"), hashlib.sha256(), 0
    with path.open("rb") as stream:
        while part := stream.read(BLOCK):
            digest, number = hashlib.sha256(part).hexdigest(), at // BLOCK
            if blocks is not None and blocks[number : number + 1] != [digest]:
                report.problem(name, f"differs within bytes {at} to {at + len(part) - 1}")
            whole.update(part)
            at += len(part)
    if (at, whole.hexdigest()) != (entry["size"], entry["sha256"]):
        report.problem(name, f"its {at} bytes are not the {entry['size']} that were sealed")
    return whole.hexdigest()


@dataclass
class Case:
    """An opened case and what its log says."""

    folder: Path
    files: dict[str, str]  # name → SHA-256, "" where it was not computed yet
    database: sqlite3.Connection
    report: Report
    seal: dict[str, Any]
    noted: str  # a head that was written down earlier
    id: str = ""
    tables: dict[str, list[str]] = field(default_factory=dict)  # to columns; only these are read
    written: dict[str, dict[int, tuple[int, str]]] = field(default_factory=dict)
    """Table → act → (rows, digest over them) of what acts wrote and no later act removed."""

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file of the case; None where there is no such plain file."""
        if self.files.get(name) == "":
            with (self.folder / name).open("rb") as stream:
                self.files[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self.files.get(name)


@contextmanager
def opened(folder: Path, files: dict[str, str]) -> Iterator[sqlite3.Connection]:
    """Open the database without writing into the case."""
    with tempfile.TemporaryDirectory() as aside:
        if DATABASE not in files:
            raise FileNotFoundError("there is no such plain file")
        path, mode = folder / DATABASE, "mode=ro&immutable=1"
        if journals := [n for n in JOURNALS if n in files and (folder / n).stat().st_size]:
            # A killed run leaves a journal. SQLite writes where it reads one: both are copied.
            for name in (DATABASE, *journals):
                shutil.copyfile(folder / name, Path(aside, name))
            path, mode = Path(aside, DATABASE), "mode=rw"
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            database.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            database.executescript("PRAGMA trusted_schema=OFF; PRAGMA query_only=ON")
            yield database


def check_tables(case: Case) -> None:
    """3. Find the tables that are as expected in any layout; no other is read."""
    expected = OWN | {name: f"{columns} act seal" for name, columns in RECORDS.items()}
    columns = "SELECT name FROM pragma_table_xinfo(?)"  # hidden and computed ones too
    for kind, name, sql in case.database.execute("SELECT type, name, sql FROM sqlite_schema"):
        found = [column for (column,) in case.database.execute(columns, (name,))]
        wanted = expected.get(name, "").replace("*", "").split()
        if wanted and kind == "table" and found == wanted and str(sql).startswith("CREATE TABLE"):
            case.tables[name] = expected[name].split()
        elif kind != "index":
            case.report.problem(f"{DATABASE}/{name}", f"is no {kind} of such a case: {found}")


def check_files(case: Case) -> None:
    """2. Check the files that lists and devices name against the digests in their records."""
    for table in sorted(HOMES.keys() & case.tables.keys()):
        query = f"SELECT name, folder, files FROM {table} NOT INDEXED"  # noqa: S608 (ours)
        for name, folder, listed in case.database.execute(query):
            with case.report.guard(home := f"{HOMES[table]}/{folder}"):
                for file, wanted in json.loads(listed).items():
                    with case.report.guard(path := f"{home}/{file}"):
                        if case.digest(path) != wanted:
                            case.report.problem(path, f"is not the file of {table} {name!r}")


def check_facts(case: Case) -> None:
    """3. Check what the case says of itself, and let SQLite check the database."""
    info = dict(case.database.execute("SELECT name, value FROM case_info").fetchall())
    case.id, layout = str(info.get("id")), info.get("layout")
    if info.keys() != {"id", "layout"} or layout not in LAYOUTS:
        case.report.problem(f"{DATABASE}/case_info", f"is of none of layouts {LAYOUTS}: {info}")
    late = {table for table, since in SINCE.items() if layout in LAYOUTS[: LAYOUTS.index(since)]}
    for table in sorted((OWN.keys() | RECORDS.keys() - late) ^ case.tables.keys()):
        what = f"is no table of layout {layout}" if table in late else "there is no such table"
        case.report.problem(f"{DATABASE}/{table}", what)
    if case.seal and case.seal["case"] != case.id:
        case.report.problem(SEAL, f"is that of another case: {case.seal['case']}")
    for (line,) in set(case.database.execute("PRAGMA integrity_check(100)")) - {("ok",)}:
        case.report.problem(DATABASE, f"SQLite finds: {line}")


def grow(peaks: list[tuple[int, bytes]], leaf: str) -> str:
    """Add a leaf to a Merkle tree, kept as its perfect subtrees; return the new root."""
    size, node = 1, hashlib.sha256(b"\0" + leaf.encode("utf-8", "surrogateescape")).digest()
    while peaks and peaks[-1][0] == size:  # two of one size are joined, as in a binary counter
        size, node = 2 * size, hashlib.sha256(b"\1" + peaks.pop()[1] + node).digest()
    peaks.append((size, node))
    for _, left in reversed(peaks[:-1]):
        node = hashlib.sha256(b"\1" + left + node).digest()
    return node.hex()


def check_log(case: Case) -> None:
    """4. Check the root after every leaf, and that one of them is the head noted earlier."""
    report, time, seen = case.report, "", not case.noted
    peaks, wrong = list[tuple[int, bytes]](), list[int]()
    query = """SELECT number, leaf, size, root, time, key, signature FROM log
        LEFT JOIN head ON size = number ORDER BY number"""
    for number, leaf, *head in case.database.execute(query):
        if number != report.leaves + 1:
            report.problem(f"{LOG}/leaf {number}", f"comes right after leaf {report.leaves}")
        report.leaves, report.root = number, grow(peaks, str(leaf))
        seen |= report.root == case.noted
        with report.guard(f"{LOG}/leaf {number}"):
            time = check_leaf(case, leaf, head, number, time)
        wrong.append(number)
        if head[1] == report.root:  # then all leaves up to this one are as they were
            for earlier in wrong[:-1]:
                report.problem(f"{LOG}/head {earlier}", "its root was changed")
            wrong.clear()
    if wrong:
        more = f"this head and {len(wrong) - 1} later ones do not fit"
        report.problem(f"{LOG}/leaf {wrong[0]}", f"it, or its head, was changed: {more}")
    for (size,) in case.database.execute("SELECT size FROM head EXCEPT SELECT number FROM log"):
        report.problem(f"{LOG}/head {size}", "its leaf is missing")
    if not seen:
        report.problem(LOG, f"the head noted earlier is not one of this log: {case.noted}")


def check_leaf(case: Case, leaf: str, head: list[Any], number: int, before: str) -> str:
    """4. Check one leaf and the signature of its head; take down what the act wrote and removed."""
    where, facts = f"{LOG}/leaf {number}", json.loads(leaf)
    if canonical(facts) != leaf or facts["number"] != number:
        case.report.problem(where, "is not spelled as fanal spells it")
    for table, act in facts["drops"]:
        if case.written.get(table, {}).pop(act, None) is None:
            case.report.problem(where, f"removes what act {act} did not write to {table}")
    for table, rows in facts["records"].items():
        case.written.setdefault(table, {})[number] = (rows["count"], rows["sha256"])
    if facts["time"] < before:
        case.report.notes.append(f"leaf {number}: the clock was set back; before: {before}")
    size, root, time, key, signature = head
    if size is None or time != facts["time"]:
        case.report.problem(where, "has no head of its time")
    elif not is_signed(f"fanal head\n{case.id}\n{size}\n{root}\n{time}\n", key, signature):
        case.report.problem(where, "its head is not signed by the key that it names")
    if key not in case.report.keys[-1:]:
        case.report.notes.append(f"leaf {number}: from here on heads are signed with key {key}")
        case.report.keys.append(str(key))
    return str(facts["time"])


def check_rows(case: Case, table: str) -> None:
    """5. Check each row of a table against its own digest, and that the log knows its act."""
    columns = case.tables[table]
    query = f'SELECT * FROM "{table}" NOT INDEXED'  # noqa: S608 (a name of our own)
    for *values, act, seal in case.database.execute(query):
        case.report.records += 1
        spelt = [f"x'{value.hex()}'" if isinstance(value, bytes) else value for value in values]
        digest = hashlib.sha256(canonical([table, *spelt]).encode()).digest()
        known = act in case.written.get(table, ())
        if digest != seal or not known:
            key = [f"{n[1:]}={v}" for n, v in zip(columns, values, strict=False) if n[0] == "*"]
            what = "the digest beside it is another" if known else "by the log, no such row is left"
            case.report.problem(f"{DATABASE}/{table}/{' '.join(key)}", f"{what} (act {act})")


def check_acts(case: Case, table: str) -> None:
    """5. Check the rows of each act together against its leaf."""
    query = f'SELECT act, seal FROM "{table}" NOT INDEXED ORDER BY act, seal'  # noqa: S608 (ours)
    left: dict[int, Any] = case.written.get(table, {})
    for act, rows in groupby(case.database.execute(query), key=lambda row: row[0]):
        count, whole = 0, hashlib.sha256()
        for count, (_, seal) in enumerate(rows, 1):  # noqa: B007 (used after the loop)
            whole.update(seal)
        wrote, digest = left.pop(act, (count, None))
        if digest is not None and (wrote, digest) != (count, whole.hexdigest()):
            what = f"it wrote {wrote} rows, {count} are there, and not all are those it wrote"
            case.report.problem(f"{DATABASE}/{table}/act {act}", what)
    for act, (wrote, _) in left.items():
        case.report.problem(f"{DATABASE}/{table}/act {act}", f"its {wrote} rows are gone")


def main(arguments: list[str] | None = None) -> int:
    """Check the case that is named and say what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("case", type=Path, help="folder of the case")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--head", default="", help="root noted earlier (64 hexadecimal characters)")
    told = parser.parse_args(arguments)
    if not any((told.case / name).exists() for name in (SEAL, DATABASE)):
        parser.error(f"there is no case in {told.case}")
    if len(told.head) not in (0, 64):
        parser.error("a head has 64 characters")
    report = verify(told.case, told.head)
    text = json.dumps(report.facts()) if told.json else report.text()
    sys.stdout.write(text.encode("ascii", "backslashreplace").decode() + "\n")
    return 1 if report.differences else 0


if __name__ == "__main__":
    sys.exit(main())
