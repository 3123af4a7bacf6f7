"""The audit log at the desk: filters, views, hand-outs; no pixel, and reading it is recorded."""

import csv
import hashlib
import io
import json
import re

import pytest

from fanal.custody.sign import is_signed
from fanal.model.decision import NO_REAL_PERSON
from fanal.model.desk import AuditRecord, Who
from fanal.model.item import Item
from fanal.pipeline.audit_records import REFUSED, Doing, enter
from fanal.web.audit import chain
from fanal.web.numbers import numbers
from makers.deciding import says
from makers.desk import client, desk_on

AUDITOR = ("auditor",)
HOSTILE = '=HYPERLINK("http://evil.example")'
ONE = Who("zz-one", "Person One", ("reviewer",), "s1")


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


@pytest.fixture
def content(desk):
    (sha256, *_) = (one for (one,) in desk.store.columns(Item, "sha256", order=("sha256",)))
    enter(desk.store, ONE, Doing("reveal", "level 4 was shown", sha256, 4, "decide"))
    enter(desk.store, ONE, Doing("cover", "covered", sha256, 4, milliseconds=90_000))
    enter(desk.store, ONE, Doing("reveal", HOSTILE, sha256, 5, outcome=REFUSED))
    return sha256


def read(desk, query: str = "", roles: tuple[str, ...] = AUDITOR) -> dict:
    return client(desk, "zz-audit", roles).get(f"/audit{query}", accept="application/json").facts


def test_reading_is_recorded_before_it_is_answered(desk, content):
    facts = read(desk, "?denied=1")
    (made,) = desk.store.find(AuditRecord, action="read the log")
    assert (made.login, made.data["filters"]) == ("zz-audit", {"denied": "1"})
    assert [one["outcome"] for one in facts["rows"]] == ["refused"]
    client(desk, "zz-audit", AUDITOR).form("/audit/export", {"form": "csv"})
    assert desk.store.count(AuditRecord, action="export the log") == 1


def test_filters_choose(desk, content):
    number = desk.of(numbers).of(content)
    person = hashlib.sha256(b"zz-one").hexdigest()[:12]
    assert read(desk)["total"] == 4
    assert read(desk, f"?item={number}")["total"] == 3
    assert read(desk, "?action=cover")["total"] == 1
    assert read(desk, f"?person={person}&level=5")["total"] == 1
    assert read(desk, "?since=2999-01-01")["total"] == 0
    assert read(desk, "?until=2020-01-01")["total"] == 0
    assert read(desk, "?view=undecided")["total"] == 1
    assert read(desk, "?view=denied")["total"] == 1
    says(desk.store, "Person One", "treat_as_real", content, login="zz-one")
    assert read(desk, "?view=undecided")["total"] == 0
    auditor = client(desk, "zz-audit", AUDITOR)
    wrong = ("level=9", "since=1", "view=zz", f"item={'0' * 16}", "person=zz", "action=" + "z" * 41)
    for query in wrong:
        assert auditor.get(f"/audit?{query}").status in {400, 404}, query


def test_the_columns_say_who_did_what(desk, content):
    row = read(desk, "?action=cover")["rows"][0]
    assert row["item"] == desk.of(numbers).of(content)
    assert (row["person"], row["session"], row["roles"]) == ("zz-one", "s1", "reviewer")
    assert (row["level"], row["milliseconds"], row["outcome"]) == (4, 90_000, "done")
    assert content not in json.dumps(row)
    (leaf,) = (one for one in desk.store.history() if one.number == row["number"])
    assert leaf.actor == "Person One"


def test_exposure_is_for_welfare_and_not_for_pace(desk, content):
    (row,) = read(desk, "?view=exposure")["exposure"]
    assert row == {
        "person": "zz-one",
        "levels": [0, 0, 1, 0],
        "minutes": 1.5,
        "days": 1,
        "most": 1.5,
    }
    text = client(desk, "zz-audit", AUDITOR).get("/audit?view=exposure").text
    assert "zz-one" in text


def test_an_auditor_sees_no_pixel(desk, content):
    auditor, number = client(desk, "zz-audit", AUDITOR), desk.of(numbers).of(content)
    for view in ("all", "exposure", "undecided", "hours", "denied", "bulk"):
        answer = auditor.get(f"/audit?view={view}")
        assert answer.status == 200
        assert not re.search(r"<img|<canvas|data:image|/item/", answer.text), view
    for path in (f"/item/{number}", "/queue", "/second", "/inbox"):
        assert auditor.get(path).status in {403, 404}, path
    told = {"item": number, "level": 2, "purpose": "decide"}
    assert auditor.post("/reveal", told).status in {403, 404}


def test_only_supervisors_and_auditors_read_it(desk, content):
    for roles in (("reviewer",), ("exporter",), ("importer",)):
        for answer in (
            client(desk, "zz-x", roles).get("/audit"),
            client(desk, "zz-x", roles).post("/audit/export", {}),
            client(desk, "zz-x", roles).post("/audit/check", {}),
        ):
            assert answer.status == 403
    assert desk.store.count(AuditRecord, action="read the log") == 0


def test_whoever_is_asked_for_an_opinion_finds_none_in_the_log(desk, content):
    says(desk.store, "Anna Zz", NO_REAL_PERSON, content, login="zz-anna")
    anna = Who("zz-anna", "Anna Zz", ("reviewer",), "s2")
    enter(desk.store, anna, Doing("decide", "said so", content, data={"after": NO_REAL_PERSON}))
    page = client(desk, "zz-s", ("supervisor",))
    for answer in (
        page.get("/audit?action=decide"),
        page.form("/audit/export", {"action": "decide"}),
    ):
        assert answer.status == 200
        assert NO_REAL_PERSON not in answer.text
        assert "told after your own opinion" in answer.text
    assert NO_REAL_PERSON in client(desk, "zz-audit", AUDITOR).get("/audit?action=decide").text


def test_nor_where_it_was_said_of_many_at_once(desk, content):
    other = next(one for (one,) in desk.store.columns(Item, "sha256") if one != content)
    id_ = says(desk.store, "Anna Zz", NO_REAL_PERSON, content, other, login="zz-anna").id
    anna = Who("zz-anna", "Anna Zz", ("reviewer",), "s2")
    told = {"id": id_, "after": NO_REAL_PERSON, "reason": "zz-first-reason", "contents": 2}
    enter(desk.store, anna, Doing("decide", "said so", data=told))
    page = client(desk, "zz-s", ("supervisor",))
    person = hashlib.sha256(b"zz-anna").hexdigest()[:12]
    for query, count in (("?action=decide", 1), (f"?action=decide&person={person}", 0)):
        rows = page.get(f"/audit{query}", accept="*/*").facts["rows"]
        assert [one["person"] for one in rows] == [""] * count
        assert "zz-first-reason" not in page.get(f"/audit{query}").text
    answer = page.form("/audit/export", {"person": person})
    assert "zz-first-reason" not in answer.text
    end = json.loads(answer.body.splitlines()[-1])
    chosen = {"view": "all", "person": "zz-anna", "contents_held_back": 2}
    assert json.loads(end["chosen"]) == chosen


def signed(end: dict) -> bytes:
    """Return what the guide says is signed of a log that was handed out."""
    names = ("case", "chosen", "head", "records", "sha256", "size")
    return "".join(f"{one}\n" for one in ("fanal audit export", *(end[n] for n in names))).encode()


def test_json_lines_are_signed(desk, content):
    answer = client(desk, "zz-audit", AUDITOR).form("/audit/export", {"form": "jsonl"})
    body, _, last = answer.body.rstrip(b"\n").rpartition(b"\n")
    body += b"\n"
    end, lines = json.loads(last), [json.loads(one) for one in body.splitlines()]
    assert end["sha256"] == hashlib.sha256(body).hexdigest()
    assert end["records"] == len(lines) == desk.store.count(AuditRecord)
    assert is_signed(signed(end), end["key"], end["signature"])
    assert not is_signed(signed(end | {"chosen": "{}"}), end["key"], end["signature"])
    assert end["key"] == desk.store.head().key
    assert lines[0]["action"] == "reveal"
    assert [one["number"] for one in lines] == sorted(one["number"] for one in lines)


def test_csv_runs_no_formula_and_is_signed(desk, content):
    answer = client(desk, "zz-audit", AUDITOR).form("/audit/export", {"form": "csv"})
    assert "attachment" in answer.headers["content-disposition"]
    body, _, last = answer.body.removesuffix(b"\r\n").rpartition(b"\r\n")
    body += b"\r\n"
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[2]["says"] == "'=HYPERLINK(\"'http://evil.example\")" or rows[2]["says"][0] == "'"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell]
    cells = next(csv.reader(io.StringIO(last.decode())))
    end = dict(zip(cells[::2], cells[1::2], strict=True))
    assert end["sha256"] == hashlib.sha256(body).hexdigest()
    assert is_signed(signed(end), end["key"], end["signature"])
    assert not is_signed(signed(end | {"chosen": "{}"}), end["key"], end["signature"])


def test_the_banner_says_how_far_the_log_was_checked(desk, content):
    read(desk)
    found = desk.of(chain).wait()
    assert found.differs == ""
    text = client(desk, "zz-audit", AUDITOR).get("/audit").text
    assert f"Verified to record {found.number:,} at {found.when[11:16]} UTC" in text


def test_pages_hold_part_of_the_log(desk, content):
    with desk.store.act("zz", "desk") as act:
        act.put(
            AuditRecord(
                f"zz-{n:04}", "2026-03-01T03:00:00+00:00", *[""] * 3, "zz", "", 0, "", "done", ""
            )
            for n in range(250)
        )
    first, second = read(desk, "?action=zz"), read(desk, "?action=zz&from=200")
    assert (first["total"], len(first["rows"]), len(second["rows"])) == (250, 100, 50)
    text = client(desk, "zz-audit", AUDITOR).get("/audit?action=zz&from=100").text
    assert "Earlier records" in text
    assert "Later records" in text
