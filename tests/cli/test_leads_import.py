"""A site is imported and shown by commands."""

import json

from makers.program import called
from makers.small_site import MAPPING, small_site


def test_a_site_is_imported_and_shown(case, tmp_path, capsys):
    mapping = small_site(tmp_path / "site")
    assert called("leads", "import", mapping, "--case", case) == 0
    out = capsys.readouterr().out
    assert "account           3" in out
    assert "not taken: 3 rows and 1 values; see: fanal leads sites" in out
    assert called("leads", "import", mapping, "--case", case) == 0
    assert "in the case already; nothing changed" in capsys.readouterr().out
    assert called("leads", "sites", "--case", case) == 0
    out = capsys.readouterr().out
    for line in (
        "site zz-harbour, imported by ",
        "clock: 12 s ahead of UTC, measured by Zz Examiner; times are kept as they were shown",
        "login from log:logins: 2 of 3 rows taken",
        "zone of login.ts from log:logins: UTC, as the mapping says",
        "refused, login, log:logins: 1 rows: not of the form iso; at byte ",
        "refused, account, shop:users: 1 rows: another row has the same id; at byte ",
        "not taken, login.ip, log:logins: 1 values: no address; at byte ",
        "seized 2025-02-26 by Zz Examiner",
    ):
        assert line in out
    assert "\x1b" not in out
    assert "4111111111111111" not in out


def test_facts_are_told_as_json(case, tmp_path, capsys):
    mapping = small_site(tmp_path / "site")
    called("leads", "import", mapping, "--case", case, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["site"], told["new"], told["tables"]["login"]) == ("zz-harbour", True, 2)
    called("leads", "sites", "--case", case, "--json")
    told = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in told["artefacts"]] == ["shop", "log"]


def test_a_case_without_sites_says_how_to_import_one(case, tmp_path, capsys):
    called("leads", "import", small_site(tmp_path / "site"), "--case", case)
    capsys.readouterr()
    other = tmp_path / "other"
    unclear = small_site(tmp_path / "unclear", MAPPING.replace('zone = "UTC"\n', ""))
    assert called("leads", "import", unclear, "--case", other) == 2
    assert "its zone is missing" in capsys.readouterr().err
    called("leads", "sites", "--case", other)
    assert "fanal leads import MAPPING" in capsys.readouterr().out


def test_other_files_need_again(case, tmp_path, capsys):
    called("leads", "import", small_site(tmp_path / "site"), "--case", case)
    changed = small_site(tmp_path / "site", users="id,name,pan\n7,zz-seven,\n")
    assert called("leads", "import", changed, "--case", case) == 2
    assert "--again" in capsys.readouterr().err
    assert called("leads", "import", changed, "--case", case, "--again") == 0


def test_columns_that_are_read_wrongly_are_doubted(case, tmp_path, capsys):
    wrong = MAPPING.replace('ts = "at"', 'ts = {column = "at", form = "unix"}')
    called("leads", "import", small_site(tmp_path / "site", wrong), "--case", case)
    out = capsys.readouterr().out
    assert "doubtful: login of log:logins: 0 of 3 rows were taken" in out
