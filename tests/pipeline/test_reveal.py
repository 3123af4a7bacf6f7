"""A reveal is recorded, then made; whatever happens to its worker the decision stays possible."""

import pytest

from fanal.content.keypoints import installed
from fanal.engines import ENGINES
from fanal.engines.interface import Died
from fanal.model.desk import NOBODY, AuditRecord, Who
from fanal.model.finding import Picture
from fanal.model.item import Item
from fanal.pipeline.case import writing
from fanal.pipeline.exposure import revealed
from fanal.pipeline.progress import Silent
from fanal.pipeline.reveal import NotShown, Reveals, Wanted
from fanal.pipeline.reveal_work import ShowWork, believed
from fanal.pipeline.triage import triage
from fanal.pipeline.work import NotRead
from fanal.web.desk import now
from makers.evidence import fill, sha256, thumb
from makers.films import film
from makers.pictures import gif, truncated

ANNA = Who("zz-a", "Person A", ("reviewer",), "0123456789ab")
ONE = sha256(thumb(1))


class Answers:
    """An engine whose workers answer what they are told to."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def run(self, _work, batches, _seconds=0.0, _fetch=None):
        for batch in batches:
            self.asked += batch
            yield batch, tuple(self.answer for _ in batch)


@pytest.fixture
def folder(tmp_path):
    files = {b"a.jpg": thumb(1), b"b.jpg": thumb(2), b"c.gif": gif(frames=3), b"copy.jpg": thumb(1)}
    return fill(tmp_path / "17", files)


@pytest.fixture
def store(tmp_path, folder, settings):
    triage(tmp_path / "case", settings, [("17", folder)], [], Silent())
    with writing(tmp_path / "case", settings, run=False) as made:
        yield made


def of(store, settings, engine=None):
    return Reveals.of(store, settings, engine or ENGINES.get("inline")(settings), now)


def actions(store):
    records = store.find(AuditRecord, order=("act",))
    return [(one.action, one.outcome) for one in records]


def test_a_picture_is_recorded_shown_and_covered(store, settings):
    desk = of(store, settings)
    made = desk.reveal(ANNA, Wanted(ONE, 4, "decide", area=(0.0, 0.0, 0.5, 0.5)))
    assert made.preview.data.startswith(b"\xff\xd8\xff")
    assert desk.cover(ANNA, made.id, 300)
    assert actions(store) == [("reveal", "done"), ("cover", "done")]
    (record,) = store.find(AuditRecord, id=made.id)
    assert record.data == {"area": [0.0, 0.0, 0.5, 0.5]}
    assert revealed(store, [ONE, sha256(thumb(2))]) == {ONE}


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        (Wanted(ONE, 1, "decide"), 400),
        (Wanted(ONE, 6, "decide"), 400),
        (Wanted(ONE, 3, ""), 400),
        (Wanted(ONE, 3, "curiosity"), 400),
        (Wanted("a" * 64, 3, "decide"), 404),
    ],
)
def test_what_cannot_be_asked_for_is_refused_unrecorded(store, settings, wanted, status):
    engine = Answers(None)
    with pytest.raises(NotShown) as told:
        of(store, settings, engine).reveal(ANNA, wanted)
    assert told.value.status == status
    with pytest.raises(NotShown):
        of(store, settings, engine).reveal(NOBODY, Wanted(ONE, 3, "decide"))
    assert engine.asked == actions(store) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Died(), "killed the worker"),
        (Died(out_of_time=True), "took too long"),
        (b"\xff\xd8 forged", "worker died"),
        (None, "worker died"),
    ],
)
def test_a_worker_that_dies_or_lies_costs_the_picture_only(store, settings, answer, says):
    desk = of(store, settings, Answers(answer))
    with pytest.raises(NotShown, match=says) as told:
        desk.reveal(ANNA, Wanted(ONE, 5, "decide"))
    assert told.value.status == 422
    assert "decided all the same" in told.value.advice
    assert actions(store) == [("reveal", "done"), ("not shown", "done")]
    assert revealed(store, [ONE]) == set()
    assert desk.exposures.of("zz-a", now()).reveals == {}


def test_an_error_of_the_desk_costs_the_picture_and_the_log_says_so(store, settings, monkeypatch):
    monkeypatch.setattr("fanal.pipeline.reveal.located", lambda *_told: 1 // 0)
    desk = of(store, settings)
    with pytest.raises(ZeroDivisionError):
        desk.reveal(ANNA, Wanted(ONE, 4, "decide"))
    assert actions(store) == [("reveal", "done"), ("not shown", "done")]
    assert desk.exposures.of("zz-a", now()).reveals == {}


def test_a_copy_that_changed_is_passed_over_for_one_that_did_not(store, settings, folder):
    (folder / "a.jpg").write_bytes(thumb(9))
    assert of(store, settings).reveal(ANNA, Wanted(ONE, 3, "decide")).preview.width > 0
    (folder / "copy.jpg").write_bytes(truncated(thumb(1)))
    with pytest.raises(NotShown, match="no longer the one that was read"):
        of(store, settings).reveal(ANNA, Wanted(ONE, 3, "decide"))
    for name in ("a.jpg", "copy.jpg"):
        (folder / name).unlink()
    with pytest.raises(NotShown, match="no longer in exhibit 17"):
        of(store, settings).reveal(ANNA, Wanted(ONE, 3, "decide"))


def test_each_frame_is_asked_for_by_its_number(store, settings):
    (many,) = [one.sha256 for one in store.find(Picture) if one.frames == 3]
    desk = of(store, settings)
    shown = [desk.reveal(ANNA, Wanted(many, 3, "decide", n)).preview.data for n in range(3)]
    assert len(set(shown)) == 3
    with pytest.raises(NotShown, match="no such frame"):
        desk.reveal(ANNA, Wanted(many, 3, "decide", 3))


def test_a_log_that_cannot_be_written_stops_covering_and_strips_too(store, settings, monkeypatch):
    desk = of(store, settings, Answers(None))

    def full(*_told, **_more):
        raise OSError(28, "zz")

    monkeypatch.setattr(store, "act", full)
    for ask in (
        lambda: desk.reveal(ANNA, Wanted(ONE, 2, "decide")),
        lambda: desk.strip(ANNA, ONE),
        lambda: desk.waveform(ANNA, ONE),
    ):
        with pytest.raises(NotShown, match="audit log cannot be written"):
            ask()
    assert desk.engine.asked == []


@pytest.mark.skipif(not installed(), reason="opencv-python-headless is not installed")
def test_frames_of_a_video_come_from_a_worker_behind_guards(tmp_path, settings):
    data = film(tmp_path, [40] * 15 + [200] * 15)
    folder = fill(tmp_path / "18", {b"film.avi": data, b"torn.avi": data[:900]})
    settings = settings.changed({"engine": "pool", "workers": 1})
    triage(tmp_path / "case", settings, [("18", folder)], [], Silent())
    engine = ENGINES.get("pool")(settings)
    with writing(tmp_path / "case", settings, run=False) as store:
        desk = of(store, settings, engine)
        try:
            strip = desk.strip(ANNA, sha256(data))
            numbers = [one.frame for one in strip.mosaics]
            assert len(numbers) == 9
            assert 15 in numbers
            made = desk.reveal(ANNA, Wanted(sha256(data), 5, "decide", 20))
            assert (made.preview.width, made.preview.height) == (160, 120)
            assert not any(engine.guards.values()), engine.guards
            with pytest.raises(NotShown, match=r"damaged video|no such frame"):
                desk.strip(ANNA, sha256(data[:900]))
        finally:
            engine.close()
        assert actions(store)[:2] == [("frames", "done"), ("reveal", "done")]


def test_a_worker_is_started_before_anybody_asks(store, settings):
    engine = Answers(None)
    desk = of(store, settings, engine)
    desk.warm().join()
    (asked,) = engine.asked
    assert believed(asked, ShowWork()(asked)) == NotRead("changed")
    engine.run = None  # one that cannot even be asked stops nothing
    desk.warm().join()


def test_nothing_of_a_picture_is_written_into_the_case(store, settings, tmp_path):
    desk = of(store, settings)
    data = [desk.reveal(ANNA, Wanted(ONE, level, "decide")).preview.data for level in (2, 3, 4, 5)]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "case").rglob("*") if path.is_file())
    for one in data:
        assert one[200:264] not in kept
    assert store.count(Item) == 3
