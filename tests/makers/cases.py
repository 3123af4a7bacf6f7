"""Builds small cases with every kind of record, and runs a writer that can be killed."""

import hashlib
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fanal.custody.sign import Signer
from fanal.model.decision import IDENTIFIED, Decision
from fanal.model.desk import AuditRecord, Choice, Claim, Person, Remark, SecondOpinion
from fanal.model.failure import Failure
from fanal.model.finding import Finding, Fingerprint, Mosaic, Picture, Seen
from fanal.model.item import Exhibit, Expanded, Item, Opened, Place, Reread
from fanal.model.known import KnownList, Match, MatchRun
from fanal.model.lead import Assessment
from fanal.model.opinion import Device, Opinion, TrustList
from fanal.model.package import Package, Recipient
from fanal.model.review import Drawn, Moved, Priorities, Task
from fanal.model.series import (
    SAME_DEVICE,
    SAME_PICTURE,
    SAME_SESSION,
    Cut,
    Link,
    Member,
    Regroup,
    Series,
    Tie,
)
from fanal.model.site import Dataset
from fanal.stores import STORES


def signer(seed: int = 1) -> Signer:
    """A signing key that is the same every time."""
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def opened(folder: Path, *, writing: bool = True, name: str = "folder") -> Any:
    """The store of that name on a folder."""
    return STORES.get(name)(folder, signer() if writing else None)


def digest(kind: str, number: int) -> str:
    """The digest of the made-up content of that number."""
    return hashlib.new(kind, b"zz-case-%d" % number).hexdigest()


def item(number: int) -> Item:
    """The item of that number."""
    digests = [digest(kind, number) for kind in ("sha256", "sha1", "md5")]
    return Item(*digests, 100 + number, "image/jpeg" if number % 3 else "image/png")


def place(number: int, copy: int = 0) -> Place:
    """A place where a copy of that item lies; the names are not all UTF-8."""
    path = b"zz/%d-%d \xff.jpg" % (number, copy)
    sha256 = digest("sha256", number)
    when = None if number % 4 else "2026-03-01T10:00:00+00:00"
    return Place(f"zz-{copy}", path, "", sha256, path, when, f"{number}:1:2:3")


def seen(number: int, analyzer: str = "zz-look", version: str = "1") -> Seen:
    """That analyzer's last word on the item."""
    return Seen(digest("sha256", number), analyzer, version, "spoke")


def of_every_kind(number: int) -> Iterator[Any]:
    """One record of every kind a case holds."""
    sha256, code = digest("sha256", number), bytes.fromhex(digest("sha256", number + 1))
    yield Exhibit(f"zz-{number}", b"/zz/\xfe%d" % number)
    yield item(number)
    yield place(number)
    yield Opened(f"zz-{number}", b"zz.zip", f"{number}")
    yield Expanded(f"zz-{number}", b"zz.zip", f"{number}", 3)
    yield Reread(f"zz-{number}", b"zz.zip", sha256, f"{number}")
    yield Failure(f"zz-{number}", b"zz", "0/1", b"zz!/\xff", "symbolic link", "zz", gap=False)
    yield seen(number)
    yield Picture(sha256, 640, 480, 1)
    yield Fingerprint(sha256, "pdq", 0, code, 100, code * 7)
    yield Finding(
        sha256, "zz", "1", "mark", "zz é", "a", "b", "weak", 0.5, ("x",), {"k": [1, None]}
    )
    yield KnownList(
        f"zz-{number}", "harmless", "", sha256, "plain", f"zz-{number}", 1, 1, {"a": 1}, {}
    )
    yield Match(sha256, f"zz-{number}", "harmless", "md5", 0, number, None)
    yield MatchRun(f"zz-{number}", 31, turns=True, upto=number)
    yield Task(sha256, 2, number, f"zz-{number}", "zz")
    reason = {"rule": "zz", "says": "zz é", "log10_lr": 0.5, "doubts": ["zz"]}
    yield Opinion(
        sha256, "camera", "weak", number % 2 == 0, number % 3 == 0, {"C1": "weak"}, (reason,), "zz"
    )
    yield TrustList(f"zz-{number}", "2026-03-01", sha256, 1, "zz\n", {"expired": number})
    yield Device(
        f"zz-{number}", "1", "zz", "zz", "", 640, 480, (sha256,), f"zz-{number}", {}, {"zz": 0.5}
    )
    yield from _grouped(number, sha256)


def _grouped(number: int, sha256: str) -> Iterator[Any]:
    other, when = digest("sha256", number + 1), "2026-03-01T10:00:00.000+00:00"
    yield Link(sha256, other, SAME_PICTURE, "pdq", 90, joins=True, says="zz é")
    yield Tie(sha256, SAME_DEVICE, f"zz-{number}", "zz")
    yield Series(f"s-{number}", 2, sha256, held=False, says="zz", facts={"exhibits": 1})
    yield Member(sha256, f"s-{number}")
    yield Cut(f"c-{number}", SAME_SESSION, 900, 20, "zz", (sha256,))
    yield Regroup(f"{number}", "split", "zz", "zz", when, "zz", (sha256,), (other,))
    yield Decision(f"{number}", sha256, "zz", "zz", when, IDENTIFIED, "zz", via=f"s-{number}")
    yield Moved(sha256, number, 2, 0, f"zz-{number}", "zz")
    yield Drawn(sha256, 7)
    yield Priorities(sha256, "zz", "zz é", "00", "00")
    yield from _at_the_desk(number, sha256)


def _at_the_desk(number: int, sha256: str) -> Iterator[Any]:
    login, when = f"zz-{number}", "2026-03-01T10:00:00.000+00:00"
    yield Mosaic(sha256, 0, 4, 2, b"\x01\x23\x45\xef")
    yield Person(login, number, "zz é", ("reviewer",), "active", "zz", "", ("{}",), login, when)
    yield AuditRecord(
        *(f"{number}", when, login, "reviewer", "zz", "reveal", sha256, 3, "zz", "done", "zz"),
        data={"k": [1, None]},
    )
    yield Claim(sha256, number, login, when)
    yield Remark(f"{number}", "note", sha256, "", "zz é", "zz", "", login, "zz", when)
    yield SecondOpinion(f"{number}", sha256, login, 2, "zz", "zz", agrees=True, when=when)
    yield Choice(login, "zz", number, "[1]", login, when)
    yield from _of_leads(number, sha256)


def _of_leads(number: int, sha256: str) -> Iterator[Any]:
    name, when = f"zz-{number}", "2026-03-01T10:00:00.000+00:00"
    yield Dataset("site", name, "", sha256, "zz é", {"k": [1, None]}, name, {}, "zz", when)
    yield Assessment(
        *(name, "category", f"L-{number}", "", "other", "zz é", "B", "3", {"k": 1}),
        *("zz", "zz", when),
    )
    yield Recipient(name, number, "XX", "age1zz", "", {}, "active", "zz", "zz", when)
    yield Package(
        *(f"p-{number}", number, 1, "XX", name, "draft", "H2", "", {"L-1": {}}, "", ""),
        *((), "zz", "zz", "zz", when),
    )


def write_for_ever(folder: Path) -> None:
    """Write acts of seven items and their places, some dropped again, until somebody ends it."""
    with_pause = opened(folder)
    for act in count(sum(1 for _ in with_pause.history())):
        with with_pause.act("zz", "write") as writing:
            writing.drop(Task)
            for number in range(act * 7, act * 7 + 7):
                writing.put(
                    [item(number), place(number), Task(digest("sha256", number), 2, 1, "zz", "zz")]
                )
        sys.stdout.write(".")
        sys.stdout.flush()


if __name__ == "__main__":
    write_for_ever(Path(sys.argv[1]))
