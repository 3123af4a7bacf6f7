"""`fanal trust add` and `fanal trust show` say what was kept and what was not."""

import json

import pytest

from makers.credentials import house
from makers.program import called


@pytest.fixture
def bundle(tmp_path):
    path = tmp_path / "l.pem"
    path.write_bytes(house().root.pem * 2)
    return path


def test_a_list_is_added_and_shown(case, bundle, capsys):
    add = ("trust", "add", bundle, "--case", case, "--name", "a\x1bb", "--date", "2026-08-05")
    assert called(*add) == 0
    out = capsys.readouterr().out
    assert out.startswith("a\\u001bb: 1 certificates, SHA-256 ")
    assert "not taken: duplicate 1" in out
    assert called("trust", "show", "--case", case, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["name", "date", "sha256", "anchors", "refused"]
    assert (told["name"], told["date"], told["anchors"]) == ("a\x1bb", "2026-08-05", 1)
    assert called("trust", "show", "--case", case) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "date", "certificates", "sha256", "not", "taken"]
    assert row.split()[:3] == ["a\\u001bb", "2026-08-05", "1"]


def test_a_second_file_of_the_name_is_wrong_use(case, bundle, capsys):
    called("trust", "add", bundle, "--case", case)
    bundle.write_bytes(house("other").root.pem)
    assert called("trust", "add", bundle, "--case", case) == 2
    assert "give this one a name of its own" in capsys.readouterr().err


def test_a_file_without_certificates_ends_with_one(case, tmp_path, capsys):
    (tmp_path / "l.pem").write_text("zz-test-0001")
    assert called("trust", "add", tmp_path / "l.pem", "--case", case) == 1
    assert "holds no certificate" in capsys.readouterr().err
