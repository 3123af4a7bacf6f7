"""A table of stems, folded."""

import pytest

from fanal.errors import ListError
from fanal.prevention.words.stems import Stems, read_stems


def test_words_are_replaced_whatever_their_case_and_nothing_else():
    stems = read_stems("Häfen,Hafen\nlamps,lamp\n".encode(), "stems.csv")
    assert stems.stemmed("HÄFEN, lampshade; Lamps!") == "Hafen, lampshade; lamp!"
    assert "lamp" not in repr(stems)
    assert not Stems({})
    assert stems


@pytest.mark.parametrize("data", [b"\xff", b'"a', b"a,b,c\n", b"a,\n", b",b\n"])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(ListError):
        read_stems(data, "stems.csv")
