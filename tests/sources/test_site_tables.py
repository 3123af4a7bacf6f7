"""Separated values, JSON and logs of a seized site."""

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import FanalError, UsageError
from fanal.model.site import RowRefused, Rows
from fanal.sources.server import csv_rows, weblog_form
from fanal.sources.server.csv_escaped import EscapedRows
from fanal.sources.server.csv_form import Form, form_of
from fanal.sources.server.csv_reader import CsvReader, table_of
from fanal.sources.server.jsonl import Digits, JsonReader, flat, spelled
from fanal.sources.server.letters import Letters, codec
from fanal.sources.server.stream import head_of, opened, taken
from fanal.sources.server.weblog import WeblogReader
from fanal.sources.server.window import Window, lines, shown


def read(kind, path: Path, data: bytes, name: str = "zz", **options: str):
    file = path / name
    file.write_bytes(data)
    reader = kind()
    found = list(reader.read(file, options))
    rows = [
        dict(zip(each.columns, row, strict=True))
        for each in found
        if isinstance(each, Rows)
        for row in each.rows
    ]
    return rows, [each for each in found if isinstance(each, RowRefused)], reader.notes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("id,name\n1,zz\n", Form(",")),
        ("id;name\r\n1;zz, a\r\n", Form(";")),
        ("id\tname\n1\tzz\n", Form("\t")),
        ("id|name\n1|zz\n", Form("|")),
        ("1,zz\n2,yy\n", Form(",", head=False)),
        ("name,name\nzz,yy\n", Form(",", head=False)),
        ("zz,aa\nzz,bb\n", Form(",", head=False)),
        ("sep=;\nid;name\n1;zz\n", Form(";", first=6)),
        ("id\tname\n1\t\\N\n", Form("\t", "", "\\")),
        ('"id","name"\n"1","a \\"b\\""\n', Form(",", '"', "\\")),
        ("id,name\r1,zz\r", Form(",", end="\r")),
        ('id,name\n1,"a;b;c;d"\n2,"e;f;g;h"\n', Form(",")),
    ],
)
def test_how_values_are_separated_is_found_out(text, form):
    assert form_of(text, {}) == form


def test_the_mapping_may_say_how_values_are_separated():
    told = {"delimiter": "tab", "quote": "'", "escape": "\\", "header": "no"}
    assert form_of("'a',b\tc\n", told) == Form("\t", "'", "\\", head=False)
    assert form_of("a,b\n", {"header": "yes"}).head
    assert "separated by tab" in Form("\t").said()


def test_columns_may_be_named_by_the_mapping(tmp_path):
    rows, _, _ = read(CsvReader, tmp_path, b"1,zz\n2,yy\n", columns="id,name", header="no")
    assert rows == [{"id": "1", "name": "zz"}, {"id": "2", "name": "yy"}]
    rows, _, _ = read(CsvReader, tmp_path, b"a,b\n1,zz\n", columns="id,name", header="yes")
    assert rows == [{"id": "1", "name": "zz"}]


def test_rows_with_more_or_fewer_values_are_refused_and_shown(tmp_path):
    data = b"id,name\n1,zz\n2\n3,a,b\n\n4,yy\n"
    rows, refused, _ = read(CsvReader, tmp_path, data)
    assert [row["id"] for row in rows] == ["1", "4"]
    told = [(each.reason, data[each.ref : each.ref + each.size]) for each in refused]
    assert told == [("too few values", b"2"), ("too many values", b"3,a,b")]


def test_a_quote_that_never_closes_costs_one_line(tmp_path):
    many = b"".join(b'%d,"zz-%d"\n' % (at, at) for at in range(5000))
    data = b"id,name\n" + many.replace(b'777,"zz-777"', b'777,"zz-777') + b"9999,plain\n"
    rows, refused, _ = read(CsvReader, tmp_path, data)
    assert len(rows) == 5000
    assert [each.shown for each in refused] == ['777,"zz-777']


def test_quotes_that_never_close_cannot_stop_the_reading(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "WASTE", 1 << 16)
    data = b"id,name,note\n" + b'"\n",' * 40_000
    begin = time.process_time()
    rows, refused, _ = read(CsvReader, tmp_path, data)
    assert time.process_time() - begin < 5
    assert rows == []
    assert len(refused) > 1


def test_line_ends_inside_quotes_belong_to_the_value_across_windows(tmp_path, monkeypatch):
    monkeypatch.setattr("fanal.sources.server.window.STEP", 64)
    rows = [[str(at), f"zz\n{at}\r\n" * (at % 7)] for at in range(300)]
    text = "id,name\n" + "".join(f'{a},"{b}"\n' for a, b in rows)
    found, refused, _ = read(CsvReader, tmp_path, text.encode())
    assert [list(row.values()) for row in found] == rows
    assert refused == []


def test_a_table_is_called_as_its_file(tmp_path):
    assert table_of(Path("logins.csv.gz"), {}) == "logins"
    assert table_of(Path("logins.csv"), {"table": "zz"}) == "zz"
    assert table_of(Path(".csv"), {}) == ".csv"


def test_backslashes_escape_where_null_is_written_so(tmp_path):
    data = b"id\tname\n1\t\\N\n2\ta\\tb\\\nc\\\\\n3\n4\t\\0\n"
    rows, refused, _ = read(CsvReader, tmp_path, data, "zz.tsv")
    assert [row["name"] for row in rows] == [None, "a\tb\nc\\", "\0"]
    assert [each.reason for each in refused] == ["too few values"]
    assert EscapedRows.__doc__


@pytest.mark.parametrize("name", ["latin1", "ISO-8859-1", "Windows-1252", "win1252", "cp1252"])
def test_names_of_character_sets_are_taken_as_people_write_them(name):
    assert codec(name) == "cp1252"
    assert codec("zz-unknown") == codec("rot13") == codec("zip") == ""


def test_values_in_no_known_letters_are_spelled_out_and_counted():
    letters = Letters("zz-unknown")
    assert letters.text("a\x81\x8d") == "a\\x81\\x8d"
    told = list(letters.notes())
    assert any("not known" in each for each in told)
    assert any("spelled out" in each for each in told)


def test_text_in_utf16_is_read(tmp_path):
    for encoding in ("utf-16-le", "utf-16-be"):
        mark = "\ufeff".encode(encoding)
        data = mark + "id,name\n1,zz-тест-𐍈\n".encode(encoding)
        rows, refused, notes = read(CsvReader, tmp_path, data, "zz.csv")
        assert rows == [{"id": "1", "name": "zz-тест-𐍈"}]
        assert refused == []
        assert encoding in notes[0]
        found = CsvReader().at(tmp_path / "zz.csv", {}, 8, len("1,zz-тест-𐍈".encode()))
        assert list(found.rows[0]) == ["1", "zz-тест-𐍈"]
    rows, _, _ = read(CsvReader, tmp_path, b"\xef\xbb\xbfid,name\n1,zz\n")
    assert rows == [{"id": "1", "name": "zz"}]


def test_half_a_pair_and_half_a_unit_do_not_stop_utf16(tmp_path):
    data = b"\xff\xfe" + "id,name\n1,".encode("utf-16-le") + b"\x00\xd8" + b"\n\x00" + b"z"
    rows, refused, _ = read(CsvReader, tmp_path, data)
    assert len(rows) + len(refused) >= 1


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ('{"a": 1.50, "b": true, "c": null, "d": "x"}', ["1.50", "true", None, "x"]),
        ('{"a": {"b": {"c": -0}}, "d": {}}', ["-0", "{}"]),
        ('{"a": [1, 2.50, {"b": "é"}], "b": 1e999}', ['[1, 2.50, {"b": "é"}]', "1e999"]),
        ('{"a": 123456789012345678901234567890}', ["123456789012345678901234567890"]),
        ('{"a": "\\ud800\\u0041"}', ["\\ud800A"]),
        ('{"a": NaN}', ["NaN"]),
    ],
)
def test_json_values_stay_as_they_are_written(tmp_path, line, row):
    rows, refused, _ = read(JsonReader, tmp_path, line.encode())
    assert [list(each.values()) for each in rows] == [row]
    assert refused == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": 1, "a": 2}', "a name twice in one object"),
        ('{"a": {"b": 1}, "a.b": 2}', "a name twice in one object"),
        ("[[1]]", "not an object"),
        ('{"a": ' * 40 + "1" + "}" * 40, "nested too deep"),
        ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "nested too deep"),
        ('{"a": }', "row is damaged"),
    ],
)
def test_json_that_is_no_row_is_refused(tmp_path, line, reason):
    text = f'{{"zz": 1}}\n{line}\n{{"zz": 2}}\n'
    rows, refused, _ = read(JsonReader, tmp_path, text.encode())
    assert [row["zz"] for row in rows] == ["1", "2"]
    assert reason in [each.reason for each in refused]


def test_tables_that_phpmyadmin_exports_stay_apart(tmp_path):
    data = (
        b'[\n{"type":"header","version":"5.2.1","comment":"Export to JSON"},\n'
        b'{"type":"database","name":"zz"},\n'
        b'{"type":"table","name":"users","database":"zz","data":\n[\n{"id":"1"},\n{"id":"2"}\n]\n},'
        b'{"type":"table","name":"none","database":"zz","data":\n[\n]\n}\n'
        b',{"type":"table","name":"logins","database":"zz","data":\n[\n{"ip":"240.0.0.1"}\n]\n}\n]\n'
    )
    (tmp_path / "zz.json").write_bytes(data)
    found = list(JsonReader().read(tmp_path / "zz.json", {}))
    assert [(each.table, each.columns, each.rows) for each in found] == [
        ("users", ("id",), [["1"], ["2"]]),
        ("logins", ("ip",), [["240.0.0.1"]]),
    ]


def test_a_last_line_without_end_is_noted(tmp_path):
    assert "no end" in str(read(CsvReader, tmp_path, b"id,name\n1,z")[2])
    assert "no end" not in str(read(CsvReader, tmp_path, b"id,name\n1,z\n")[2])
    line = b'240.0.0.1 - - [10/Oct/2025:13:55:36 +0200] "GET / HTTP/1.1" 200 7'
    assert "no end" in str(read(WeblogReader, tmp_path, line)[2])
    assert "no end" not in str(read(WeblogReader, tmp_path, line + b"\n")[2])


def test_objects_with_other_members_widen_the_table(tmp_path):
    rows, refused, _ = read(JsonReader, tmp_path, b'{"a": 1}\n{"b": 2}\n')
    assert rows == [{"a": "1", "b": None}, {"a": None, "b": "2"}]
    many = b"".join(b'{"c%d": 1}\n' % at for at in range(2100))
    rows, refused, _ = read(JsonReader, tmp_path, many)
    assert len(rows) == 2000
    assert {each.reason for each in refused} == {"too many columns"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=12,
    )
)
def test_arrays_stay_the_same_json(value):
    assert json.loads(spelled(value)) == value
    assert spelled([Digits("1.50")]) == "[1.50]"


def test_inner_objects_become_columns_with_dots():
    assert flat({"a": {"b": "1", "c": {}}, "d": None}) == {"a.b": "1", "a.c": "{}", "d": None}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            '240.0.0.1 - zz [10/Oct/2025:13:55:36 +0200] "GET /a HTTP/1.1" 200 12',
            {"host": "240.0.0.1", "user": "zz", "status": "200", "bytes": "12", "path": "/a"},
        ),
        (
            '2001:db8::1 - - [10/Oct/2025:13:55:36 +0200] "-" 408 - "-" "zz \\"x\\""',
            {"host": "2001:db8::1", "user": None, "bytes": None, "agent": 'zz \\"x\\"'},
        ),
        (
            (
                "zz.example:443 240.0.0.2 - a b [10/Oct/2025:13:55:36 +0200]"
                ' "POST /login HTTP/2.0" 302 5 "-" "zz" 0.1'
            ),
            {
                "vhost": "zz.example",
                "vhost_port": "443",
                "host": "240.0.0.2",
                "user": "a b",
                "method": "POST",
                "more": "0.1",
            },
        ),
    ],
)
def test_lines_of_the_usual_logs(tmp_path, line, wanted):
    rows, refused, _ = read(WeblogReader, tmp_path, f"{line}\r\n".encode())
    assert refused == []
    assert {name: rows[0][name] for name in wanted} == wanted
    assert WeblogReader.recognizes(line.encode() + b"\n", "zz")


@pytest.mark.parametrize(
    ("told", "line", "wanted"),
    [
        (
            '$remote_addr:$remote_port [$time_iso8601] "$request" $status "$http_x_forwarded_for"',
            '240.0.0.1:4711 [2025-10-10T13:55:36+02:00] "GET / HTTP/1.1" 200 "240.0.0.9"',
            {"host": "240.0.0.1", "port": "4711", "forwarded": "240.0.0.9", "method": "GET"},
        ),
        (
            '%h %{remote}p %l %u %t \\"%r\\" %>s %D %{X-Zz}i',
            '240.0.0.1 4711 - zz a [10/Oct/2025:13:55:36 +0200] "GET / HTTP/1.1" 200 55 q',
            {"port": "4711", "user": "zz a", "time": "10/Oct/2025:13:55:36 +0200", "x_zz_i": "q"},
        ),
        (
            "common",
            '240.0.0.1 - - [10/Oct/2025:13:55:36 +0200] "GET / HTTP/1.1" 200 7',
            {"bytes": "7", "status": "200"},
        ),
    ],
)
def test_a_configuration_says_how_lines_are_written(tmp_path, told, line, wanted):
    rows, refused, _ = read(WeblogReader, tmp_path, f"{line}\nzz\n".encode(), format=told)
    assert {name: rows[0][name] for name in wanted} == wanted
    assert [each.reason for each in refused] == ["not a line of this log"]


def test_a_format_without_variables_is_wrong_use():
    with pytest.raises(UsageError):
        weblog_form.form_of("nothing to see")


def test_hostile_lines_of_a_log_take_no_more_time(tmp_path):
    begin = time.process_time()
    for data in (b"a " * 200_000, b"[" * 300_000, b'240.0.0.1 - - [] "' + b"\\" * 300_001):
        read(WeblogReader, tmp_path, data)
    assert time.process_time() - begin < 4


def test_folders_and_missing_files_are_refused_with_advice(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(FanalError), opened(path):
            pass


def test_bytes_are_counted_behind_compression(tmp_path):
    path = tmp_path / "zz.gz"
    path.write_bytes(gzip.compress(b"zz-test-0001\nzz-test-0002\n"))
    assert head_of(path, 7) == b"zz-test"
    assert taken(path, 13, 12) == b"zz-test-0002"
    with opened(path) as seized:
        found = list(lines(Window(seized)))
    assert found == [(["zz-test-0001", "zz-test-0002"], 0)]


def test_what_is_shown_is_short_and_harmless():
    assert shown("a\x1b[2J\n\u00e9") == "a\\x1b[2J\\n\\xe9"
    assert len(shown("\x00" * 500)) == 200


def test_long_objects_do_not_wait_for_five_thousand_of_their_kind(tmp_path):
    path = tmp_path / "long.jsonl"
    path.write_text('{"zz": "%s"}\n' % ("x" * 5_000_000) * 8)
    lots = [len(part.rows) for part in JsonReader().read(path, {})]
    assert sum(lots) == 8
    assert max(lots) <= 4


def test_a_row_behind_a_damaged_head_is_a_row_and_no_head(tmp_path):
    path = tmp_path / "zz.csv"
    path.write_bytes(b'\rid,name\r\n1,"zz ""one"""\r\n2,zz-two\r\n')
    found = list(CsvReader().read(path, {}))
    assert [one.reason for one in found if isinstance(one, RowRefused)] == ["row is damaged"]
    (rows,) = (one for one in found if not isinstance(one, RowRefused))
    assert (rows.columns, rows.rows) == (("1", "2"), [["1", 'zz "one"'], ["2", "zz-two"]])
