"""A campaign goes out and its totals come back by the command line."""

import csv
import json

from makers.program import called

ASKED = ("--country", "de", "--locale", "en", "--day", "2026-11-27")


def test_adverts_go_out_and_totals_come_back(capsys, tmp_path):
    folder = tmp_path / "zz"
    assert called("deter", "campaign", "export", "zz", *ASKED, "--out", folder) == 2
    assert "nobody has reviewed" in capsys.readouterr().err
    assert called("deter", "campaign", "export", "zz", *ASKED, "--out", folder, "--drafts") == 0
    assert "6 adverts" in capsys.readouterr().out
    with (folder / "adverts.csv").open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream)]
    stats = tmp_path / "stats.csv"
    rows = "".join(f"2026-11-01,DE,{code},100,2,1.00\n" for code in codes)
    stats.write_text("day,country,variant,impressions,clicks,cost\n" + rows, "utf-8")
    asked = ("deter", "campaign", "import", stats, "--campaign", folder)
    assert called(*asked, "--out", tmp_path / "days.csv") == 0
    told = capsys.readouterr().out
    assert "20.00" in told
    assert "A click is no person" in told
    assert len((tmp_path / "days.csv").read_text("utf-8").splitlines()) == 7
    assert called(*asked, "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["rate"] == 0.02
    assert called(*asked, "--out", tmp_path / "days.csv") == 2


def test_a_file_with_searches_is_refused(capsys, tmp_path):
    folder = tmp_path / "zz"
    called("deter", "campaign", "export", "zz", *ASKED, "--out", folder, "--drafts", "--json")
    stats = tmp_path / "stats.csv"
    stats.write_text("day,country,variant,impressions,clicks,cost,search term\n", "utf-8")
    capsys.readouterr()
    assert called("deter", "campaign", "import", stats, "--campaign", folder) == 2
    assert "looks like searches" in capsys.readouterr().err
