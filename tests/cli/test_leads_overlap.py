"""`fanal leads overlap` carries a comparison through files, each side with a home of its own."""

import json

import pytest

from fanal.pipeline.leads import resolve_in
from fanal.pipeline.progress import Silent
from fanal.settings import Settings
from makers.canonical_site import account, add_site, login
from makers.cases import opened
from makers.program import called

pytest.importorskip("private_set_intersection.python", reason="the extra psi is absent")
WHY = ("--reason", "zz-purpose")


def case_of(folder, numbers):
    """A case with a lead for each of these confirmed phones."""
    store = opened(folder)
    told = {"phone_raw": "zz", "phone_confirmed": True}
    accounts = [account(f"u{n}", phone=f"+4520{n:06d}", **told) for n in numbers]
    logins = [login(f"u{n}", "2024-03-01 10:00:00") for n in numbers]
    add_site(store, "zz-site", account=accounts, login=logins)
    resolve_in(store, Settings(), Silent())
    store.close()
    return folder


@pytest.fixture
def sides(tmp_path, monkeypatch, capsys):
    """Run the command as one of two laboratories."""
    cases = {"a": case_of(tmp_path / "a", range(6)), "b": case_of(tmp_path / "b", range(4, 9))}
    capsys.readouterr()

    def run(side, *arguments, code=0, login="one"):
        home = tmp_path / f"home-{side}"
        monkeypatch.setenv("FANAL_HOME", str(home))
        monkeypatch.setenv("FANAL_KEY", str(home / "signing.key"))
        monkeypatch.setattr("fanal.pipeline.said.login", lambda: f"{side}-{login}")
        more = ("--case", cases[side], *WHY, "--by", f"Person {login}")
        case = () if arguments[0] == "key" else more
        assert called("leads", "overlap", *arguments, *case, "--json") == code
        out = capsys.readouterr()
        return json.loads(out.out) if code == 0 else out.err

    return run


def test_a_comparison_goes_through_files(sides, tmp_path):
    keys = {side: sides(side, "key")["key"] for side in "ab"}
    files = [tmp_path / str(n) for n in range(9)]
    begin = ("begin", "--type", "phone", "--operation", "zz-operation")
    run = sides("a", *begin, "--partner", keys["b"], "--out", files[1])["run"]
    sides("b", "next", files[1], "--partner", keys["a"], "--out", files[2])
    sides("a", "next", files[2], "--out", files[3])
    assert sides("b", "next", files[3], "--out", files[4])["shared"] == 2
    assert sides("a", "next", files[4])["shared"] == 2
    sides("a", "agree", run, "--out", files[5], login="two")
    said = sides("b", "next", files[5], "--out", files[6], code=2, login="two")
    assert "--agree" in said
    sides("b", "next", files[5], "--agree", "--out", files[6], login="two")
    sides("a", "next", files[6], "--out", files[7])
    wanted = ["+4520000004", "+4520000005"]
    assert sides("b", "next", files[7], "--out", files[8])["names"] == wanted
    assert sides("a", "next", files[8])["names"] == wanted


def test_a_message_needs_its_file_before_anything_is_done(sides, tmp_path):
    begin = ("begin", "--type", "phone", "--operation", "zz", "--partner", "ab" * 32)
    assert "--out" in sides("a", *begin, code=2)
    (tmp_path / "there").write_text("zz")
    assert "there already" in sides("a", *begin, "--out", tmp_path / "there", code=2)
    assert not list(tmp_path.glob("home-a/overlap/*/*.json"))
