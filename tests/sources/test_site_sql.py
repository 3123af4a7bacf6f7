import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.model.site import RowRefused, Rows
from fanal.sources.server import sql_copy, sql_rows, sql_values
from fanal.sources.server.letters import Letters
from fanal.sources.server.sql_dump import charset_of
from fanal.sources.server.sql_names import CREATE, column_names, created_columns, table_name
from fanal.sources.server.sql_readers import MysqlReader, PostgresqlReader, SqliteDumpReader
from fanal.sources.server.sql_rows import well_written
from fanal.sources.server.sql_shape import Shape
from fanal.sources.server.sql_values import MYSQL, POSTGRESQL, SQLITE, value_of

HEAD = b"-- MySQL dump 10.13\n"


def read(kind, path: Path, data: bytes, **options: str):
    file = path / "dump.sql"
    file.write_bytes(data)
    reader = kind()
    found = list(reader.read(file, options))
    rows = [
        (each.table, dict(zip(each.columns, row, strict=True)))
        for each in found
        if isinstance(each, Rows)
        for row in each.rows
    ]
    refused = [each for each in found if isinstance(each, RowRefused)]
    return rows, refused, reader.notes


@pytest.mark.parametrize(
    ("dialect", "written", "meant"),
    [
        (MYSQL, "NULL", None),
        (MYSQL, "null", None),
        (MYSQL, "-12.50", "-12.50"),
        (MYSQL, r"'a\'b\\c\n\r\t\0\b\Z\%\_\x'", "a'b\\c\n\r\t\0\b\x1a\\%\\_x"),
        (MYSQL, "'it''s'", "it's"),
        (MYSQL, r'"say \"zz\" ""now"""', 'say "zz" "now"'),
        (MYSQL, "0x7F00FF", "0x7f00ff"),
        (MYSQL, "X'7F00'", "0x7f00"),
        (MYSQL, "_binary 'a\\0\xff'", "0x6100ff"),
        (MYSQL, "b'101'", "0x05"),
        (MYSQL, "0b1000000001", "0x0201"),
        (MYSQL, "_utf8mb4 'zz'", "zz"),
        (MYSQL, "N'zz'", "zz"),
        (MYSQL, "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
        (POSTGRESQL, r"'a\nb'", r"a\nb"),
        (POSTGRESQL, r"E'a\nb\x41\101\u00e9\''''", "a\nbAAé''"),
        (POSTGRESQL, "$$it's$$", "it's"),
        (POSTGRESQL, "$zz$a $$ b$zz$", "a $$ b"),
        (POSTGRESQL, "'2024-01-01'::date", "2024-01-01"),
        (POSTGRESQL, "true", "true"),
        (SQLITE, "X'00FF'", "0x00ff"),
        (SQLITE, r"replace('a\nb','\n',char(10))", "a\nb"),
        (SQLITE, r"replace(replace('a\nb\rc','\n',char(10)),'\r',char(13))", "a\nb\rc"),
        (SQLITE, r"unistr('a\u000ab''c')", "a\nb'c"),
    ],
)
def test_values_are_what_the_database_means(dialect, written, meant):
    assert value_of(written, dialect, Letters()) == meant


def test_columns_come_from_the_table_or_the_statement(tmp_path):
    data = (
        HEAD
        + b"CREATE TABLE `zz` (\n  `a` enum('x','y)') COMMENT 'it''s, \\'that\\'',\n"
        + b"  `b` decimal(10,2) DEFAULT 1.00,\n  `g` int GENERATED ALWAYS AS (`a` + (1)) STORED,\n"
        + b"  PRIMARY KEY (`a`), UNIQUE KEY `k` (`a`,`b`),\n  CONSTRAINT `c` CHECK (`b` > 0)\n);\n"
        + b"INSERT INTO `zz` VALUES ('x',1.00);\nINSERT INTO `zz` (`b`) VALUES (2);\n"
        + b"INSERT INTO `none` VALUES (1,'two');\n"
    )
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert rows == [
        ("zz", {"a": "x", "b": "1.00"}),
        ("zz", {"b": "2"}),
        ("none", {"1": "1", "2": "two"}),
    ]
    assert refused == []


def test_names_lose_their_quotes_and_usual_schemas():
    letters = Letters()
    assert table_name('public."zz ""a"""', letters) == 'zz "a"'
    assert table_name("`db`.`zz`", letters) == "db.zz"
    assert table_name("main.zz", letters) == "zz"
    assert column_names('("a", b, `c``d`, [e])', letters) == ("a", "b", "c`d", "e")
    assert column_names("(a, a)", letters) == ("a", "a#2")
    text = 'CREATE TABLE zz (id bigint GENERATED ALWAYS AS IDENTITY, "key" text, LIKE other)'
    begin = CREATE.match(text)
    assert created_columns(text, begin.end(), letters) == ("id", "key")


def test_values_that_do_not_fit_the_columns_are_refused_and_shown(tmp_path):
    data = HEAD + b"INSERT INTO `zz` (`a`,`b`) VALUES (1,'x'),(2),(3,'y',4),(5,'z');\n"
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert [row["a"] for _, row in rows] == ["1", "5"]
    assert [(each.reason, each.shown) for each in refused] == [
        ("too few values", "(2)"),
        ("too many values", "(3,'y',4)"),
    ]
    for each in refused:
        assert data[each.ref : each.ref + each.size].decode() == each.shown


def test_statements_that_change_rows_and_unknown_ones_are_told(tmp_path):
    data = (
        HEAD
        + b"USE `first`;\nUPDATE `zz` SET a=';' WHERE b=1;\nzz nonsense;\n"
        + b"INSERT INTO zz SELECT * FROM yy;\nINSERT INTO zz SET a=1;\nDELETE FROM zz;\n"
        + b"INSERT INTO zz VALUES (1);\nUSE second;\nINSERT INTO zz VALUES (2);\n"
    )
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert rows == [("zz", {"1": "1"}), ("second.zz", {"1": "2"})]
    assert [each.reason for each in refused] == [
        "statement changes rows",
        "unknown statement",
        "insert without values",
        "insert without values",
        "statement changes rows",
    ]
    assert [data[each.ref : each.ref + 6] for each in refused][1] == b"zz non"


def test_rows_cannot_hide_in_comments_and_among_routines(tmp_path):
    data = (
        HEAD
        + b"/*!50000 INSERT INTO zz VALUES (1) */;\nDELIMITER $$\nCREATE TRIGGER t BEGIN\n"
        + b"INSERT INTO yy VALUES (2); END$$\nINSERT INTO zz VALUES (3)$$\nDELIMITER ;\n"
        + b"\\ zz\nINSERT INTO zz VALUES (4);\n"
    )
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert rows == [("zz", {"1": "4"})]
    assert [each.reason for each in refused] == [
        "rows inside a comment",
        "statement among routines",
        "no statement",
    ]
    assert b"VALUES (3)" in data[refused[1].ref : refused[1].ref + refused[1].size]


def test_old_strings_of_postgresql_are_told(tmp_path):
    data = b"-- PostgreSQL database dump\nSET standard_conforming_strings = off;\n"
    assert "backslashes" in read(PostgresqlReader, tmp_path, data)[1][0].reason


def test_a_lost_quote_costs_its_row_and_no_other(tmp_path):
    values = b",".join(b"(%d,'zz-%d')" % (at, at) for at in range(2000))
    broken = values.replace(b"(77,'zz-77')", b"(77,'zz-77)")
    data = HEAD + b"INSERT INTO `zz` VALUES " + broken + b";\nINSERT INTO `yy` VALUES (1);\n"
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert len(rows) == 2000
    assert sorted(int(row["1"]) for table, row in rows if table == "zz") == [
        at for at in range(2000) if at != 77
    ]
    assert [each.reason for each in refused] == ["row is damaged"]
    assert refused[0].shown.startswith("(77,'zz-77)")


def test_text_that_looks_like_rows_stays_text_beside_damage(tmp_path):
    inner = rb"x),(666,\'zz\'),(667,\'yy\'"
    data = HEAD + b"INSERT INTO `zz` VALUES (1,'ok'),(2,'lost),(3,'" + inner + b"'),(4,'ok');\n"
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert [row["1"] for _, row in rows if row["1"] != "3"] == ["1", "4"]
    assert refused


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (b"INSERT INTO `zz` VALUES (1,'x'),(2,'cut \xc3", "file ends inside a row"),
        (b"INSERT INTO `zz` VALUES (1,'x')", "file ends inside a statement"),
        (b"CREATE TABLE `yy` (a int", "file ends inside a statement"),
        (b"/* never closed", "comment without end"),
    ],
)
def test_a_cut_dump_says_where_it_is_cut(tmp_path, end, reason):
    data = HEAD + b"INSERT INTO `aa` VALUES (1,'x');\n" + end
    rows, refused, _ = read(MysqlReader, tmp_path, data)
    assert [each.reason for each in refused] == [reason]
    assert refused[0].ref + refused[0].size == len(data)
    assert rows[0] == ("aa", {"1": "1", "2": "x"})


def test_copy_blocks_that_are_cut_or_damaged_keep_the_rest(tmp_path):
    data = (
        b"-- PostgreSQL database dump\nCOPY public.zz (a, b) FROM stdin;\n"
        b"1\tx\\ty\\\\\n2\n3\ty\tz\n4\t\\N\nCOPY public.yy (c) FROM stdin;\n5\n\\.\n"
        b"COPY public.xx (d) FROM stdin;\n6\n7"
    )
    rows, refused, _ = read(PostgresqlReader, tmp_path, data)
    assert rows == [
        ("zz", {"a": "1", "b": "x\ty\\"}),
        ("zz", {"a": "4", "b": None}),
        ("yy", {"c": "5"}),
        ("xx", {"d": "6"}),
    ]
    assert [(each.table, each.reason) for each in refused] == [
        ("zz", "too few values"),
        ("zz", "too many values"),
        ("xx", "file ends inside a row"),
    ]


def test_windows_line_ends_are_no_part_of_copied_values(tmp_path):
    data = (
        b"-- PostgreSQL database dump\r\nCOPY zz (a, b) FROM stdin;\r\n1\tx\r\n\\.\r\nSELECT 1;\r\n"
    )
    rows, refused, _ = read(PostgresqlReader, tmp_path, data)
    assert rows == [("zz", {"a": "1", "b": "x"})]
    assert refused == []


def test_an_archive_of_pg_dump_is_refused_with_advice(tmp_path):
    rows, refused, _ = read(PostgresqlReader, tmp_path, b"PGDMP\1\16\0zz")
    assert rows == []
    assert "pg_restore" in refused[0].reason
    assert PostgresqlReader.recognizes(b"PGDMP\1", "zz")


@pytest.mark.parametrize(
    ("declared", "raw", "meant", "notes"),
    [
        ("latin1", b"t\xe9st", "tést", 1),
        ("utf8mb4", b"t\xe9st", "tést", 1),
        ("latin1", "tést".encode(), "tést", 0),
        ("cp1251", "тест".encode("cp1251"), "тест", 1),
        ("gbk", "測試".encode("gbk"), "測試", 1),
        ("sjis", "表示".encode("shift_jis"), "表示", 1),
        ("utf8mb4", b"\x81\x8d", "\\x81\\x8d", 1),
    ],
)
def test_letters_are_as_declared_or_as_they_can_only_be(tmp_path, declared, raw, meant, notes):
    data = HEAD + b"/*!40101 SET NAMES %s */;\n" % declared.encode()
    data += b"INSERT INTO `zz` VALUES (1,'" + raw + b"'),(2,'x');\n"
    rows, refused, told = read(MysqlReader, tmp_path, data)
    assert [row["2"] for _, row in rows] == [meant, "x"]
    assert refused == []
    assert len(told) == notes
    assert charset_of(data) == declared


def test_the_mapping_may_say_the_letters(tmp_path):
    data = HEAD + b"INSERT INTO `zz` VALUES ('\xd2\xe5\xf1\xf2');\n"
    rows, _, _ = read(MysqlReader, tmp_path, data, encoding="cp1251")
    assert rows == [("zz", {"1": "Тест"})]


@given(st.lists(st.sampled_from("ab'\\(),;\"$eE \n0"), max_size=40).map("".join))
def test_tuples_are_told_by_their_brackets_whatever_is_in_their_texts(text):
    row = f"(1,'{_escaped(text)}')"
    shape = Shape(MYSQL, Letters(), 2)
    grammar = sql_values.grammar(MYSQL)
    assert grammar.tuple.match(row + ",(2,'x')")[0] == row
    raw = shape.split(row)
    assert well_written(raw)
    assert shape.values(raw) == ["1", text]
    shape.learn(raw)
    assert shape.match(row).group(0) == row


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


@pytest.mark.parametrize(
    "data",
    [
        b"INSERT INTO zz VALUES (" + b"(" * 300_000,
        b"INSERT INTO zz VALUES " + b"(1,'" * 80_000,
        b"INSERT INTO zz VALUES (1,'x')," + b"),(" * 100_000,
        b"INSERT INTO zz VALUES (NULL,NULL,NULL,NULL," * 8000,
        b"INSERT INTO zz VALUES (1,'x')" + b" ,(1,'x' 'y')" * 8_000,
        b"CREATE TABLE zz (" + b"a(" * 100_000,
        b"CREATE TABLE zz (" + b"a int, " * 60_000 + b");",
        b"/*" * 200_000,
        b"'" * 300_001,
        b"\nINSERT INTO" * 10_000,
        b"COPY zz FROM stdin;\n" * 15_000,
    ],
    ids=lambda data: data[:40].decode(),
)
@pytest.mark.parametrize("kind", [MysqlReader, PostgresqlReader, SqliteDumpReader])
def test_hostile_shapes_take_no_more_time_than_others(tmp_path, kind, data):
    begin = time.process_time()
    read(kind, tmp_path, data)
    assert time.process_time() - begin < 4


def test_dollars_without_end_are_passed_over_quickly(tmp_path):
    begin = time.process_time()
    data = b"INSERT INTO zz VALUES (" + b",".join(b"$a%d$" % at for at in range(40_000))
    read(PostgresqlReader, tmp_path, data)
    read(PostgresqlReader, tmp_path, b"CREATE FUNCTION zz AS $a$ $b$ " + b"$c$" * 60_000)
    assert time.process_time() - begin < 6


def test_each_kind_of_dump_is_told_from_the_others():
    heads = {
        MysqlReader: b"-- MySQL dump 10.13\n",
        PostgresqlReader: b"--\n-- PostgreSQL database dump\n--\nCREATE TABLE public.zz ();\n",
        SqliteDumpReader: b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE zz(a);\n",
    }
    for kind, head in heads.items():
        assert [each for each in heads if each.recognizes(head, "zz.sql")] == [kind]
    assert MysqlReader.recognizes(b"\nINSERT INTO zz VALUES (1);", "zz")


def test_batches_are_bounded():
    assert sql_rows.BATCH == sql_copy.BATCH == 5000
    assert re.fullmatch(r"\d+", MysqlReader.version)
