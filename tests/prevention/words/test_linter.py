"""How often entries meet harmless texts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import ListError
from fanal.prevention.nouns import Reason
from fanal.prevention.words.linter import lint, read_sample
from makers.terms import entry

LAMP = entry("zz-lamp", id="a")
INN = entry("zz-lamp inn", id="c", kind="context")
HELP = entry("zz-help", id="h", audience=Reason.SELF)


def rates(linted):
    return {one.id: (one.hits, one.is_refused) for one in linted.rates}


@given(st.integers(0, 12), st.integers(1, 12))
def test_an_entry_is_refused_above_the_threshold_and_not_at_it(hit, others):
    texts = ["a zz-lamp"] * hit + ["a table"] * others
    linted = lint([LAMP], texts, Fraction(1, 4))
    assert rates(linted) == {"a": (hit, 4 * hit > hit + others)}
    assert (linted.texts, linted.unread) == (hit + others, 0)


def test_contexts_count_and_are_not_counted_and_words_of_help_are_like_others():
    texts = ["the zz-lamp inn", "zz-help", "zz-lamp zz-lamp", "x" * 20_001, "\udcff"]
    linted = lint([LAMP, INN, HELP], texts, Fraction(1, 2))
    assert rates(linted) == {"a": (1, False), "h": (1, False)}
    assert (linted.texts, linted.unread) == (3, 2)
    assert lint([LAMP], texts, Fraction(1, 2)).rates[0].hits == 2


def test_a_small_sample_says_so():
    # the rule of three: no hit in 3,000 texts leaves 0.1 % possible
    assert lint([LAMP], ["x"], Fraction(1, 1_000)).needed == 3_000
    with pytest.raises(ListError, match="no text"):
        lint([LAMP], ["x" * 30_000], Fraction(1, 2))


def test_a_sample_is_read_by_lines_and_a_line_without_end_is_passed_over(tmp_path, monkeypatch):
    path = tmp_path / "sample.txt"
    monkeypatch.setattr("fanal.prevention.words.linter.MOST_LINE", 10)
    path.write_bytes("ä b\r\n\n".encode() + b"x" * 35 + b"\nc\n\xff\nlast")
    assert list(read_sample(path)) == ["ä b", "\udcff", "c", "\udcff", "last"]
    with pytest.raises(ListError, match=r"nowhere\.txt cannot be read"):
        list(read_sample(tmp_path / "nowhere.txt"))
