import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from fanal.custody import verifier
from fanal.custody.spelling import canonical, head_message, row_digest, rows_digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_a_spelling_written_down_by_hand():
    assert canonical({"b": [1, None, True], "a": "é\n"}) == '{"a":"\\u00e9\\n","b":[1,null,true]}'


@given(VALUES)
def test_a_spelling_is_plain_ascii_and_reads_back(value):
    text = canonical(value)
    assert text.isascii()
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    assert verifier.canonical(value) == text


def test_a_row_written_down_by_hand():
    spelt = b'["item","a",1,null,"x\'00ff\'",1.5]'
    assert row_digest("item", ["a", 1, None, b"\x00\xff", 1.5]) == hashlib.sha256(spelt).digest()


def test_bytes_and_the_text_that_spells_them_are_kept_apart_by_their_column():
    # A column holds either bytes or text, never both, so the two cannot stand for each other.
    assert row_digest("item", [b"a"]) == row_digest("item", ["x'61'"])
    assert row_digest("item", [b"a"]) != row_digest("item", ["a"])


@given(st.lists(st.binary(min_size=32, max_size=32)), st.randoms())
def test_the_order_of_rows_does_not_matter(digests, random):
    mixed = list(digests)
    random.shuffle(mixed)
    assert rows_digest(iter(mixed)) == rows_digest(digests)
    assert rows_digest(digests) == hashlib.sha256(b"".join(sorted(digests))).hexdigest()


def test_one_row_more_or_less_shows():
    rows = [bytes([n]) * 32 for n in range(5)]
    assert len({rows_digest(rows), rows_digest(rows[1:]), rows_digest([*rows, rows[0]])}) == 3


def test_a_head_written_down_by_hand():
    assert head_message("c", 3, "ab", "t") == b"fanal head\nc\n3\nab\nt\n"
