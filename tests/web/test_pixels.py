"""No picture clearer than its mosaic leaves the desk without a permit, a reason and a record."""

import io
import os

import pytest
from PIL import Image

from fanal.model.desk import AuditRecord
from fanal.model.finding import Picture
from fanal.model.item import Exhibit, Item, Place
from fanal.pipeline.audit_records import Doing, enter
from fanal.pipeline.choices import choose
from fanal.pipeline.numbers import Numbers
from fanal.pipeline.progress import Silent
from fanal.pipeline.told_item import settled_by_list
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from fanal.web import pixels
from makers.desk import client, desk_on
from makers.evidence import fill
from makers.pictures import gif

REVIEWER = ("reviewer",)


@pytest.fixture
def desk(own):
    with desk_on(own) as made:
        yield made


def pictures(desk, frames=1):
    """Return the contents of plain files that no list settles, and whether one does."""
    plain = {place.sha256 for place in desk.store.find(Place) if not place.inside}
    every = [
        one.sha256
        for one in desk.store.find(Picture)
        if one.sha256 in plain and one.frames >= frames
    ]
    settled = settled_by_list(desk.store, every)
    return [one for one in every if one not in settled], sorted(settled)


def asked(desk, sha256, login="zz-a", roles=REVIEWER, **told):
    item = Numbers(desk.store).of(sha256)
    told = {"item": item, "level": 2, "purpose": "decide"} | told
    return client(desk, login, roles).post("/reveal", told)


def reveals(desk, **equal):
    return list(desk.store.find(AuditRecord, action="reveal", **equal))


def test_a_picture_is_recorded_and_shown_at_its_level(desk):
    sha256 = pictures(desk)[0][0]
    for level, mode, side in ((2, "L", 256), (3, "L", 256), (4, "L", 1600), (5, "RGB", 1600)):
        answer = asked(desk, sha256, level=level)
        assert answer.status == 200, answer.text
        with Image.open(io.BytesIO(answer.body)) as image:
            assert (image.format, image.mode) == ("JPEG", mode)
            assert max(image.size) <= side
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["content-disposition"] == "inline"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-level"] == str(level)
        (record,) = desk.store.find(AuditRecord, id=answer.headers["x-reveal"])
        assert (record.login, record.sha256, record.level) == ("zz-a", sha256, level)
        assert (record.purpose, record.outcome, record.role) == ("decide", "done", "reviewer")
        assert sha256 not in str(answer.headers)


def test_who_is_not_signed_in_sees_nothing(desk):
    assert asked(desk, pictures(desk)[0][0], login="").status == 401
    assert not reveals(desk)


def test_whose_roles_do_not_allow_it_sees_nothing(desk):
    sha256 = pictures(desk)[0][0]
    item = Numbers(desk.store).of(sha256)
    for role in ("auditor", "importer", "exporter"):
        answer = asked(desk, sha256, roles=(role,))
        assert answer.status == 403
        assert answer.headers["content-type"].startswith("application/json")
        for path in ("/frames", "/sound", "/covered"):
            assert client(desk, "zz-a", (role,)).post(path, {"item": item}).status == 403
    assert not reveals(desk, outcome="done")


def test_there_is_no_picture_by_any_other_method(desk):
    item = Numbers(desk.store).of(pictures(desk)[0][0])
    query = f"item={item}&level=5&purpose=decide"
    for path in ("/reveal", "/frames", "/covered", "/sound"):
        for method in ("GET", "HEAD", "PUT"):
            headers = {"origin": "http://localhost:8417"}
            answer = client(desk, "zz-a").ask(method, f"{path}?{query}", b"", headers)
            assert answer.status == 405, (method, path)
            assert "image" not in answer.headers.get("content-type", "")
    assert not reveals(desk)


FORGED = (
    *({"level": level} for level in (0, 1, 6, 99, -1, "5 ", "five", 2.5, True, None, [2])),
    *({"purpose": purpose} for purpose in ("", "curiosity", None, 7, "x" * 99)),
    *({"area": area, "level": 4} for area in ([0, 0, 1, 1], [0, 0, 0.6, 0.6], "all", [1])),
    {"area": [0, 0, 0.5, 0.5], "level": 3},
    *({"frame": frame} for frame in (-1, "x", 10**12, 1.5)),
    *({"item": item} for item in ("0" * 16, "", None, 7, ["x"], "../../etc/passwd")),
)


def test_forged_requests_are_refused(desk):
    sha256 = pictures(desk)[0][0]
    for forged in FORGED:
        answer = asked(desk, sha256, **forged)
        assert answer.status in {400, 404}, forged
        assert answer.headers["content-type"].startswith("application/json")
    assert not reveals(desk, outcome="done")


def test_the_digest_of_a_content_opens_nothing(desk):
    sha256 = pictures(desk)[0][0]
    assert asked(desk, sha256, item=sha256).status == 404
    assert asked(desk, sha256, item=sha256[:16]).status == 404


def test_an_item_of_another_case_is_refused(desk):
    number = f"{int(Numbers(desk.store).of(pictures(desk)[0][0]), 16) ^ 1:016x}"
    assert asked(desk, pictures(desk)[0][0], item=number).status == 404


def test_a_request_of_another_site_shows_nothing(desk):
    item = Numbers(desk.store).of(pictures(desk)[0][0])
    told = {"item": item, "level": 2, "purpose": "decide"}
    for headers in ({"origin": "http://evil.example"}, {"sec_fetch_site": "cross-site"}):
        assert client(desk, "zz-a", REVIEWER).post("/reveal", told, **headers).status == 403
    assert not reveals(desk)


def test_a_request_that_is_sent_again_is_another_record(desk):
    sha256 = pictures(desk)[0][0]
    answers = [asked(desk, sha256) for _ in range(3)]
    assert len({answer.headers["x-reveal"] for answer in answers}) == 3
    assert len(reveals(desk, outcome="done", sha256=sha256)) == 3


def test_where_the_record_cannot_be_written_nothing_is_shown(desk, monkeypatch):
    sha256 = pictures(desk)[0][0]
    decoded = []
    monkeypatch.setattr(desk.engine, "run", lambda *_told: decoded.append(1))
    whole = desk.store.act

    def full(*_told, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(desk.store, "act", full)
    answer = asked(desk, sha256, level=5)
    assert answer.status == 503
    assert "audit log cannot be written" in answer.facts["error"]
    assert decoded == []
    monkeypatch.undo()
    assert desk.store.act == whole
    assert asked(desk, sha256).status == 200  # once it can be again


def test_it_is_recorded_before_anything_is_read(desk, monkeypatch):
    order = []
    room = pixels.reveals(desk)
    monkeypatch.setattr(desk, "of", lambda made: room if made is pixels.reveals else made(desk))
    run, act = desk.engine.run, desk.store.act
    monkeypatch.setattr(desk.engine, "run", lambda *told: order.append("read") or run(*told))
    monkeypatch.setattr(
        desk.store, "act", lambda *told, **more: order.append("written") or act(*told, **more)
    )
    assert asked(desk, pictures(desk)[0][0]).status == 200
    assert order == ["written", "read"]


def test_above_the_cap_nothing_is_shown_and_the_auditor_is_told(desk):
    sha256 = pictures(desk)[0][0]
    person = client(desk, "zz-b", ("supervisor",))
    assert person.secret
    who = desk.sessions.find(person.secret).who
    choose(desk.store, who, "cap", 3)
    assert asked(desk, sha256, level=3).status == 200
    answer = asked(desk, sha256, level=4)
    assert answer.status == 403
    assert "level 3" in answer.facts["error"]
    (record,) = reveals(desk, outcome="refused")
    assert (record.level, record.sha256) == (4, sha256)


def test_what_a_list_settles_is_shown_to_check_the_list_only(desk):
    settled = pictures(desk)[1]
    assert settled
    answer = asked(desk, settled[0])
    assert answer.status == 403
    assert "list" in answer.facts["error"]
    (record,) = reveals(desk, outcome="refused")
    assert record.sha256 == settled[0]
    assert asked(desk, settled[0], purpose="check a list").status == 200


def test_31_pictures_a_minute_are_too_many_and_the_log_says_so_once(desk):
    sha256 = pictures(desk)[0][0]
    who = desk.sessions.find(client(desk, "zz-a", REVIEWER).secret).who
    for _ in range(30):
        enter(desk.store, who, Doing("reveal", "", sha256, 2, "decide"))
    for _ in range(5):
        answer = asked(desk, sha256)
        assert answer.status == 429
    assert len(reveals(desk, outcome="refused")) == 1
    assert asked(desk, sha256, login="zz-other").status == 200  # nobody else has to wait


def test_what_another_desk_wrote_counts_too(desk):
    sha256 = pictures(desk)[0][0]
    assert asked(desk, sha256).status == 200
    seen = client(desk, "zz-a", REVIEWER).get("/exposure").facts
    assert seen["reveals"] == {"2": 1}
    who = desk.sessions.find(client(desk, "zz-a", REVIEWER).secret).who
    enter(desk.store, who, Doing("reveal", "", sha256, 5, "decide"))
    seen = client(desk, "zz-a", REVIEWER).get("/exposure").facts
    assert seen["reveals"] == {"2": 1, "5": 1}
    assert (seen["cap"], seen["most"], seen["break_due"]) == (5, 240, False)


def test_a_picture_is_covered_once_and_by_who_saw_it(desk):
    answer = asked(desk, pictures(desk)[0][0])
    reveal = answer.headers["x-reveal"]
    told = {"reveal": reveal, "milliseconds": 250}
    other = client(desk, "zz-b", REVIEWER).post("/covered", told)
    assert other.facts == {"covered": False}
    assert client(desk, "zz-a", REVIEWER).post("/covered", told).facts == {"covered": True}
    assert client(desk, "zz-a", REVIEWER).post("/covered", told).facts == {"covered": False}
    (record,) = desk.store.find(AuditRecord, action="cover")
    assert (record.milliseconds, record.data["reveal"]) == (250, reveal)


def test_nobody_was_shown_a_picture_for_longer_than_since(desk):
    reveal = asked(desk, pictures(desk)[0][0]).headers["x-reveal"]
    told = {"reveal": reveal, "milliseconds": 80_000_000}
    assert client(desk, "zz-a", REVIEWER).post("/covered", told).facts == {"covered": True}
    (record,) = desk.store.find(AuditRecord, action="cover")
    assert record.milliseconds < 20_000


def test_evidence_that_is_gone_is_told_in_one_sentence_and_recorded(desk, tmp_path, monkeypatch):
    sha256 = pictures(desk)[0][0]
    roots = [os.fsdecode(one.root) for one in desk.store.find(Exhibit)]
    monkeypatch.setattr("os.path.lexists", lambda _path: False)
    answer = asked(desk, sha256)
    assert answer.status == 422
    assert "not there now" in answer.facts["error"]
    assert not any(root in answer.text for root in roots)
    (record,) = desk.store.find(AuditRecord, action="not shown")
    (first,) = reveals(desk, outcome="done")
    assert record.data["reveal"] == first.id
    assert client(desk, "zz-a", REVIEWER).get("/exposure").facts["reveals"] == {}


def test_frames_of_an_animation_are_mosaics(tmp_path):
    evidence = fill(tmp_path / "evidence", {b"zz.gif": gif(frames=4)})
    told = Settings(engine="inline", home=str(tmp_path / "home"))
    triage(tmp_path / "case", told, [("", evidence)], (), Silent())
    with desk_on(tmp_path / "case") as desk:
        (picture,) = desk.store.find(Picture)
        item = Numbers(desk.store).of(picture.sha256)
        found = client(desk, "zz-a", REVIEWER).post("/frames", {"item": item}).facts["frames"]
    assert [one["n"] for one in found] == [0, 1, 2, 3]
    assert len({one["tile"] for one in found}) == 4
    assert all(one["tile"].startswith("data:image/bmp;base64,") for one in found)


def test_frames_of_what_a_list_settles_are_not_shown(desk):
    ((settled, *_), (plain, *_)) = pictures(desk)[::-1]
    for sha256, status in ((settled, 403), (plain, 200)):
        item = Numbers(desk.store).of(sha256)
        answer = client(desk, "zz-a", REVIEWER).post("/frames", {"item": item})
        assert (answer.status, b"data:" in answer.body) == (status, status == 200)


def test_a_sound_that_is_none_has_no_waveform(desk):
    text = next(one for one in desk.store.find(Item) if not one.media_type.startswith("image/"))
    item = Numbers(desk.store).of(text.sha256)
    answer = client(desk, "zz-a", REVIEWER).post("/sound", {"item": item})
    assert answer.status == 422
    assert asked(desk, text.sha256).status == 422
