"""Takes the pictures of the guide to the review desk, from a drawn operation: `make pictures`."""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from fanal.demo.operation import build_operation
from fanal.pipeline.lists import ListFile
from fanal.pipeline.progress import Silent
from fanal.pipeline.triage import triage
from fanal.settings import Settings
from makers.browser import Served, Watched, browsing
from makers.grading import IDENTIFIED, KNOWN, REAL, gives_second_opinion, grade, queue

PLACES = 300
DECIDED = 24
COLOURS = 64
"""Of a picture that is kept: pages have few, and a palette makes it small."""


def go(path: str) -> Callable[[Watched], None]:
    """Return what opens an address and waits until its scripts are done."""

    def opened(seen: Watched) -> None:
        seen.open(path)
        seen.page.wait_for_load_state("networkidle")
        seen.page.wait_for_timeout(300)

    return opened


def follow(start: str, selector: str) -> Callable[[Watched], None]:
    """Return what opens an address and then the first link of that kind."""

    def opened(seen: Watched) -> None:
        go(start)(seen)
        address = seen.page.locator(selector).first.get_attribute("href")
        go(address)(seen)

    return opened


def together(seen: Watched) -> None:
    """Open the first two items of the queue side by side."""
    go("/queue?as=table")(seen)
    links = seen.page.locator("main a[href^='/item/']")
    items = [links.nth(at).get_attribute("href").split("?")[0].rpartition("/")[2] for at in (0, 1)]
    go(f"/compare?items={','.join(items)}")(seen)


def work(served: Served, browser: Any) -> None:
    """Decide some of it as somebody else, so that the pages have something to tell."""
    with served.visitor(browser, "zz-b") as seen:
        queue(seen)
        for number in range(DECIDED):
            grade(seen, KNOWN if number % 5 == 0 else REAL)
    with served.visitor(browser, "zz-c") as seen:
        gives_second_opinion(seen, IDENTIFIED, "a list of this year names who it is")


SCREENS: dict[str, tuple[Callable[[Watched], None], str]] = {
    "sign-in": (go("/sign-in"), ""),
    "overview": (go("/"), "zz-a"),
    "queue": (go("/queue"), "zz-a"),
    "queue-table": (go("/queue?as=table"), "zz-a"),
    "item": (follow("/queue?as=table", "main a[href^='/item/']"), "zz-a"),
    "series": (follow("/queue?as=table", "main a[href^='/series/']"), "zz-a"),
    "compare": (together, "zz-a"),
    "second": (go("/second"), "zz-a"),
    "third": (go("/second"), "zz-d"),
    "audit": (go("/audit"), "zz-a"),
    "people": (go("/people"), "zz-a"),
    "settings": (go("/settings"), "zz-a"),
}
"""Name of a picture → how its page is come to, and under which login."""


def case(home: Path) -> Path:
    """Draw an operation and run the main job on it."""
    drawn = build_operation(home / "operation", PLACES)
    told = Settings(home=str(home / "home"), engine="pool", actor="zz-examiner")
    lists = [ListFile(path, kind, name) for path, kind, name in drawn.lists]
    triage(home / "case", told, list(drawn.evidence), lists, Silent())
    return home / "case"


def small(png: bytes) -> bytes:
    """Return a picture of a page in few bytes."""
    with Image.open(io.BytesIO(png)) as whole:
        few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        held = io.BytesIO()
        few.save(held, "PNG", optimize=True)
        return held.getvalue()


def take(folder: Path, only: set[str], given: Path | None = None) -> None:
    """Take the pictures that are named, all for none."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fanal-screens-") as home:
        os.environ["FANAL_KEY"] = str(Path(home) / "key")
        with Served(given or case(Path(home))) as served, browsing() as browser:
            work(served, browser)
            for name, (come, login) in SCREENS.items():
                if only and name not in only:
                    continue
                with served.visitor(browser, login, color_scheme="light") as seen:
                    come(seen)
                    shot: Any = seen.page.screenshot(scale="css")
                    (folder / f"{name}.png").write_bytes(small(shot))


if __name__ == "__main__":
    take(Path(sys.argv[1]), set(sys.argv[2:]))
