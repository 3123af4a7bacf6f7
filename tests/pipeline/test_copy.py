"""A whole case, made by the main job, on a server and back."""

from dataclasses import replace

import pytest

from fanal.custody.verifier import verify
from fanal.errors import CaseError
from fanal.model.known import KnownList
from fanal.pipeline import facts
from fanal.pipeline.account import account
from fanal.pipeline.case import reading, where
from fanal.pipeline.copy import copy, in_folder, sizes
from fanal.pipeline.lists import open_list
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.stores.interface import Server
from makers import postgres, small_case


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return small_case.build(tmp_path_factory.mktemp("small"))


@pytest.fixture
def server(tmp_path):
    running = postgres.running()
    return Server(running.address(running.database(), "?case=4711"))


def told(case, settings):
    with reading(case, settings) as store:
        queue = list(facts.queue(store))
        return queue, account(store), sizes(store), store.case_id


def test_a_case_on_a_server_says_what_the_folder_says(made, server, tmp_path):
    settings = replace(made.settings, home=str(tmp_path / "home"))
    done = copy(made.case, server, settings, Silent())
    before, after = told(made.case, settings), told(server, settings)
    assert before[:2] == after[:2]
    assert before[3] == after[3] == done.case_id
    own = {"log", "head", "case_info"}
    rows = {name: count for name, count in done.rows.items() if name not in own}
    assert sum(rows.values()) == sum(before[2].values())
    back = tmp_path / "back"
    copy(server, back, settings, Silent())
    assert verify(back).problems == []
    assert verify(back).leaves == done.acts + 2
    with reading(server, settings) as store:
        for known in store.find(KnownList):
            assert open_list(store, known) is not None
    with pytest.raises(CaseError, match="already"):
        copy(made.case, server, settings, Silent())


def test_the_main_job_finds_the_same_on_a_server_and_does_nothing_twice(made, server, tmp_path):
    settings = replace(made.settings, home=str(tmp_path / "home"))
    evidence = [("", path) for path in made.evidence]
    lists = small_case._lists(made, made.case.parent)
    first = triage(server, settings, evidence, lists, Silent())
    assert first.counted.contents > 5
    again = triage(server, settings, evidence, lists, Silent())
    assert (again.counted.contents, again.matched.matches) == (0, 0)
    here, there = told(made.case, settings), told(server, settings)
    assert here[0] == there[0]
    kinds = here[2].keys() - {"log", "head", "case_info"}
    assert {kind: here[2][kind] for kind in kinds} == {kind: there[2][kind] for kind in kinds}
    with in_folder(server, settings) as folder:
        assert verify(folder).problems == []
    assert not folder.exists()


def test_a_folder_is_checked_where_it_lies(made):
    with in_folder(made.case, made.settings) as folder:
        assert folder == made.case


def test_an_address_is_a_server_and_whatever_is_none_a_folder(tmp_path):
    assert where("postgresql://h/db") == Server("postgresql://h/db")
    assert where(str(tmp_path)) == tmp_path == where(tmp_path)
