"""Whatever an enemy puts into the evidence or a list costs a record, and the run goes on."""

import json
from collections import Counter

import pytest

from fanal.analyzers import ANALYZERS
from fanal.custody.verifier import verify
from fanal.model.failure import Failure
from fanal.model.finding import Fingerprint, Seen
from fanal.model.item import Place
from fanal.pipeline.work import on_request
from makers.archives import raw_zip_of, tar_of, zip_of
from makers.deadly import EAT, HANG, KILL, RAISE, distribution
from makers.evidence import fill, folder_state, found, sha256, thumb
from makers.lists import media, vics
from makers.program import called, run


def test_an_archive_bomb_is_cut_off_and_said(case, tmp_path, monkeypatch):
    bomb = zip_of([(b"zeros.jpg", bytes(80 << 20)), (b"after.jpg", thumb(3))])
    evidence = fill(tmp_path / "desk", {b"bomb.zip": bomb, b"good.jpg": thumb(1)})
    monkeypatch.setenv("FANAL_RATIO", "100")
    assert called("triage", evidence, "--case", case, "--engine", "inline") == 3
    (failure,) = found(case, Failure)
    assert (failure.path, failure.reason) == (b"bomb.zip", "limit: ratio")
    assert len(found(case, Fingerprint, sha256=sha256(thumb(1)))) == 1
    assert found(case, Place, sha256=sha256(bomb))


def test_a_nest_of_archives_is_followed_so_far_and_said(case, tmp_path):
    nest = thumb(1)
    for depth in range(8):
        nest = (tar_of if depth % 2 else zip_of)([(b"%d" % depth, nest)])
    evidence = fill(tmp_path / "desk", {b"nest": nest})
    assert called("triage", evidence, "--case", case, "--engine", "inline") == 3
    (failure,) = found(case, Failure)
    assert (failure.reason, failure.inside.count("/")) == ("limit: depth", 4)


def test_members_that_point_outside_lead_nowhere(case, tmp_path):
    names = (b"../../zz-out.jpg", b"/tmp/zz-absolute.jpg", b"C:\\zz.jpg", b"a/../../b.jpg", b"")
    members = [(name, thumb(n)) for n, name in enumerate(names)]
    evidence = fill(
        tmp_path / "in" / "desk", {b"a.zip": raw_zip_of(members), b"b.tar": tar_of(members[:4])}
    )
    before = folder_state(tmp_path)
    assert called("triage", evidence, "--case", case, "--engine", "inline") == 0
    after = folder_state(tmp_path)
    assert {
        path: state for path, state in after.items() if not path.startswith(bytes(case))
    } == before
    told = {place.name for place in found(case, Place)}
    assert {b"a.zip!/" + name for name in names} <= told
    assert len(found(case, Fingerprint)) == len(names)


def test_a_list_cut_in_the_middle_is_said(case, tmp_path, capsys):
    whole = vics([media(number) for number in range(50)])
    (tmp_path / "cut.json").write_bytes(whole[: len(whole) * 2 // 3])
    assert called("lists", "add", tmp_path / "cut.json", "--case", case, "--kind", "illegal") == 0
    assert "not taken: " in capsys.readouterr().out
    called("lists", "show", "--case", case, "--json")
    told = json.loads(capsys.readouterr().out)
    assert 20 < told["entries"] < 50
    assert told["refused"]


@pytest.mark.parametrize("data", [b"{" * 100_000, b'{"value": [' + b"[" * 50_000, b"\x00" * 5000])
def test_a_list_of_nonsense_ends_with_a_sentence(case, tmp_path, capsys, data):
    (tmp_path / "bad.json").write_bytes(data)
    assert called("lists", "add", tmp_path / "bad.json", "--case", case, "--kind", "illegal") == 1
    err = capsys.readouterr().err
    assert "fanal: " in err
    assert "Traceback" not in err


def test_a_content_that_kills_its_worker_costs_only_itself(case, tmp_path):
    bad = {name: thumb(n) + name for n, name in enumerate((KILL, HANG, EAT, RAISE))}
    good = {b"%d.jpg" % n: thumb(10 + n) for n in range(12)}
    evidence = fill(tmp_path / "desk", {**bad, **good})
    where = distribution(tmp_path / "site")
    env = {"PATHS": str(where), "FANAL_SECONDS": "2", "FANAL_MEMORY": str(1 << 30)}
    arguments = ("triage", evidence, "--case", case, "--workers", "2")
    done = run(*arguments, env=env)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    spoke = {seen.sha256 for seen in found(case, Seen, analyzer="perceptual", outcome="spoke")}
    assert {sha256(data) for data in good.values()} <= spoke
    failed = {
        name: {(seen.analyzer, seen.reason) for seen in found(case, Seen, sha256=sha256(data))}
        for name, data in bad.items()
    }
    always = {name for name in ANALYZERS.names() if not on_request(name)}
    assert "perceptual" in always
    for name, reason in ((KILL, "worker died"), (HANG, "limit: time")):
        assert failed[name] == {(one, reason) for one in (*always, "deadly")}
    for name, reason in ((EAT, "limit: memory"), (RAISE, "analyzer failed")):
        assert failed[name] == {*((one, "") for one in always), ("deadly", reason)}
    lines = [
        json.loads(line)
        for line in run("account", "--case", case, "--json", env=env).stdout.splitlines()
    ]
    assert Counter(line["sha256"] for line in lines) == {sha256(data): 1 for data in bad.values()}
    again = run(*arguments, env=env)
    assert "16 files listed, 16 unchanged, 0 new contents" in again.stdout
    assert verify(case).problems == []
