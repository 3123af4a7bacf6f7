"""A notice is checked and written from the command line, and nothing is sent."""

import json

from makers.notices import NOTICE, without
from makers.program import called


def test_a_notice_is_checked_and_written(capsys, tmp_path):
    path, out = tmp_path / "notice.toml", tmp_path / "out"
    path.write_text(NOTICE, "utf-8")
    assert called("deter", "dsa18", "check", path) == 0
    assert "authorities of FR" in capsys.readouterr().out
    assert called("deter", "dsa18", "build", path, "--out", out) == 0
    assert "nothing was sent" in capsys.readouterr().out
    assert sorted(one.name for one in out.iterdir()) == ["notice.html", "notice.json"]
    assert json.loads((out / "notice.json").read_text("utf-8"))["is_complete"] is True
    assert called("deter", "dsa18", "build", path, "--out", out) == 2


def test_what_is_missing_is_named_and_may_be_sent_without_where_there_is_no_time(capsys, tmp_path):
    path, out = tmp_path / "notice.toml", tmp_path / "out"
    path.write_text(without("threat"), "utf-8")
    assert called("deter", "dsa18", "check", path, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["where"] for one in told["lacks"]] == ["suspicion.threat"]
    assert called("deter", "dsa18", "build", path, "--out", out) == 2
    assert "suspicion.threat" in capsys.readouterr().err
    assert called("deter", "dsa18", "build", path, "--out", out, "--incomplete") == 0
    assert json.loads((out / "notice.json").read_text("utf-8"))["is_complete"] is False
