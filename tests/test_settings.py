"""Settings come from a file and the environment, each of its type, and from nowhere else."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.settings import Settings


def of(environment: dict, tmp_path=None, text: str | bytes = "") -> Settings:
    if text:
        path = tmp_path / "told.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        environment = {**environment, "FANAL_SETTINGS": str(path)}
    return Settings.from_environment(environment)


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    """A working folder without a settings file."""
    monkeypatch.chdir(tmp_path)


def test_nothing_told_gives_the_defaults():
    assert of({}) == Settings()


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().workers = 3


def test_the_environment_is_read_by_type():
    told = of(
        {
            "FANAL_ENGINE": "inline",
            "FANAL_WORKERS": "3",
            "FANAL_SECONDS": "1.5",
            "FANAL_TURNS": "yes",
            "FANAL_KEY": "",
            "FANAL_CASE": "zz",
            "ENGINE": "zz",
            "fanal_engine": "zz",
        }
    )
    assert told == dataclasses.replace(
        Settings(), engine="inline", workers=3, seconds=1.5, turns=True, key=""
    )


def test_a_file_in_the_working_folder_is_read(tmp_path):
    (tmp_path / "fanal.toml").write_text('workers = 3\nturns = true\nkey = "zz"\nseconds = 2\n')
    told = of({})
    assert (told.workers, told.turns, told.key, told.seconds) == (3, True, "zz", 2.0)
    assert isinstance(told.seconds, float)


def test_the_environment_comes_before_the_file(tmp_path):
    assert of({"FANAL_WORKERS": "5"}, tmp_path, "workers = 3\nradius = 20\n") == Settings(
        workers=5, radius=20
    )


def test_a_named_file_comes_instead_of_the_one_in_the_working_folder(tmp_path):
    (tmp_path / "fanal.toml").write_text("workers = 3\n")
    assert of({}, tmp_path, "radius = 20\n") == Settings(radius=20)


@pytest.mark.parametrize("name", ["not-there.toml", ".", ""])
def test_a_named_file_that_is_not_there_is_said(name):
    with pytest.raises(UsageError, match="cannot be read"):
        of({"FANAL_SETTINGS": name})


@pytest.mark.parametrize("text", ["workers = \n", b"key = '\xff'\n", "workers = 1\nworkers = 2\n"])
def test_a_file_that_is_no_toml_is_said(tmp_path, text):
    with pytest.raises(UsageError, match=r"told\.toml is not valid TOML"):
        of({}, tmp_path, text)


def test_an_unknown_name_is_said_with_those_there_are(tmp_path):
    with pytest.raises(UsageError, match="there is no setting named 'wrokers'") as caught:
        of({}, tmp_path, "wrokers = 3\n")
    assert "workers" in caught.value.advice


@pytest.mark.parametrize(
    "line",
    [
        'workers = "many"',
        "workers = 2.5",
        "workers = true",
        "workers = -1",
        "workers = inf",
        "workers = [3]",
        "seconds = nan",
        "seconds = inf",
        "seconds = -0.5",
        'seconds = "nan"',
        "turns = 1",
        'turns = "maybe"',
        "key = [1]",
        "key = 2026-01-01",
    ],
)
def test_a_value_of_the_wrong_type_is_said(tmp_path, line):
    name = line.split()[0]
    with pytest.raises(UsageError, match=f"setting {name} cannot be") as caught:
        of({}, tmp_path, line + "\n")
    assert caught.value.advice


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("TRUE", True), ("Yes", True), ("0", False), ("false", False), ("NO", False)],
)
def test_yes_and_no_in_the_environment(text, value):
    assert of({"FANAL_TURNS": text}).turns is value


@pytest.mark.parametrize("text", ["", " ", "on", "2", "ja"])
def test_what_is_neither_yes_nor_no(text):
    with pytest.raises(UsageError, match="setting turns"):
        of({"FANAL_TURNS": text})


@given(
    st.sampled_from([field.name for field in dataclasses.fields(Settings)]),
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.binary()),
)
def test_any_value_is_taken_by_type_or_refused(name, value):
    try:
        told = getattr(Settings().changed({name: value}), name)
    except UsageError:
        return
    assert type(told) is type(getattr(Settings(), name))
    if isinstance(told, float):
        assert math.isfinite(told)


def test_defaults_pass_their_own_check():
    assert Settings().changed(dataclasses.asdict(Settings())) == Settings()
