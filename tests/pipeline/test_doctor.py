"""The doctor tells what is there, and what is not, from a look and not from a list."""

from importlib.metadata import version

from fanal.engines import guard
from fanal.pipeline import doctor
from fanal.pipeline.doctor import BAD, GOOD, NOTE, examine


def lines(settings, folder):
    return {(line.part, line.name): line for line in examine(settings, folder)}


def test_every_guard_and_attempt_has_a_line(settings, tmp_path):
    told = lines(settings, tmp_path)
    assert {name for part, name in told if part == "guard"} == set(guard.GUARDS)
    held = told["guard", "seccomp"].state == GOOD
    attempts = {line.state for (part, _), line in told.items() if part == "attempt"}
    assert attempts == {GOOD} if held else {BAD, GOOD}
    assert len([1 for part, _ in told if part == "attempt"]) == 5


def test_what_the_machine_lacks_is_said(settings, tmp_path, monkeypatch):
    class Bare:
        name = "pool"

        def __init__(self, _settings):
            self.guards = dict.fromkeys(guard.GUARDS, "zz-missing")

        def run(self, _work, batches, _seconds):
            yield batches[0], ({"write a file": "possible"},)

        def close(self):
            return

    monkeypatch.setitem(doctor.ENGINES._loaded, "pool", Bare)
    told = lines(settings, tmp_path)
    assert told["guard", "landlock"] == doctor.Line("guard", "landlock", BAD, "zz-missing")
    assert told["attempt", "write a file"].state == BAD


def test_libraries_are_those_that_are_installed(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(
        doctor, "requires", lambda _: ["numpy>=2", "zz-none>=1", 'zz-more ; extra == "zz"']
    )
    told = lines(settings, tmp_path)
    assert told["library", "numpy"].says == version("numpy")
    assert (told["library", "zz-none"].state, told["library", "zz-none"].says) == (
        BAD,
        "not installed",
    )
    assert told["library", "zz-more"].state == NOTE
    assert "extra zz" in told["library", "zz-more"].says


def test_nothing_is_left_where_cases_would_lie(settings, tmp_path):
    told = lines(settings, tmp_path / "not" / "there")
    assert told["room", "case folder"].state == GOOD
    assert list(tmp_path.iterdir()) == []
