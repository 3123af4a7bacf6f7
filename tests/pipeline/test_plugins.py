"""A plug-in is tried in a guarded worker of its own before anything is asked of it."""

import pytest

from fanal.engines.interface import Died
from fanal.errors import UsageError
from fanal.pipeline import plugins as verb
from fanal.pipeline.plugins import Tried, TryWork, checked
from fanal.pipeline.work import Made
from fanal.settings import Settings
from makers import plugins


def test_a_good_plugin_is_described(tmp_path):
    folder = plugins.plugin(tmp_path / "zz")
    (tmp_path / "link").symlink_to(folder)
    made = checked(str(tmp_path / "link"), Settings())
    assert made.name == "detector:zz-rough"
    assert made.folder == str(folder)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (plugins.endless, "took longer than 1.5 s"),
        (plugins.no_number, "what is no number"),
        (plugins.custom_operator, "of the domain"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(tmp_path, data, words):
    folder = plugins.plugin(tmp_path / "zz", data())
    with pytest.raises(UsageError) as told:
        checked(str(folder), Settings(seconds=1.5))
    assert words in told.value.message
    assert str(folder) in told.value.message


def test_the_parent_loads_no_network(tmp_path, monkeypatch):
    """Whatever lies in the model, this process only reads and digests it."""
    import fanal.analyzers.detector_network as network  # noqa: PLC0415

    monkeypatch.setattr(network, "_session", lambda _: pytest.fail("loaded here"))
    assert checked(str(plugins.plugin(tmp_path / "zz")), Settings()).version


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Died(), "killed the worker"),
        (Died(out_of_time=True), "took longer than 120 s"),
        ("zz", "may have been taken over"),
        (Tried(3), "may have been taken over"),
        (Tried("\x1b[2J"), "?[2J"),
        (Tried(""), ""),
    ],
)
def test_how_a_trial_ends_is_a_sentence(answer, words):
    said = verb._fault(answer, Settings())
    assert words in said
    assert bool(words) == bool(said)
    assert said.isprintable()


def made(folder):
    return Made("zz", "1", verb.DETECTOR, str(folder))


def test_the_work_never_raises(tmp_path):
    assert TryWork()(made(tmp_path / "nowhere")).fault.startswith("UsageError: ")
    assert TryWork()(made(plugins.plugin(tmp_path / "zz"))) == Tried("")
    other = Made("zz", "1", "makers.plugins:nowhere", "zz")
    assert TryWork()(other).fault.startswith("AttributeError: ")
