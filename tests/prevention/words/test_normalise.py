"""Each published step, alone and together, and what an enemy makes of them."""

import time
import unicodedata

import pytest
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import example, given
from hypothesis import strategies as st

from fanal.prevention.words.normalise import STEPS, is_text, lookalikes, normalise

EVERY = frozenset(STEPS)


@pytest.mark.parametrize(
    "text", ["ZZ \u0130STEK", "zz \u0130stek", "zz i\u0307stek", "ZZ I\u0307STEK"]
)
def test_a_dotted_capital_of_turkish_is_the_small_letter(text):
    assert normalise(text).text == normalise("zz istek").text


@pytest.mark.parametrize(
    ("entered", "step", "form"),
    [
        ("\uff5a\uff5a-\uff54", "nfkc", "zz-t"),  # full width
        ("\u2460\ufb01", "nfkc", "1fi"),  # a circled one, a ligature
        ("ZZ-TEST", "fold", "zz-test"),
        ("STRASSE", "fold", "strasse"),
        ("ΣΑΣ", "fold", "σασ"),
        ("z\u200bz\u00adz\u2060\ufe0f", "ignorable", "zzz"),
        ("\U000e0041z\u180b", "ignorable", "z"),
        ("\u0660\u0967\u0e52\U0001d7d9", "digits", "0121"),
        ("z\u0435z", "lookalikes", "zez"),  # a Cyrillic letter
        ("z\u03bfz", "lookalikes", "zoz"),  # a Greek one
        ("z1", "lookalikes", "zl"),
        ("z0m", "lookalikes", "zorn"),
    ],
)
def test_a_step_does_what_it_says_and_only_where_it_is_asked(entered, step, form):
    assert normalise(entered, frozenset({step})).text == form
    assert normalise(entered, frozenset()).text == entered


def test_the_full_form_has_all_of_them():
    spelled = [
        "ZZ-Test-0001",
        "zz-t\u0435st-0001",
        "\uff5a\uff5a-\uff34est-000\u0661",
        "z\u200dz-tEst-0001",
    ]
    assert len({normalise(one).text for one in spelled}) == 1
    assert len({normalise(one, EVERY - {"lookalikes"}).text for one in spelled}) == 2


def test_signs_of_ascii_stay_signs():
    kept = "|!/\\$%&()=?*+'#-_.:,;<>@ "
    assert normalise(kept).text == kept.strip()


def test_look_alike_pairs_of_the_standard_meet():
    # UTS 39, confusables.txt: source ; prototype
    pairs = {
        "\u0430": "a",
        "\u03bd": "v",
        "\u0440": "p",
        "\u0455": "s",
        "\u04bb": "h",
        "\u0501": "d",
    }
    for source, prototype in pairs.items():
        assert normalise(source).text == normalise(prototype).text
    assert normalise("\u0451").text == normalise("\u00eb").text  # composed letters by their parts
    marks = {"\u0618": "\u0301", "\u030c": "\u0306", "\u0310": "\u0306\u0307", "\u05c5": "\u0323"}
    for source, prototype in marks.items():
        for letter in "aez":
            assert normalise(letter + source).text == normalise(letter + prototype).text
    apart = ["a", "b", "c", "e", "k", "t", "s", "z", "u"]
    assert len({normalise(one).text for one in apart}) == len(apart)
    assert all(len(to) <= 20 for to in lookalikes().values())


def test_nearly_all_pairs_of_the_package_meet():
    # the others are signs: of ASCII, which stay, and such as NFKC replaces by others
    pairs = [
        (one, others[0]["c"])
        for one, others in confusables_data.items()
        if len(one) == len(others) == 1 and unicodedata.category(one)[0] == "L"
    ]
    apart = [one for one, to in pairs if len({normalise(f"x{x}x").text for x in (one, to)}) > 1]
    assert len(pairs) > 5_000
    assert len(apart) < len(pairs) / 15


@given(st.text() | st.text("am|1æ \u2473\ufdfa\u0664"))
@example("mam\u00e6m")
def test_a_form_is_stable_and_tells_where_its_letters_come_from(text):
    if not is_text(text):
        return
    done = normalise(text)
    letters = done.letters()
    base = normalise(text, EVERY - {"lookalikes"}).text
    assert letters.text == base
    starts = [0]
    for one in base:
        starts.append(starts[-1] + len(lookalikes().get(ord(one), one)))
    assert starts[-1] == len(done.text)
    places = {start: at for at, start in enumerate(starts)}
    for place in range(len(done.text) + 1):
        assert letters.at(place) == places.get(place, -1)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_composed_and_decomposed_texts_have_one_form(text):
    if "\u200d" in text or any(
        len(normalise(one, frozenset({"ignorable"})).text) == 0 for one in text
    ):
        return  # what is taken out may stand between a letter and its mark
    one, other = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    marks = sum(unicodedata.category(letter)[0] == "M" for letter in other)
    assert marks > 25 or normalise(one).text == normalise(other).text


def test_half_a_pair_is_no_text():
    assert is_text("\U0001f4a1")
    assert not is_text("z\ud83d")


def test_a_megabyte_of_marks_takes_time_by_its_length():
    def seconds(length):
        text = "a" + "\u0301\u0323" * (length // 2)
        begun = time.process_time()
        done = normalise(text).text
        assert len(done) <= 62
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(1_000_000) < 50 * max(seconds(100_000), 0.002)
