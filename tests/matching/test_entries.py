"""Entries come back exactly as they were."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import CaseError
from fanal.matching.entries import FILE, OFFSETS, EntryFile, EntryWriter, from_line, to_line
from fanal.model.known import KnownHash

texts = st.text(st.characters(), max_size=8)  # half characters (surrogates) included
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


@given(
    category=texts,
    series=texts,
    victim=st.sampled_from([None, True, False]),
    fields=st.dictionaries(texts, values, max_size=4),
)
def test_an_entry_is_one_line_and_comes_back(category, series, victim, fields):
    entry = KnownHash(
        md5="00" * 16, category=category, series=series, victim_identified=victim, fields=fields
    )
    line = to_line(entry)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert from_line(line) == entry


def deep(levels: int) -> list:
    inner: list = []
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize("fields", [{"x": b"bytes"}, {"x": deep}, {(1, 2): "x"}, {"x": {1, 2}}])
def test_fields_that_cannot_be_spelled_are_an_error(fields: Mapping):
    made = {name: deep(100_000) if value is deep else value for name, value in fields.items()}
    with pytest.raises(ValueError, match=r"\w"):
        to_line(KnownHash(fields=made))


def test_any_entry_is_read_by_its_number(tmp_path):
    entries = [KnownHash(category=str(number) * number) for number in range(50)]
    with (tmp_path / FILE).open("wb") as text, (tmp_path / OFFSETS).open("wb") as offsets:
        writer = EntryWriter(text, offsets)
        for entry in entries:
            writer.write(to_line(entry))
    file = EntryFile(tmp_path, 50)
    assert [file.read(number) for number in range(50)] == entries
    for outside in (-1, 50):
        with pytest.raises(CaseError, match="no entry"):
            file.read(outside)
