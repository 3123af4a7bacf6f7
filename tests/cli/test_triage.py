"""The main job from the command line: names, lists, options."""

import subprocess
import sys

import pytest

from fanal.cli.triage import _exhibit, _list
from fanal.errors import UsageError
from fanal.model.item import Exhibit
from fanal.model.known import KnownList, Match, MatchRun
from makers.evidence import digests, fill, found, table, thumb
from makers.program import called, environment, start


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("known.csv:illegal", ("known.csv", "illegal", "")),
        ("a:b.csv:harmless:the name: two", ("a:b.csv", "harmless", "the name: two")),
        ("x:illegal:y:harmless", ("x", "illegal", "y:harmless")),
        ("/a/illegal:generated", ("/a/illegal", "generated", "")),
    ],
)
def test_a_list_is_file_kind_and_name(given, told):
    known = _list(given)
    assert (str(known.path), known.kind, known.name) == told


@pytest.mark.parametrize(
    "given", ["known.csv", "known.csv:", ":", "known.csv:Illegal", "a:zz:illegal:"]
)
def test_a_list_without_its_meaning_is_refused(given):
    with pytest.raises(UsageError, match="does not say what the list means"):
        _list(given)


def test_an_exhibit_may_be_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _exhibit("17=desk")[0] == "17"
    assert str(_exhibit("17=a=b")[1]) == "a=b"
    (tmp_path / "x=y").mkdir()
    assert _exhibit("x=y")[0] == ""


def test_all_of_it_in_one_call(tmp_path, case, capsys):
    desk = fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    phone = fill(tmp_path / "phone", {b"b.jpg": thumb(2)})
    path = table(tmp_path / "l.csv", "md5", rows=[(digests(thumb(1))[2],)])
    given = ("17=" + str(desk), phone, "--list", f"{path}:harmless:stock pictures")
    options = ("--case", case, "--engine", "inline", "--radius", "7", "--turns")
    assert called("triage", *given, *options) == 0
    assert {exhibit.name for exhibit in found(case, Exhibit)} == {"17", "phone"}
    assert [known.name for known in found(case, KnownList)] == ["stock pictures"]
    assert [(run.radius, run.turns) for run in found(case, MatchRun)] == [(7, True)]
    assert len(found(case, Match)) == 1
    assert "1 new matches" in capsys.readouterr().out
    assert called("triage", *given, *options) == 0
    assert "2 files listed, 2 unchanged, 0 new contents, 0 new matches" in capsys.readouterr().out


def test_processes_give_the_same(tmp_path, case):
    desk = fill(tmp_path / "desk", {b"%d.jpg" % n: thumb(n) for n in range(3)})
    assert called("triage", desk, "--case", case, "--workers", "1") == 0


def test_a_run_may_wait_for_another(case, evidence, capsys):
    held = start("triage", evidence, "--case", case, "--workers", "1")
    try:
        assert held.stderr.readline()
        assert called("triage", evidence, "--case", case, "--engine", "inline", "--wait", "60") == 3
    finally:
        held.communicate(timeout=60)
    assert held.returncode == 3
    assert "0 new contents" in capsys.readouterr().out


WITHOUT = """
import sys
for name in ("fsspec", "s3fs", "botocore", "distributed", "dask", "psycopg"):
    sys.modules[name] = None
from fanal.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize(
    ("evidence", "options", "missing"),
    [
        ("s3://zz-lab/e17", (), "fanal[cluster]"),
        ("desk", ("--engine", "cluster"), "fanal[cluster]"),
        ("desk", ("--case", "postgresql://zz@127.0.0.1/zz"), "fanal[postgres]"),
    ],
)
def test_without_an_extra_a_sentence_says_what_to_install(tmp_path, evidence, options, missing):
    fill(tmp_path / "desk", {b"a.jpg": thumb(1)})
    told = ("triage", evidence, "--case", str(tmp_path / "case"), *options)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *told],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {1, 2}
    assert done.stderr.count("fanal: ") == 1, done.stderr
    assert f"pip install '{missing}'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "case").exists()
