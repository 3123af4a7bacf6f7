"""The queue's tiles and table in a browser, over a made-up queue that answers as the desk does."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image
from starlette.responses import JSONResponse, Response

from fanal.bench import grid as measure
from fanal.bench.grid_desk import MadeUp, serving
from makers.browser import WAIT, Watched, watch
from makers.ports import free_port
from makers.waiting import LONGEST, soon, until

FIRST = "0" * 16


@contextmanager
def opened(browser, queue: MadeUp, path: str = "/queue", **told) -> Iterator[Watched]:
    """Lend the page of a made-up queue."""
    with serving(queue, free_port()) as origin:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, **told)
        context.set_default_timeout(WAIT)
        try:
            seen = watch(context.new_page(), origin)
            seen.open(path)
            if told.get("java_script_enabled", True):
                seen.see(f'[data-item="{FIRST}"]')
            yield seen
        finally:
            context.close()


def posted(queue: MadeUp, path: str, count: int = 1, longest: float = LONGEST) -> list:
    """Return what was posted there, once it is as many."""

    def found() -> list:
        return [told for asked, told in queue.asked if asked == path]

    soon(lambda: len(found()) >= count, longest)
    return found()


def focused(seen: Watched) -> str:
    """Return the accessible name of what has the focus."""
    return seen.page.evaluate("() => document.activeElement.getAttribute('aria-label') || ''")


def stands_at(seen: Watched, *begins: str) -> None:
    """Wait until what has the focus has such a name."""
    until(lambda: focused(seen).startswith(begins))


def press(seen: Watched, *keys: str) -> None:
    for key in keys:
        seen.page.keyboard.press(key)


def picture() -> Response:
    """Return a grey picture as revealing one does."""
    kept = BytesIO()
    Image.linear_gradient("L").save(kept, "JPEG")
    return Response(kept.getvalue(), media_type="image/jpeg", headers={"X-Reveal": "r1"})


@pytest.mark.parametrize(
    ("path", "theme"),
    [("/queue", "dark"), ("/queue?as=table", "contrast")],
)
def test_nothing_stands_in_the_way_of_anybody(browser, path, theme):
    queue = MadeUp(1_000)
    queue.own["theme"] = theme
    with opened(browser, queue, path) as seen:
        seen.clean(level=1)


def test_tiles_are_a_grid_with_one_tab_stop(browser):
    with opened(browser, MadeUp(1_000_000)) as seen:
        grid = seen.page.locator("#grid")
        columns = int(grid.get_attribute("aria-colcount"))
        assert columns == 8
        assert grid.get_attribute("aria-rowcount") == str(1_000_000 // columns)
        seen.counts("#grid [tabindex='0']", 1)
        press(seen, "ArrowRight", "ArrowDown")
        stands_at(seen, f"Item {columns + 2}.")
        press(seen, "End")
        seen.see('[aria-label^="Item 1000000."]')
        stands_at(seen, "Item 1000000.", "Not here yet")
        last = seen.page.locator(":focus")
        assert last.get_attribute("aria-colindex") == "8"
        row = last.locator("xpath=..")
        assert row.get_attribute("aria-rowindex") == str(1_000_000 // columns)
        assert seen.page.evaluate("() => document.querySelector('.grid-inner').clientHeight") < 17e6
        press(seen, "ArrowUp", "Home")
        stands_at(seen, "Item 1.")
        seen.counts("#grid [tabindex='0']", 1)


def test_a_grade_is_shown_sent_undone_and_done_again(browser):
    queue = MadeUp(500)
    with opened(browser, queue) as seen:
        press(seen, "2")
        seen.see(f'[data-item="{FIRST}"][data-grade="2"]')
        (told,) = posted(queue, "/decide")
        assert {name: told[name] for name in ("items", "state", "reason")} == {
            "items": [FIRST],
            "state": "known_unidentified",
            "reason": "decided at the desk",
        }
        assert re.fullmatch(r"[0-9a-f-]{36}", told["token"])
        seen.see('[aria-label="Item 1. Origin: Camera. New. 2 Known, not identified"]')
        stands_at(seen, "Item 2.")
        seen.page.locator("#reason").fill("zz-test-reason")
        seen.page.locator("#grid [tabindex='0']").focus()
        press(seen, "5", "u", "u", "u")
        back = posted(queue, "/undo", 2)
        assert len({one["token"] for one in back}) == len(back) == 2
        assert posted(queue, "/decide", 2)[1]["reason"] == "zz-test-reason"
        seen.see(f'[data-item="{FIRST}"][data-grade="0"]')
        press(seen, "Shift+U", "Shift+U", "Shift+U")
        again = posted(queue, "/redo", 2)
        assert [one["id"] for one in again] == [f"d{n}" for n in ends(queue, "/undo")][::-1]
        seen.see(f'[data-item="{FIRST}"][data-grade="2"]')


def test_a_key_that_stays_down_decides_once_and_moves_on_with_arrows(browser):
    """Playwright tells a second `down` without an `up` as a repeated key (its `keyboard.down`)."""
    queue = MadeUp(200)
    with opened(browser, queue) as seen:
        for _ in range(4):
            seen.page.keyboard.down("1")
        seen.page.keyboard.up("1")
        stands_at(seen, "Item 2.")
        for _ in range(4):
            seen.page.keyboard.down("ArrowRight")
        seen.page.keyboard.up("ArrowRight")
        stands_at(seen, "Item 6.")
        press(seen, "2")
        assert len(posted(queue, "/decide", 2)) == 2


def ends(queue: MadeUp, path: str) -> list[int]:
    """Return the numbers that the made-up desk gave to what was posted there."""
    return [n for n, (asked, _) in enumerate(queue.asked, 1) if asked == path]


def test_no_real_person_is_never_said_without_a_reason_of_its_own(browser):
    queue = MadeUp(50)
    with opened(browser, queue) as seen:
        press(seen, "6")
        seen.see("dialog[open] textarea")
        press(seen, "2", "Escape")
        seen.counts("dialog[open]", 0)
        press(seen, "6")
        seen.page.locator("dialog textarea").fill("drawn by zz-test")
        seen.page.locator("dialog button.main").click()
        (told,) = posted(queue, "/decide")
        assert (told["state"], told["reason"]) == ("no_real_person_found", "drawn by zz-test")


def test_what_the_desk_did_not_answer_is_sent_again_under_its_token(browser):
    queue = MadeUp(50)
    gone = [503, 503]

    def answer(_told) -> Response:
        return JSONResponse({"error": "away"}, gone.pop()) if gone else JSONResponse({"id": "d"})

    queue.answers["/decide"] = answer
    asks = "() => !window.dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    with opened(browser, queue) as seen:
        press(seen, "1", "3")
        seen.page.get_by_text("waits for the desk").first.wait_for()
        until(lambda: seen.page.evaluate(asks))
        told = posted(queue, "/decide", 4)
        assert [one["items"][0][-1] for one in told] == ["0", "0", "0", "1"]
        assert len({one["token"] for one in told}) == 2
        seen.page.get_by_text("being sent").first.wait_for(state="detached")
        until(lambda: not seen.page.evaluate(asks))


def test_what_the_desk_refuses_is_said_and_stays_open(browser):
    queue = MadeUp(50)
    queue.answers["/decide"] = lambda _: JSONResponse({"error": "held by zz-b"}, 409)
    with opened(browser, queue) as seen:
        press(seen, "4")
        seen.page.get_by_text("not kept: held by zz-b").first.wait_for()
        seen.see(f'[data-item="{FIRST}"][data-grade="0"]')
        press(seen, "u")
        assert posted(queue, "/undo", 1, 0.2) == []


def test_single_keys_keep_out_of_text_and_can_be_switched_off_or_moved(browser):
    queue = MadeUp(50)
    with opened(browser, queue) as seen:
        seen.page.locator("#reason").focus()
        press(seen, "End", "2", "u", "b")
        assert seen.page.locator("#reason").input_value() == "decided at the desk2ub"
        assert posted(queue, "/decide", 1, 0.2) == []
    queue.own["single_keys"] = False
    with opened(browser, queue) as seen:
        press(seen, "2", "x", "ArrowRight")
        stands_at(seen, "Item 2.")
        assert posted(queue, "/decide", 1, 0.2) == []
    queue.own |= {"single_keys": True, "keys": queue.own["keys"] | {"state-2": "w", "select": "2"}}
    with opened(browser, queue) as seen:
        press(seen, "2")
        seen.says("#current", "1 selected")
        press(seen, "w")
        assert posted(queue, "/decide")[0]["state"] == "known_unidentified"


def test_many_are_decided_by_one_event_and_more_after_a_sample(browser):
    queue = MadeUp(500)
    queue.answers["/bulk/sample"] = lambda _: JSONResponse(
        {
            "sample": "s",
            "says": "zz items",
            "rule": "59",
            "check": queue.rows(0, 9),
        }
    )
    queue.answers["/bulk"] = lambda _: JSONResponse({"job": "j"})
    queue.answers["/bulk/job"] = lambda _: JSONResponse(
        {
            "done": 33,
            "of": 33,
            "finished": True,
            "id": "d-bulk",
            "results": [],
            "says": "33 decided",
        }
    )
    with opened(browser, queue) as seen:
        press(seen, "Shift+ArrowRight", "Shift+ArrowRight", "2")
        (told,) = posted(queue, "/decide")
        assert [int(one, 16) for one in told["items"]] == [0, 1, 2]
        press(seen, "Home", *["Shift+ArrowDown"] * 4)
        seen.says("#current", "33 selected")
        press(seen, "2")
        seen.see("dialog .sheet")
        seen.counts("dialog .sheet li", 9)
        seen.page.locator("dialog [type=checkbox]").check()
        seen.page.locator("dialog button.main").click()
        seen.page.get_by_text("33 decided").wait_for()
        press(seen, "u")
        assert posted(queue, "/undo")[0]["id"] == "d-bulk"
        assert len(posted(queue, "/decide")) == 1
        seen.page.locator("#whole").click()
        seen.page.locator("dialog[open] select").nth(1).select_option("1")
        seen.page.locator("dialog[open] button.main").click()
        seen.see("dialog .sheet")
        assert posted(queue, "/bulk/sample", 2)[1] == {
            "view": "0" * 16,
            "error": 1,
            "state": "treat_as_real",
        }


def test_filters_are_words_that_can_be_taken_away(browser):
    queue = MadeUp(500)
    with opened(browser, queue) as seen:
        facet = seen.page.locator('[data-facet="origin"]')
        facet.get_by_label("Camera").check()
        assert posted(queue, "/view")[0]["filters"] == {"origin": {"only": ["cam"]}}
        chip = seen.see("#chips button")
        assert chip.inner_text().startswith("Origin: Camera")
        facet.locator(".not").nth(1).click()
        assert posted(queue, "/view", 2)[1]["filters"] == {
            "origin": {"only": ["cam"], "not": ["alt"]}
        }
        chip.click()
        assert posted(queue, "/view", 3)[2]["filters"] == {"origin": {"not": ["alt"]}}
        facet.get_by_text("Generator").first.click(modifiers=["Alt"])
        assert posted(queue, "/view", 4)[3]["filters"] == {"origin": {"not": ["alt", "gen"]}}
        seen.clean(level=1)


def test_whoever_comes_back_finds_the_place_again(browser):
    with opened(browser, MadeUp(5_000)) as seen:
        press(seen, *["PageDown"] * 9, "Enter")
        seen.page.wait_for_url("**/item/*")
        item = seen.page.url.rpartition("/")[2].partition("?")[0]
        seen.page.go_back()
        seen.see(f'[data-item="{item}"]')
        stands_at(seen, f"Item {int(item, 16) + 1}.")
        assert int(item, 16) > 100


def test_near_copies_stand_in_place_of_the_list_until_they_are_taken_away(browser):
    queue = MadeUp(500)
    with opened(browser, queue) as seen:
        press(seen, "ArrowRight", "d")
        seen.see("#chips button")
        assert posted(queue, "/view") == [{"near": f"{1:016x}"}]
        seen.page.locator("#chips button").click()
        assert posted(queue, "/view", 2)[1]["filters"] == {}
        seen.counts("#chips button", 0)


def test_a_tile_is_shown_while_the_key_is_held(browser):
    queue = MadeUp(50)
    queue.answers["/reveal"] = lambda _: picture()
    queue.answers["/covered"] = lambda _: JSONResponse({})
    with opened(browser, queue) as seen:
        seen.page.keyboard.down(" ")
        seen.see("#grid canvas")
        seen.page.keyboard.up(" ")
        seen.counts("canvas", 0)
        assert posted(queue, "/covered")[0]["reveal"] == "r1"
        seen.page.keyboard.down(" ")
        seen.see("#grid canvas")
        seen.page.evaluate("() => document.dispatchEvent(new CustomEvent('fanal:blank'))")
        seen.counts("canvas", 0)
        seen.page.keyboard.up(" ")
        assert [one["level"] for one in posted(queue, "/reveal", 2)] == [2, 3]
        assert seen.page.evaluate("() => window.scrollY") == 0
        seen.clean(level=1, axe=False)


def test_what_people_say_of_an_item_is_asked_in_a_dialog_and_sent(browser):
    queue = MadeUp(50)
    queue.answers["/remark"] = lambda _: JSONResponse({"id": "r"})
    with opened(browser, queue) as seen:
        for key in "nvf":
            press(seen, key)
            seen.see("dialog[open] textarea").fill(f"zz-{key}")
            seen.page.locator("dialog[open] button.main").click()
            seen.page.locator("dialog[open]").wait_for(state="detached")
            stands_at(seen, "Item 1.")
        press(seen, "ArrowRight")
        seen.page.locator("#colleague").click()
        seen.says("dialog[open] h2", f"item {1:016x}")
        seen.page.locator("dialog[open] textarea").fill("zz-q")
        seen.page.locator("dialog[open] button.main").click()
        told = posted(queue, "/remark", 4)
        seen.page.get_by_text("lead note").first.wait_for()
    assert sorted((one["kind"], one["says"], int(one["item"], 16)) for one in told) == [
        ("lead", "zz-v", 0),
        ("note", "zz-n", 0),
        ("question", "zz-q", 1),
        ("second opinion", "zz-f", 0),
    ]


FLING = """async ([step, frames]) => {
  const grid = document.getElementById("grid");
  const inside = ({bottom, top}) => bottom > 100 && top < 700;
  const pictures = () => [...grid.querySelectorAll(".grid-row:not([hidden]) img[src]")];
  const shown = () => pictures().filter((one) => inside(one.getBoundingClientRect())).length;
  let most = 0, rest = 0, before = performance.now();
  for (let n = 0; n < frames; n += 1) {
    await new Promise((go) => requestAnimationFrame(go));
    grid.scrollTop += step;
    await new Promise((go) => setTimeout(go));
    if (n > 2) most = Math.max(most, shown());
    rest = Math.max(rest, performance.now() - before);
    before = performance.now();
  }
  return [most, rest];
}"""
"""Returns how many pictures were seen at once, and the milliseconds of the longest frame."""


def flung(seen: Watched) -> int:
    """Return how many pictures a fling shows that no other program held up: a rest ends one."""
    for _ in range(40):
        shown, rest = seen.page.evaluate(FLING, [800, 14])
        if rest < 100:
            return shown
    pytest.fail("this machine never draws frames one after the other")


def test_a_fling_sets_no_picture_and_text_only_none_ever(browser):
    with opened(browser, MadeUp(100_000)) as seen:
        tiles = seen.page.locator(".grid-row:not([hidden]) img[src]")
        tiles.first.wait_for()
        for top in (12_000, 8_000, 4_000, 0):
            seen.page.evaluate("(top) => document.getElementById('grid').scrollTop = top", top)
            seen.see(f'[data-item="{top // 170 * 8 + 8:016x}"] img[src]')
        assert flung(seen) == 0
        tiles.nth(20).wait_for()
        assert seen.page.evaluate(FLING, [-5, 14])[0] > 0
        press(seen, "t")
        seen.counts("#grid img:visible", 0)
        press(seen, "t")
        tiles.nth(20).wait_for()


def test_pages_of_rows_that_were_passed_are_no_longer_wanted(browser):
    queue = MadeUp(100_000)
    with opened(browser, queue) as seen:
        dropped: list[str] = []
        seen.page.on("requestfailed", lambda one: dropped.append(one.url))

        def late(told) -> Response:
            time.sleep(0.6)
            start = int(told["from"])
            return JSONResponse({"total": 100_000, "rows": queue.rows(start, 200), "stale": False})

        queue.answers["/queue/page"] = late
        seen.page.evaluate(FLING, [4_000, 20])
        place = seen.page.evaluate(
            "() => Math.floor(document.getElementById('grid').scrollTop / 170) * 8"
        )
        seen.see(f'[data-item="{place + 8:016x}"]')
        assert len(dropped) > 5
        assert all("/queue/page?" in one for one in dropped)


def test_a_frame_stays_within_what_a_screen_allows(browser):
    with opened(browser, MadeUp(100_000)) as seen:
        found = measure._scrolled(seen.page, measure.Meter(seen.page), 250, 60, 1)
        assert found.main < 12
        assert found.nodes < 1_500


def test_without_chromium_the_benchmark_says_so(capsys, monkeypatch):
    monkeypatch.setattr(measure, "PROGRAMS", ("zz-no-such-program",))
    measure.main([])
    assert capsys.readouterr().out == "skipped: no Chromium is installed here\n"


def test_the_table_gives_the_same_to_the_same_keys(browser):
    queue = MadeUp(500)
    with opened(browser, queue, "/queue?as=table") as seen:
        press(seen, "ArrowDown", "x")
        seen.see("tr.chosen")
        press(seen, "3")
        told = posted(queue, "/decide")[0]
        assert (told["items"], told["state"]) == ([f"{1:016x}"], "likeness_of_real_child")
        seen.page.locator("tr.chosen").wait_for(state="detached")
        seen.says("tr:nth-child(2) .decided", "Likeness of a real child")
        seen.counts("main img", 0)


def test_without_scripts_the_queue_can_be_read_page_by_page(browser):
    with opened(browser, MadeUp(500), java_script_enabled=False) as seen:
        assert seen.see("table.table").inner_text().count("a picture that no list knows") == 60
        seen.page.get_by_text("Places after").click()
        seen.says("caption", "Places 61 to 120 of 500")


def test_on_paper_the_queue_is_a_table(browser):
    with opened(browser, MadeUp(500)) as seen:
        seen.page.emulate_media(media="print")
        seen.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        seen.counts("tbody tr", 60)
        seen.see("table.table")
        seen.counts("main img:visible, button:visible, #grid:visible", 0)
