import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.formats.csv_rows import WINDOW, column_names, delimiter_of, rows_of
from fanal.formats.streams import lines_of


def rows(text: str, delimiter: str = ","):
    return list(rows_of(lines_of(io.BytesIO(text.encode())), delimiter))


def cells(text: str, delimiter: str = ",") -> list[tuple[str, ...]]:
    return [row.cells for row in rows(text, delimiter)]


CELL = st.text(alphabet=st.sampled_from('abc ,;"\n0'), max_size=8)


@given(table=st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6))
def test_what_the_csv_module_writes_is_read_again(table):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    assert cells(out.getvalue()) == [tuple(row) for row in table]


@given(text=st.text(alphabet=st.sampled_from('ab,;"\n\r'), max_size=80))
def test_no_quotes_lose_or_repeat_a_line(text):
    numbers = [row.number for row in rows(text)]
    assert numbers == sorted(set(numbers))
    count = len(io.StringIO(text, newline=None).readlines())
    assert all(1 <= number <= count for number in numbers)


def test_an_open_quote_costs_one_row():
    text = 'a,"b\n' + "".join(f"{n},x\n" for n in range(200))
    found = rows(text)
    assert found[0].problem == "quote not closed"
    assert found[0].cells == ("a", "b")
    assert [row.cells for row in found[1:]] == [(str(n), "x") for n in range(200)]


def test_an_open_quote_before_a_quoted_row_costs_one_row_too():
    assert cells('1,"open\n2,"fine"\n3,x\n')[-1] == ("3", "x")


def test_a_quoted_cell_may_run_over_lines_but_not_for_ever():
    inside = "\n" * (WINDOW - 2)
    assert cells(f'a,"b{inside}c"\nd,e\n') == [("a", f"b{inside}c"), ("d", "e")]
    assert rows('a,"b' + "\n-" * 100 + '"\n')[0].problem == "quote not closed"


def test_a_quote_inside_a_cell_is_only_a_character():
    assert cells('a,5" disk\nb,6" disk\n') == [("a", '5" disk'), ("b", '6" disk')]


def test_blank_lines_are_no_rows():
    assert [row.number for row in rows("\na,b\n\n \nc,d\n")] == [2, 5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(delimiter):
    assert delimiter_of(delimiter.join(["md5", '"a,;b"', "c"])) == delimiter


def test_columns_of_one_name_are_told_apart():
    assert column_names(("a", "a", "", "a")) == ("a", "a (2)", "column 3", "a (4)")
