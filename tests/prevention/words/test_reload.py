"""Files that change come in whole or not at all."""

import os

import pytest

from fanal.errors import ListError, UsageError
from fanal.prevention.words.reload import TURNS, Watched


class Reading:
    """Reads one file, and does something first."""

    def __init__(self, path):
        self.path, self.before, self.count = path, lambda: None, 0

    def __call__(self):
        self.count += 1
        self.before()
        text = self.path.read_text()
        if text == "broken":
            raise ListError("terms.csv is not taken: row 1", "correct it")
        if text == "worse":
            raise ValueError("zz-secret")
        return text


@pytest.fixture
def reading(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_text("one")
    return Reading(path)


def put(reading, text):
    beside = reading.path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(reading.path)


def test_a_changed_file_comes_in_and_an_unchanged_one_is_not_read(reading):
    watched = Watched(reading, lambda: (reading.path,))
    assert (watched.current, watched.poll(), reading.count) == ("one", False, 1)
    put(reading, "two")
    assert (watched.poll(), watched.current, watched.trouble) == (True, "two", "")
    assert watched.poll(again=True)
    assert reading.count == 3


@pytest.mark.parametrize(
    ("text", "trouble"), [("broken", "terms.csv is not taken: row 1"), ("worse", "ValueError")]
)
def test_what_cannot_be_read_leaves_the_old_and_says_so_until_it_can(reading, text, trouble):
    watched = Watched(reading, lambda: (reading.path,))
    put(reading, text)
    assert (watched.poll(), watched.current, watched.trouble) == (False, "one", trouble)
    assert not watched.poll()
    put(reading, "three")
    assert (watched.poll(), watched.current, watched.trouble) == (True, "three", "")


def test_an_absent_file_leaves_the_old(reading):
    watched = Watched(reading, lambda: (reading.path,))
    reading.path.unlink()
    assert not watched.poll()
    assert (watched.current, watched.trouble) == ("one", "FileNotFoundError")


def test_a_file_swapped_while_it_is_read_is_read_again(reading):
    watched = Watched(reading, lambda: (reading.path,))
    put(reading, "two")
    swaps = iter(["three"])

    def swap():
        if text := next(swaps, None):
            put(reading, text)

    reading.before = swap
    assert watched.poll()
    assert (watched.current, reading.count) == ("three", 3)


def test_files_that_never_rest_do_not_come_in(reading):
    watched = Watched(reading, lambda: (reading.path,))
    put(reading, "two")
    reading.before = lambda: os.utime(reading.path, ns=(0, reading.count))
    assert not watched.poll()
    assert (watched.current, reading.count) == ("one", 1 + TURNS)
    assert "change while" in watched.trouble
    with pytest.raises(UsageError, match="change while"):
        Watched(reading, lambda: (reading.path,))
