# ruff: noqa: S608 (statements made of our own names)
import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from fanal.cli.main import main
from fanal.custody import verifier
from makers.cases import item, opened, place


@pytest.fixture
def case(tmp_path):
    store = opened(tmp_path / "case")
    for n in range(3):
        with store.act(f"zz-{n}", "write", exhibit=f"zz\x1b{n}") as act:
            act.put([item(n), place(n)])
    store.close()
    return tmp_path / "case"


@pytest.fixture
def fanal(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["audit", *map(str, arguments)])
        captured = capsys.readouterr()
        return end.value.code, captured.out, captured.err

    return run


def damage(case, statement):
    with closing(sqlite3.connect(case / "case.db")) as connection:
        connection.execute(statement)
        connection.commit()


def test_verify_says_what_the_stand_alone_file_says(case, fanal):
    alone = [sys.executable, verifier.__file__, str(case)]
    done = subprocess.run(alone, capture_output=True, text=True, check=True)
    code, out, err = fanal("verify", "--case", case)
    assert (code, out, err) == (0, done.stdout, "")
    damage(case, "UPDATE item SET size = 1")
    code, out, _ = fanal("verify", "--case", case, "--json")
    assert code == 1
    assert not json.loads(out)["ok"]


def test_verify_compares_a_head_noted_earlier(case, fanal):
    _, out, _ = fanal("head", "--case", case, "--json")
    root = json.loads(out)["root"]
    assert json.loads(out)["size"] == 3
    assert fanal("verify", "--case", case, "--head", root)[0] == 0
    assert fanal("verify", "--case", case, "--head", "0" * 64)[0] == 1
    assert fanal("verify", "--case", case, "--head", "zz")[0] == 2
    assert root in fanal("head", "--case", case)[1]


def test_where_there_is_no_case_it_says_so(tmp_path, fanal):
    assert fanal("verify", "--case", tmp_path)[0] == 2
    assert fanal("head", "--case", tmp_path)[0] == 1
    opened(tmp_path / "new").close()
    assert fanal("head", "--case", tmp_path / "new")[0] == 2


def test_show_lists_the_acts(case, fanal):
    code, out, _ = fanal("show", "--case", case, "--json")
    leaves = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [leaf["number"] for leaf in leaves] == [1, 2, 3]
    assert [leaf["actor"] for leaf in leaves] == ["zz-0", "zz-1", "zz-2"]
    assert leaves[0]["records"]["item"]["count"] == 1
    _, out, _ = fanal("show", "--case", case, "--limit", 1)
    assert "zz-2" in out
    assert "zz-1" not in out
    assert "1 item, 1 place" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("leaf", ["zz", "[]", '{"number":1}', "null"])
def test_a_damaged_log_is_a_sentence(case, fanal, leaf):
    damage(case, f"UPDATE log SET leaf = '{leaf}' WHERE number = 1")
    code, _, err = fanal("show", "--case", case)
    assert code == 1
    assert "fanal audit verify" in err


def test_a_leaf_with_other_facts_is_a_sentence(case, fanal):
    damage(case, "UPDATE log SET leaf = replace(leaf, '\"count\"', '\"zz\"') WHERE number = 1")
    code, _, err = fanal("show", "--case", case)
    assert (code, "not as fanal writes it" in err) == (1, True)


def test_the_verifier_is_handed_out(tmp_path, fanal):
    assert fanal("verifier")[1].strip() == verifier.__file__
    code, _, _ = fanal("verifier", "--out", tmp_path / "v.py")
    assert code == 0
    with open(verifier.__file__, "rb") as original:  # noqa: PTH123 (a name only)
        assert (tmp_path / "v.py").read_bytes() == original.read()
    assert fanal("verifier", "--out", tmp_path / "v.py")[0] == 1
