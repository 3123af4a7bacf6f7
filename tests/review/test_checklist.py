"""A checklist asks what it may, lifts by people's `yes` only, and says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.review.checklist import (
    FIELDS,
    INSUFFICIENT,
    TOPICS,
    forbidden,
    parse,
    propose,
    verified,
)
from makers.checklists import IDS, KEY, NO, SCREEN, TEXT

LIST = parse(TEXT.encode())
ANSWERS = st.dictionaries(
    st.sampled_from(IDS), st.sampled_from(["yes", "no", "unknown", "not asked"])
)


def rank(answers):
    return LIST.order.index(propose(LIST, answers).tier)


def test_the_tiers_have_an_order_with_what_is_insufficient_above_the_last():
    assert LIST.order == ("A", "B", INSUFFICIENT, "C")


@pytest.mark.parametrize("item", SCREEN)
@pytest.mark.parametrize("others", ["no", "unknown", "yes"])
def test_any_yes_of_the_screen_lifts_to_the_first_tier_at_once(item, others):
    """PRIO-02."""
    found = propose(LIST, dict.fromkeys(IDS, others) | {item: "yes"})
    assert (found.tier, found.screen) == ("A", True)
    assert "child-safety screen" in found.says[0]


@given(ANSWERS, st.sampled_from(IDS), st.sampled_from(["unknown", "not asked"]))
def test_unknown_never_lowers_a_tier(answers, item, nobody_knows):
    """PRIO-03: against `no`, and against any order in which answers come in."""
    assert rank(answers | {item: nobody_knows}) <= rank(answers | {item: "no"})


@given(ANSWERS, st.sampled_from(IDS), st.sampled_from(["no", "unknown", "not asked"]))
def test_a_yes_never_lowers_a_tier(answers, item, before):
    assert rank(answers | {item: "yes"}) <= rank(answers | {item: before})


@given(st.permutations(IDS), st.lists(st.sampled_from(["yes", "unknown"]), min_size=8, max_size=8))
def test_no_order_of_answers_with_unknown_lowers_a_tier(order, values):
    answers, last = {}, rank({})
    for item, value in zip(order, values, strict=True):
        answers[item] = value
        assert rank(answers) <= last
        last = rank(answers)


def test_without_a_needed_answer_the_information_is_insufficient():
    found = propose(LIST, {})
    assert (found.tier, found.screen) == (INSUFFICIENT, False)
    assert found.missing == tuple(one for one in IDS if one != "other")
    assert propose(LIST, NO | {"before": "unknown"}).says == ("1 needed answer is not known",)
    assert propose(LIST, NO | {"other": "unknown"}).tier == "C"


def test_a_yes_lifts_by_itself_or_by_being_counted():
    assert propose(LIST, NO | {"before": "yes"}).tier == "B"
    assert propose(LIST, NO | {"work": "yes"}).tier == "C"
    found = propose(LIST, NO | {"work": "yes", "other": "yes"})
    assert found.tier == "B"
    assert found.says == ("two of work, handing on, other (2 times yes)",)


FORBIDDEN = {
    "nationality": ["Is the person a foreigner?", "Welche Staatsangehörigkeit?", "nationalité"],
    "ethnicity": ["Which ethnic group?", "Hautfarbe?", "etnia", "etnisk bakgrunn"],
    "religion": ["Which religion?", "Besucht er eine Kirche?", "religión", "uskonto"],
    "health": ["Any mental illness?", "psychisch auffällig?", "santé", "terveys"],
    "sexual orientation": ["Sexual orientation?", "seksuele geaardheid", "orientation sexuelle"],
    "neighbourhood": ["Which neighbourhood?", "Postleitzahl?", "code postal", "kod pocztowy"],
    "name": ["Does the surname sound so?", "Vorname?", "prénom", "nazwisko", "příjmení"],
    "language": ["Which language?", "Muttersprache?", "język", "taal"],
    "graph centrality": ["Is its PageRank high?", "Zentralität", "betweenness of the account"],
    "matcher scores": ["Is the PDQ score low?", "Ähnlichkeit über 90?", "likelihood of being one"],
}
SAMPLES = [(topic, text) for topic, texts in FORBIDDEN.items() for text in texts]


@pytest.mark.parametrize(("topic", "text"), SAMPLES)
def test_what_nobody_may_be_judged_by_is_refused_by_name(topic, text):
    """PRIO-04, with the item that asks it."""
    changed = TEXT.replace("Is anything else known that presses?", text)
    with pytest.raises(UsageError) as refused:
        parse(changed.encode())
    assert f"item 'other' of the checklist asks about {topic}" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["NATIONALITY", "natio\u200bnality", "náti\u0301onalité", "ｎａｔｉｏｎａｌｉｔｙ"]
)
def test_another_spelling_hides_nothing(text):
    assert forbidden(text) == "nationality"


def test_letters_of_two_alphabets_in_one_word_are_refused():
    assert forbidden("n\u0430tionality")
    assert not forbidden("дети children")


@pytest.mark.parametrize("text", [one for one in TEXT.splitlines() if one.startswith("asks")])
def test_plain_questions_pass(text):
    assert forbidden(text) == ""


@pytest.mark.parametrize(
    "field",
    ["countries", "identifiers.name", "joins.weights", "degree", "origin.score", "language"],
)
def test_a_field_that_no_checklist_may_use_is_refused_with_its_item(field):
    changed = TEXT.replace('shows = ["deeds.made"]', f'shows = ["{field}"]')
    with pytest.raises(UsageError, match=f"item 'production' .* refers to '{field}'"):
        parse(changed.encode())
    assert field not in FIELDS


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('name = "zz checklist 2026"', "", "has no name"),
        ('name = "zz checklist 2026"', 'name = "zz"\nweights = [1]', "says 'weights'"),
        ("needed = false", 'needed = "no"', "true or false"),
        ('family = "other factors"', 'family = "looks"', "no family that is allowed"),
        ('yes = "B"', 'yes = "D"', "no tier 'D'"),
        ('yes = "B"', "score = 3", "says 'score'"),
        ("least = 2", "least = 4", "counts items that are not there"),
        ('["work", "shares", "other"]', '["work", "zz"]', "counts items that are not there"),
        ('topic = "contact"', 'topic = "production"', "does not ask about: contact"),
        ('topic = "contact"', 'topic = "zz"', "one of its topics"),
        ('topic = "contact"', 'topic = "contact"\nneeded = false', "is needed"),
        ('topic = "contact"', 'topic = "contact"\nyes = "C"', "always lifts"),
        ('id = "work"', 'id = "before"', "the same id"),
        ('name = "C"', f'name = "{INSUFFICIENT}"', "two tiers or more"),
        ('name = "C"', 'name = "B"', "two tiers or more"),
        ("hours = 24", "hours = -1", "a whole number"),
        ('asks = "Is there any sign of contact?"', 'asks = "a\\u001bb"', "printable"),
    ],
)
def test_what_contradicts_itself_is_refused(before, after, words):
    assert before in TEXT
    with pytest.raises(UsageError, match=words):
        parse(TEXT.replace(before, after, 1).encode())


@pytest.mark.parametrize("topic", TOPICS)
def test_a_screen_that_leaves_a_topic_out_is_refused(topic):
    start = TEXT.index(f'topic = "{topic}"')
    first, last = TEXT.rindex("[[item]]", 0, start), TEXT.index("[[item]]", start)
    with pytest.raises(UsageError, match=f"does not ask about: {topic}"):
        parse((TEXT[:first] + TEXT[last:]).encode())


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(UsageError):
        parse(data)


def test_only_what_its_key_signed_is_taken():
    """PRIO-01."""
    text, key = TEXT.encode(), KEY.public_key().public_bytes_raw().hex()
    kept = verified(text, KEY.sign(text), key)
    assert (kept.name, kept.text, kept.signer) == ("zz checklist 2026", TEXT, key)
    with pytest.raises(UsageError, match="signature"):
        verified(text + b" ", KEY.sign(text), key)


def test_an_item_that_is_not_there_is_refused():
    assert LIST.item("work").family == "access to children"
    with pytest.raises(UsageError, match="no item 'zz'"):
        LIST.item("zz")
