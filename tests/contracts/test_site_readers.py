"""What every reader of a seized site's files promises."""

import gzip
import lzma
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.model.site import RowRefused, Rows
from fanal.sources import interface
from fanal.sources.server import SITE_READERS, stream
from fanal.sources.server.found import recognized
from makers import site_files
from makers.site_files import COLUMNS, KINDS, ROWS, Kind

KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
TEXT = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.reader != "sqlite"], ids=lambda kind: kind.name
)
OTHERS = {
    "weblog": site_files.access_log().encode(),
    "mail": site_files.mbox(4),
}
EXAMPLES = [
    *(pytest.param(kind.reader, kind.data(rows=kind.rows()), id=kind.name) for kind in KINDS),
    *(pytest.param(name, data, id=name) for name, data in OTHERS.items()),
]
BETWEEN = {
    "csv": re.compile(rb"[\r\n]*"),
    "jsonl": re.compile(rb"[ \t\r\n,\[\]\x1e]*"),
    "weblog": re.compile(rb"[ \t\r\n]*"),
    "mail": re.compile(rb""),
}
"""What may lie between rows without being told; of SQL, tests of its own say it."""
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
SQL_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
NO_FIXTURE_CHECK = {"suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("site")


def read(name: str, path: Path, data: bytes | None = None, **options: str):
    if data is not None:
        path.write_bytes(data)
    reader = SITE_READERS.get(name)()
    return list(reader.read(path, options)), reader.notes


def rows_of(found) -> list[list[str | None]]:
    return [list(row) for each in found if isinstance(each, Rows) for row in each.rows]


def refused(found) -> list[str]:
    return [each.reason for each in found if isinstance(each, RowRefused)]


def stretches(found) -> list[tuple[int, int]]:
    each_row = [
        (ref, size)
        for each in found
        if isinstance(each, Rows)
        for ref, size in zip(each.refs, each.sizes, strict=True)
    ]
    return sorted(
        each_row + [(each.ref, each.size) for each in found if isinstance(each, RowRefused)]
    )


def checked(name: str, path: Path, data: bytes, **options: str) -> list:
    """Read damaged bytes and check what holds of any: shapes, and that no byte is told twice."""
    found, notes = read(name, path, data, **options)
    for each in found:
        if isinstance(each, Rows):
            assert len(each.refs) == len(each.sizes) == len(each.rows) > 0
            assert len(set(each.columns)) == len(each.columns)
            for row in each.rows:
                assert len(row) == len(each.columns)
                "".join(value or "" for value in row).encode()
        else:
            assert 0 < len(each.reason) <= 300
            assert len(each.shown) <= 200
            assert each.shown.isascii()
            assert each.shown.isprintable()
    if name != "sqlite":
        for (ref, size), (after, _) in pairwise(stretches(found)):
            assert ref + size <= after
        told = memoryview(data)
        if name in BETWEEN and not "".join(notes).startswith(("compressed", "text in utf-16")):
            begin = 3 if data.startswith(b"\xef\xbb\xbf") else 0
            for ref, size in stretches(found):
                if begin or name != "csv":  # what is before the first row of a table is its head
                    assert BETWEEN[name].fullmatch(told[begin:ref]), bytes(told[begin:ref])
                begin = ref + size
            assert not begin or BETWEEN[name].fullmatch(told[begin:])
    assert all(isinstance(note, str) for note in notes)
    return found


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_each_file_is_recognised_by_its_own_reader(name, data, folder):
    path = folder / "zz-file"
    path.write_bytes(data)
    if name == "csv":  # values over several lines are told by the file's name alone
        path = folder / "zz-file.csv"
        path.write_bytes(data)
    assert recognized(path) == name


@pytest.mark.parametrize("data", [b"", b"\0" * 5000, b"hello\n", b"<a/>", b"\xff\xd8\xff\xe0 zz"])
def test_what_is_no_such_file_is_recognised_by_nobody(data, folder):
    path = folder / "zz-nothing"
    path.write_bytes(data)
    assert recognized(path) == ""


@KIND
def test_rows_are_what_was_written(kind: Kind, folder):
    path = folder / kind.file
    found, _ = read(kind.reader, path, kind.data(rows=kind.rows()))
    assert rows_of(found) == kind.rows()
    assert refused(found) == []
    for each in found:
        assert each.columns == COLUMNS
        assert each.table == ("logins" if kind.reader != "csv" else path.stem)


@KIND
@settings(max_examples=60, deadline=None, **NO_FIXTURE_CHECK)
@given(data=st.data())
def test_whatever_the_texts_they_are_read_as_they_were_written(kind: Kind, folder, data):
    text = TEXTS if kind.reader in {"mysql", "jsonl", "csv"} else SQL_TEXTS
    cell = st.none() | text if kind.nulls else text
    drawn = data.draw(st.lists(st.tuples(cell, cell, cell), min_size=1, max_size=12))
    rows = [[f"zz{at}", *each] for at, each in enumerate(drawn)]
    path = folder / kind.file
    form = {"header": "yes", "delimiter": "tab", "escape": "\\", "quote": ""}
    if kind.name != "outfile":
        form = {"header": "yes", "delimiter": ",", "escape": ""} if kind.reader == "csv" else {}
    found, _ = read(kind.reader, path, kind.data(rows=rows), **form)
    assert rows_of(found) == rows
    assert refused(found) == []
    for each in found:
        told = {"table": each.table, "columns": ",".join(each.columns), **form}
        for row, ref, size in zip(each.rows, each.refs, each.sizes, strict=True):
            again = SITE_READERS.get(kind.reader)().at(path, told, ref, size)
            assert list(again.rows[0]) == list(row)


@KIND
def test_every_row_is_read_again_from_its_own_bytes(kind: Kind, folder):
    path = folder / kind.file
    data = kind.data(rows=kind.rows())
    found, _ = read(kind.reader, path, data)
    again = []
    for each in found:
        told = {"table": each.table, "columns": ",".join(each.columns)}
        for ref, size in zip(each.refs, each.sizes, strict=True):
            one = SITE_READERS.get(kind.reader)().at(path, told, ref, size)
            assert isinstance(one, Rows)
            assert (list(one.refs), list(one.sizes)) == ([ref], [size])
            assert (one.table, one.columns) == (each.table, each.columns)
            again.append(list(one.rows[0]))
            if kind.reader != "sqlite":
                assert again[-1][1].encode()[:3] in data[ref : ref + size]
    assert again == kind.rows()


@KIND
def test_what_is_not_there_is_refused_and_not_made_up(kind: Kind, folder):
    path = folder / kind.file
    path.write_bytes(kind.data(rows=kind.rows()))
    for ref, size in ((1 << 40, 30), (3, 11)):
        found = SITE_READERS.get(kind.reader)().at(path, {"table": "logins"}, ref, size)
        if not isinstance(found, RowRefused):  # eleven bytes of a text may be a row of one value
            assert kind.reader in {"csv", "postgresql", "sqlite"}
            assert len(found.rows[0]) < len(COLUMNS) or kind.reader == "sqlite"


@TEXT
@pytest.mark.parametrize(
    "pack", [gzip.compress, lzma.compress, zstandard.compress], ids=["gzip", "xz", "zstd"]
)
def test_compressed_files_give_the_same_rows(kind: Kind, folder, pack):
    data = kind.data(rows=kind.rows())
    plain, _ = read(kind.reader, folder / kind.file, data)
    path = folder / f"packed-{kind.file}"
    found, notes = read(kind.reader, path, pack(data), table="logins")
    assert rows_of(found) == rows_of(plain)
    assert stretches(found) == stretches(plain)
    assert "rows are counted in the bytes that come out" in notes[0]
    told = {"table": "logins", "columns": ",".join(COLUMNS)}
    ref, size = stretches(found)[1]
    again = SITE_READERS.get(kind.reader)().at(path, told, ref, size)
    assert list(again.rows[0]) == kind.rows()[1]
    path.write_bytes(pack(data)[:-9])
    cut, _ = read(kind.reader, path, table="logins")
    assert any("damaged compression" in reason for reason in refused(cut))


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_what_expands_beyond_all_measure_is_not_read_on(name, data, folder, monkeypatch):
    if name == "sqlite":
        pytest.skip("databases are not read compressed")
    monkeypatch.setattr(interface, "GRACE", 1 << 18)
    bomb = gzip.compress(data + b"\0" * (1 << 25))
    found, _ = read(name, folder / "bomb", bomb)
    assert any("expands beyond the limit of ratio" in reason for reason in refused(found))


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_a_cut_file_keeps_what_came_before_the_cut(name, data, folder):
    whole = rows_of(read(name, folder / "logins", data)[0])
    form = {"escape": "\\"} if name == "csv" and b"\\N" in data else {}  # else told by the rows
    for end in range(0, len(data), max(1, len(data) // 150)):
        found = rows_of(checked(name, folder / "logins", data[:end], **form))
        if name != "sqlite":
            assert found[:-1] == whole[: max(0, len(found) - 1)]


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
@settings(max_examples=60, deadline=None, **NO_FIXTURE_CHECK)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=9))))
def test_no_damage_raises_and_no_byte_is_told_twice(name, data, folder, edits):
    for where, gone, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + gone :]
    checked(name, folder / "damaged", data)


@pytest.mark.parametrize("name", SITE_READERS.names())
@settings(max_examples=60, deadline=None, **NO_FIXTURE_CHECK)
@given(data=st.binary(max_size=400))
def test_no_bytes_at_all_raise(name, data, folder):
    SITE_READERS.get(name).recognizes(data, "zz")
    checked(name, folder / "bytes", data)


@pytest.mark.parametrize(("name", "data"), EXAMPLES)
def test_a_line_without_end_is_refused_in_bounded_memory(name, data, folder, monkeypatch):
    if name in {"sqlite", "mail"}:
        pytest.skip("it has no lines")
    for short in ("stream", "window", "csv_rows", "sql_rows", "jsonl"):
        module = sys.modules[f"fanal.sources.server.{short}"]
        if hasattr(module, "LONGEST"):
            monkeypatch.setattr(module, "LONGEST", 1 << 20)
    found = checked(name, folder / "logins", data + b"(1,'" + b"a" * (5 << 20))
    assert (
        rows_of(found)[: len(ROWS) - 2]
        == rows_of(read(name, folder / "x", data)[0])[: len(ROWS) - 2]
    )
    assert sum(size for _, size in stretches(found)) > 4 << 20
    assert stream.LONGEST == 1 << 20


@KIND
def test_memory_does_not_grow_with_the_rows(kind: Kind, folder):
    path = folder / f"many-{kind.file}"
    many = [[str(at), f"zz-test-{at % 1000}", "240.0.0.1", "x"] for at in range(30_000)]
    path.write_bytes(kind.data(rows=many))
    count, most = 0, 0
    for found in SITE_READERS.get(kind.reader)().read(path, {}):
        count += len(found.rows)
        most = max(most, len(found.rows))
    assert count == len(many)
    assert most <= 5000
