import json
from dataclasses import replace

import pytest

from fanal.pipeline.case import writing
from makers import postgres
from makers.cases import item
from makers.program import called, run


@pytest.fixture
def filled(case, settings):
    with writing(case, replace(settings)) as store, store.act("zz", "write") as act:
        act.put([item(1)])
    return case


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("FANAL_HOME", str(tmp_path / "home"))
    running = postgres.running()
    return running.address(running.database(), "?case=zz-1")


def test_show_tells_what_a_case_is(filled, capsys):
    assert called("case", "show", "--case", filled) == 0
    out = capsys.readouterr().out
    assert "layout" in out
    assert "folder" in out
    assert called("case", "show", "--case", filled, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["acts"], told["records"]["Item"], told["run"], told["at_rest"]) == (
        1,
        1,
        False,
        True,
    )


def test_a_case_is_copied_to_a_server_and_back_and_checked_there(filled, server, tmp_path, capsys):
    assert called("case", "copy", filled, server) == 0
    told = capsys.readouterr()
    assert "secret" not in told.out + told.err
    assert "copied item" in told.err
    assert called("audit", "verify", "--case", server) == 0
    assert "verdict VERIFIED" in capsys.readouterr().out
    assert called("case", "copy", server, tmp_path / "back", "--json") == 0
    assert json.loads(capsys.readouterr().out)["acts"] == 2
    assert called("audit", "verify", "--case", tmp_path / "back") == 0
    assert called("audit", "show", "--case", server) == 0
    assert "from=folder" in capsys.readouterr().out
    running = postgres.running()
    name = server.rpartition("/")[2].partition("?")[0]
    running.sql('UPDATE "fanal_zz-1".item SET size = 9', name)
    capsys.readouterr()
    assert called("audit", "verify", "--case", server) == 1
    assert "DIFFERS case.db/item/sha256=" in capsys.readouterr().out


def test_verify_says_that_a_server_has_no_seal_and_names_what_it_holds(filled, server, capsys):
    assert called("case", "copy", filled, server) == 0
    capsys.readouterr()
    assert called("audit", "verify", "--case", server) == 0
    out = capsys.readouterr().out
    assert "a case on a server has no seal" in out
    assert "did not end" not in out
    name = server.rpartition("/")[2].partition("?")[0]
    running = postgres.running()
    running.sql("UPDATE \"fanal_zz-1\".item SET key = 'zz'", name)
    running.sql('CREATE RULE zz AS ON INSERT TO "fanal_zz-1".seen DO INSTEAD NOTHING', name)
    assert called("audit", "verify", "--case", server) == 1
    out = capsys.readouterr().out
    assert "DIFFERS postgres/zz: is a rule" in out
    assert "DIFFERS postgres/item/sha256=" in out
    assert "NOT VERIFIED, 2 things differ" in out
    assert called("case", "show", "--case", server) == 0


def test_what_cannot_be_done_is_a_sentence(filled, server, tmp_path, capsys):
    assert called("case", "copy", filled, filled) == 1
    assert "is there already" in capsys.readouterr().err
    assert called("case", "copy", tmp_path / "none", tmp_path / "new") == 1
    assert called("case", "show", "--case", server) == 1
    err = capsys.readouterr().err
    assert "there is no case in" in err
    assert "secret" not in err
    assert called("case", "show", "--case", "mysql://h/db") == 2
    assert "choose one of: folder" in capsys.readouterr().err


def test_a_case_may_be_named_by_the_environment(filled, server):
    done = run("case", "copy", filled, server)
    assert done.returncode == 0, done.stderr
    done = run("queue", env={"FANAL_CASE": server})
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
