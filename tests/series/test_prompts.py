import random

from hypothesis import given
from hypothesis import strategies as st

from fanal.series.prompts import ALIKE, LEAST_TOKENS, Prompts, tokens_of

WORDS = [f"zz{letter}{other}" for letter in "abcdefghij" for other in "klmnopqrst"]


def families(*texts):
    gathered = Prompts()
    for text in texts:
        gathered.add(text)
    return gathered.families()


def test_seeds_weights_and_add_ons_are_no_part_of_a_prompt():
    bare = tokens_of("a house on a hill, evening fog")
    assert tokens_of("(A House:1.3) on a [hill], evening fog <lora:zz-mine:0.8>, 1234567") == bare
    assert tokens_of("a house on a hill, evening fog embedding:zz/mine") == bare
    assert tokens_of("a house on a dune, evening fog") != bare


def test_prompts_of_one_template_are_one_family_and_others_are_not():
    one = "a boat at a pier, drawn with ink, on rough paper, evening light, calm water, zz-{}"
    other = "chart of a harbour with depths and buoys, old print, sepia, folded in four, zz-{}"
    found = families(*(text.format(token) for token in "abc" for text in (one, other)))
    assert found.family.tolist() == [found.family[0], found.family[1]] * 3
    assert found.family[0] != found.family[1]
    assert len(found.names) == 2


def test_a_prompt_of_few_words_is_no_family():
    found = families("a house", "a house")
    assert found.family.tolist() == [-1, -1]
    assert LEAST_TOKENS > 2


def test_no_word_is_kept():
    gathered = Prompts()
    gathered.add("zzsecretword beside other neutral tokens of a test")
    told = repr({name: getattr(gathered, name) for name in vars(gathered)}) + repr(
        gathered.families()
    )
    assert "zzsecretword" not in told


@given(st.integers(0, 2**32), st.integers(0, 12))
def test_prompts_that_share_enough_words_meet(seed, differing):
    drawn = random.Random(seed)
    words = drawn.sample(WORDS, 40 + differing)
    first, second = words[:40], words[: 40 - differing] + words[40:]
    found = families(" ".join(first), " ".join(second))
    share = (40 - differing) / (40 + differing)
    assert share < ALIKE or share < 0.75 or found.family[0] == found.family[1]


@given(st.lists(st.lists(st.sampled_from(WORDS[:14]), max_size=9).map(" ".join), max_size=12))
def test_families_hold_prompts_together_whatever_their_order(texts):
    one, other = families(*texts), families(*texts[::-1])
    names = [one.names[number] if number >= 0 else "" for number in one.family]
    assert [one.family[at] >= 0 for at in range(len(texts))] == [
        len(tokens_of(text)) >= LEAST_TOKENS for text in texts
    ]
    equal = {tokens_of(text): name for text, name in zip(texts, names, strict=True)}
    assert [equal[tokens_of(text)] for text in texts] == names
    assert len(other.family) == len(one.family)
