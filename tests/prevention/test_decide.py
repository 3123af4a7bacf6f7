"""What the decision does, by surface, reason and fault."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.decide import decide
from fanal.prevention.nouns import Action, Reason, Signals, Surface
from makers.deter import Broken, PlainTrial, failing, rules, saying

EVERY = tuple(Surface)
HIT = Signals(text="zz-hit")


@pytest.mark.parametrize("surface", EVERY)
def test_a_hit_is_refused_with_a_message_on_every_surface(surface):
    done = decide(surface, HIT, "en", "s", rules())
    assert (done.action, done.reason_class) == (Action.INTERVENE, Reason.WORDS)
    assert (done.variant_id, done.list_version, done.trial_id) == ("combined", "w1+f1", "")
    assert done.content.body == (f"[{surface}]",)
    assert done.content.links
    assert done.content.crisis


@pytest.mark.parametrize("surface", EVERY)
def test_what_no_list_knows_passes_and_shows_nothing(surface):
    done = decide(surface, Signals(text="zz-lamp", sha256="b" * 64), "en", "s", rules())
    assert done.told() == {
        "action": "allow",
        "reason_class": "none",
        "variant_id": "",
        "content": None,
        "list_version": "w1+f1",
        "trial_id": "",
    }


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        (Signals(sha256="a" * 64), Reason.FILE),
        (Signals(pdq="a" * 64), Reason.NEAR),
        (Signals(negative="zz-hit"), Reason.WORDS),
        (Signals(text="zz-lamp", negative="a zz-hit b"), Reason.WORDS),
        (Signals(text="zz-self", sha256="a" * 64), Reason.FILE),
    ],
)
def test_digests_codes_and_the_negative_prompt_are_asked_too(signals, reason):
    done = decide(Surface.GENERATE, signals, "en", "", rules())
    assert (done.action, done.reason_class) == (Action.INTERVENE, reason)


@pytest.mark.parametrize("who", ["self", "victim", "family"])
def test_who_looks_for_help_gets_help_and_no_warning(who):
    beside = decide(Surface.SEARCH, Signals(text=f"zz-{who}"), "en", "s", rules(trial=PlainTrial()))
    assert (beside.action, beside.reason_class) == (Action.ALLOW, f"support_{who}")
    assert (beside.content.title, beside.content.body) == (f"support.{who}", ())
    assert beside.trial_id == ""
    refused = decide(Surface.SEARCH, Signals(text=f"zz-{who} zz-hit"), "en", "s", rules())
    assert (refused.action, refused.reason_class) == (Action.INTERVENE, f"support_{who}")
    assert refused.content.body == ("[search]",)


def test_words_of_help_do_not_carry_a_request_past_the_operators_classifier():
    by = rules(classifier=saying(answer=True))
    assert (
        decide(Surface.GENERATE, Signals(text="zz-self"), "en", "", by).action is Action.INTERVENE
    )
    plain = decide(Surface.GENERATE, Signals(text="zz-lamp"), "en", "", by)
    assert (plain.action, plain.reason_class) == (Action.INTERVENE, Reason.CLASSIFIER)
    by = rules(classifier=saying(answer=False))
    assert decide(Surface.GENERATE, Signals(text="zz-lamp"), "en", "", by).action is Action.ALLOW


def test_a_trial_chooses_the_wording_of_a_session_and_a_session_keeps_it():
    by = rules(trial=PlainTrial())
    assert (decide(Surface.SEARCH, HIT, "en", "s", by).variant_id) == "illegal"
    kept = decide(Surface.SEARCH, HIT, "en", "s", by, "social")
    assert (kept.variant_id, kept.trial_id) == ("social", "t1")
    outside = decide(Surface.BROWSE, HIT, "en", "s", by)
    assert (outside.variant_id, outside.trial_id) == ("combined", "")
    without = decide(Surface.SEARCH, HIT, "en", "", by)
    assert (without.variant_id, without.trial_id) == ("combined", "")


@pytest.mark.parametrize("part", ["words", "files", "texts", "trial", "classifier"])
@pytest.mark.parametrize("surface", EVERY)
def test_a_part_that_fails_lets_nothing_pass(part, surface):
    broken = rules(**{part: failing if part == "classifier" else Broken()})
    signals = Signals(text="zz-lamp" if part in {"words", "files", "classifier"} else "zz-hit")
    done = decide(surface, signals, "en", "s", broken)
    assert (done.action, done.reason_class) == (Action.BLOCK, Reason.FAULT)
    assert "zz-hit" not in json.dumps(done.told())


@pytest.mark.parametrize("surface", EVERY)
def test_only_search_and_browse_can_be_configured_to_stay_open(surface):
    open_ = dict.fromkeys(EVERY, Action.ALLOW)
    done = decide(surface, Signals(text="zz-lamp"), "en", "", rules(words=Broken(), closed=open_))
    is_closed = surface in {Surface.UPLOAD, Surface.GENERATE}
    assert done.action is (Action.BLOCK if is_closed else Action.ALLOW)
    told = decide(surface, HIT, "en", "", rules(closed=open_))
    assert told.action is Action.INTERVENE


@pytest.mark.parametrize("surface", EVERY)
def test_no_fault_beside_a_match_lets_it_pass(surface):
    open_ = dict.fromkeys(EVERY, Action.ALLOW)
    for broken in ({"files": Broken()}, {"texts": Broken()}, {"trial": Broken()}):
        done = decide(surface, HIT, "en", "s", rules(closed=open_, **broken))
        assert done.action is not Action.ALLOW
    unread = (Signals(text="zz-hit", negative="zz-unread"), Signals(text="zz-unread"))
    for signals in unread:
        done = decide(surface, signals, "en", "s", rules(closed=open_))
        assert (done.action, done.reason_class) == (Action.BLOCK, Reason.UNREADABLE)


@pytest.mark.parametrize("text", ["zz-unread", "zz-unread zz-hit", "zz-self zz-unread"])
def test_what_cannot_be_read_gets_the_neutral_text(text):
    done = decide(Surface.UPLOAD, Signals(text=text), "en", "s", rules())
    assert (done.action, done.reason_class) == (Action.BLOCK, Reason.UNREADABLE)
    assert done.content.title == "neutral"


FOREIGN = st.text(st.characters(min_codepoint=0x100, codec="utf-8"), min_size=4)
"""Letters that stand in no word of ours."""


@given(FOREIGN, FOREIGN, st.sampled_from(EVERY), st.booleans())
def test_nothing_that_was_entered_is_told(text, session, surface, is_hit):
    entered = f"{text}zz-hit" if is_hit else text
    done = decide(surface, Signals(text=entered), "en", session, rules(trial=PlainTrial()))
    assert (done.action is Action.INTERVENE) == is_hit
    told = f"{done!r} {json.dumps(done.told(), ensure_ascii=False)}"
    assert not {*text, *session} & {*told}
    assert "-hit" not in told


def test_signals_print_nothing():
    assert "zz-hit" not in f"{HIT!r} {HIT} {[HIT]}"
    assert all(a <= b for a, b in pairwise(sorted(EVERY)))
