"""A real Chromium before a real review desk, and what must hold on every page of it."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest
import uvicorn

from fanal.bench.grid import FLAGS
from fanal.engines import ENGINES
from fanal.pipeline.case import writing
from fanal.settings import Settings
from fanal.web.app import COOKIE, application
from fanal.web.desk import Desk
from fanal.web.guard import HEADERS
from makers.desk import ALL
from makers.ports import free_port
from makers.waiting import soon, until

PROGRAMS = ("/usr/bin/chromium", "chromium-browser", "google-chrome")
TOLD = os.environ.get("FANAL_CHROMIUM", "")
"""Read before the tests' own surroundings are made."""
LEVELS = (0, 32 * 32, 256 * 256, 256 * 256, 1_600 * 1_600, 1_600 * 1_600)
"""Most pixels of a picture on a page that shows a level (rule W2)."""
GREY = 4
"""The last level without colours."""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}
"""Of axe: WCAG 2.2, A and AA."""
SCRIPTS = Path(__file__).with_name("browser.js")
WAIT = 60_000
"""Milliseconds after which something that should appear will not."""


def chromium() -> str:
    """Return the program of a Chromium; where there is none, skip and say what to install."""
    for program in (TOLD,) if TOLD else PROGRAMS:
        if found := shutil.which(program):
            return found
    pytest.skip("no Chromium here: apt-get install chromium, or name one in FANAL_CHROMIUM")


def _sync_api() -> Any:
    pytest.importorskip("playwright", reason="playwright is not installed here: make test does")
    from playwright import sync_api  # noqa: PLC0415 (a test dependency that may be absent)

    return sync_api


@contextmanager
def browsing(**told: Any) -> Iterator[Any]:
    """Lend a browser; while it is lent, this thread runs its loop: `asyncio.run` must wait."""
    program, api = chromium(), _sync_api()
    with api.sync_playwright() as play:
        lent = play.chromium.launch(executable_path=program, args=[*FLAGS], **told)
        try:
            yield lent
        finally:
            lent.close()


@contextmanager
def profile(folder: Path, **told: Any) -> Iterator[Any]:
    """Lend a context whose profile lies in a folder and stays there when it is closed."""
    program, api = chromium(), _sync_api()
    with api.sync_playwright() as play:
        launched = play.chromium.launch_persistent_context(
            folder, executable_path=program, args=[*FLAGS], **told
        )
        try:
            yield launched
        finally:
            launched.close()


class Served:
    """A desk on a case behind a port of this machine, which may stop and start again."""

    def __init__(
        self, case: Path | str, made: Callable[[Desk], Any] = application, **settings: Any
    ) -> None:
        """Take the case and what makes the pages; the first start is in `with`."""
        home = Path(case).parent if "://" not in str(case) else Path(str(settings["home"])).parent
        own = {"home": str(home / "home"), "engine": "inline", "actor": "zz"} | settings
        key = {"FANAL_KEY": os.environ["FANAL_KEY"]}
        self.told = Settings.from_environment(key).changed(own)
        self.case, self.made = case, made
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.desk: Desk
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._failed: list[BaseException] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Open the case and answer at the port."""
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(60)
        assert not self._failed, self._failed
        until(lambda: _answers(self.port))

    def stop(self) -> None:
        """Stop answering and close the case; what was signed in is forgotten."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(60)
            assert not self._thread.is_alive()
        assert not self._failed, self._failed

    def _serve(self, ready: threading.Event) -> None:
        try:
            workers = ENGINES.get(self.told.engine)(self.told)
            with writing(self.case, self.told, run=False) as store:
                self.desk = Desk(store, self.told, workers)
                self.desk.origins = frozenset({self.origin})
                config = uvicorn.Config(
                    self.made(self.desk),
                    host="127.0.0.1",
                    port=self.port,
                    log_level="error",
                    lifespan="off",
                    ws="none",
                    loop="asyncio",
                    http="h11",
                    timeout_graceful_shutdown=2,
                )
                self._server = uvicorn.Server(config)
                ready.set()
                try:
                    self._server.run()
                finally:
                    self.desk.close()
                    workers.close()
        except BaseException as error:  # noqa: BLE001 (told to whoever started it)
            self._failed.append(error)
            ready.set()

    def sign_in(self, context: Any, login: str = "zz-a", roles: tuple[str, ...] = ALL) -> None:
        """Give a context the session of a person."""
        cookie(context, self.desk.sessions.begin(login, f"Person {login}", roles))

    @contextmanager
    def visitor(
        self, browser: Any, login: str = "zz-a", roles: tuple[str, ...] = ALL, **told: Any
    ) -> Iterator["Watched"]:
        """Lend a watched page of a person in a context of their own; nobody for ""."""
        context = browser.new_context(viewport={"width": 1366, "height": 900}, **told)
        context.set_default_timeout(WAIT)
        try:
            if login:
                self.sign_in(context, login, roles)
            yield watch(context.new_page(), self.origin)
        finally:
            context.close()


def cookie(context: Any, secret: str) -> None:
    """Put the secret of a session into a context; a name with `__Host-` wants a secure address."""
    told = {"name": COOKIE, "value": secret, "url": "https://localhost/"}
    context.add_cookies([told | {"secure": True, "httpOnly": True, "sameSite": "Strict"}])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@dataclass
class Watched:
    """A page, and everything that it reported, asked for and was answered."""

    page: Any
    origin: str
    reports: list[str] = field(default_factory=list)
    """What the rules of the page forbade, and what its scripts failed at."""
    requests: list[str] = field(default_factory=list)
    answers: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    """Parts of reports that a test provokes."""

    def open(self, path: str) -> Any:
        """Open an address of the desk; return the answer."""
        return self.page.goto(self.origin + path, wait_until="load")

    def beside(self) -> "Watched":
        """Return a second window of the same person."""
        return watch(self.page.context.new_page(), self.origin)

    def see(self, selector: str) -> Any:
        """Wait until something is to be seen, and return it."""
        found = self.page.locator(selector).first
        found.wait_for(state="visible", timeout=WAIT)
        return found

    def counts(self, selector: str, number: int) -> None:
        """Wait until the page has so many of something."""
        found = self.page.locator(selector)
        assert soon(lambda: found.count() == number), f"{selector}: {found.count()}"

    def says(self, selector: str, words: str) -> None:
        """Wait until a part of the page says something."""
        assert soon(lambda: words in self.text(selector)), self.text(selector)

    def text(self, selector: str = "main") -> str:
        """Return the text of a part of the page."""
        found: str = self.page.locator(selector).first.inner_text()
        return found

    def pictures(self) -> list[dict[str, Any]]:
        """Return every picture of the page: where, how many pixels, whether grey, whether blank."""
        found: list[dict[str, Any]] = self.page.evaluate(_script("pictures"))
        return found

    def storage(self) -> dict[str, int]:
        """Return how much the page keeps in the browser, by kind."""
        found: dict[str, int] = self.page.evaluate(_script("storage"))
        return found

    def clean(self, level: int = 1, *, axe: bool = True) -> None:
        """Assert what must hold on every page that shows pictures of at most this level."""
        wrong = {
            "reports": [one for one in self.reports if not any(p in one for p in self.ignored)],
            "requests": self.strange_requests(),
            "headers": self.missing_headers(),
            "storage": [one for one in self.storage().items() if one[1]],
            "pictures": [one for one in self.pictures() if not _fits(one, level)],
            "barriers": self.barriers() if axe else [],
        }
        found = {what: all_of_it for what, all_of_it in wrong.items() if all_of_it}
        assert not found, f"{self.page.url}: {found}"

    def strange_requests(self) -> list[str]:
        """Return what the page asked of anybody but its own desk."""
        fine = (f"{self.origin}/", f"blob:{self.origin}/", "data:image/", "about:blank")
        return [address[:200] for address in self.requests if not address.startswith(fine)]

    def missing_headers(self) -> list[tuple[str, str, str]]:
        """Return address, header and value where an answer lacks a header."""
        return [
            (address, name, headers.get(name.lower(), ""))
            for _, address, headers in self.answers
            for name, value in HEADERS.items()
            if headers.get(name.lower()) != value
        ]

    def barriers(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 A and AA."""
        pytest.importorskip("axe_playwright_python", reason="axe is not installed here")
        from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415

        found = Axe().run(self.page, options=RULES).response["violations"]
        return [
            f"{rule['id']}: {node['target']}: {node['html'][:200]} {_why(node)}"
            for rule in found
            for node in rule["nodes"]
        ]


def _fits(picture: dict[str, Any], level: int) -> bool:
    return picture["pixels"] <= LEVELS[level] and (picture["grey"] or level > GREY)


def _why(node: dict[str, Any]) -> str:
    return "; ".join(one["message"] for kind in ("any", "all", "none") for one in node[kind])[:300]


def watch(page: Any, origin: str) -> Watched:
    """Collect everything that a page reports, asks for and is answered from now on."""
    made = Watched(page, origin)

    def console(message: Any) -> None:
        text = message.text
        failed = message.type == "error" and not text.startswith("Failed to load resource")
        if failed or "Content Security Policy" in text or "Trusted" in text:
            made.reports.append(text)

    def answered(response: Any) -> None:
        if response.url.startswith("http"):
            made.answers.append((response.status, response.url, response.headers))

    page.on("console", console)
    page.on("pageerror", lambda error: made.reports.append(f"error: {error}"))
    page.on("request", lambda request: made.requests.append(request.url))
    page.on("response", answered)
    page.on("websocket", lambda one: made.requests.append(one.url))
    return made


def _script(name: str) -> str:
    """Return one of the functions that are evaluated in the page, by the debugging protocol."""
    text = SCRIPTS.read_text("utf-8")
    return text.split(f"// {name}\n", 1)[1].split("\n// ", 1)[0].strip().rstrip(";")
