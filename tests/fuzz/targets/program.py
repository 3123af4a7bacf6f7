"""Targets: settings, arguments of the command line, and names as they are shown."""

import os
from contextlib import suppress

import click

from fanal.cli import triage
from fanal.cli.common import counted, settings
from fanal.cli.main import COMMANDS, fanal
from fanal.errors import FanalError, UsageError
from fanal.model.known import LIST_KINDS
from fanal.pipeline.facts import printable
from fanal.settings import Settings
from fuzz.target import Target, require, watched, written


def _good(told: Settings) -> None:
    for name in ("workers", "seconds", "memory", "radius", "depth", "members", "ratio", "total"):
        require(getattr(told, name) >= 0, f"{name} is {getattr(told, name)}")
    for name in Settings.__slots__:
        kinds = type(getattr(told, name)), type(getattr(Settings(), name))
        require(kinds[0] is kinds[1], f"{name} is a {kinds[0].__name__}")


def toml(data: bytes) -> None:
    """Read settings from a file."""
    path = written(data, "fanal.toml")
    with watched(), suppress(UsageError):
        _good(Settings.from_environment({"FANAL_SETTINGS": str(path)}))


def environment(data: bytes) -> None:
    """Read settings from names and values."""
    words = [os.fsdecode(word) for word in data.replace(b"\0", b"").split(b"\n")]
    names = list(Settings.__slots__)
    told = {f"FANAL_{names[n % len(names)].upper()}": word for n, word in enumerate(words)}
    with watched(), suppress(UsageError):
        _good(Settings.from_environment(told))


def arguments(data: bytes) -> None:
    """Parse a command line as far as the work would begin, and no further."""
    words = [os.fsdecode(word) for word in data.split(b"\0")][:40]
    command, rest = words[0], words[1:]
    name = command if command in COMMANDS else list(COMMANDS)[len(data) % len(COMMANDS)]
    known = (click.ClickException, click.exceptions.Exit, click.Abort, FanalError, OSError)
    with watched(), suppress(*known), click.Context(fanal) as above:
        found = fanal.get_command(above, name)
        while True:
            context = found.make_context(name, list(rest), parent=above)
            left = [*getattr(context, "_protected_args", ()), *context.args]
            if not isinstance(found, click.Group) or not left:
                break
            name, found, rest = found.resolve_command(context, left)
        if name == "triage":
            given = context.params
            list(map(triage._list, given["lists"]))
            list(map(triage._exhibit, given["evidence"]))
            settings(**{n: given[n] for n in ("radius", "turns", "engine", "workers")})


def pairs(data: bytes) -> None:
    """Take FILE:KIND:NAME and NAME=PATH apart."""
    text = os.fsdecode(data.replace(b"\0", b""))
    with suppress(UsageError):
        known = triage._list(text)
        require(known.kind in LIST_KINDS, f"kind {known.kind!r}")
        end = f":{known.name}" if known.name else ""
        require(text.endswith(f":{known.kind}{end}"), f"{text!r} is {known!r}")
    with suppress(UsageError, OSError):
        name, path = triage._exhibit(text)
        require(name or str(path) == str(type(path)(text)), f"{text!r} is {path!r}")


def shown(data: bytes) -> None:
    """Show a name from evidence on a terminal."""
    text = os.fsdecode(data)
    for line in (printable(text), printable(data.decode("latin-1")), counted({text: 1})):
        require(line.isprintable(), f"{line!r} moves the cursor")


def _tomls() -> list[bytes]:
    texts = [
        "workers = 2\nseconds = 1.5\nturns = true\nengine = 'inline'\n",
        "a = " + "[" * 3000,
        "workers = " + "1" * 5000,
        "seconds = 1979-05-27T07:32:00Z\n",
        "[engine]\nx = 1\n",
        "memory = -1\nradius = inf\n",
    ]
    return [text.encode() for text in texts]


def _lines() -> list[bytes]:
    return [
        b"triage\0/zz\0phone=/zz\0--case\0zz\0--list\0a.json:illegal:zz\0--radius\0" + b"31",
        b"show\0" + b"0" * 64 + b"\0--case\0zz\0--json",
        b"lists\0add\0a\0--kind\0illegal\0--name\0zz\0--case\0zz",
        b"audit\0verify\0--case\0zz",
        b"export\0vics\0--case\0zz\0--out\0\xff",
        b"queue\0--limit\0" + b"9" * 400,
    ]


TARGETS = (
    Target("settings-file", toml, _tomls, longest=8192),
    Target("settings-environment", environment, lambda: [b"inline\n2\n1e5", b"\xff\n-1\n\xc2\xb2"]),
    Target("arguments", arguments, _lines),
    Target("list-and-name", pairs, lambda: [b"a:illegal:b", b"a:harmless", b"x=y", b":illegal:"]),
    Target("printable", shown, lambda: ["a\u202eb\x1b[2J\ud7ff".encode(), b"\xff\xfe", b"\x85"]),
)
