"""`fanal trust add` and `fanal trust show` say what was kept and what was not."""

import json

import pytest

from fanal.model.evidence import CREDENTIAL
from fanal.model.finding import Finding, Seen
from fanal.model.opinion import Opinion
from makers.credentials import ALTERED, action, house, ingredient, opened, signed, tile
from makers.evidence import fill, found, sha256
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


def test_a_list_judges_what_is_in_the_case_without_the_evidence(case, tmp_path, bundle, capsys):
    made = signed()
    changed = signed(
        tile(shade=9), [opened(), action("c2pa.edited", ALTERED)], ingredients=[ingredient(tile())]
    )
    desk = fill(tmp_path / "desk", {b"made.png": made, b"changed.png": changed, b"x.png": tile()})
    assert called("triage", desk, "--case", case, "--workers", "1") in {0, 3}
    told = {one.sha256: one for one in found(case, Finding, analyzer="credential")}
    assert told.keys() == {sha256(made), sha256(changed)}
    assert {one.data["trust"] for one in told.values()} == {"not judged"}
    (seen,) = found(case, Seen, analyzer="credential", sha256=sha256(tile()))
    assert (seen.outcome, seen.reason) == ("silent", "")
    before = grades(case, made, changed)
    desk.rename(tmp_path / "gone")
    assert called("trust", "add", bundle, "--case", case) == 0
    after = grades(case, made, changed)
    rules = [rule for rule, _ in (*before, *after)]
    assert rules == [
        *("c2pa-generated-untrusted", "c2pa-altered-untrusted"),
        *("c2pa-generated", "c2pa-altered"),
    ]
    assert [grade for _, grade in after] == ["very strong", "strong"]
    assert {one.data["trust"] for one in found(case, Finding, analyzer="credential")} == {
        "not judged"
    }


def grades(case, *contents):
    """Return the rule and the grade of the credential of each content."""
    given = []
    for data in contents:
        (opinion,) = found(case, Opinion, sha256=sha256(data))
        (reason,) = [one for one in opinion.reasons if one["kind"] == CREDENTIAL]
        given.append((reason["rule"], reason["grade"]))
    return given
