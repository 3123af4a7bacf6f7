"""The benchmark over HTTP: its load leaves on time, its texts are what they say, and it runs."""

import csv

import pytest

from fanal.bench import deter_http
from fanal.bench.deter_http import Load, Run, requests, text, write_list
from fanal.prevention.doors.serving import Place
from makers.doors import Plain
from makers.service import served


def test_a_series_knows_its_times():
    run = Run([0.004, 0.001, 0.002, 0.003])
    assert [run.at(one) for one in (0, 0.5, 1)] == [0.001, 0.003, 0.004]
    assert Run().at(0.99) == 0


def test_texts_are_as_long_as_they_say_and_lists_hold_their_phrases(tmp_path):
    assert len(text(2_000, 5)) == 2_000
    assert text(500, 1) != text(500, 2)
    path = tmp_path / "terms.csv"
    write_list(path, 30)
    rows = [*csv.DictReader(path.read_text("utf-8").splitlines())]
    assert len(rows) == len({row["pattern"] for row in rows}) == 30
    assert {row["kind"] for row in rows} == {"phrase"}
    assert rows[7]["pattern"] in text(300, 1, rows[7]["pattern"])
    wanted = [told for _, told in requests(100, 30, 1)]
    assert wanted.count(b'"action": "block_and_intervene"') == 13  # one of 20 of 256


def test_answers_are_timed_from_when_a_request_was_due_and_wrong_ones_counted():
    with served(Plain(), Place(0)) as where:
        port = int(where.rpartition(":")[2])
        load = Load(port, requests(50, 30, port))  # of which the plain words know none
        try:
            run = load.run(400, 0.2)
        finally:
            load.close()
    assert len(run.times) == 80
    assert min(run.times) > 0
    assert run.wrong == 4
    gaps = [b - a for a, b in zip(sorted(run.starts), sorted(run.starts)[1:], strict=False)]
    assert all(gap == pytest.approx(1 / 400, abs=1e-6) for gap in gaps)


def test_it_runs(capsys, monkeypatch):
    monkeypatch.setattr(deter_http, "WARM", 0.1)
    deter_http.main(["--phrases", "60", "--length", "200", "--rate", "40", "--seconds", "1"])
    told = capsys.readouterr().out
    rows = [line.split() for line in told.splitlines() if line.startswith(("steady", "while"))]
    assert [row[-1] for row in rows] == ["0", "0"]
    assert "a new list was in use" in told
