"""`fanal bench pairs` checks what it measures, and tells how far turned pictures are apart."""

import re
import sys

from makers.program import called


def test_all_near_pairs_of_a_drawn_case_are_found(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    assert called("bench", "pairs", "--", "--entries", "6000", "--rounds", "1") == 0
    told = capsys.readouterr().out
    assert [float(share) for share in re.findall(r"recall, .*: ([\d.]+) of", told)] == [1, 1]
    assert "pairs whose distance is another than told: 0" in told
    assert "run: make bench" in told


def test_turned_pictures_are_nearer_than_others(capsys):
    assert called("bench", "pairs", "--", "--turns", "3") == 0
    rows = {row[:15].strip(): row.split() for row in capsys.readouterr().out.splitlines()}
    assert int(rows["turned"][-1]) < 31 < int(rows["another picture"][-4])
