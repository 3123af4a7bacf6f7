"""Runs the program as a person does: as a process of its own, or in this one for its exit code."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from fanal.cli.main import main
from makers.waiting import soon

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
"""Seconds after which a process counts as hung."""


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment, with the source and the makers where Python finds them."""
    paths = [str(ROOT / "src"), str(ROOT / "tests"), *more.pop("PATHS", "").split(":")]
    return os.environ | {"PYTHONPATH": ":".join(filter(None, paths))} | more


def start(*arguments: Any, **more: Any) -> subprocess.Popen[str]:
    """Start the program as leader of a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", more.pop("module", "fanal"), *map(str, arguments)],
        env=environment(**more.pop("env", {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **more,
    )


def run(*arguments: Any, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    process = start(*arguments, **more)
    try:
        out, err = process.communicate(timeout=PATIENCE)
    finally:
        kill_group(process.pid)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def called(*arguments: Any) -> int:
    """Run the program in this process and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


def kill_group(leader: int) -> None:
    """Kill every process of a group, if there is any left."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def group(leader: int) -> list[int]:
    """Return the living processes of a group."""
    found = []
    for process in map(int, filter(str.isdigit, os.listdir("/proc"))):  # noqa: PTH208 (often asked)
        with suppress(ProcessLookupError):
            if os.getpgid(process) == leader and alive(process):
                found.append(process)
    return found


def alive(process: int) -> bool:
    """Tell whether a process runs."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in {"Z", "X"}


def gone(processes: Iterable[int]) -> bool:
    """Tell whether all processes have ended, waiting for it."""
    known = list(processes)
    return soon(lambda: not any(map(alive, known)))


def interrupted(folder: Path, program: str, sign: signal.Signals) -> None:
    """Start a program that prints its workers and `ready`, end it by a signal, and see them end."""
    path = folder / "program.py"
    path.write_text(program)
    with subprocess.Popen(
        [sys.executable, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**environment(), "TMPDIR": str(folder)},
        start_new_session=True,
    ) as running:
        assert running.stdout
        lines = list(iter(running.stdout.readline, "ready\n"))
        processes = {int(number) for line in lines for number in line.split()}
        time.sleep(0.3)
        started = time.monotonic()
        if sign == signal.SIGINT:
            os.killpg(running.pid, sign)  # as a terminal does
        else:
            running.send_signal(sign)
        assert running.wait(50) != 0
        assert time.monotonic() - started < 50, "it waited for the minute that its work takes"
        assert gone(processes - {running.pid}), "a process outlives its parent"
