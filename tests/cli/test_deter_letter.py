"""Letters from the command line: templates to copy, a lint, drafts and final letters."""

import json

from makers.kits import RECORDS, changed, signed
from makers.program import called


def test_templates_are_shown_and_copied_to_be_signed(capsys, tmp_path):
    assert called("deter", "letter", "templates") == 0
    assert "only drafts can be made" in capsys.readouterr().out
    own = tmp_path / "own.toml"
    assert called("deter", "letter", "templates", "--copy", "nl", "--out", own) == 0
    assert "juridische" in own.read_text("utf-8")
    assert called("deter", "letter", "templates", "--copy", "nl", "--out", own) == 2
    assert called("deter", "letter", "templates", "--copy", "nl") == 2


def test_the_lint_names_faults_and_fails(capsys, tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(signed(), "utf-8")
    bad.write_bytes(changed("delivery.children", ""))
    assert called("deter", "letter", "lint", good) == 0
    capsys.readouterr()
    assert called("deter", "letter", "lint", good, bad, "--json") == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {"file": str(good), "is_good": True, "faults": [], "lacks": []}
    assert second["faults"][0]["where"] == "delivery.children"


def test_letters_are_drafts_until_they_are_signed(capsys, tmp_path):
    records, own = tmp_path / "records.csv", tmp_path / "own.toml"
    records.write_text(RECORDS, "utf-8")
    own.write_text(signed("de"), "utf-8")
    asked = ("--records", records, "--country", "de", "--day", "2026-11-27", "--out")
    assert called("deter", "letter", "make", "--template", "de", *asked, tmp_path / "a") == 0
    told = capsys.readouterr().out
    assert "2 drafts" in told
    assert "about.reviewed_by" in told
    final = ("--final", "--json")
    assert (
        called("deter", "letter", "make", "--template", "de", *asked, tmp_path / "b", *final) == 2
    )
    assert called("deter", "letter", "make", "--template", own, *asked, tmp_path / "c", *final) == 0
    assert json.loads(capsys.readouterr().out)["is_draft"] is False
