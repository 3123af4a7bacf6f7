import hashlib

import numpy as np
import pytest

from fanal.errors import FanalError
from fanal.leads.calculator import Calculator, literal, quoted

SPREAD = "SELECT (hash(i) % 1000)::VARCHAR AS a, i FROM range(300000) t(i)"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO '/tmp/zz-fanal-outside.csv'",
        "ATTACH '/tmp/zz-fanal-outside.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://zz.example/zz.csv'",
        "SET threads = 9",
        "SET enable_external_access = true",
    ],
)
def test_nothing_outside_its_folders_is_reached(tmp_path, sql):
    with Calculator(tmp_path) as calculator, pytest.raises(FanalError):
        calculator.run(sql)


def test_a_folder_beside_it_is_read_where_it_was_told(tmp_path):
    beside = tmp_path / "beside'it"
    own = tmp_path / "own"
    beside.mkdir()
    with Calculator(beside) as calculator:
        calculator.write("SELECT 7 AS a", beside / "seven.parquet")
    path = literal(str(beside / "seven.parquet"))
    with Calculator(own, beside) as calculator:
        assert calculator.value(f"SELECT a FROM read_parquet({path})") == 7  # noqa: S608
    with Calculator(own) as calculator, pytest.raises(FanalError):
        calculator.run(f"SELECT a FROM read_parquet({path})")  # noqa: S608


def test_the_same_answer_makes_the_same_bytes_whatever_the_threads(tmp_path):
    digests = set()
    for threads in (1, 2):
        with Calculator(tmp_path, threads=threads) as calculator:
            calculator.run(f"CREATE TABLE t AS {SPREAD}")
            calculator.write("SELECT * FROM t ORDER BY a, i", tmp_path / "t.parquet")
        digests.add(hashlib.sha256((tmp_path / "t.parquet").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_packed_tables_answer_alike_reach_no_further_and_are_gone_afterwards(tmp_path):
    answers = set()
    for packed in (False, True):
        with Calculator(tmp_path / "own", packed=packed, memory="60MB") as calculator:
            calculator.run(f"CREATE TABLE t AS {SPREAD}")
            calculator.write("SELECT * FROM t ORDER BY a, i", tmp_path / "own" / "t.parquet")
            with pytest.raises(FanalError):
                calculator.run("ATTACH '/tmp/zz-fanal-outside.db'")
        answers.add(hashlib.sha256((tmp_path / "own" / "t.parquet").read_bytes()).hexdigest())
    assert len(answers) == 1
    assert [one.name for one in (tmp_path / "own").iterdir()] == ["t.parquet"]


def test_columns_of_python_come_back_as_they_were(tmp_path):
    with Calculator(tmp_path) as calculator:
        calculator.give("t", {"a": ["x", None, "ü\x00", ""], "b": np.arange(4)})
        assert list(calculator.rows("SELECT a, b FROM t ORDER BY b")) == [
            ("x", 0),
            (None, 1),
            ("ü\x00", 2),
            ("", 3),
        ]
        assert calculator.columns("SELECT b FROM t ORDER BY b")["b"].tolist() == [0, 1, 2, 3]


def test_names_and_texts_may_hold_anything(tmp_path):
    name = 'a"; DROP TABLE t; --'
    with Calculator(tmp_path) as calculator:
        calculator.run(f"CREATE TABLE t AS SELECT {literal(name)} AS {quoted(name)}")
        assert calculator.value(f"SELECT {quoted(name)} FROM t") == name  # noqa: S608


def test_what_it_spilled_is_gone_afterwards(tmp_path):
    with Calculator(tmp_path, memory="40MB") as calculator:
        calculator.run(f"CREATE TABLE t AS {SPREAD}, range(4)")
        calculator.value("SELECT count(*) FROM (SELECT a FROM t ORDER BY a, i)")
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_said_with_advice(tmp_path):
    with Calculator(tmp_path, memory="1MB") as calculator, pytest.raises(FanalError) as told:
        calculator.run("CREATE TABLE t AS SELECT list(i) FROM range(10000000) t(i)")
    assert "memory" in told.value.message
    assert told.value.advice
