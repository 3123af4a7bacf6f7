import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.messages.locales import best, canonical, country_code, direction, subtags

KNOWN = ("ar", "de", "de-CH", "en", "he", "nb", "pt", "zh", "zh-Hant")


@pytest.mark.parametrize(
    ("locale", "found"),
    [
        ("de", "de"),
        ("DE_de", "de"),
        ("de-CH", "de-CH"),
        ("de-Latn-CH-1996", "de-CH"),
        ("de_AT.UTF-8", "de"),
        ("no", "nb"),
        ("nb", "nb"),
        ("nn-NO", "nb"),
        ("iw", "he"),
        ("pt-BR", "pt"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-HK", "zh"),
        ("xx", "en"),
        ("", "en"),
        ("de; DROP", "en"),
        ("../../de", "en"),
        ("de\0", "en"),
        ("d" * 10_000, "en"),
    ],
)
def test_a_locale_is_itself_or_its_language_or_english(locale, found):
    assert best(locale, KNOWN) == found


@settings(max_examples=50)
@given(st.text())
def test_no_locale_is_an_error_nor_anything_but_what_is_known(locale):
    assert best(locale, KNOWN) in KNOWN
    assert direction(locale) in {"ltr", "rtl"}
    assert country_code(locale) == "" or len(country_code(locale)) == 2


def test_norwegian_is_found_by_whichever_name_its_file_has():
    for name in ("no", "nb", "nn"):
        for asked in ("no", "nb", "nn-NO"):
            assert best(asked, ("en", name)) == name


# Unicode CLDR 46, likely subtags and script metadata
@pytest.mark.parametrize(
    ("locale", "way"),
    [
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("uz-Arab", "rtl"),
        ("az", "ltr"),
        ("ar-Latn", "ltr"),
        ("ja", "ltr"),
    ],
)
def test_direction_goes_by_the_script(locale, way):
    assert direction(locale) == way


def test_a_tag_is_spelt_as_the_standard_spells_it():
    told = {"EN_gb": "en-GB", "zh-hant-tw": "zh-Hant-TW", "no": "nb", "nn": "nn", "iw-IL": "he-IL"}
    assert {one: canonical(one) for one in told} == told
    assert canonical("../x") == ""


def test_subtags_and_countries_are_told_in_one_form():
    assert subtags("zh_HANT-tw") == ("zh", "hant", "tw")
    assert [country_code(one) for one in ("de", "GB", "DEU", "", "d1", "ÄÖ", "<b")] == [
        *("DE", "GB"),
        *[""] * 5,
    ]
