"""Canonical tables of a made-up site, and a case that holds some of its media."""

from pathlib import Path

import numpy as np

from fanal.leads.calculator import Calculator
from fanal.leads.naming import lead_id
from fanal.leads.opening import TABLES, open_sites
from fanal.model import evidence
from fanal.model.decision import IDENTIFIED, Decision
from fanal.model.finding import Finding, Fingerprint
from fanal.model.item import Exhibit, Item, Place
from fanal.model.known import Match
from fanal.model.opinion import Opinion
from fanal.model.series import Member, Series
from makers.cases import digest, item

SITE = "zz-site"
MODEL = digest("sha256", 900)
PERSONS = {"1": "1", "2": "2", "3": "1"}
"""Account → the smallest account of its person."""


def code(seed, flips=0):
    """A PDQ hash, half of whose bits are set, with some pairs of bits changed."""
    bits = np.zeros(256, np.uint8)
    bits[np.random.default_rng(seed).permutation(256)[:128]] = 1
    on, off = np.flatnonzero(bits == 1), np.flatnonzero(bits == 0)
    bits[on[:flips]], bits[off[:flips]] = 0, 1
    return np.packbits(bits).tobytes()


MEDIA = [
    {"media": "m1", "sha256": digest("sha256", 1), "series_said": "zz-a"},
    {"media": "m2", "sha1": digest("sha1", 2).upper()},
    {"media": "m3", "md5": digest("md5", 3)},
    {"media": "m4", "pdq": code(4, 5).hex(), "basis": "known_real"},
    {"media": "m5", "sha256": digest("sha256", 5), "model": "zz-model.safetensors"},
    {"media": "m6", "series_said": "zz-b", "basis": "ai_confirmed"},
    {"media": "m7"},
    {"media": "m8", "sha256": digest("sha256", 77), "md5": digest("md5", 3)},
    {"media": "m9", "pdq": "00" * 31 + "01"},
]
EVENTS = [
    ("1", "m1", "view", 10),
    ("1", "m1", "download", 11),
    ("3", "m2", "view", 12),
    ("1", "m3", "upload", 13),
    ("1", "m4", "view", 14),
    ("1", "m5", "generate", 15),
    ("1", "m6", "view", 16),
    ("1", "m8", "view", 17),
    ("1", "gone", "view", 18),
    ("2", "m9", "view", 19),
    ("2", "m7", "bought", 20),
]
LOGINS = [("1", "ok", 1), ("1", "failed", 2), ("1", None, 3), ("2", "ok", 4)]
PAYMENTS = [("2", "ok", 5), ("2", "failed", 6), ("1", "refunded", 7)]


def _at(hour):
    return f"2026-01-01T{hour:02}:00:00"


def tables():
    """Canonical table → rows, each a mapping of what is not NULL."""
    return {
        "media": MEDIA,
        "media_event": [
            {"account": who, "media": what, "kind": kind, "ts": _at(hour)}
            for who, what, kind, hour in EVENTS
        ],
        "login": [
            {"account": who, "outcome": told, "ts": _at(hour), "ip": f"240.0.0.{hour}"}
            for who, told, hour in LOGINS
        ],
        "payment": [
            {"account": who, "status": told, "ts": _at(hour), "method": "card"}
            for who, told, hour in PAYMENTS
        ],
    }


def write_site(calculator, folder, given):
    """Write the canonical tables of a site; row n of a table lies at byte 100 n."""
    for table, rows in given.items():
        told = [
            {"artefact": 0, "raw_table": f"raw {table}", "ref": 100 * at, "size": 90, **row}
            for at, row in enumerate(rows)
        ]
        names = [name for name, _ in TABLES[table]]
        calculator.give("zz", {name: [_text(row.get(name)) for row in told] for name in names})
        calculator.write("SELECT * FROM zz", folder / f"{table}.parquet")


def _text(value):
    return None if value is None else str(value)


def open_persons(calculator, case_id, folder: Path, given=None):
    """Open a site whose persons are known."""
    write_site(calculator, folder, given or tables())
    open_sites(calculator, {SITE: folder})
    leads = [lead_id(case_id, SITE, smallest) for smallest in PERSONS.values()]
    rows = {"site": [SITE] * len(leads), "account": [*PERSONS], "lead": leads}
    calculator.give("person", rows)


def fill(store):
    """Write contents 1 to 5 and a model file, each at a place, with what is known of them."""
    series, when = Series("s-1", 2, digest("sha256", 1), held=False, says="zz"), "2026-03-01"
    decided = Decision("d-1", digest("sha256", 3), "zz", "zz", when, IDENTIFIED, "zz")
    with store.act("zz", "intake") as act:
        act.put([Exhibit("17", b"/zz"), Exhibit("server", b"/zs")])
        for number in range(1, 6):
            path = b"zz/%d" % number
            act.put([item(number)])
            for exhibit in ("17", "server")[number % 2 :]:
                told = (exhibit, path, "", digest("sha256", number), path, None, "zz")
                act.put([Place(*told)])
        act.put([Item(MODEL, "1" * 40, "1" * 32, 9, "application/x-safetensors")])
        act.put([Place("17", b"m", "", MODEL, b"zz-model.safetensors", None, "zz")])
        act.put([Finding(MODEL, "zz", "1", evidence.MODEL_FILE, "zz", data={})])
        act.put([series, Member(digest("sha256", 1), "s-1"), Member(digest("sha256", 2), "s-1")])
        value = code(4)
        act.put([Fingerprint(digest("sha256", 4), "pdq", 0, value, 100, value * 7)])
        act.put(
            [Opinion(digest("sha256", 5), "generator", "strong", settled=True, real_child=False)]
        )
        act.put([Match(digest("sha256", 2), "zz", "unidentified", "sha1", 0, 1)])
        act.put([decided])


def calculator(folder):
    """A calculator over a folder that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return Calculator(folder, threads=1, memory="500MB")
