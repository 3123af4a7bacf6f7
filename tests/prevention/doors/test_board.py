"""The board is put together from the folder, and says what it could not read."""

from datetime import date, timedelta

import pytest

from fanal.prevention.config import read_config
from fanal.prevention.counting.cells import Cell
from fanal.prevention.counting.counters import Counters
from fanal.prevention.doors.board import gather
from fanal.prevention.trials.analysis import State
from makers.board import TODAY, service
from makers.counted import Moment


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return service(tmp_path_factory.mktemp("board") / "service")


@pytest.fixture(scope="module")
def board(path):
    return gather(read_config(path), TODAY, 28)


def test_messages_are_counted_by_day_surface_and_country(board):
    assert len(board.days) == 28
    assert dict(board.by_day)[date(2026, 12, 1)] == 200
    assert dict(board.by_day)[date(2026, 12, 13)] == 0
    (support, search) = board.places
    assert (search.surface, search.country) == ("search", "DK")
    assert search.counts == {"shown": 2_400, "continued": 576, "help": 24, "left": 24}
    assert (support.surface, support.counts) == ("generate", {"support": 36})


def test_plain_totals_stand_apart(board):
    (search,) = board.surfaces
    assert search.counts == {"acts": 60_000, "failed": 24}


def test_wordings_have_shares_of_those_shown(board):
    shares = {one.variant: one.share("continued") for one in board.wordings}
    assert shares == {"combined": 0.3, "help": 0.18, "support.self": None}


def test_the_trial_is_analysed_over_all_its_days_that_are_over(board, path):
    assert board.trial.before == TODAY - timedelta(days=1)
    assert board.trial.shown == (1_200, 1_200)
    assert board.trial.state is State.CALLED
    (one,) = board.trial.comparisons
    assert one.is_better
    assert one.looks[-1].difference == pytest.approx(-0.12)
    early = gather(read_config(path), date(2026, 12, 4), 1)
    assert early.trial.shown == (200, 200)


def test_budget_and_lists_are_told(board):
    weeks = {one.week: (one.left, one.days) for one in board.weeks}
    assert weeks["2026-W49"] == ("3", 1)
    assert weeks["2026-W50"] == ("7/2", 0)
    assert [one.digest for one in board.versions] == ["w1+f1", "w2+f1"]
    assert board.helplines.known > 20
    assert board.troubles == board.damaged == ()


def test_what_cannot_be_read_is_said_and_the_rest_is_shown(tmp_path):
    board_of = service(tmp_path / "service")
    folder = board_of.with_name("counts")
    (folder / "ledger.jsonl").write_bytes(b"no ledger\n")
    board_of.with_name("registered.toml").chmod(0o600)
    board_of.with_name("registered.toml").write_text("no trial")
    next(folder.glob("counts-2026-12-02-*")).write_bytes(b"")
    board = gather(read_config(board_of), TODAY, 28)
    assert len(board.troubles) == 2
    assert len(board.damaged) == 1
    assert board.trial is None
    assert board.weeks == ()
    assert dict(board.by_day)[date(2026, 12, 2)] == 0
    assert dict(board.by_day)[date(2026, 12, 3)] == 200
    Counters(folder, Moment().now)
    assert gather(read_config(board_of), TODAY, 28).damaged[0].endswith(".damaged")


def test_a_service_without_counters_says_so(tmp_path):
    (tmp_path / "deter.toml").write_text("")
    board = gather(read_config(tmp_path / "deter.toml"), TODAY, 7)
    assert "keeps no counters" in board.troubles[0]
    assert board.helplines is not None
    assert board.places == ()


def test_where_the_sample_ratio_is_off_no_wording_of_the_trial_is_shown(tmp_path):
    path = service(tmp_path / "service")
    counters = Counters(tmp_path / "service" / "counts", Moment().now)
    trial = gather(read_config(path), TODAY, 28).trial.registered.trial_id
    place = (date(2026, 12, 1), "DK", "search", trial, "help")
    counters.add([Cell(*place, "shown")] * 1_000)
    counters.flush()
    off = gather(read_config(path), TODAY, 28)
    assert off.trial.state is State.RATIO
    assert [one.variant for one in off.wordings] == ["support.self"]


def test_a_trial_that_is_not_configured_any_more_shows_no_wordings(tmp_path):
    path = service(tmp_path / "service")
    text = path.read_text("utf-8").replace('[trial]\nregistration = "registered.toml"\n', "")
    path.write_text(text, "utf-8")
    assert [one.trial for one in gather(read_config(path), TODAY, 28).wordings] == [""]
