"""Tells by its name what a program or device is: editor, converter, scanner, screen capture.

A name counts where a value begins with it: firmware strings, captions and prompts that mention a
program are not taken for its signature. The names stand in `camera_programs.toml`.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID: some services write one where a camera writes its program."""

_KEPT = 1024
"""Answers kept: the same few devices and programs stand in thousands of files."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a value says of the program that wrote the file."""

    sort: str
    """`editor`, `raw developer`, `drawing program` or `converter`; `organiser` changes no pixel."""
    name: str
    """How the value begins, as the table has it."""


@dataclass(frozen=True, slots=True)
class _Tables:
    programs: dict[str, str]
    """Name → its sort."""
    screen: tuple[str, ...]
    scan: tuple[str, ...]
    scanner: tuple[str, ...]
    generators: tuple[str, ...]
    comments: tuple[str, ...]


@cache
def _tables() -> _Tables:
    raw = files("fanal.analyzers").joinpath("camera_programs.toml").read_text("utf-8")
    told = tomllib.loads(raw)
    copies = told["reproduction"]
    return _Tables(
        {name: sort for sort, names in told["programs"].items() for name in names},
        tuple(copies["screen"]),
        tuple(copies["scan"]),
        tuple(copies["scanner"]),
        tuple(told["generator"]["names"]),
        tuple(told["comment"]["names"]),
    )


@lru_cache(maxsize=_KEPT)
def program_of(text: str) -> Program | None:
    """Return the program that a value begins with, None where no table knows it."""
    programs = _tables().programs
    name = _begins(text, tuple(programs))
    return Program(programs[name], name) if name else None


@lru_cache(maxsize=_KEPT)
def program_of_comment(text: str) -> Program | None:
    """Return the program whose own comment this is: a comment may be anybody's free text."""
    name = _begins(text, _tables().comments)
    return Program("converter", name) if name else None


@lru_cache(maxsize=_KEPT)
def is_screen_program(text: str) -> bool:
    """Tell whether a value begins with the name of a program that captures screens."""
    return bool(_begins(text, _tables().screen))


@lru_cache(maxsize=_KEPT)
def is_scan_program(text: str) -> bool:
    """Tell whether a value begins with the name of a program that scans."""
    return bool(_begins(text, _tables().scan))


@lru_cache(maxsize=_KEPT)
def is_scanner(model: str) -> bool:
    """Tell whether a model is a scanner or a printer that scans."""
    lower = model.strip().lower()
    shorter = lower.removeprefix("epson ").removeprefix("fujitsu ")
    return bool(_begins(lower, _tables().scanner) or _begins(shorter, _tables().scanner))


@lru_cache(maxsize=_KEPT)
def is_generator_text(text: str) -> bool:
    """Tell whether a generator wrote a value that cameras write too: names, JSON, identifiers."""
    start = text.lstrip()[:200]
    if start[:1] in {"{", "["} or _ID.fullmatch(start.strip()):
        return True
    return start.strip().lower() == "ai" or bool(_begins(start, _tables().generators))


def _begins(text: str, names: tuple[str, ...]) -> str:
    """Return the longest name that a text begins with, where a word ends there; "" where none."""
    lower = text.lstrip()[:80].lower()
    if not lower.startswith(names):
        return ""
    fitting = [name for name in names if lower.startswith(name) and _ends(lower, name)]
    return max(fitting, key=len, default="")


def _ends(text: str, name: str) -> bool:
    """Tell whether no letter follows where a name ends in one."""
    return not (name[-1].isalpha() and text[len(name) : len(name) + 1].isalpha())
