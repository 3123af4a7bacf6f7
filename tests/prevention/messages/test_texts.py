import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.messages.builtin import english
from fanal.prevention.messages.bundles import Trouble
from fanal.prevention.messages.keys import sign, signature_of
from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.messages.wording import Fault
from fanal.prevention.messages.worksheet import draft
from fanal.prevention.nouns import FAMILIES, SUPPORT, Action, Decision, Reason, Surface
from makers.bundles import DAY, HELP, signed

KEYS = (*FAMILIES, "neutral", *(f"support.{one}" for one in SUPPORT.values()))
EXPIRED = date(2027, 11, 1)


@pytest.fixture(scope="module")
def book():
    return read_texts((), (), DAY)


@pytest.fixture
def own(tmp_path):
    def made(*bundles):
        paths = [signed(tmp_path, f"{at}.toml", **told) for at, told in enumerate(bundles)]
        return read_texts(tuple(path for path, _ in paths), (paths[0][1],), DAY)

    return made


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("surface", [*Surface, None])
def test_a_message_says_what_happened_first_and_only_where_something_was_refused(
    book, key, surface
):
    made = book.content(key, surface, "en", "GB", DAY)
    text = english().messages[key]
    first = (english().happened[surface],) if surface else ()
    assert (made.title, made.body) == (text.title, (*first, *text.body))
    assert made.notice == english().words["notice"]
    assert made.links
    assert made.crisis


def test_an_unknown_key_gets_the_reference_and_unknown_support_the_neutral_text(book):
    made = book.content("zz-unknown", Surface.SEARCH, "en", "", DAY)
    assert made.title == english().messages["combined"].title
    made = book.content("support.zz", None, "en", "", DAY)
    assert made.title == english().messages["neutral"].title


@settings(deadline=None, max_examples=50)
@given(st.text(), st.text(), st.dates())
def test_no_locale_country_or_day_is_an_error_or_comes_back(book, locale, country, day):
    made = book.content("combined", Surface.SEARCH, locale, country, day)
    assert made.links
    assert made.crisis
    assert made.locale in book.tongues
    told = json.dumps(
        Decision(Action.INTERVENE, Reason.WORDS, "combined", made).told(), ensure_ascii=False
    )
    for given_ in (locale, country):
        if len(given_) > 3 and not given_.isascii():
            assert given_ not in told


def test_a_bundle_stands_before_the_built_in_text_while_it_holds(own):
    told = own({"happened": {"search": "Zz nothing here."}})
    assert told.troubles == ()
    made = told.content("help", Surface.SEARCH, "en-GB", "GB", DAY)
    assert made.body == ("Zz nothing here.", *HELP["body"])
    assert made.is_reviewed
    mixed = told.content("help", Surface.UPLOAD, "en", "GB", DAY)
    assert mixed.body == (english().happened["upload"], *HELP["body"])
    assert mixed.is_reviewed == english().is_reviewed
    for day in (EXPIRED, DAY - timedelta(60)):
        late = told.content("help", Surface.SEARCH, "en", "GB", day)
        assert late.title == english().messages["help"].title
        assert late.body[0] == english().happened["search"]


def test_the_notice_stays_the_built_in_one(own):
    told = own({})
    assert told.content("help", None, "en", "", DAY).notice == english().words["notice"]


def test_a_region_is_laid_over_its_language(own):
    regional = {"help": HELP | {"title": "Zz for a region"}}
    told = own(
        {"head": {"families": ["harm", "help"]}, "family": {"help": HELP, "harm": HELP}},
        {"head": {"locale": "en-GB"}, "family": regional},
    )
    assert told.content("help", None, "en-GB", "", DAY).title == "Zz for a region"
    assert told.content("help", None, "en-GB", "", DAY).locale == "en-GB"
    assert told.content("help", None, "en-US", "", DAY).title == HELP["title"]
    assert told.content("harm", None, "en-GB", "", DAY).title == HELP["title"]
    assert told.content("social", None, "en-GB", "", DAY).title == (
        english().messages["social"].title
    )


def test_norwegian_is_written_for_whichever_way_it_is_named(own):
    told = own({"head": {"locale": "no"}})
    for locale in ("no", "nb", "nn-NO"):
        assert told.content("help", None, locale, "", DAY).title == HELP["title"]
    assert told.content("help", None, "nb", "", DAY).locale == "nb"


def test_a_variant_is_its_own_text_or_that_of_its_family(own):
    soft = {"soft": {"family": "harm", "title": "Zz soft", "body": ["Zz softly."]}}
    told = own({"variant": soft, "image": {"alt": "A lighthouse"}})
    made = told.content("soft", Surface.SEARCH, "en", "", DAY)
    assert (made.title, made.words["alt"]) == ("Zz soft", "A lighthouse")
    assert told.content("soft", Surface.SEARCH, "en", "", EXPIRED).title == (
        english().messages["harm"].title
    )
    assert told.known(DAY) == {*KEYS, "soft"}
    assert told.known(EXPIRED) == set(KEYS)


def test_a_new_language_is_read_from_a_whole_bundle(tmp_path):
    path, public = signed(tmp_path)
    text = draft(english(), "tlh-Arab").replace("9999-01-01", "2026-11-01")
    text = text.replace('reviewer = ""', 'reviewer = "Z"').replace('check = ""', 'check = "Z"')
    path.write_text(text, "utf-8")
    signature_of(path).write_text(sign(path.read_bytes(), tmp_path / "key.pem")[0])
    told = read_texts((path,), (public,), DAY)
    assert told.troubles == ()
    made = told.content("help", Surface.SEARCH, "tlh-arab", "", DAY)
    assert (made.locale, made.direction, made.is_reviewed) == ("tlh-Arab", "rtl", True)
    assert told.content("help", Surface.SEARCH, "tlh", "", DAY).locale == "en"


def test_what_cannot_be_used_is_a_trouble_and_changes_nothing(tmp_path, book):
    path, _ = signed(tmp_path)
    told = read_texts((path, tmp_path / "none.toml"), (), DAY)
    assert told.faults == (
        Trouble("own.toml", Fault.SIGNATURE),
        Trouble("none.toml", Fault.ABSENT),
    )
    asked = ("help", Surface.SEARCH, "en", "GB", DAY)
    assert told.content(*asked) == book.content(*asked)


def test_an_operators_directory_is_asked(tmp_path):
    path = tmp_path / "helplines.toml"
    path.write_text(
        '[[helpline]]\ncountry = "GB"\nkind = "help"\nservice = "Zz own"\nlanguages = ["en"]\n'
        'web = "zz.example"\nsource = "made up"\nchecked_on = 2026-11-01\n',
        "utf-8",
    )
    told = read_texts((), (), DAY, path)
    assert told.content("help", None, "en", "GB", DAY).links[0].service == "Zz own"


def test_a_message_is_composed_once_and_its_memory_is_bounded():
    told = BookOfTexts()
    one = told.content("help", None, "en", "GB", DAY)
    assert told.content("help", None, "en-GB", "gb", DAY) is one
    for at in range(700):
        told.content("help", None, "en", "GB", DAY + timedelta(at))
    assert told._composed.cache_info().currsize <= 512
