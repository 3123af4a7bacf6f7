"""What watches the pages sees a page that is not as it should be."""

import base64
import io
import os

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from fanal.pipeline.case import writing
from fanal.settings import Settings
from fanal.web.guard import HEADERS
from makers.browser import Served, watch


def picture(size: int, colour: object = (90, 90, 90)) -> str:
    """Return a drawn picture with two shades as an address of its own."""
    drawn = Image.new("RGB", (size, size), (20, 20, 20))
    drawn.paste(colour, (0, 0, size // 2, size))
    held = io.BytesIO()
    drawn.save(held, "PNG")
    return f"data:image/png;base64,{base64.b64encode(held.getvalue()).decode()}"


RIGHT = f'<img alt="zz" src="{picture(32)}">'
CANVAS = '<canvas width="64" height="64" aria-label="zz" role="img"></canvas>'
DRAWN = f'<svg role="img" aria-label="zz"><image href="{picture(64)}"/></svg>'
FILLS = "document.querySelector('canvas').getContext('2d').fillRect(0, 0, 32, 64);"
BEHIND = f"document.body.style.backgroundImage = 'url({picture(64)})';"
FAULTS = {
    "inline script": ("reports", "<script>window.zz = 1</script>", ""),
    "inline style": ("reports", '<p style="color: blue">zz</p>', ""),
    "markup from text": ("reports", "", "document.body.innerHTML = '<p>zz</p>';"),
    "an error": ("reports", "", "throw new Error('zz');"),
    "another host": ("requests", "", "fetch('http://127.0.0.2:9/').catch(() => 0);"),
    "a header": ("headers", "", ""),
    "storage": ("storage", "", "localStorage.setItem('zz', '1');"),
    "a session's storage": ("storage", "", "sessionStorage.setItem('zz', '1');"),
    "a database": ("storage", "", "indexedDB.open('zz');"),
    "a cache": ("storage", "", "caches.open('zz');"),
    "a large picture": ("pictures", f'<img alt="zz" src="{picture(33)}">', ""),
    "colours": ("pictures", f'<img alt="zz" src="{picture(32, (90, 60, 30))}">', ""),
    "a canvas": ("pictures", CANVAS, FILLS),
    "a picture in a style": ("pictures", "<p>zz</p>", BEHIND),
    "a picture in a drawing": ("pictures", DRAWN, ""),
    "no words for a picture": ("barriers", f'<img src="{picture(8)}">', ""),
    "little contrast": ("barriers", "<p>zz</p>", "document.body.style.color = '#bbb';"),
}
OTHER_HEADERS = {
    "a header": {"Referrer-Policy": "origin"},
    "another host": {"Content-Security-Policy": "script-src 'self'"},
}


def routes(address: str, main: str, script: str, headers: dict[str, str]) -> list[Route]:
    """Return the addresses of a page and its script."""
    page = (
        '<!doctype html><html lang="en"><head><title>zz</title><meta charset="utf-8">'
        f'<link rel="icon" href="data:,"><script src="/{address}.js" defer></script></head>'
        f"<body><main><h1>zz</h1>{main}</main></body></html>"
    )

    async def opened(_request):
        return Response(page, media_type="text/html", headers=headers)

    async def asked(_request):
        return Response(script, media_type="text/javascript", headers=headers)

    return [Route(f"/{address}", opened), Route(f"/{address}.js", asked)]


def address(fault: str) -> str:
    return "".join(letter for letter in fault if letter.isalpha())


@pytest.fixture(scope="module")
def desk(browser, tmp_path_factory, home):
    """Lend a person at a desk all of whose pages but one have a fault."""
    case = tmp_path_factory.mktemp("watched") / "case"
    with writing(case, Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz")):
        pass
    pages = routes("right", RIGHT, "document.title = 'zz zz';", dict(HEADERS))
    for fault, (_, main, script) in FAULTS.items():
        headers = {**HEADERS, **OTHER_HEADERS.get(fault, {})}
        pages += routes(address(fault), main, script, headers)
    served = Served(case, lambda _: Starlette(routes=pages))
    with served, served.visitor(browser) as seen:
        yield seen


@pytest.fixture
def page(desk):
    """Lend a new page of that person, and clear away what it kept."""
    seen = watch(desk.page.context.new_page(), desk.origin)
    yield seen
    seen.page.evaluate("() => { localStorage.clear(); indexedDB.deleteDatabase('zz'); }")
    seen.page.evaluate("() => caches.delete('zz')")
    seen.page.close()


def test_a_right_page_passes(page):
    page.open("/right")
    page.clean()
    with pytest.raises(AssertionError, match="'pictures'"):
        page.clean(level=0)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(page, fault):
    what = FAULTS[fault][0]
    page.open(f"/{address(fault)}")
    page.page.wait_for_timeout(20)
    with pytest.raises(AssertionError, match=f"'{what}'"):
        page.clean(axe=what == "barriers")
