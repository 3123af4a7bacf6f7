"""The pages of an item, a series and a comparison in a browser, by keys alone."""

import re

import pytest

from fanal.model.desk import AuditRecord, Remark, Who
from fanal.model.finding import Mosaic
from fanal.model.known import Match
from fanal.model.series import Member, Regroup, Series
from fanal.pipeline.case import reading
from fanal.pipeline.choices import choose
from fanal.pipeline.decided import standings
from fanal.pipeline.numbers import Numbers
from makers.browser import Served
from makers.waiting import until

LEAD = Who("zz-lead", "Zz Lead", ("supervisor",), "zz")
LEVEL = re.compile(r", level (\d)$")


@pytest.fixture
def case(own):
    """A case of benign pictures: its folder, the largest series, and two pictures on no list."""
    with reading(own) as store:
        known = Numbers(store)
        listed = {sha256 for (sha256,) in store.columns(Match, "sha256")}
        inside = dict(store.columns(Member, "sha256", "series"))
        pictures = sorted({sha256 for (sha256,) in store.columns(Mosaic, "sha256")} - listed)
        largest = max(store.find(Series), key=lambda one: (one.size, one.name)).name
        alone = [sha256 for sha256 in pictures if sha256 not in inside]
        chosen = [*alone, *pictures][:2]
        return own, largest, [known.of(sha256) for sha256 in chosen], chosen


def level(seen):
    """Return the level that the first pane says it shows, 1 where it is covered."""
    told = LEVEL.search(seen.page.locator(".stage").first.get_attribute("aria-label"))
    return int(told[1]) if told else 1


def records(served, action):
    """Return what the log says of an action."""
    return [*served.desk.store.find(AuditRecord, action=action)]


def test_a_picture_is_shown_while_a_key_is_held_and_not_longer(case, browser):
    folder, _, (item, _), (sha256, _) = case
    with Served(folder) as served, served.visitor(browser) as seen:
        seen.open(f"/item/{item}")
        seen.see(".stage")
        seen.clean(level=1)
        keys = seen.page.keyboard
        keys.down("Space")  # the pane has the focus from the beginning
        until(lambda: level(seen) == 2)
        seen.clean(level=2, axe=False)
        keys.press("ArrowUp")
        until(lambda: level(seen) == 3)
        seen.counts("canvas", 1)
        keys.up("Space")
        until(lambda: level(seen) == 1)
        seen.counts("canvas", 0)
        until(lambda: len(records(served, "cover")) == 2)
        shown = records(served, "reveal")
        assert [(one.level, one.sha256) for one in shown] == [(2, sha256), (3, sha256)]
        assert all(one.milliseconds > 0 for one in records(served, "cover"))
        seen.clean(level=1, axe=False)


def test_what_is_kept_open_covers_itself_and_the_calm_page_covers_at_once(case, browser):
    folder, _, (item, _), _ = case
    with Served(folder) as served, served.visitor(browser) as seen:
        choose(served.desk.store, LEAD, "latch_seconds", 1)
        seen.open(f"/item/{item}")
        seen.see(".stage")
        seen.page.keyboard.press("Enter")
        until(lambda: records(served, "reveal"))
        until(lambda: records(served, "cover"))  # nobody did anything
        until(lambda: level(seen) == 1)
        (covered,) = records(served, "cover")
        assert 900 < covered.milliseconds < 30_000
        for event in ("fanal:cover", "b"):
            seen.page.keyboard.down("Space")
            until(lambda: level(seen) == 2)
            if event == "b":
                seen.page.keyboard.press("b")
            else:
                seen.page.evaluate(f"() => document.dispatchEvent(new CustomEvent('{event}'))")
            seen.counts("canvas", 0)
            seen.page.keyboard.up("Space")


def test_what_comes_after_the_key_was_let_go_is_never_drawn(case, browser):
    folder, _, (item, _), _ = case
    with Served(folder) as served, served.visitor(browser) as seen:
        waiting = []
        seen.page.route("**/reveal", lambda route: waiting.append(route))  # noqa: PLW0108
        seen.open(f"/item/{item}")
        seen.see(".stage")
        seen.page.keyboard.down("Space")
        until(lambda: (seen.page.wait_for_timeout(20), waiting)[1])
        seen.page.keyboard.up("Space")
        waiting[0].continue_()
        until(lambda: (seen.page.wait_for_timeout(20), records(served, "cover"))[1])
        seen.counts("canvas", 0)
        assert [one.milliseconds for one in records(served, "cover")] == [0]


def test_an_item_is_decided_and_remarked_by_keys(case, browser):
    folder, _, (item, _), (sha256, _) = case
    with Served(folder) as served, served.visitor(browser, "zz-a", ("reviewer",)) as seen:
        seen.open(f"/item/{item}")
        seen.see(".stage")
        seen.page.keyboard.press("5")
        until(lambda: standings(served.desk.store, [sha256]))
        (standing,) = standings(served.desk.store, [sha256]).values()
        assert (standing.victim_state, standing.by) == ("identified", ("Person zz-a",))
        seen.page.keyboard.press("6")
        seen.see("dialog[open] textarea")  # what shows it is always asked for
        seen.page.keyboard.press("Escape")
        seen.page.keyboard.press("n")
        seen.see("dialog[open] textarea").fill("zz-note")
        seen.page.locator("dialog[open] button.main").click()
        until(lambda: [*served.desk.store.find(Remark, sha256=sha256)])
        seen.clean(level=1, axe=False)


def test_two_are_compared_at_one_level_and_moved_as_one(case, browser):
    folder, _, items, (one, other) = case
    with Served(folder) as served, served.visitor(browser) as seen:
        seen.open(f"/compare?items={','.join(items)}")
        seen.see(".stage")
        seen.clean(level=1)
        for _ in range(2):
            now = level(seen)
            seen.page.locator("#show").click()
            until(
                lambda now=now: level(seen) == now + 1 and seen.page.locator("canvas").count() == 2
            )
        seen.page.locator("#in").click()
        until(lambda: len(moved(seen)) == 1 and moved(seen) != {""})
        seen.page.locator("#difference").click()
        seen.see("canvas.difference")
        seen.page.locator("#cover").click()
        seen.counts("canvas", 0)
        seen.page.keyboard.press("\\")
        seen.counts("figure:visible", 1)
        seen.page.locator("#all").focus()
        seen.page.locator("article").focus()
        seen.page.keyboard.press("2")
        until(lambda: [*served.desk.store.find(Remark, kind="compared")])
        (said,) = served.desk.store.find(Remark, kind="compared")
        assert (said.sha256, said.other, said.says) == (one, other, "same device")
        assert [one.level for one in records(served, "reveal")] == [2, 2, 3, 3]


def moved(seen):
    """Return how what is drawn of the pictures was moved."""
    panes = seen.page.locator(".stage canvas").all()
    return {pane.evaluate("(one) => one.style.transform") for pane in panes}


def test_a_series_is_split_and_put_back_by_its_forms(case, browser):
    folder, name, _, _ = case
    with Served(folder) as served, served.visitor(browser) as seen:
        seen.open(f"/series/{name}")
        seen.clean(level=1)
        seen.see(".contacts input[type=checkbox]").check()
        seen.page.locator("#split-reason").fill("zz-why")
        with seen.page.expect_navigation():
            seen.page.locator("#split-reason").press("Enter")
        assert len([*served.desk.store.find(Regroup)]) == 1
        seen.see(".undo-event input[name=reason]").fill("zz-back")
        with seen.page.expect_navigation():
            seen.page.locator(".undo-event button").first.click()
        assert len([*served.desk.store.find(Regroup)]) == 2
        seen.clean(level=1, axe=False)
