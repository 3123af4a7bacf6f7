"""A list comes in whole or is refused whole, and no word of it is ever told."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import ListError
from fanal.prevention.nouns import Reason
from fanal.prevention.words.terms import COLUMNS, MOST_PATTERN, Entry, read_entries
from makers.terms import EVERY, listed

ROW = {"id": "e1", "pattern": "zz-secret-0001", "kind": "phrase"}


def read(*rows: dict[str, str], is_support: bool = False) -> tuple[Entry, ...]:
    return read_entries(listed(*rows), "terms.csv", is_support=is_support)


def test_every_column_is_read():
    told = ROW | {
        "langs": "de;fr",
        "severity": "high",
        "valid_from": "2026-11-27",
        "source_ref": "S 1",
        "steps_off": "lookalikes, digits",
        "fuzzy": "2",
    }
    (entry,) = read(told)
    assert (entry.id, entry.pattern, entry.kind) == ("e1", "zz-secret-0001", "phrase")
    assert (entry.langs, entry.severity, entry.source_ref) == (("de", "fr"), "high", "S 1")
    assert (entry.valid_from, entry.fuzzy) == (date(2026, 11, 27), 2)
    assert entry.steps == EVERY - {"lookalikes", "digits"}
    (help_,) = read(ROW | {"audience": "victim"}, is_support=True)
    assert help_.audience is Reason.VICTIM


def test_json_lines_say_the_same():
    lines = [ROW | {"langs": ["de"]}, ROW | {"id": "e2", "kind": "context"}]
    data = "\n\n".join(json.dumps(one) for one in lines).encode()
    first, second = read_entries(data, "terms.jsonl", is_support=False)
    assert (first.langs, second.kind) == (("de",), "context")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"kind": "secret"}, "kind"),
        ({"pattern": " "}, "pattern"),
        ({"pattern": "secret" * MOST_PATTERN}, "pattern"),
        ({"id": ""}, "id"),
        ({"id": "a\x1b[0m"}, "id"),
        ({"severity": "secret"}, "severity"),
        ({"valid_from": "secret"}, "valid_from"),
        ({"steps_off": "secret"}, "steps_off"),
        ({"fuzzy": "9"}, "fuzzy"),
        ({"fuzzy": "x"}, "fuzzy"),
        ({"fuzzy": "1", "pattern": "short"}, "fuzzy"),
        ({"audience": "self"}, "audience"),
    ],
)
def test_a_row_at_fault_refuses_the_list_and_is_named_by_its_number(changed, told):
    with pytest.raises(ListError) as fault:
        read(ROW | {"id": "e0"}, ROW | changed)
    assert "row 3" in fault.value.message
    assert told in fault.value.message
    assert "secret" not in fault.value.message + fault.value.advice


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"id,pattern,kind\n",
        b"id,pattern\ne1,secret\n",
        b"id,pattern,kind,secret\ne1,secret,phrase,x\n",
        b"id,pattern,kind\ne1,secret,phrase,secret,secret\n",
        b'id,pattern,kind\ne1,"secret,phrase\n',
        b"id,pattern,kind\ne1,secret,phrase\ne1,secret,phrase\n",
        b"\xff\xfesecret",
        b'{"id": "e1", "pattern": "secret"',
        b'{"id": "e1", "pattern": "secret", "kind": "phrase", "x": 1}',
        b'{"id": "e1", "pattern": {"secret": 1}, "kind": "phrase"}',
        b'{"id": "e1", "pattern": "secret\\ud800", "kind": "phrase"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_damaged_file_is_refused_without_a_word_of_it(data):
    with pytest.raises(ListError) as fault:
        read_entries(data, "terms.csv", is_support=False)
    assert "secret" not in f"{fault.value} {fault.value.advice}"
    assert fault.value.__cause__ is None


def test_many_faults_are_counted():
    with pytest.raises(ListError, match="and 80 more"):
        read(*({"id": "", "pattern": "zz", "kind": "phrase"} for _ in range(100)))


def test_entries_print_their_names_only():
    (entry,) = read(ROW)
    assert "secret" not in f"{entry!r} {entry} {[entry]}"


@given(st.binary(max_size=200), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_refused(data, is_support):
    for head in (b"", ",".join(COLUMNS).encode() + b"\n", b"{"):
        try:
            entries = read_entries(head + data, "terms.csv", is_support=is_support)
        except ListError:
            continue
        assert all(entry.pattern and entry.kind for entry in entries)
