"""COPY blocks of PostgreSQL dumps: exact rows and places, whatever stands in them."""

import pytest

from fanal.model.site import RowRefused
from fanal.sources.server import SITE_READERS
from fanal.sources.server.letters import Letters
from fanal.sources.server.sql_copy import BATCH, Block

HEAD = "COPY public.zz (id, name) FROM stdin;\n"


def read(tmp_path, text):
    path = tmp_path / "dump.sql"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    rows, refused = [], []
    for found in SITE_READERS.get("postgresql")().read(path, {}):
        if isinstance(found, RowRefused):
            refused.append(found)
        else:
            rows += zip(found.refs, found.sizes, found.rows, strict=True)
    return rows, refused, path.read_bytes()


def test_values_are_unescaped_and_each_row_has_its_bytes(tmp_path):
    lines = ["1\tzz\\tone", "2\t\\N", "3\tzz \\\\ é", "4\t\\x41\\101"]
    rows, refused, data = read(tmp_path, HEAD + "\n".join(lines) + "\n\\.\n")
    assert [tuple(values) for _, _, values in rows] == [
        ("1", "zz\tone"),
        ("2", None),
        ("3", "zz \\ é"),
        ("4", "AA"),
    ]
    assert [data[ref : ref + size].decode() for ref, size, _ in rows] == lines
    assert refused == []


def test_rows_with_another_number_of_values_are_refused_with_their_place(tmp_path):
    rows, refused, data = read(tmp_path, HEAD + "1\ta\n2\n3\tb\tc\n4\td\n\\.\n")
    assert [values[0] for _, _, values in rows] == ["1", "4"]
    assert [(one.reason, data[one.ref : one.ref + one.size]) for one in refused] == [
        ("too few values", b"2"),
        ("too many values", b"3\tb\tc"),
    ]


def test_a_block_whose_end_is_missing_ends_at_the_next_statement(tmp_path):
    more = "CREATE TABLE public.more (id integer);\nCOPY public.more (id) FROM stdin;\n7\n\\.\n"
    rows, _, _ = read(tmp_path, HEAD + "1\ta\n" + more)
    assert [tuple(values) for _, _, values in rows] == [("1", "a"), ("7",)]


def test_a_dump_that_is_cut_inside_a_row_says_where(tmp_path):
    rows, refused, data = read(tmp_path, HEAD + "1\ta\n2\tb")
    assert [values[0] for _, _, values in rows] == ["1"]
    (one,) = refused
    assert (one.reason, data[one.ref :]) == ("file ends inside a row", b"2\tb")


@pytest.mark.parametrize("count", [1, BATCH, BATCH + 1, 3 * BATCH - 1])
def test_parts_have_no_seams(tmp_path, count):
    text = HEAD + "".join(f"{n}\tzz-{n}\n" for n in range(count)) + "\\.\n"
    rows, refused, _ = read(tmp_path, text)
    assert [values[0] for _, _, values in rows] == [str(n) for n in range(count)]
    assert refused == []


def test_lines_may_end_as_windows_ends_them(tmp_path):
    rows, _, _ = read(tmp_path, (HEAD + "1\ta\n2\tb\n\\.\n").replace("\n", "\r\n"))
    assert [tuple(values) for _, _, values in rows] == [("1", "a"), ("2", "b")]


def test_without_columns_the_first_row_tells_how_many_there_are():
    block = Block("zz", (), Letters("utf-8"), "\n")
    (rows,) = block.rows(["1\ta\tb"], 0)
    assert rows.columns == ("1", "2", "3")
