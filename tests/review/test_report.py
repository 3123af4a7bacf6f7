import re
from dataclasses import replace

import pytest

from fanal.review.order import STEPS
from fanal.review.report import FIRST_ASIDE, render
from fanal.review.report_facts import (
    IN_PART,
    NOT_DECODED,
    NOT_READ,
    Crossed,
    Custody,
    Decided,
    Funnel,
    ListRead,
    NotDone,
    Open,
    Origin,
    Planted,
    Report,
    Source,
    Spot,
    Step,
    Undone,
)
from makers.pages import Page

EVIL = "\"><script>alert(1)</script><img src=//zz-test.invalid onerror=x>\u202e\x1b]0;\x07'{{7*7}}"
HEX = "ab" * 32


def report(text="zz-test-0001", **changes):
    """A report of a case in which every text is the same."""
    items = {1: 0, 2: 7, 3: 0, 4: 3, 5: 1, 6: 2, 7: 4, 8: 5}
    steps = tuple(
        Step(number, name, items[number], ((text, items[number]),) if items[number] else (), 0)
        for number, name in STEPS.items()
    )
    made = Report(
        case_id="11111111-2222-3333-4444-555555555555",
        made="2026-03-01T12:00:00+00:00",
        version="0.1.0",
        settings={"radius": text},
        warnings=(text,),
        funnel=Funnel(1234, 40, 20, 5, 15, 22, 11, 11),
        steps=steps,
        sources=(Source(text, 1234, 40, 5_000_000, 30, 10, 2, 3),),
        lists=(
            ListRead(
                text, "illegal", text, "plain", text, HEX, 9, 8, ((text, 1),), 6, 4, 31, turns=True
            ),
        ),
        distances=((0, 2), (10, 2)),
        origin=Crossed(
            ("illegal", "on no list"),
            (Origin("camera", 7, (2, 5)), Origin("made_from_picture", 9, (0, 9))),
            3,
        ),
        not_done=NotDone(
            (
                Undone(text, NOT_READ, text, 3, gap=True),
                Undone(text, NOT_DECODED, "damaged picture", 8, gap=True),
                Undone(text, IN_PART, "decoded in part", 2, gap=True),
            ),
            0,
            (Spot(text, text, 0, "ff00", NOT_READ, text, text, HEX),),
            12,
        ),
        planted=(Planted(text, 2, 6, 6, text),),
        custody=Custody(
            5,
            ((text, 5),),
            ((text, 5),),
            "2026",
            "2026",
            HEX,
            HEX,
            HEX,
            is_signed=True,
            is_at_rest=True,
            seals=True,
        ),
        decided=Decided(((text, 3),), 2, 1, (Open(HEX, text),)),
    )
    return replace(made, **changes)


@pytest.fixture(scope="module")
def plain():
    return Page(render(report()))


def test_what_people_decided_is_told(plain):
    text = "".join(plain.text().split())
    assert "waitsforasecondperson2peopledisagree1" in text
    assert HEX[:16] in plain.text()
    assert "Nobody has decided anything yet." in Page(render(report(decided=Decided()))).text()


@pytest.mark.parametrize("text", ["zz-test-0001", EVIL])
def test_the_page_needs_and_runs_nothing(text):
    html = render(report(text))
    page = Page(html)
    assert not page.names() & {"script", "img", "link", "iframe", "object", "form", "base", "video"}
    assert all(ref.startswith("#") for ref in page.refers())
    assert not [name for _, held in page.tags for name in held if name.startswith("on")]
    style = "".join(words for tag, words in page.texts if tag == "style")
    assert not re.search(r"url|@import|expression|http", style)
    assert not [tag for tag, held in page.tags if "style" in held]


def test_the_policy_stands_before_everything_it_governs(plain):
    metas = [held for tag, held in plain.tags if tag == "meta"]
    assert metas[1]["http-equiv"] == "Content-Security-Policy"
    rules = {rule.strip() for rule in metas[1]["content"].split(";")}
    assert {"default-src 'none'", "style-src 'unsafe-inline'"} <= rules
    assert [tag for tag, _ in plain.tags][:4] == ["html", "head", "meta", "meta"]


def test_hostile_text_is_written_out_and_does_nothing():
    html = render(report(EVIL))
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b\x07]", html)
    page = Page(html)
    assert "<script>alert(1)</script>" in page.text()
    assert "{{7*7}}" in page.text()
    assert "U+202E" in page.text()
    assert page.text().count("<script>") >= 15  # every field that may hold it


def test_a_name_of_100_kb_does_not_drown_the_page():
    html = render(report("x" * 100_000))
    assert len(html) < 100_000
    assert "characters cut" in html


def test_anchors_lead_somewhere_and_are_unique(plain):
    ids = [held["id"] for _, held in plain.tags if "id" in held]
    assert len(ids) == len(set(ids))
    assert {ref.removeprefix("#") for ref in plain.refers()} <= set(ids)
    for _, held in plain.tags:
        for told in (held.get("aria-labelledby") or "").split():
            assert told in ids


def test_tables_and_figures_are_told_aloud(plain):
    tags = [tag for tag, _ in plain.tags]
    assert tags.count("table") == tags.count("caption") > 6
    assert all(held.get("scope") for tag, held in plain.tags if tag == "th")
    assert tags.count("svg") == tags.count("desc") == tags.count("figcaption") == 3
    assert next(tag for tag in tags if re.fullmatch("h[1-6]", tag)) == "h1"
    assert dict(plain.tags)["html"]["lang"] == "en"
    captions = re.findall(r"(Table|Figure) (\d+)\.", plain.text())
    for kind in ("Table", "Figure"):
        assert [int(n) for k, n in captions if k == kind] == list(
            range(1, sum(k == kind for k, _ in captions) + 1)
        )


def test_the_sentence_and_the_figures_say_the_same(plain):
    text = " ".join(plain.text().split())
    assert "Of 1,234 files, 11 series and single contents are left to look at." in text
    figure = [words for tag, words in plain.texts if tag == "text"]
    for number in ("1,234", "40", "22", "11"):
        assert number in figure
    assert "1,194 of them are further copies of the same bytes" in figure
    assert "placed last: 11 (step 6: 2, step 7: 4, step 8: 5)" in figure
    assert "steps 6–8, placed last: 11" in figure


def test_each_step_has_its_name_its_number_and_its_bar(plain):
    figure = [words for tag, words in plain.texts if tag == "text"]
    for number, name in STEPS.items():
        assert f"{number}. {name}" in figure
    assert FIRST_ASIDE == 6


def test_one_file_is_one_file():
    html = render(report(funnel=Funnel(1, 1, 1, 0, 0, 1, 0, 1)))
    text = " ".join(Page(html).text().split())
    assert "Of 1 file, 1 series or single content is left to look at." in text


def test_what_was_not_done_is_explained_and_the_rest_is_counted(plain):
    text = plain.text()
    assert "13 lines leave something unread that may matter" in text
    assert "12 more are not shown here" in text
    assert "none of its pixels could be decoded" in text
    assert "not UTF-8; bytes begin ff00" in text


def test_an_empty_case_has_a_page_too():
    empty = report(
        warnings=(),
        funnel=Funnel(0, 0, 0, 0, 0, 0, 0, 0),
        steps=tuple(Step(number, name, 0, (), 0) for number, name in STEPS.items()),
        sources=(),
        lists=(),
        distances=(),
        origin=Crossed((), (), 0),
        not_done=NotDone((), 0, (), 0),
        planted=(),
    )
    page = Page(render(empty))
    text = " ".join(page.text().split())
    for words in (
        "The queue is empty.",
        "No exhibit was read.",
        "No list was loaded",
        "Everything that",
    ):
        assert words in text
    assert "Before relying" not in text


def test_warnings_come_before_the_figures(plain):
    text = plain.text()
    assert text.index("Before relying") < text.index("1. From what was read")


def test_no_word_claims_a_probability(plain):
    assert not re.search(r"probab|likel|%|\bAI\b|confiden|score", plain.text(), re.IGNORECASE)


def test_exhibits_that_differ_in_case_only_stay_apart():
    groups = tuple(Undone(name, NOT_READ, "encrypted", 1, gap=True) for name in ("A", "a"))
    page = Page(render(report(not_done=NotDone(groups, 0, (), 2))))
    assert page.row("A")[1:4] == page.row("a")[1:4] == ["not read", "encrypted", "1"]


def test_origin_stands_against_what_lists_know(plain):
    assert plain.row("made from picture")[:4] == ["made from picture", "9", "0", "9"]
    assert plain.row("camera")[:4] == ["camera", "7", "2", "5"]
    assert "3 states rest" in plain.text()
