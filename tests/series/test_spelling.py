from hypothesis import given
from hypothesis import strategies as st

from fanal.series.spelling import Digests, digest, hashed, joined, plural, printable
from makers.linked import content


@given(st.text(max_size=300))
def test_what_is_shown_is_one_short_line(text):
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) <= 81


def test_digests_tell_parts_apart_and_are_always_the_same():
    assert digest("a", "b") != digest("ab") != digest("b", "a")
    assert hashed("zz") == hashed("zz") < 1 << 64
    assert digest("\ud800") == digest("\ud800")  # half a letter, as hostile JSON has it
    assert len(digest(0)) == 16


def test_a_link_has_the_smaller_digest_first():
    one, other = sorted((content(1), content(2)))
    assert joined(other, one, "kind", ("how", 7), "zz").a == one


def test_numbers_come_with_their_noun():
    assert (plural(1, "picture"), plural(1200, "picture")) == ("1 picture", "1,200 pictures")


@given(st.lists(st.integers(0, 99), max_size=20))
def test_digests_come_back_as_they_went_in(numbers):
    held = Digests()
    for number in numbers:
        held.add(content(number))
    assert [held[at] for at in range(len(held))] == [content(number) for number in numbers]
    heads = held.heads().tolist()
    assert heads == [int(content(number)[:16], 16) for number in numbers]
