"""fanal leads map: files are looked at, a proposal is written, nothing is overwritten."""

import json
import tomllib

import pytest
from click.testing import CliRunner

from fanal.cli.leads_map import map_command
from fanal.errors import UsageError
from makers.site_files import access_log, csv_text, sqlite_file


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.setenv("FANAL_ENGINE", "inline")
    folder = tmp_path / "zz-harbour"
    folder.mkdir()
    rows = [[str(at), f"zz{at}@mail.test"] for at in range(5)]
    (folder / "users.csv").write_text(csv_text("users", ["id", "email"], [*rows, ["9"]]))
    logins = [["1", "240.0.0.1", "1700000000"]]
    (folder / "site.db").write_bytes(sqlite_file("logins", ["user_id", "ip", "ts"], logins))
    (folder / "access.log").write_text(access_log())
    return [folder / name for name in ("users.csv", "site.db", "access.log")]


def run(*arguments):
    return CliRunner().invoke(map_command, [str(each) for each in arguments])


def test_the_proposal_names_every_table_and_leaves_the_zone(files):
    done = run(*files, "--out", files[0].parent / "site.toml")
    assert done.exit_code == 0, done.output
    told = tomllib.loads((files[0].parent / "site.toml").read_text())
    assert told["site"] == {"name": "zz-harbour", "zone": ""}
    assert [each["file"] for each in told["artefact"]] == ["users.csv", "site.db", "access.log"]
    assert told["account"] == [{"from": "users:users", "account": "id", "email": "email"}]
    assert [each["from"] for each in told["login"]] == ["site:logins"]
    assert "access_log of access: 5 rows" in (files[0].parent / "site.toml").read_text()
    assert "too few values 1" in done.output
    assert "fill in the zone" in done.output


def test_without_a_file_the_proposal_is_printed(files):
    done = run(files[0], "--name", "zz-site")
    assert tomllib.loads(done.stdout)["site"]["name"] == "zz-site"


def test_nothing_is_overwritten(files):
    out = files[0].parent / "site.toml"
    out.write_text("zz")
    done = run(files[0], "--out", out)
    assert isinstance(done.exception, UsageError)
    assert out.read_text() == "zz"


def test_json_tells_tables_and_rows(files):
    done = run(*files, "--json")
    facts = [json.loads(line) for line in done.stdout.splitlines()]
    assert facts[0]["tables"] == {"users": {"rows": 5, "columns": ["id", "email"]}}
    assert facts[0]["refused"] == {"users: too few values": 1}
    assert facts[1]["reader"] == "sqlite"
