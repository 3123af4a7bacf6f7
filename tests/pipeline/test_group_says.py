"""The sentences of series name what holds them together, who said so, and what was cut."""

import pytest

from fanal.model.series import LINK_KINDS, SAME_DEVICE, SAME_PICTURE, SAME_SESSION, Regroup
from fanal.pipeline.group_says import Told, counted, cut_says, event_says, says

EVENTS = {
    "r-1": Regroup("r-1", "split", "Abe", "zz-abe", "2026-03-01T10:00:00", "no"),
    "r-2": Regroup("r-2", "merge", "Zoe", "zoe", "2026-03-02T10:00:00", "one room"),
}


def told(*, held=False, size=12, **facts):
    return says(Told(size, held, {"exhibits": 1, "kinds": {}} | facts), EVENTS)


def test_links_are_counted_by_kind():
    assert told(kinds={SAME_PICTURE: 1, SAME_SESSION: 1200}) == (
        "12 contents on 1 exhibit: same picture (1 link), same session (1,200 links)"
    )
    assert told() == "12 contents on 1 exhibit: they hung on the same contents"


def test_a_person_s_word_goes_before_links():
    assert told(held=True, kinds={SAME_PICTURE: 1}, event="r-2") == (
        "12 contents on 1 exhibit: put together by Zoe on 2026-03-02 (one room)"
    )
    assert told(held=True, event="r-2", against="r-1").endswith(
        ", although Abe said otherwise in r-1"
    )
    assert event_says(EVENTS["r-1"]) == "set apart by Abe (login zz-abe) on 2026-03-01 (no)"


def test_what_is_held_cut_or_proposed_is_said():
    text = told(
        held=True,
        kinds={SAME_PICTURE: 11},
        cut="c-1",
        part=1200,
        proposed={"count": 2, "first": []},
    )
    assert "; part 1,200 of c-1, which hung together and was cut" in text
    assert "; a person decided in it, so nothing joins or leaves it by itself" in text
    assert text.endswith("; 2 contents proposed to join")


@pytest.mark.parametrize("kind", LINK_KINDS)
def test_every_kind_of_cut_has_its_reason(kind):
    text = cut_says(kind, 2310, 61, 20_000)
    assert text.startswith(f"2,310 contents hang together, most by the link {kind!r}")
    assert "more than a tenth of the case: taken apart into 61 parts" in text
    assert text.endswith(("does this", "do this"))


def test_in_a_small_case_a_sheet_is_the_bound():
    assert "more than a sheet of 48 shows" in cut_says(SAME_DEVICE, 49, 2, 60)


def test_one_is_not_many():
    assert (counted(1, "content"), counted(0, "content"), counted(2000, "content")) == (
        *("1 content", "0 contents", "2,000 contents"),
    )
