import tomllib
from dataclasses import replace

from fanal.prevention.messages.builtin import english
from fanal.prevention.messages.bundles import read
from fanal.prevention.messages.wording import Fault, Text
from fanal.prevention.messages.worksheet import draft, html, pairs
from makers.bundles import DAY
from makers.messages import HOSTILE
from makers.messages import read as read_page


def test_every_sentence_has_a_row_beside_the_english_one():
    other = replace(
        english(),
        locale="zz",
        messages=english().messages | {"neutral": Text("Zz title", ("Zz one.", "Zz two."))},
    )
    rows = {one.key: (one.english, one.other) for one in pairs(other)}
    assert rows["neutral.title"] == (english().messages["neutral"].title, "Zz title")
    assert rows["neutral.body.2"] == ("", "Zz two.")
    first = english()
    whole = (
        len(first.happened)
        + len(first.words)
        + len(first.dialogue)
        + sum(1 + len(one.body) for one in first.messages.values())
        + 2 * sum(bool(one.headline) for one in first.messages.values())
    )
    assert len(pairs(first)) == whole


def test_the_sheet_is_a_page_that_does_not_act():
    odd = replace(english(), name=HOSTILE, locale="ar", direction="rtl", words={"call": HOSTILE})
    page = read_page(html(odd))
    assert {"lang": "ar", "dir": "rtl"} in [held for tag, held in page.tags if tag == "td"]
    assert "nobody has reviewed it" in page.text()
    done = replace(odd, reviewed_by="Zz", reviewed_on="2026-11-27")
    assert "Reviewed by Zz on 2026-11-27" in read_page(html(done)).text()


def test_a_begun_bundle_repeats_the_texts_and_is_taken_by_nobody_yet():
    text = draft(english(), "en-GB")
    told = tomllib.loads(text)
    assert told["family"]["help"]["body"] == list(english().messages["help"].body)
    assert told["support"]["victim"]["title"] == english().messages["support.victim"].title
    assert "words" not in told
    _, faults = read(text.encode(), DAY)
    assert {one.fault for one in faults} == {Fault.UNREVIEWED, Fault.UNLAWFUL}
    assert tomllib.loads(draft(english(), "tlh"))["words"] == english().words
