"""Every exit code by a real run; a wrong call is told what to type; nobody sees a traceback."""

import os
import subprocess

import pytest

from fanal.cli.main import COMMANDS, STOPPED, fanal
from fanal.errors import CanaryMissed
from fanal.pipeline.canaries import Canaries
from makers.evidence import fill, small, table, thumb
from makers.program import called, run, start

KNOWN = ("--engine", "inline")


@pytest.fixture
def clean(tmp_path):
    """Evidence of which everything can be read."""
    return fill(tmp_path / "clean", {b"a.jpg": thumb(1), b"note.txt": b"zz"})


@pytest.fixture
def said(capsys):
    """Run the program and return exit code, standard output and standard error."""

    def running(*arguments):
        code = called(*arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return running


def test_a_whole_run_ends_with_nothing(said, case, clean):
    code, out, _ = said("triage", clean, "--case", case, *KNOWN)
    assert code == 0
    assert "2 files listed, 0 unchanged, 2 new contents, 0 new matches" in out


def test_a_run_that_left_something_unread_ends_with_three(said, case, evidence):
    code, out, _ = said("triage", evidence, "--case", case, *KNOWN)
    assert code == 3
    assert "fanal account --case" in out


def test_a_missed_planted_picture_ends_with_four(said, case, clean, monkeypatch):
    def missing(_self):
        raise CanaryMissed("planted picture 'zz' did not come back", "trust nothing in this case")

    monkeypatch.setattr(Canaries, "check", missing)
    code, _, err = said("triage", clean, "--case", case, *KNOWN)
    assert code == 4
    assert err.endswith(
        "fanal: planted picture 'zz' did not come back\n       trust nothing in this case\n"
    )


@pytest.mark.parametrize(
    "command", [("items",), ("queue",), ("account",), ("show", "ab"), ("lists", "show")]
)
def test_a_case_that_is_not_there_ends_with_one_and_is_not_made(said, case, command):
    code, out, err = said(*command, "--case", case)
    assert (code, out) == (1, "")
    assert "there is no case in" in err
    assert "fanal triage" in err
    assert not case.exists()


class Interrupted:
    """Ctrl-C in the moment in which a class takes it for an attribute."""

    def __set_name__(self, owner, name):
        raise KeyboardInterrupt


def test_an_interrupt_while_a_class_is_made_is_one_like_any_other(said, monkeypatch):
    def making(*_, **__):
        type("Made", (), {"part": Interrupted()})

    monkeypatch.setattr(fanal, "main", making)
    assert said("items") == (1, "", f"{STOPPED}\n")


def test_an_interrupt_in_the_middle_of_a_commit_is_one_like_any_other(said, monkeypatch):
    def committing(*_, **__):
        is_active = True
        try:
            raise KeyboardInterrupt
        finally:  # as SQLAlchemy ends a commit, and once more the roll-back after it
            try:
                assert not is_active
            finally:
                assert not is_active

    monkeypatch.setattr(fanal, "main", committing)
    assert said("items") == (1, "", f"{STOPPED}\n")


@pytest.mark.parametrize("fault", [RuntimeError("zz"), AssertionError("zz")])
def test_another_fault_stays_one(monkeypatch, fault):
    def failing(*_, **__):
        raise fault

    monkeypatch.setattr(fanal, "main", failing)
    with pytest.raises(type(fault), match="zz"):
        called("items")


WRONG = {
    "no command": ((), "Usage: fanal"),
    "unknown command": (("zz",), "No such command 'zz'"),
    "unknown option": (("items", "--zz"), "No such option"),
    "no case": (("items",), "--case"),
    "no evidence": (("triage", "--case", "CASE"), "EVIDENCE"),
    "missing evidence": (("triage", "nowhere", "--case", "CASE"), "name a folder or file"),
    "no name": (("triage", "=nowhere", "--case", "CASE"), "write NAME=PATH"),
    "case in the evidence": (("triage", "EVIDENCE", "--case", "EVIDENCE/c"), "--case DIR"),
    "evidence in the case": (("triage", "EVIDENCE", "--case", "EVIDENCE/.."), "--case DIR"),
    "list without kind": (("triage", "EVIDENCE", "--case", "CASE", "--list", "LIST"), "FILE:KIND"),
    "list of unknown kind": (
        ("triage", "EVIDENCE", "--case", "CASE", "--list", "LIST:zz"),
        "illegal, unidentified, generated, harmless",
    ),
    "no list there": (
        ("triage", "EVIDENCE", "--case", "CASE", "--list", "zz.csv:illegal"),
        "there is no list file zz.csv",
    ),
    "lists add without kind": (("lists", "add", "LIST", "--case", "CASE"), "--kind"),
    "lists add of unknown kind": (
        ("lists", "add", "LIST", "--case", "CASE", "--kind", "zz"),
        "'illegal'",
    ),
    "unknown engine": (
        ("triage", "EVIDENCE", "--case", "CASE", "--engine", "zz"),
        "choose one of: inline, pool",
    ),
    "radius too far": (("triage", "EVIDENCE", "--case", "CASE", "--radius", "128"), "0<=x<=127"),
    "demo too small": (("demo", "--size", "0"), "--size"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_ends_with_two_and_says_what_to_type(
    said, case, evidence, tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    path = table(tmp_path / "known.csv", "md5", rows=[("0" * 32,)])
    before = sorted(evidence.rglob("*"))
    told, words = WRONG[name]
    places = {"CASE": case, "EVIDENCE": evidence, "LIST": path}
    arguments = []
    for part in told:
        for word, at in places.items():
            part = part.replace(word, str(at))  # noqa: PLW2901 (one by one)
        arguments.append(part)
    code, out, err = said(*arguments)
    assert code == 2
    assert words in err
    assert out == ""
    assert sorted(evidence.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("zz = 1\n", "there is no setting named 'zz'"),
        ("radius = 'far'\n", "setting radius cannot be 'far'"),
        ("radius = \n", "is not valid TOML"),
        ("\xff", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_ends_with_two(said, case, clean, monkeypatch, text, words):
    monkeypatch.chdir(clean.parent)
    (clean.parent / "fanal.toml").write_text(text, "latin-1")
    code, _, err = said("triage", clean, "--case", case)
    assert code == 2
    assert words in err
    assert not case.exists()


def test_a_setting_may_come_from_the_environment(said, case, clean, monkeypatch):
    monkeypatch.setenv("FANAL_ENGINE", "zz")
    assert said("triage", clean, "--case", case)[0] == 2
    monkeypatch.setenv("FANAL_ENGINE", "inline")
    monkeypatch.setenv("FANAL_CASE", str(case))
    assert said("triage", clean)[0] == 0
    assert said("items")[0] == 0


def test_every_command_has_its_help(said):
    code, out, _ = said("--help")
    assert code == 0
    for name in COMMANDS:
        assert f"  {name} " in out
        assert said(name, "--help")[0] == 0
    assert fanal.get_command(None, "zz") is None


def test_the_version_is_told(said):
    assert said("--version")[1].startswith("fanal, version ")


def test_a_folder_of_other_files_is_no_case(said, tmp_path, clean):
    other = fill(tmp_path / "other", {b"letter.txt": b"zz"})
    code, _, err = said("triage", clean, "--case", other, *KNOWN)
    assert code == 1
    assert "holds files but no case" in err
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_an_unwritable_place_is_a_sentence(said, tmp_path, clean):
    code, _, err = said("triage", clean, "--case", "/proc/zz/case", *KNOWN)
    assert code == 1
    assert err.startswith("fanal: ")


def test_a_process_of_its_own_ends_the_same_and_leaves_the_home_alone(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    evidence, case = small(tmp_path / "desk"), tmp_path / "case"
    env = {"HOME": str(home), "FANAL_KEY": str(tmp_path / "key"), "XDG_CACHE_HOME": ""}
    done = run("triage", evidence, "--case", case, env=env)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "reading evidence" in done.stderr
    assert run("items", "--case", case, env=env).returncode == 0
    missing = run("triage", tmp_path / "nowhere", "--case", case, env=env)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert list(home.iterdir()) == []


def test_names_of_any_alphabet_go_to_any_terminal(tmp_path):
    name = "страница-\u202e\U0001f4f7.jpg".encode()
    evidence = fill(tmp_path / os.fsdecode(b"caf\xe9"), {name: thumb(1)})
    env = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    case = tmp_path / os.fsdecode(b"case \xff")
    done = run("triage", evidence, "--case", case, "--engine", "inline", env=env)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    for command in ("items", "queue"):
        shown = run(command, "--case", case, env=env)
        assert (shown.returncode, "Traceback" in shown.stderr) == (0, False)
        assert ("\\u202e" in shown.stdout) == (command == "items")
        assert "caf" in shown.stdout
        assert shown.stdout.isascii()


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path, case, clean):
    called("triage", clean, "--case", case, *KNOWN)
    process = start("items", "--case", case, "--json")
    process.stdout.close()
    process.wait(60)
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()


def test_python_can_start_it_as_a_module():
    done = subprocess.run(
        [os.sys.executable, "-c", "import fanal.__main__"], capture_output=True, check=False
    )
    assert done.returncode in (0, 2)
