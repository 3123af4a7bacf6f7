"""Pages for operators in a browser: nothing asked of anybody, nothing forbidden, no barriers."""

import threading
from datetime import timedelta

import pytest
import uvicorn

from fanal.prevention.config import read_config
from fanal.prevention.doors.dashboard import application
from fanal.prevention.reporting import safeguard
from makers.board import FIRST, TODAY, service
from makers.browser import watch
from makers.ports import free_port
from makers.waiting import until

pytestmark = pytest.mark.usefixtures("browser")


@pytest.fixture
def origin(tmp_path):
    """Serve a dashboard as long as a test takes."""
    port = free_port()
    app = application(
        read_config(service(tmp_path / "service")), lambda: TODAY, frozenset({f"localhost:{port}"})
    )
    told = uvicorn.Config(app, port=port, log_config=None, lifespan="off", loop="asyncio")
    server = uvicorn.Server(told)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield f"http://localhost:{port}"
    server.should_exit = True
    thread.join(30)


def asked_of_others(seen):
    """Return what was asked of anybody; a browser looks for a site's picture by itself."""
    return [one for one in seen.strange_requests() if not one.endswith("/favicon.ico")]


def test_the_dashboard_is_clean_and_without_barriers_in_light_and_dark(browser, origin):
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light")
    try:
        seen = watch(context.new_page(), origin)
        assert seen.open("/").status == 200
        seen.see("h1")
        assert not asked_of_others(seen)
        assert not seen.reports
        assert not seen.barriers()
        seen.page.emulate_media(color_scheme="dark")
        assert not seen.barriers()
        wide = seen.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
    finally:
        context.close()


def test_the_safeguard_report_is_without_barriers(browser, tmp_path):
    days = [FIRST + timedelta(days=at) for at in range(3)]
    told = safeguard.report(read_config(service(tmp_path / "service")), days, TODAY)
    page = tmp_path / "page.html"
    page.write_text(safeguard.html(told), "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844})
    try:
        seen = watch(context.new_page(), f"file://{tmp_path}")
        seen.open("/page.html")
        assert not asked_of_others(seen)
        assert not seen.reports
        assert not seen.barriers()
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        context.close()
