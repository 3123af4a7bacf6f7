"""No picture that was shown is left on the disk; a search that finds nothing would find one."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from fanal.web.app import application
from makers.browser import Served, profile, watch

WINDOW = 24
"""Bytes that are looked for as they are; so many of a picture lie nowhere by chance."""
EACH = 97
"""Bytes from one window to the next: a piece of a file of half a kilobyte holds several."""


def pieces(data: bytes) -> set[bytes]:
    """Return windows of some bytes, plain ones (of one shade) left out."""
    found = {data[at : at + WINDOW] for at in range(0, len(data) - WINDOW, EACH)}
    return {piece for piece in found if len(set(piece)) > WINDOW // 3}


def decoded(data: bytes) -> set[bytes]:
    """Return windows of the pixels, in the orders in which programs keep them."""
    with Image.open(io.BytesIO(data)) as picture:
        pixels = np.asarray(picture.convert("RGBA"))
    orders = (pixels, pixels[..., [2, 1, 0, 3]], pixels[..., :3], pixels[..., [2, 1, 0]])
    return set().union(*(pieces(np.ascontiguousarray(order).tobytes()) for order in orders))


def left(folder: Path, wanted: set[bytes]) -> dict[str, int]:
    """Return the files of a folder that hold any of these pieces, and how many."""
    heads = np.unique(np.array([head(piece) for piece in wanted], np.uint64))
    table = np.zeros(1 << 22, bool)
    table[spread(heads)] = True
    found = {}
    for path in (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        data = path.read_bytes()
        if count := sum(data[at : at + WINDOW] in wanted for at in places(data, heads, table)):
            found[str(path.relative_to(folder))] = count
    return found


def head(piece: bytes) -> int:
    return int.from_bytes(piece[:8], "little")


def spread(numbers: np.ndarray) -> np.ndarray:
    """Return a place in a table of four million for each number (Fibonacci hashing, Knuth)."""
    return (numbers * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(42)


def places(data: bytes, heads: np.ndarray, table: np.ndarray) -> Iterator[int]:
    """Yield where in some bytes one of the heads stands: every place is looked at."""
    for first in range(min(8, len(data))):
        numbers = np.frombuffer(data, "<u8", (len(data) - first) // 8, first)
        likely = np.flatnonzero(table[spread(numbers)])
        near = np.minimum(np.searchsorted(heads, numbers[likely]), len(heads) - 1)
        for at in likely[heads[near] == numbers[likely]]:
            yield first + 8 * int(at)


class Recorded:
    """An application around another, which keeps what is answered to what is posted."""

    def __init__(self, inner, kept: list[bytes]) -> None:
        self.inner, self.kept = inner, kept

    async def __call__(self, scope, receive, send) -> None:
        body = bytearray()

        async def noted(message) -> None:
            body.extend(message.get("body", b""))
            await send(message)

        await self.inner(scope, receive, noted)
        if scope.get("path") == "/reveal":
            self.kept.append(bytes(body))


def files_by_digest(operation) -> dict[str, bytes]:
    """Return the files of the drawn operation, by SHA-256."""
    paths = [path for _, folder in operation.evidence for path in folder.rglob("*")]
    data = [path.read_bytes() for path in paths if path.is_file() and not path.is_symlink()]
    return {hashlib.sha256(one).hexdigest(): one for one in data}


def look(case: Path, folder: Path, files: dict[str, bytes]) -> tuple[list[bytes], bytes]:
    """Show an item up to colour, with a profile in this folder; return what was sent, and its file.

    The desk's case is closed and the browser ended when this returns.
    """
    sent: list[bytes] = []
    with (
        Served(case, lambda desk: Recorded(application(desk), sent)) as served,
        profile(folder) as context,
    ):
        served.sign_in(context)
        seen = watch(context.new_page(), served.origin)
        seen.open("/queue?as=table")
        links = seen.page.locator("main tbody th a").evaluate_all("all => all.map(a => a.href)")
        for address in links:
            seen.open(address.removeprefix(served.origin))
            data = files.get(seen.text("#sha256"), b"")
            if data and seen.page.locator("#show").count():
                break
        for level in range(2, 6):
            seen.page.get_by_role("button", name=f"Show, level {level}").click()
            seen.see("canvas.revealed")
        seen.page.get_by_role("button", name="Cover").click()
        seen.page.locator("canvas.revealed").wait_for(state="detached")
        seen.clean(1, axe=False)
        return sent, data


def test_a_picture_that_was_shown_is_not_on_the_disk(own, operation, tmp_path):
    folder = tmp_path / "profile"
    sent, data = look(own, folder, files_by_digest(operation))
    assert len(sent) == 4
    assert (folder / "Default").is_dir()
    wanted = set().union(*(pieces(one) | decoded(one) for one in (*sent, data)))
    assert len(wanted) > 1_000
    assert left(folder, wanted) == {}


def test_the_search_finds_a_picture_that_is_kept(bare, operation, tmp_path):
    picture = max(files_by_digest(operation).values(), key=lambda data: data[:3] == b"\xff\xd8\xff")
    folder = tmp_path / "profile"
    headers = {"Cache-Control": "max-age=3600"}

    async def page(_request):
        return Response('<img src="/kept" alt="zz">', media_type="text/html", headers=headers)

    async def kept(_request):
        return Response(picture, media_type="image/jpeg", headers=headers)

    routes = [Route("/", page), Route("/kept", kept)]
    with Served(bare, lambda _: Starlette(routes=routes)) as served, profile(folder) as context:
        seen = watch(context.new_page(), served.origin)
        seen.open("/")
        seen.page.wait_for_timeout(200)
    assert left(folder, pieces(picture))
