import re

import pytest

from fanal.prevention.messages.builtin import english, locales
from fanal.prevention.messages.dialogue import END, START, STATES, page
from fanal.prevention.messages.texts import read_texts
from makers.bundles import DAY, signed
from makers.messages import HOSTILE, leads, read, ways


@pytest.fixture(scope="module")
def book():
    return read_texts((), (), DAY)


def test_every_state_is_reached_and_can_be_left():
    reached, waiting = set(), [START]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += STATES[state].choices
    assert reached == set(STATES)
    for name, state in STATES.items():
        assert name == END or END in state.choices
        assert name not in state.choices
        assert len(set(state.choices)) == len(state.choices)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("locale", locales())
def test_every_page_says_first_what_it_is_and_offers_help_crisis_and_leave(book, state, locale):
    said = book.tongue(locale).dialogue
    text = page(book, state, locale, "", DAY)
    shown = read(text)
    main = text.split("<main")[1]
    (first,) = re.findall(r"<p[^>]*>(.*?)</p>", main, re.DOTALL)[:1]
    assert first == said["machine"]
    key = f"support.{state}" if f"support.{state}" in english().messages else "support.self"
    content = book.content(key, None, locale, "", DAY)
    led = leads(shown)
    choices = [one for one in led if ":" not in one]
    assert choices == list(STATES[state].choices)
    assert set(led) - set(choices) == ways(content)
    for heading in ("help", "crisis"):
        assert content.words[heading] in shown.text()
    for choice in choices:
        assert said[choice] in shown.text()
    assert content.words["no_way_on"] not in shown.text()
    assert [tag for tag, _ in shown.tags].count("h1") == 1


def test_an_unknown_state_begins_anew(book):
    for state in ("", "../leave", HOSTILE, "x" * 10_000):
        assert page(book, state, HOSTILE, HOSTILE, DAY) == page(book, START, "en", "", DAY)


def test_an_operators_wording_is_used_where_the_dialogue_speaks_its_language(tmp_path):
    own = {"title": "Zz own title", "body": ["Zz own sentence."]}
    path, public = signed(tmp_path, support={"self": own})
    told = read_texts((path,), (public,), DAY)
    assert "Zz own title" in page(told, "self", "en-GB", "", DAY)
