"""Keeps what a person says of their own session: for them alone, on this machine, never in a case.

One file a person in fanal's home folder, which nobody but its owner may read; the person removes it
whenever they like. Nothing of it is in any log.
"""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.pipeline.case import home
from fanal.settings import Settings

QUESTION = "How was this for you today?"
ANSWERS = ("well", "as usual", "heavy", "I would like to talk with somebody")
FOLDER = "check-in"
MOST = 1_000
"""Answers that are read back."""


def file_of(settings: Settings, login: str) -> Path:
    """Return where a person's answers lie; its name does not say whose they are."""
    name = hashlib.sha256(f"check-in\0{login}".encode("utf-8", "backslashreplace")).hexdigest()[:24]
    return home(settings) / FOLDER / f"{name}.jsonl"


def keep(settings: Settings, login: str, answer: str) -> None:
    """Keep an answer."""
    if not login:
        raise UsageError("nobody is signed in", "sign in")
    if answer not in ANSWERS:
        raise UsageError("that is none of the answers", "choose one, or none")
    path = file_of(settings, login)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps({"when": datetime.now(UTC).isoformat(timespec="minutes"), "answer": answer})
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with open(handle, "a", encoding="ascii") as out:  # noqa: PTH123 (a descriptor)
        out.write(f"{line}\n")


def kept(settings: Settings, login: str) -> list[dict[str, Any]]:
    """Return a person's answers, newest first."""
    path = file_of(settings, login)
    if not path.is_file():
        return []
    found = []
    for line in path.read_text("ascii", "replace").splitlines()[-MOST:]:
        try:
            one = json.loads(line)
            found.append({"when": str(one["when"]), "answer": str(one["answer"])})
        except (ValueError, KeyError, TypeError):  # a line that was cut off
            continue
    return found[::-1]


def remove(settings: Settings, login: str) -> None:
    """Remove all of a person's answers."""
    file_of(settings, login).unlink(missing_ok=True)
