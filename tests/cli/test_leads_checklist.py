"""A checklist is signed, added and shown from the command line."""

import pytest

from makers.checklists import TEXT, private, signed
from makers.program import called


@pytest.fixture
def run(line):
    return line


def test_a_checklist_is_signed_added_and_shown(run, tmp_path, capsys):
    assert run("checklist", "show").startswith("no checklist")
    given = signed(tmp_path / "list")
    given.signature.unlink()
    key = private(tmp_path)
    assert called("leads", "checklist", "sign", given.rules, "--key", key) == 0
    capsys.readouterr()
    signature = given.rules.with_name("zz.toml.sig")
    out = run("checklist", "add", given.rules, "--signature", signature, "--key", given.key)
    assert "tier A: at once, within 24 hours" in out
    assert "the signature holds" in run("checklist", "show")
    assert run.facts("checklist", "show")["name"] == "zz checklist 2026"
    given.rules.write_text(TEXT.replace("presses", "of religion presses"), "utf-8")
    assert called("leads", "checklist", "sign", given.rules, "--key", key) == 2
    assert "item 'other' of the checklist asks about religion" in capsys.readouterr().err
