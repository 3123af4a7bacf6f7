"""A worker is believed as far as its answers are about what was asked, and of the right kinds."""

from dataclasses import replace

import pytest

from fanal.engines.interface import Died
from fanal.model.evidence import extent
from fanal.model.finding import Finding, Fingerprint, Mosaic, Picture, Seen
from fanal.model.item import Item, MemoryBody
from fanal.pipeline.sound import UNSOUND, believed, read, sound
from fanal.pipeline.work import LookTask, NotRead
from makers.evidence import digests

ASKED, OTHER = "a" * 64, "b" * 64
VERSIONS = {"zz": "1"}
TASK = LookTask(ASKED, "image/png", MemoryBody(b""), "", ("zz",))
SEEN = Seen(ASKED, "zz", "1", "spoke")
HASH = Fingerprint(ASKED, "pdq", 0, bytes(32), 50, bytes(224))
MOSAIC = Mosaic(ASKED, 0, 5, 3, bytes(8))
FINDING = Finding(ASKED, "zz", "1", "k", "says", log10_lr=2, doubts=("d",), data={"a": [1]})


def test_honest_answers_are_taken_as_they_are():
    rests = {"bytes": [extent(1, 2, "ab" * 32)], "sensitive": {"prompt": "zz"}}
    told = (FINDING, replace(FINDING, log10_lr=None, data=rests))
    answer = (Picture(ASKED, 2, 3, 1), HASH, replace(HASH, turned=b""), MOSAIC, *told, SEEN)
    assert believed(TASK, answer, VERSIONS) is answer
    assert believed(TASK, (), VERSIONS) == ()


@pytest.mark.parametrize(
    "record",
    [
        replace(SEEN, sha256=OTHER),
        replace(SEEN, analyzer="yy"),
        replace(SEEN, version="2"),
        replace(SEEN, outcome=None),
        replace(SEEN, reason=b"bytes"),
        replace(HASH, value=bytes(31)),
        replace(HASH, turned=bytes(3)),
        replace(HASH, quality="50"),
        replace(HASH, frame=1 << 70),
        replace(HASH, frame=True),
        replace(MOSAIC, sha256=OTHER),
        replace(MOSAIC, frame=-1),
        replace(MOSAIC, columns=0),
        replace(MOSAIC, columns=33),
        replace(MOSAIC, rows=33, grey=bytes(83)),
        replace(MOSAIC, rows=-3),
        replace(MOSAIC, grey=bytes(7)),
        replace(MOSAIC, grey=bytes(9)),
        replace(MOSAIC, grey="text"),
        replace(FINDING, analyzer="yy"),
        replace(FINDING, data={"a": {1, 2}}),
        replace(FINDING, data=[1]),
        replace(FINDING, doubts=("d", 1)),
        replace(FINDING, log10_lr="2"),
        replace(FINDING, log10_lr=1 << 2000),
        replace(FINDING, log10_lr=float("nan")),
        replace(FINDING, log10_lr=float("inf")),
        replace(FINDING, data={"sensitive": ["zz"]}),
        replace(FINDING, data={"bytes": 7}),
        replace(FINDING, data={"bytes": ["zz"]}),
        replace(FINDING, data={"bytes": [{"offset": 1, "length": 2}]}),
        replace(FINDING, data={"bytes": [extent(1, -2, "ab" * 32)]}),
        replace(FINDING, data={"bytes": [extent(1, 2, "ab")]}),
        Picture(ASKED, 2, 3, None),
        Item(ASKED, "s", "m", 1, "image/png"),
        "text",
        None,
    ],
    ids=repr,
)
def test_one_lie_spoils_the_answer(record):
    (told,) = believed(TASK, (SEEN, record), VERSIONS)
    assert (told.sha256, told.analyzer, told.outcome, told.reason) == (
        ASKED,
        "zz",
        "failed",
        UNSOUND,
    )


@pytest.mark.parametrize("answer", [None, 3, [SEEN], SEEN, NotRead("x")], ids=repr)
def test_what_is_no_answer_at_all_is_a_failure(answer):
    assert [told.reason for told in believed(TASK, answer, VERSIONS)] == [UNSOUND]


def test_a_field_that_is_not_there_is_not_sound():
    assert not sound(Seen.__new__(Seen))


def item(**changed):
    sha256, sha1, md5 = digests(b"zz")
    return replace(Item(sha256, sha1, md5, 2, "text/plain"), **changed)


def test_digests_are_taken_where_they_are_digests():
    assert read(item()) == item()
    assert read(NotRead("not readable", "zz")) == NotRead("not readable", "zz")
    assert read(Died(out_of_time=True)) == Died(out_of_time=True)


@pytest.mark.parametrize(
    "answer",
    [
        item(sha256="A" * 64),
        item(sha1="a" * 64),
        item(md5=None),
        item(size=-(1 << 64)),
        item(size=-1),
        item(size="2"),
        item(media_type=b"x"),
        NotRead(None),
        Died("yes"),
        "text",
        None,
        (),
    ],
    ids=repr,
)
def test_digests_that_are_none_are_a_failure(answer):
    assert read(answer).reason == "worker died"
