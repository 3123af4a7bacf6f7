"""`deter new` and `check`: from nothing to a service that could begin."""

import json

import pytest


@pytest.fixture
def begun(fanal, tmp_path):
    folder = tmp_path / "deterrence"
    done = fanal("new", folder)
    assert done.returncode == 0
    assert f"fanal deter check {folder / 'deter.toml'}" in done.stdout
    return folder


def test_a_new_folder_is_one_to_begin_with_and_is_not_overwritten(fanal, begun):
    done = fanal("check", begun / "deter.toml", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["is_well"], told["trial_id"]) == (0, True, "")
    assert set(told["closed"].values()) == {"block"}
    assert len(told["list_version"]) == 64
    assert oct((begun / "terms.csv").stat().st_mode)[-3:] == "600"
    assert not (begun / "counts").exists()
    again = fanal("new", begun)
    assert (again.returncode, "has deter.toml already" in again.stderr) == (2, True)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("zz-test-0001", "block_and_intervene (listed_words)"),
        ("zz-help-0001", "allow (support_self)"),
        ("a lamp", "allow (none)"),
        (b"a lamp \xff", "block (unreadable_input)"),
    ],
)
def test_one_text_is_decided_and_not_repeated(fanal, begun, text, action):
    done = fanal("check", begun / "deter.toml", "--surface", "search", "--locale", "de", told=text)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, action)
    assert str(text) not in done.stdout + done.stderr


def test_what_is_wrong_is_named_without_its_words(fanal, begun, tmp_path):
    config = tmp_path / "deter.toml"
    config.write_text('[words]\nlists = ["terms.csv"]\n')
    (tmp_path / "terms.csv").write_text("id,pattern,kind\ne1,zz-secret-0001,none\n")
    done = fanal("check", config)
    assert (done.returncode, done.stdout) == (1, "")
    assert "terms.csv is not taken: row 2" in done.stderr
    assert "secret" not in done.stderr
    config.write_text('[words]\nlist = ["terms.csv"]\n')
    done = fanal("check", config)
    assert (done.returncode, "no words.list" in done.stderr) == (2, True)
