"""An analyzer that turns on the machine is stopped, and the account says where it would not be."""

import json

import pytest

from fanal.model.finding import Finding, Seen
from makers.deadly import distribution
from makers.evidence import fill, folder_state, found, thumb
from makers.guarded import FORBIDDEN, Probe
from makers.program import called, run

POINT = "probe = makers.guarded:Probe"


@pytest.mark.parametrize("engine", ["pool", "cluster"])
def test_an_analyzer_that_tries_to_break_out_is_stopped(case, tmp_path, engine):
    if engine == "cluster":
        pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    victim = tmp_path / "victim" / "file"
    victim.parent.mkdir()
    victim.write_bytes(b"zz-test-0001")
    probe = thumb(1) + Probe.ASKS + bytes(victim)
    evidence = fill(tmp_path / "desk", {b"probe.jpg": probe, b"good.jpg": thumb(2)})
    before = folder_state(victim.parent), folder_state(evidence)
    env = {"PATHS": str(distribution(tmp_path / "site", POINT))}
    done = run("triage", evidence, "--case", case, "--engine", engine, "--workers", "1", env=env)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert (folder_state(victim.parent), folder_state(evidence)) == before
    assert {seen.outcome for seen in found(case, Seen, analyzer="probe")} == {"spoke", "silent"}
    told = run("account", "--case", case, "--json", env=env).stdout.splitlines()
    if any("seccomp" in json.loads(line)["reason"] for line in told):
        pytest.skip("this machine has no seccomp; the account says so")
    assert found(case, Finding, analyzer="probe") == []
    assert len(FORBIDDEN) > 30


def test_the_account_says_what_did_not_guard(case, evidence, capsys):
    called("triage", evidence, "--case", case, "--engine", "inline")
    capsys.readouterr()
    assert called("account", "--case", case) == 0
    assert (
        "decoded without a guard: seccomp (no worker: the engine is inline)"
        in capsys.readouterr().out
    )
    called("account", "--case", case, "--json")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    guards = [line for line in lines if line["reason"].startswith("decoded without a guard")]
    assert len(guards) == 6
    assert not any(line["gap"] for line in guards)


def test_the_account_is_silent_where_every_guard_held(case, evidence, capsys):
    run("triage", evidence, "--case", case, "--workers", "1")
    called("doctor", "--json")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    missing = {line["name"] for line in told if line["part"] == "guard" and line["state"] == "bad"}
    called("account", "--case", case)
    out = capsys.readouterr().out
    assert out.count("decoded without a guard") == len(missing)
