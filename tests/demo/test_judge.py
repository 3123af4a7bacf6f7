"""The judge of the demonstration says what is wrong with a case, whichever way it is wrong."""

import json
import shutil

import pytest

from fanal.demo.judge import judge
from fanal.model.failure import Failure
from fanal.model.item import Place
from fanal.model.known import Match
from fanal.model.review import Task
from fanal.model.series import Member
from fanal.pipeline.case import reading, writing
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings


@pytest.fixture(scope="module")
def whole(operation, tmp_path_factory):
    """A case over the demonstration, turned pictures asked for."""
    folder = tmp_path_factory.mktemp("judged")
    told = Settings(engine="inline", key=str(folder / "key"), actor="zz", turns=True)
    lists = [ListFile(path, kind, name) for path, kind, name in operation.lists]
    triage(folder / "case", told, operation.evidence, lists, Silent())
    return folder / "case", told


@pytest.fixture
def copy(whole, tmp_path):
    shutil.copytree(whole[0], tmp_path / "case")
    return tmp_path / "case"


def verdict(case, operation, *, turns=True):
    with reading(case) as store:
        return judge(store, operation.truth, turns=turns)


def places(operation, demand):
    told = json.loads(operation.truth.read_text())["places"]
    return [place for place in told if place["demand"] == demand]


def test_a_good_case_is_whole(whole, operation):
    told = verdict(whole[0], operation)
    assert told.whole
    assert told.accounted == told.places == 60
    assert {name: told.found[name] for name in ("exact", "near", "turned", "none")} == {
        name: told.true[name] for name in ("exact", "near", "turned", "none")
    }
    assert "turned" not in verdict(whole[0], operation, turns=False).found


def test_a_wrong_set_aside_is_reported(copy, whole, operation):
    victim = places(operation, "none")[0]
    near = places(operation, "near")[0]
    with writing(copy, whole[1]) as store:
        series = {one.sha256: one.series for one in store.find(Member)}
        aside = {series.get(place["sha256"], place["sha256"]) for place in (victim, near)}
        tasks = [
            Task(task.sha256, 8, task.turn, task.exhibit, "planted")
            if series.get(task.sha256, task.sha256) in aside
            else task
            for task in store.find(Task)
        ]
        with store.act("zz", "order") as act:
            act.drop(Task)
            act.put(tasks)
    told = verdict(copy, operation)
    assert not told.whole
    hidden = {f"{place['exhibit']}: {place['display']}" for place in (victim, near)}
    assert hidden <= set(told.hidden)


def test_an_empty_case_is_not_whole(tmp_path, whole, operation):
    with writing(tmp_path / "case", whole[1]):
        pass
    told = verdict(tmp_path / "case", operation)
    assert (told.whole, told.accounted, told.places) == (False, 0, 60)
    assert not told.found


@pytest.mark.parametrize("kind", [Place, Match, Failure])
def test_what_is_missing_is_missed(copy, whole, operation, kind):
    with writing(copy, whole[1]) as store:
        for one in [Place, Match, Failure]:
            if one is kind:
                with store.act("zz", "meddle") as act:
                    act.drop(one)
    told = verdict(copy, operation)
    assert not told.whole
    wrong = {name for name, count in told.true.items() if told.found.get(name, 0) != count}
    assert wrong & {Place: {"none"}, Match: {"exact"}, Failure: {"not followed"}}[kind]


def test_a_match_of_what_is_on_no_list_is_wrong(copy, whole, operation):
    victim = places(operation, "none")[0]
    with writing(copy, whole[1]) as store, store.act("zz", "meddle") as act:
        act.put([Match(victim["sha256"], "zz", "illegal", "pdq", 3, 0)])
    told = verdict(copy, operation)
    assert told.found["none"] < told.true["none"]
    assert not told.whole
