"""The house holds no poison, says nothing of machines, and opens no connection."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from makers.screens import SCREENS
from makers.source import statements

ROOT = Path(__file__).parents[2]
PLANTED = {"scaled.jpg", "whole.png", "grey.webp"}
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".avif", ".tif", ".tiff", ".mp4"}
NETWORK = {"socket", "http", "urllib.request", "requests", "httpx", "ftplib", "smtplib", "asyncio"}


SERVES = {
    "serving/sockets.py": {"socket"},  # listens on loopback, or where it was told; asks nobody
    "serving/calm.py": {"asyncio", "socket"},  # how long a connection is waited for
    "web/serve.py": {"socket"},  # names the sockets it serves on
    "web/bodies.py": {"asyncio"},  # the time in which a body must be here
    "doors/asgi.py": {"asyncio"},  # what a server gave it: a body, and when the client went
    "doors/generate.py": {"asyncio"},  # asks in a thread beside the loop of a service
    "doors/service.py": {"asyncio"},  # the time in which a body must be here
    "doors/serving.py": {"socket"},  # a Unix socket, and whether another program serves it
    "bench/deter_http.py": {"http", "socket"},  # asks the service that it started, on loopback
    "bench/grid.py": {"socket"},  # a free port for the made-up desk that is measured
}
"""Modules that a browser asks: what they may use of the network."""
SHOWN = ROOT / "docs" / "pictures"
"""Pictures of the desk's pages, of a drawn operation (`make pictures`)."""


def files() -> list[Path]:
    """Return every file of the project that is kept."""
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("not a checkout: what is kept cannot be told")
    return [ROOT / name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_pictures_but_the_planted_ones():
    kept = {path for path in files() if path.suffix.lower() in PICTURES}
    assert {path.name for path in kept if path.parent != SHOWN} == PLANTED


def test_pictures_of_pages_are_those_of_the_guide_and_small():
    guide = (ROOT / "docs/guide/review.md").read_text("utf-8")
    shown = set(re.findall(r"\(\.\./pictures/([a-z-]+\.png)\)", guide))
    there = {path.name: path.stat().st_size for path in SHOWN.iterdir()}
    assert shown == there.keys() == {f"{name}.png" for name in SCREENS}
    assert sum(there.values()) < 1_000_000


def test_no_file_is_large():
    def bound(path):
        return 1_000_000 if path.suffix == ".lock" else 400_000

    assert not [path for path in files() if path.stat().st_size > bound(path)]


def test_no_path_of_one_machine():
    own = re.compile(rb"/(?:home|root|Users)/[a-z]")
    texts = [
        p
        for p in files()
        if p.suffix in {".py", ".md", ".toml", ".lock", ""} and "LICENSE" not in p.name
    ]
    assert not [path for path in texts if own.search(path.read_bytes())]


def connects(text: str) -> set[str]:
    """Return what a module imports that opens connections."""
    names = []
    for node in statements(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {part for name in names for part in (name, name.partition(".")[0])} & NETWORK


def test_no_module_opens_a_connection():
    used = {path: connects(path.read_text("utf-8")) for path in (ROOT / "src").rglob("*.py")}
    allowed = {path: SERVES.get("/".join(path.parts[-2:]), set()) for path in used}
    assert {
        path: names - allowed[path] for path, names in used.items() if names - allowed[path]
    } == {}
