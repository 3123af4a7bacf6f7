"""Files of a seized site, made up: dumps, databases, tables, logs and mail of known rows."""

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

Row = Sequence[str | None]
COLUMNS = ("id", "name", "ip", "note")
ROWS: list[list[str | None]] = [
    ["1", "zz-test-0001", "240.0.0.1", "plain"],
    ["2", "zz-test-0002", "2001:db8::1", 'it\'s "quoted", with; marks | and \\ slash'],
    ["3", "zz-tést-0003", "240.0.0.3", "line\nend\tand tab\r\nagain"],
    ["4", "zz-тест-0004", "240.0.0.4", None],
    ["5", "zz-test-0005", "240.0.0.5", ""],
    ["6", "zz-test),('0006", "240.0.0.6", "'; -- \\' \\\\"],
]
"""What every kind of file can hold; where a kind knows no NULL, it is left out."""
_MYSQL = {
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\0": "\\0",
    "\x1a": "\\Z",
}


def mysql_text(value: str | None) -> str:
    """Write a value as mysqldump does."""
    if value is None:
        return "NULL"
    if value.isascii() and value.isdigit():
        return value
    return "'" + "".join(_MYSQL.get(letter, letter) for letter in value) + "'"


def mysqldump(table: str, columns: Sequence[str], rows: Sequence[Row], a_statement: int = 4) -> str:
    """Write a dump as mysqldump does: several rows a statement, no columns."""
    parts = [
        "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n",
        "/*!40101 SET NAMES utf8mb4 */;\n",
        f"DROP TABLE IF EXISTS `{table}`;\n/*!40101 SET character_set_client = utf8 */;\n",
        f"CREATE TABLE `{table}` (\n",
        "".join(f"  `{name}` varchar(200) DEFAULT 'a,b)' COMMENT 'x''y',\n" for name in columns),
        f"  PRIMARY KEY (`{columns[0]}`),\n  KEY `k` (`{columns[0]}`(10))\n",
        ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n",
        f"LOCK TABLES `{table}` WRITE;\n/*!40000 ALTER TABLE `{table}` DISABLE KEYS */;\n",
    ]
    for at in range(0, len(rows), a_statement):
        tuples = (
            f"({','.join(mysql_text(each) for each in row)})" for row in rows[at : at + a_statement]
        )
        parts.append(f"INSERT INTO `{table}` VALUES {','.join(tuples)};\n")  # noqa: S608 (text)
    parts.append(f"/*!40000 ALTER TABLE `{table}` ENABLE KEYS */;\nUNLOCK TABLES;\n")
    parts.append(
        "DELIMITER ;;\nCREATE TRIGGER `t` BEFORE INSERT ON `x` FOR EACH ROW BEGIN\n"
        "  SET @a = 'it''s;'; INSERT INTO y VALUES (1,2);\nEND ;;\nDELIMITER ;\n"
    )
    return "".join([*parts, "-- Dump completed on 2026-01-01  0:00:00\n"])


def phpmyadmin(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write a dump as phpMyAdmin does: columns named, a row a line."""
    named = ", ".join(f"`{name}`" for name in columns)
    tuples = ",\n".join(f"({', '.join(mysql_text(each) for each in row)})" for row in rows)
    head = "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n\nSET NAMES utf8mb4;\n\n"
    return f"{head}INSERT INTO `{table}` ({named}) VALUES\n{tuples};\n" if rows else head


def _standard(value: str | None) -> str:
    if value is None:
        return "NULL"
    if value.isascii() and value.isdigit():
        return value
    return "'" + value.replace("'", "''") + "'"


_COPY = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_PG_HEAD = (
    "--\n-- PostgreSQL database dump\n--\n\n\\restrict zz\n\nSET statement_timeout = 0;\n"
    "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
    "SELECT pg_catalog.set_config('search_path', '', false);\n\n"
    "CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql"
    " AS $_$ begin; select ';', $1; end $_$;\n"
)


def _pg_table(table: str, columns: Sequence[str]) -> str:
    named = ",\n".join(f"    \"{name}\" text DEFAULT 'a,b)'::text" for name in columns)
    return f'CREATE TABLE public."{table}" (\n{named}\n);\n\n'


def pg_copy(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write a dump as pg_dump does."""
    named = ", ".join(f'"{name}"' for name in columns)
    lines = "".join(
        "\t".join(
            "\\N" if each is None else "".join(_COPY.get(letter, letter) for letter in each)
            for each in row
        )
        + "\n"
        for row in rows
    )
    begin = f'COPY public."{table}" ({named}) FROM stdin;\n'
    return f"{_PG_HEAD}{_pg_table(table, columns)}{begin}{lines}\\.\n\n\n\\unrestrict zz\n"


def pg_inserts(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write a dump as pg_dump --inserts does."""
    begin = f'INSERT INTO public."{table}" VALUES '  # noqa: S608 (text)
    lines = "".join(f"{begin}({', '.join(map(_standard, row))});\n" for row in rows)
    return _PG_HEAD + _pg_table(table, columns) + lines


def sqlite_dump(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write a dump as Python's, and SQLite's shell, do."""
    with closing(_database(table, columns, rows)) as connection:
        return "PRAGMA foreign_keys=OFF;\n" + "\n".join(connection.iterdump()) + "\n"


def _database(table: str, columns: Sequence[str], rows: Sequence[Row]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    named = ", ".join(f'"{name}" TEXT' for name in columns)
    connection.execute(f'CREATE TABLE "{table}" ({named})')
    marks = ", ".join("?" * len(columns))
    connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)  # noqa: S608 (ours)
    connection.commit()
    return connection


def sqlite_file(table: str, columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """Make a database of one table."""
    with closing(_database(table, columns, rows)) as connection:
        return connection.serialize()


def csv_text(
    table: str, columns: Sequence[str], rows: Sequence[Row], delimiter: str = ",", end: str = "\r\n"
) -> str:
    """Write separated values as RFC 4180 says."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def outfile(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write tabs and backslashes as MySQL's SELECT … INTO OUTFILE does."""
    special = {"\\": "\\\\", "\n": "\\\n", "\t": "\\\t", "\0": "\\0"}
    lines = [
        "\t".join(
            "\\N" if each is None else "".join(special.get(letter, letter) for letter in each)
            for each in row
        )
        for row in [columns, *rows]
    ]
    return "".join(f"{line}\n" for line in lines)


def json_lines(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write an object a line, numbers as such."""
    return "".join(f"{_object(columns, row)}\n" for row in rows)


def json_array(table: str, columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Write one array of objects over several lines."""
    return "[\n  " + ",\n  ".join(_object(columns, row) for row in rows) + "\n]\n"


def _object(columns: Sequence[str], row: Row) -> str:
    values = {
        name: int(each) if each and each.isascii() and each.isdigit() and len(each) < 9 else each
        for name, each in zip(columns, row, strict=True)
    }
    return json.dumps(values, ensure_ascii=row[0] == "3")


LOG_COLUMNS = ("host", "user", "time", "request", "status", "bytes", "referer", "agent")
LOG_ROWS: list[list[str | None]] = [
    [
        each,
        None if at % 2 else f"zz-test-{at:04}",
        f"10/Oct/2025:13:55:{at:02} +0200",
        f"GET /zz/{at}?q=\\x22 HTTP/1.1",
        "200",
        str(1000 + at),
        None,
        'zz \\"agent\\" [1]',
    ]
    for at, each in enumerate(["240.0.0.1", "2001:db8::1", "240.0.0.3", "host.test", "::1"])
]


def access_log(rows: Sequence[Row] = LOG_ROWS, vhost: str = "") -> str:
    """Write the combined form of a web server's log."""
    said = [["-" if each is None else each for each in row] for row in rows]
    return "".join(
        f'{vhost}{host} - {user} [{time}] "{request}" {status} {size} "{referer}" "{agent}"\n'
        for host, user, time, request, status, size, referer, agent in said
    )


def message(number: int, attached: bytes = b"") -> bytes:
    """Make one message, with or without something attached."""
    head = (
        f"Received: from mx.test ([240.0.0.9])\r\n"
        f"\tby mx.example; Thu, 1 Jan 2026 00:00:00 +0100\r\n"
        f"Message-ID: <zz.{number}@mail.test>\r\n"
        f"Date: Thu, 1 Jan 2026 00:00:0{number % 10} +0100\r\n"
        f"From: =?utf-8?q?Zz_T=C3=A9st?= <zz{number}@mail.test>\r\n"
        f"To: zz-site <zz@site.example>,\r\n other@mail.test\r\nSubject: zz secret subject\r\n"
    )
    if not attached:
        return f"{head}\r\nzz secret words\r\n".encode()
    import base64  # noqa: PLC0415 (rarely needed)

    body = base64.encodebytes(attached).decode().replace("\n", "\r\n")
    return (
        f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="zz"\r\n\r\n--zz\r\n'
        f"Content-Type: text/plain\r\n\r\nzz secret words\r\n--zz\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="zz.bin"\r\n\r\n{body}--zz--\r\n'
    ).encode()


def mbox(count: int) -> bytes:
    """Make a mailbox; every third message has something attached."""
    return b"".join(
        b"From zz@mail.test Thu Jan  1 00:00:00 2026\n"
        + message(number, b"zz-test-%d" % number if number % 3 == 0 else b"").replace(
            b"\r\n", b"\n"
        )
        + b"\n"
        for number in range(count)
    )


@dataclass(frozen=True)
class Kind:
    """One way of writing rows, and who reads it."""

    name: str
    reader: str
    file: str
    make: Callable[[str, Sequence[str], Sequence[Row]], str | bytes]
    nulls: bool = True

    def data(self, columns: Sequence[str] = COLUMNS, rows: Sequence[Row] = ROWS) -> bytes:
        """Return a file of these rows, in a table called `logins`."""
        made = self.make("logins", columns, rows)
        return made if isinstance(made, bytes) else made.encode()

    def rows(self, rows: Sequence[Row] = ROWS) -> list[list[str | None]]:
        """Return what of the rows this kind can hold."""
        return [list(row) for row in rows if self.nulls or None not in row]


KINDS = [
    Kind("mysqldump", "mysql", "dump.sql", mysqldump),
    Kind("phpmyadmin", "mysql", "dump.sql", phpmyadmin),
    Kind("pg-copy", "postgresql", "dump.sql", pg_copy),
    Kind("pg-inserts", "postgresql", "dump.sql", pg_inserts),
    Kind("sqlite-dump", "sqlite-dump", "dump.sql", sqlite_dump),
    Kind("sqlite", "sqlite", "site.db", sqlite_file),
    Kind("csv", "csv", "logins.csv", csv_text, nulls=False),
    Kind("outfile", "csv", "logins.tsv", outfile),
    Kind("json-lines", "jsonl", "logins.jsonl", json_lines),
    Kind("json-array", "jsonl", "logins.json", json_array),
]
"""Every way in which the same rows can be written."""
