import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.custody import verifier
from fanal.model.finding import Finding
from fanal.model.known import Match
from fanal.stores.rows import KINDS, shapes, storable
from makers.cases import item, of_every_kind
from makers.records import any_record


@given(any_record())
def test_a_record_comes_back_from_its_row(record):
    shape = shapes()[1][type(record)]
    row = shape.row(record)
    assert {type(value) for value in row} <= {str, int, bytes, float, type(None)}
    assert shape.record((*row, 7, b"seal")) == record


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_verifier_knows_every_kind_its_columns_and_its_key(kind):
    table = shapes()[1][kind].table
    spelt = [f"*{c.name}" if c.name in kind.KEY else c.name for c in table.columns]
    assert verifier.RECORDS[table.name].split() == spelt[:-2]
    assert spelt[-2:] == ["act", "seal"]


def test_the_verifier_knows_every_table():
    tables = shapes()[0].tables
    assert set(tables) == verifier.RECORDS.keys() | verifier.OWN.keys()
    for name, columns in verifier.OWN.items():
        assert [column.name for column in tables[name].columns] == columns.split()


def test_the_examples_hold_every_kind():
    assert [type(record) for record in of_every_kind(1)] == list(KINDS)


def test_the_key_is_unique_in_its_table():
    for kind, shape in shapes()[1].items():
        (key,) = (index for index in shape.table.indexes if index.unique)
        assert tuple(column.name for column in key.columns) == kind.KEY


def test_truth_and_its_absence_are_kept_apart():
    shape = shapes()[1][Match]
    for said in (True, False, None):
        record = Match("s", "l", "harmless", "md5", 0, 1, said)
        assert shape.record(shape.row(record)).victim_identified is said


@pytest.mark.parametrize(
    ("given", "kept"), [(1, 1.0), (-0.0, 0.0), (math.nan, None), (None, None), (math.inf, math.inf)]
)
def test_a_weight_is_spelled_as_the_database_keeps_it(given, kept):
    row = shapes()[1][Finding].row(Finding("s", "a", "1", "k", "says", log10_lr=given))
    assert repr(row[8]) == repr(kept)


@given(st.text(st.characters()))
def test_any_text_can_be_stored(text):
    stored = storable(text)
    stored.encode()
    assert stored == text or any("\ud800" <= letter <= "\udfff" for letter in text)


def test_half_characters_stay_apart():
    names = {storable(f"zz\udcff{n}") for n in range(3)} | {storable("zz?0")}
    assert len(names) == 4
    assert storable(item(1).sha256) == item(1).sha256
