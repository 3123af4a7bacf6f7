import csv
import hashlib
import io
import json

import numpy as np
import pdqhash

from fanal.demo import lists
from makers import pictures

DATA = pictures.jpeg(320, 240, 31)


def distance(one: str, other: np.ndarray) -> int:
    known = np.unpackbits(np.frombuffer(bytes.fromhex(one), np.uint8))
    return int((known != other).sum())


def test_an_entry_says_what_was_asked_and_no_more():
    whole = lists.entry(DATA, "digests and pdq", victim_identified=True)
    assert whole.md5 == hashlib.md5(DATA).hexdigest()
    assert whole.sha1 == hashlib.sha1(DATA).hexdigest()
    seen = pdqhash.compute(np.asarray(pictures.opened(DATA)))[0]
    assert distance(whole.pdq, seen) <= 2
    bare = lists.entry(DATA, "pdq", victim_identified=None)
    assert (bare.md5, bare.sha1, bare.size, bare.pdq) == ("", "", 0, whole.pdq)
    assert lists.entry(DATA, "digests", victim_identified=None).pdq == ""


def test_strangers_are_the_same_each_time_and_differ_from_list_to_list():
    one = lists.strangers(1, "zz-one")
    assert one == lists.strangers(1, "zz-one")
    others = {entry.md5 for entry in lists.strangers(1, "zz-two")}
    assert len({entry.md5 for entry in one} - others) == lists.STRANGERS


def test_files_hold_every_entry():
    entries = [
        lists.entry(DATA, "digests and pdq", victim_identified=True),
        lists.entry(DATA, "pdq", victim_identified=False),
        lists.entry(DATA, "digests", victim_identified=None),
    ]
    media = json.loads(lists.vics(entries))["value"]
    assert [row["VictimIdentified"] for row in media] == [True, False, None]
    assert [row["MD5"] is None for row in media] == [False, True, False]
    assert [len(row["AlternativeHashes"]) for row in media] == [1, 1, 0]
    rows = list(csv.DictReader(io.StringIO(lists.plain_csv(entries, victims=True).decode())))
    assert [row["victim_identified"] for row in rows] == ["true", "false", ""]
    assert [row["md5"] for row in rows] == [entry.md5 for entry in entries]
    bare = csv.DictReader(io.StringIO(lists.plain_csv(entries, victims=False).decode()))
    assert bare.fieldnames == ["md5", "sha1", "pdq"]
