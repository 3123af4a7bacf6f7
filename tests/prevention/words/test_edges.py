"""Where words begin and end."""

import pytest

from fanal.prevention.words.edges import joined, kind, whole


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a lamp b", (2, 6)),
        ("(lamp)", (1, 5)),
        ("lamp", (0, 4)),
        ("x_lamp_x", (2, 6)),
        ("灯塔在", (0, 2)),
        ("机のランプを", (2, 5)),
    ],
)
def test_a_word_among_others_is_whole(text, span):
    assert whole(text, *span)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("lamps", (0, 4)),
        ("2lamp", (1, 5)),
        ("lampe\u0301", (0, 5)),
        ("клампа", (1, 5)),
        ("トランプ", (1, 4)),
        ("ランプー", (0, 3)),
        ("กกั", (0, 2)),
        ("lamp", (2, 2)),
    ],
)
def test_a_part_of_a_word_is_not(text, span):
    assert not whole(text, *span)


def test_kinds_of_characters():
    assert [kind(one) for one in "aä1ю\u0301ا"] == ["w"] * 6
    assert [kind(one) for one in "灯とภ"] == ["u"] * 3
    assert [kind(one) for one in "カー"] == ["k"] * 2
    assert [kind(one) for one in " -_|¿"] == [""] * 5
    assert not joined("ab", 0)
    assert not joined("ab", 2)
    assert joined("กี", 1)
