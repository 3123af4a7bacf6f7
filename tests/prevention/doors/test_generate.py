"""The door before a model: nothing is made of what is refused."""

import asyncio
import functools

import pytest

from fanal.prevention.doors.asking import Who
from fanal.prevention.doors.generate import guarded
from fanal.prevention.nouns import Action, Decision, Reason, Signals, Surface
from makers.deter import Broken, failing, saying
from makers.doors import CLEAN, HIT, Plain


def never(prompt, negative_prompt="", **told):
    pytest.fail("the model was called")


def make(prompt, negative_prompt="", **told):
    return (prompt, negative_prompt, told)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((HIT,), {}),
        ((), {"prompt": HIT}),
        ((CLEAN, HIT), {}),
        ((), {"prompt": CLEAN, "negative_prompt": HIT}),
        (([CLEAN, CLEAN, HIT],), {}),
        (((CLEAN, HIT),), {"negative_prompt": [CLEAN, CLEAN]}),
        (([CLEAN, CLEAN],), {"negative_prompt": HIT}),
        ((CLEAN,), {"prompt_2": HIT}),
        ((CLEAN,), {"prompt_3": HIT}),
        ((CLEAN,), {"negative_prompt_2": HIT}),
    ],
)
def test_what_is_refused_is_never_made(given, named):
    plain = Plain()
    done = guarded(plain, never)(*given, **named)
    assert isinstance(done, Decision)
    assert (done.action, done.reason_class) == (Action.INTERVENE, Reason.WORDS)
    assert done.content.links
    assert len(plain.asked) == 1


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), {}),
        ((None,), {}),
        ((5,), {}),
        (([],), {}),
        (([CLEAN, 5],), {}),
        ((b"zz-clean",), {}),
        (([CLEAN] * 257,), {}),
        (([CLEAN] * 2, [CLEAN] * 3), {}),
        ((CLEAN,), {"prompt_embeds": object()}),
        ((CLEAN,), {"negative_prompt_embeds": [1.0]}),
        ((CLEAN,), {"system_prompt": CLEAN}),
        ((CLEAN,), {"Prompt": [CLEAN]}),
        ((CLEAN, "", "more", "than", "it takes"), {}),
    ],
)
def test_a_prompt_that_cannot_be_asked_about_is_closed(given, named):
    done = guarded(Plain(), never)(*given, **named)
    assert isinstance(done, Decision)
    assert done.action is Action.BLOCK


def test_a_second_text_that_has_no_name_is_closed_and_numbers_are_not():
    draw = guarded(Plain(), lambda *given: given)
    assert draw(CLEAN, 512, 0.5, None) == (CLEAN, 512, 0.5, None)
    for second in (HIT, CLEAN, [CLEAN], {"prompt_2": CLEAN}):
        assert draw(CLEAN, second).action is Action.BLOCK
    assert guarded(Plain(), make)(CLEAN, prompt_strength=0.5)[2] == {"prompt_strength": 0.5}


def test_what_is_not_listed_is_made_with_the_same_arguments():
    draw = guarded(Plain(), make)
    assert draw(CLEAN, seed=5, prompt_embeds=None) == (
        CLEAN,
        "",
        {"seed": 5, "prompt_embeds": None},
    )
    assert draw([CLEAN, "b"], negative_prompt="c")[0] == [CLEAN, "b"]
    assert draw.__name__ == "make"


def test_what_a_coroutine_makes_is_waited_for():
    async def later(prompt):
        await asyncio.sleep(0)
        return prompt

    class Pipe:
        async def __call__(self, prompt):
            return prompt

    for model in (later, Pipe(), functools.partial(later)):
        draw = guarded(Plain(), model)
        assert asyncio.run(draw(CLEAN)) == CLEAN
        assert isinstance(asyncio.run(draw(HIT)), Decision)


def test_a_model_without_a_signature_takes_its_prompt_first():
    class Odd:
        __signature__ = "none"

        def __call__(self, *given, **named):
            return given, named

    draw = guarded(Plain(), Odd())
    assert draw(CLEAN, seed=1) == ((CLEAN,), {"seed": 1})
    assert isinstance(draw(HIT), Decision)
    assert isinstance(draw(prompt=HIT), Decision)
    assert isinstance(guarded(Plain(), lambda *given: given)(HIT), Decision)


def test_an_operator_names_its_own_arguments_and_declares_the_person():
    plain = Plain()
    draw = guarded(plain, lambda text, avoid="": text + avoid, ("text",), ("avoid",))
    assert isinstance(draw("a", avoid=HIT, deter=Who("fr", "r1", "BE")), Decision)
    assert plain.told == [("fr", "r1", "BE")]
    assert plain.asked == [Signals("a", HIT, country="BE")]


def test_an_operators_classifier_sees_prompt_and_negative_and_stops_the_call():
    seen = []

    def classify(surface, signals):
        seen.append((surface, signals.text, signals.negative))
        return signals.negative == "stop"

    draw = guarded(Plain(classifier=classify), make)
    assert draw("a", "b")[0] == "a"
    done = guarded(Plain(classifier=classify), never)("a", "stop")
    assert done.reason_class is Reason.CLASSIFIER
    assert seen == [(Surface.GENERATE, "a", "b"), (Surface.GENERATE, "a", "stop")]


@pytest.mark.parametrize(
    "plain",
    [
        Plain(words=Broken()),
        Plain(classifier=failing),
        Plain(words=Broken(), closed={Surface.SEARCH: Action.ALLOW}),
        Plain(texts=Broken(), classifier=saying(answer=True)),
    ],
)
def test_whatever_fails_the_model_is_not_called(plain):
    assert guarded(plain, never)("a").action is Action.BLOCK
