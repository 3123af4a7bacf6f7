"""A disk that fills up costs a sentence, and nothing that was written."""

import subprocess

import pytest

from fanal.custody.verifier import verify
from makers.evidence import digests, many, table, thumb, what_was_found
from makers.program import called


@pytest.fixture
def disk(tmp_path):
    """A small disk, and how to make it larger."""
    at = tmp_path / "disk"
    at.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", at], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("mounting is not permitted here")
    yield at
    # Lazily: a list that was mapped in this process may not have been let go of yet.
    subprocess.run(["umount", "--lazy", at], check=True)


def grown(disk, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def test_a_full_disk_ends_with_a_sentence_and_room_lets_it_go_on(disk, tmp_path, capsys):
    evidence = many(tmp_path / "desk", 60)
    rows = [digests(thumb(n % 9, 40 + n // 2))[1:] for n in range(60)]
    path = table(tmp_path / "known.csv", "sha1", "md5", rows=rows)
    arguments = (evidence, "--list", f"{path}:harmless", "--engine", "inline")
    called("triage", *arguments, "--case", tmp_path / "roomy")
    failed = 0
    for size in ("64k", "128k", "256k", "320k", "384k", "448k", "512k", "640k", "768k", "64m"):
        grown(disk, size)
        capsys.readouterr()
        code = called("triage", *arguments, "--case", disk / "case")
        err = capsys.readouterr().err
        assert code in {1, 3}
        if code == 1:
            failed += 1
            assert err.count("fanal: ") == 1, err
            assert err.splitlines()[-1].startswith("       "), err
            assert "Traceback" not in err
    assert failed > 2
    assert code == 3
    assert what_was_found(disk / "case") == what_was_found(tmp_path / "roomy")
    assert verify(disk / "case").problems == []
