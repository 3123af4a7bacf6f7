"""The public object has the documented fields, and its ranks are those of an independent sort."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.evidence import CREDENTIAL
from fanal.model.failure import Failure
from fanal.model.finding import Finding
from fanal.model.item import Item
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.model.series import Member
from fanal.origin.rules import load_rules
from fanal.origin.scale import load_scale
from fanal.origin.weigh import weigh
from fanal.pipeline import facts
from fanal.pipeline.case import reading, writing
from fanal.pipeline.lists import ListFile
from makers.evidence import digests, done, fill, sha256, table, thumb
from makers.pictures import jpeg
from makers.small_case import near_hash

FIELDS = {
    "sha256": str,
    "md5": str,
    "sha1": str,
    "size": int,
    "media_type": str,
    "width": int | None,
    "height": int | None,
    "pdq": str | None,
    "pdq_quality": int | None,
    "locations": list,
    "matches": list,
    "origin": dict,
    "victim_state": str,
    "decisions": dict | None,
    "series": dict | None,
    "queue": dict | None,
    "problems": list,
}
"""The fields of `fanal items --json` as the design documents them, and their types."""
HOSTILE = [
    b"caf\xe9 \xff.jpg",
    b"line\nbreak\x1b[2J\x07.jpg",
    "photo\u202egnp.jpg".encode(),
    b"\xf0\x9f\x93\xb7.jpg",
]


@pytest.fixture
def filled(case, settings, tmp_path):
    """A case with hostile names, every kind of match and two exhibits."""
    desk = {name: thumb(n) for n, name in enumerate(HOSTILE)}
    desk |= {b"near.jpg": jpeg(seed=103), b"note.txt": b"zz", b"bad.jpg": b"\xff\xd8\xff\xe0 zz"}
    phone = {b"%d.jpg" % n: thumb(20 + n) for n in range(5)}
    rows = [(near_hash(jpeg(seed=103)), ""), ("", digests(thumb(22))[2])]
    lists = [
        ListFile(table(tmp_path / "i.csv", "pdq", "md5", rows=rows), "illegal", "bad list"),
        ListFile(
            table(tmp_path / "h.csv", "md5", rows=[(digests(thumb(23))[2],)]), "harmless", "h"
        ),
    ]
    exhibits = [fill(tmp_path / "desk", desk), fill(tmp_path / "phone", phone)]
    done(case, settings, *exhibits, lists=lists)
    return case


def objects(case):
    with reading(case) as store:
        return list(facts.items(store))


def test_every_object_has_the_documented_fields(filled):
    for item in objects(filled):
        assert list(item) == list(FIELDS)
        for name, kind in FIELDS.items():
            assert isinstance(item[name], kind), name
        for place in item["locations"]:
            assert {"exhibit", "path", "modified"} <= place.keys()
            assert place.keys() <= {"exhibit", "path", "path_hex", "inside", "modified"}
        for match in item["matches"]:
            assert {"list", "kind", "via", "distance", "entry"} <= match.keys()
            assert match["via"] in {"sha256", "sha1", "md5", "pdq"}
        looked = item["origin"].pop("looked")
        assert {"generator", "camera", "credential"} <= set(looked)
        assert item["origin"] == {
            "state": "inconclusive" if item["media_type"] == "image/jpeg" else "not_assessed",
            "grade": None,
            "propositions": [],
            "real_child_possible": True,
            "settled": False,
            "rules": None,
            "findings": [],
        }
        assert item["victim_state"] == "treat_as_real"
        if item["queue"]:
            assert list(item["queue"]) == ["step", "rank", "reason"]
        for problem in item["problems"]:
            assert list(problem) == ["analyzer", "reason", "detail"]
        assert json.loads(json.dumps(item)) == item


def test_ranks_are_those_of_an_independent_sort(filled):
    with reading(filled) as store:
        tasks = sorted(store.find(Task), key=lambda task: (task.step, task.turn))
        series = dict(store.columns(Member, "sha256", "series"))
        listed = [item["sha256"] for item in facts.queue(store)]
        first = [item["sha256"] for item in facts.queue(store, 3)]
    wanted = [task.sha256 for task in tasks]
    assert listed == wanted
    assert first == wanted[:3]
    of = {series.get(name, name): rank for rank, name in enumerate(wanted, 1)}
    queued = {item["sha256"]: item["queue"] for item in objects(filled) if item["queue"]}
    assert wanted != list(queued)
    for name, at in queued.items():
        assert at["rank"] == of[series.get(name, name)]
        alone = name in wanted
        assert at["reason"].startswith("with its representative ") is not alone
    assert len(queued) == 9 + 2


def test_a_chosen_item_is_the_same_as_among_all(filled):
    every = {item["sha256"]: item for item in objects(filled)}
    with reading(filled) as store:
        for sha, item in every.items():
            assert list(facts.items(store, among=[sha])) == [item]


def test_names_come_back_byte_for_byte(filled):
    told = {}
    for item in objects(filled):
        for place in item["locations"]:
            hexed = place.get("path_hex")
            told[item["sha256"]] = bytes.fromhex(hexed) if hexed else place["path"].encode()
    for n, name in enumerate(HOSTILE):
        assert told[sha256(thumb(n))] == name


def test_no_line_of_a_table_can_steer_a_terminal(filled):
    for item in objects(filled):
        assert facts.summary(item).isprintable()


@given(st.text())
def test_printable_text_is_printable_and_plain_text_stays(text):
    shown = facts.printable(text)
    assert shown.isprintable()
    assert not text.isprintable() or shown == text


@given(st.binary())
def test_a_name_that_is_no_text_comes_with_its_bytes(name):
    place = facts.location(Failure("17", b"zz", "", name, "zz"))
    spelt = place.get("path_hex")
    assert (bytes.fromhex(spelt) if spelt is not None else place["path"].encode()) == name


def test_problems_name_what_was_not_decoded(filled):
    problems = {item["sha256"]: item["problems"] for item in objects(filled)}
    bad = [(one["analyzer"], one["reason"]) for one in problems[sha256(b"\xff\xd8\xff\xe0 zz")]]
    assert bad.count(("perceptual", "damaged picture")) == 1
    assert bad == sorted(bad)
    assert problems[sha256(jpeg(seed=103))] == []


def test_how_a_signer_was_judged_stands_beside_what_was_found(case, settings):
    data = {"trust": "not judged", "created": ["trainedAlgorithmicMedia"], "issuer": "zz"}
    data |= {"binding": "holds", "signature": "holds", "ingredients": "none"}
    found = Finding("a" * 64, "credential", "1", CREDENTIAL, "zz", data=data)
    by = {"state": "trusted", "list": "zz list", "by": "day of judging", "at": "2026-01-02"}
    judged = Finding(
        "a" * 64,
        "credential",
        "1",
        CREDENTIAL,
        "zz",
        data=data | {"trust": "trusted", "trusted_by": by},
    )
    made = weigh("a" * 64, [judged], load_rules(), load_scale())
    with writing(case, settings) as store:
        with store.act("zz", "intake") as act:
            act.put([Item("a" * 64, "b" * 40, "c" * 32, 1, "image/png"), found, made])
        (item,) = facts.items(store)
        assert list(store.find(Opinion)) == [made]
    (told,) = item["origin"]["findings"]
    assert told["rule"] == "c2pa-generated"
    assert told["data"] == {
        **data,
        "trust": "trusted",
        "trusted_by": {"state": "trusted", "list": "zz list", "by": "day of judging"},
    }
