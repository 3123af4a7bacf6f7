"""Words in paths and exhibits are found wherever they stand, beside a plain search of each line."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.model.item import Place
from fanal.pipeline import desk_words
from fanal.pipeline.desk_words import Words, plain
from fanal.stores.interface import Server
from makers.cases import opened
from makers.ordering import Scene, name

FRESH = itertools.count()
NAMES = ["IMG_0001.JPG", "img 2.png", "Größe/ﬁrst.jpg", "zz\nline.jpg", "ß.jpg", "2.jpg"]


@pytest.fixture
def store():
    made = opened(Server(f"memory://zz-words-{next(FRESH)}"), name="memory")
    yield made
    made.close()


def lie(store, *names, exhibit="Desk A"):
    with store.act("zz", "intake") as act:
        act.put(
            Place(f"{exhibit}", f"{at}".encode(), "", name(at), text.encode(), None, "1")
            for at, text in enumerate(names)
        )


def found(words, wanted):
    return {at for at in range(20) if name(at) in words.find(wanted)}


def test_words_are_found_without_case_in_any_order(store):
    lie(store, *NAMES)
    words = Words(store)
    assert found(words, "jpg") == {0, 2, 3, 4, 5}
    assert found(words, "JPG img") == {0}
    assert found(words, "desk 2.") == {1, 5}
    assert found(words, "GRÖSSE") == {2}
    assert found(words, "a\n") == {*range(6)}
    assert found(words, "first nothing") == found(words, " ") == set()


def test_what_lies_there_later_is_found_too(store):
    lie(store, *NAMES)
    words = Words(store)
    assert found(words, "phone") == set()
    lie(store, *NAMES[:2], exhibit="phone")
    assert found(words, "phone") == {0, 1}


def test_a_bytes_name_that_is_no_text_breaks_nothing(store):
    with store.act("zz", "intake") as act:
        act.put([Place("zz", b"\xff", "", name(1), b"\xff\xfe zz.jpg", None, "1")])
    assert found(Words(store), "zz.jpg") == {1}


def test_the_rest_of_a_series_comes_along(store):
    made = Scene()
    for number in range(4):
        made.add(number, f"desk/{number}")
    made.series("s-1", 0, 1, 2)
    made.write(store)
    assert found(Words(store), "desk 1/1.jpg") == {0, 1, 2}


def test_words_that_fit_nearly_everything_are_refused(store, monkeypatch):
    lie(store, *NAMES)
    monkeypatch.setattr(desk_words, "MOST", 3)
    with pytest.raises(UsageError, match="more than 3"):
        Words(store).find("desk")


lines = st.lists(st.text("abAB. 1\n", max_size=12), min_size=1, max_size=8)


@given(lines, st.lists(st.text("abAB.1", min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_text_finds_what_each_line_holds(paths, wanted):
    rows = [("zz", path.encode(), name(at)) for at, path in enumerate(paths)]
    text = desk_words._Text.of(rows)
    words = sorted((plain(word) for word in wanted), key=len)
    held = [plain(f"zz\t{path}") for path in paths]
    fits = [name(at) for at, line in enumerate(held) if all(word in line for word in words)]
    assert text.find(words) == fits
