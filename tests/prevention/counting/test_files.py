"""A file of counters is read as it was written, or not at all."""

import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.counting import files
from fanal.prevention.counting.cells import Cell

DAY = date(2026, 11, 27)
NAMES = st.from_regex(r"[A-Za-z0-9._-]{0,20}", fullmatch=True)
CELLS = st.builds(
    Cell,
    st.just(DAY),
    st.from_regex(r"([A-Z]{2})?", fullmatch=True),
    st.sampled_from(["search", "upload", "generate", "browse"]),
    NAMES,
    NAMES,
    st.sampled_from(["shown", "continued", "help", "acts", "pushed_out"]),
)
FILES = st.builds(
    files.DayFile,
    st.just(DAY),
    st.just("0123456789abcdef"),
    st.dictionaries(CELLS, st.integers(1, 1 << 40), max_size=8),
    st.lists(st.from_regex(r"[a-z0-9+]{1,20}", fullmatch=True), max_size=3).map(tuple),
)
ONE = files.DayFile(
    DAY, "0123456789abcdef", {Cell(DAY, "DK", "search", "t1", "harm", "shown"): 3}, ("w1",)
)


@settings(max_examples=50)
@given(FILES)
def test_what_is_written_is_read(file):
    assert files.from_bytes(files.to_bytes(file)) == file


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_without_a_word_of_them(raw):
    with pytest.raises(ValueError, match=r"^not a file of counters, or damaged$"):
        files.from_bytes(raw)


@given(st.data())
def test_one_changed_byte_is_found(data):
    raw = bytearray(files.to_bytes(ONE))
    at = data.draw(st.integers(0, len(raw) - 2))
    raw[at] ^= data.draw(st.integers(1, 255))
    with suppress(ValueError):
        assert files.from_bytes(bytes(raw)) == ONE


@pytest.mark.parametrize(
    "change",
    [
        {"format": "fanal counters 2"},
        {"writer": "../../etc"},
        {"day": "2026-13-01"},
        {"versions": ["a\nb"]},
        {"cells": [["DK", "search", "t1", "harm", "shown", True]]},
        {"cells": [["DK", "search", "t1", "harm", "shown", 0]]},
        {"cells": [["DK", "search", "t1", "a query of words", "shown", 1]]},
        {"cells": [["DK", "street", "t1", "harm", "shown", 1]]},
        {"cells": [["DK", "search", "t1", "harm", "shown", 1]] * 2},
        {"more": 1},
    ],
)
def test_a_file_with_a_sound_digest_is_still_read_closely(change):
    body = json.loads(files.to_bytes(ONE))
    del body["sha256"]
    body |= change
    digest = files.hashlib.sha256(files.canonical(body)).hexdigest()
    with pytest.raises(ValueError, match="damaged"):
        files.from_bytes(files.canonical(body | {"sha256": digest}))


def test_a_file_under_another_name_is_refused(tmp_path):
    path = tmp_path / "counts-2026-11-28-0123456789abcdef.json"
    path.write_bytes(files.to_bytes(ONE))
    with pytest.raises(ValueError, match="another file"):
        files.read(path)
