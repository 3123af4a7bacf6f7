"""Whatever happens between browser and case: no decision is lost and none is there twice."""

import threading
from collections import Counter

import pytest

from fanal.pipeline.numbers import Numbers
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.web.app import application
from makers import postgres
from makers.browser import Served
from makers.evidence import fill, thumb
from makers.grading import KNOWN, REAL, at, decided, grade, press, queue, settled, unsent
from makers.program import called
from makers.waiting import until


def items(served, decisions):
    """Return how often each item was decided."""
    numbers = Numbers(served.desk.store)
    return Counter(numbers.of(one.sha256) for one in decisions if not one.undoes)


def test_what_is_graded_without_a_connection_is_sent_when_it_is_back(browser, own):
    with Served(own) as served, served.visitor(browser) as seen:
        queue(seen)
        first = grade(seen, REAL)
        seen.page.context.set_offline(True)
        alone = []
        for _ in range(3):
            alone.append(at(seen))
            press(seen, REAL)
        until(lambda: unsent(seen) == 3)
        assert items(served, decided(own)) == {first: 1}
        seen.page.context.set_offline(False)
        settled(seen)
        assert items(served, decided(own)) == dict.fromkeys([first, *alone], 1)


class Mute:
    """An application whose answers to decisions get lost, so many times, after they were kept."""

    def __init__(self, inner, times):
        self.inner, self.times = inner, times

    async def __call__(self, scope, receive, send):
        if scope.get("path") != "/decide" or not self.times:
            return await self.inner(scope, receive, send)
        self.times -= 1
        kept = []

        async def note(message):
            kept.append(message)

        await self.inner(scope, receive, note)
        assert kept
        raise ConnectionResetError


def test_a_decision_whose_answer_is_lost_is_sent_again_and_there_once(browser, own, capfd):
    with (
        Served(own, lambda desk: Mute(application(desk), 2)) as served,
        served.visitor(browser) as seen,
    ):
        queue(seen)
        first = at(seen)
        press(seen, KNOWN)
        second = at(seen)
        press(seen, REAL)
        settled(seen)
        assert items(served, decided(own)) == {first: 1, second: 1}
    capfd.readouterr()


def test_a_server_that_starts_anew_in_mid_grading_loses_nothing(browser, own):
    with Served(own) as served, served.visitor(browser) as seen:
        queue(seen)
        graded = [grade(seen, REAL)]
        served.stop()
        for _ in range(2):
            graded.append(at(seen))
            press(seen, REAL)
        until(lambda: unsent(seen) == 2)
        served.start()  # knows no session: the page locks and keeps what it has
        seen.page.wait_for_timeout(1_500)
        assert unsent(seen) == 2
        served.sign_in(seen.page.context)
        settled(seen)
        assert items(served, decided(own)) == dict.fromkeys(graded, 1)


def test_two_windows_of_one_person(browser, own):
    with Served(own) as served, served.visitor(browser) as one:
        two = one.beside()
        queue(one)
        queue(two)
        press(two, "ArrowRight", "ArrowRight")
        there = grade(two, KNOWN)
        here = grade(one, REAL)
        settled(two)
        press(two, "u")
        settled(two)
        assert here != there
        told = decided(own)
        assert items(served, told) == {here: 1, there: 1}
        assert [one.undoes for one in told if one.undoes] == [
            one.id for one in told if one.victim_state == "known_unidentified"
        ]
        one.clean(axe=False)


def test_two_desks_on_one_server_are_kept_apart_by_claims(browser, own, tmp_path, settings):
    server = postgres.running()
    address = server.address(server.database())
    assert called("case", "copy", own, address) == 0
    told = {"home": str(tmp_path / "home")}
    with (
        Served(address, **told) as first,
        Served(address, **told) as second,
        first.visitor(browser, "zz-a") as here,
        second.visitor(browser, "zz-b") as there,
    ):
        queue(here)
        item = at(here)
        press(here, "Enter")
        here.see("#decide")
        here.page.wait_for_load_state("networkidle")
        there.open(f"/item/{item}")
        there.see("#held")
        assert "zz-a" in there.text("#held")
        there.counts("#deciding[disabled]", 1)
        here.open("/")  # gives it back
        there.open(f"/item/{item}")
        there.page.wait_for_load_state("networkidle")
        there.counts("#deciding:not([disabled])", 1)
        queue(there)
        mine = grade(there, REAL)
        queue(here)
        assert at(here) != mine
        yours = grade(here, REAL)
        store = first.desk.store
        assert items(first, decided(address, first.told)) == {mine: 1, yours: 1}
        assert store.case_id == second.desk.store.case_id


def test_a_second_exhibit_is_read_while_the_desk_is_open(browser, own, tmp_path, settings):
    more = fill(tmp_path / "more", {b"zz-%d.jpg" % n: thumb(700 + 31 * n) for n in range(4)})
    with Served(own) as served, served.visitor(browser) as seen:
        queue(seen)
        before = total(seen)
        failed = []

        def run():
            try:
                triage(own, served.told, [("later", more)], [], Silent())
            except Exception as error:  # noqa: BLE001 (told below)
                failed.append(error)

        running = threading.Thread(target=run)
        running.start()
        graded = grade(seen, REAL)
        running.join(600)
        assert failed == []
        queue(seen)
        assert total(seen) > before
        assert items(served, decided(own)) == {graded: 1}


def total(seen) -> int:
    return int(seen.page.locator("#filters").get_attribute("data-total"))


@pytest.fixture(autouse=True)
def key(monkeypatch, tmp_path):
    monkeypatch.setenv("FANAL_HOME", str(tmp_path / "home"))
