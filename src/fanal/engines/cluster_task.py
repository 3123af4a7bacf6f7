"""What runs inside a worker of the cluster: a batch handed on to a guarded child of its own.

A worker of the cluster has many threads. Each takes a guarded child from a shelf and puts it back,
so there is one child a thread, it stays from batch to batch, and loads once what loads slowly.
Nothing here knows Dask: bytes come in, bytes go out, and no error of the work is an error of Dask.
"""

import multiprocessing
import pickle
import platform
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from threading import Lock
from typing import Any

from fanal.engines.interface import Died, Seconds
from fanal.engines.worker import Worker

_SHELF: dict[int, list[Worker]] = {}
_TAKING = Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """One batch and what is to be done with it."""

    work: Callable[[Any], Any]
    batch: tuple[Any, ...]
    seconds: Seconds
    fetch: Callable[[Any], Any] | None
    memory: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: its answers, or the error that the work raised, or why not begun."""

    answers: tuple[Any | Died, ...] = ()
    error: BaseException | None = None
    unlike: str = ""
    """How the worker's programs differ from those of the machine that asks."""
    guards: Mapping[str, str] = field(default_factory=dict)


def answer(job: bytes, likeness: Mapping[str, str]) -> bytes:
    """Answer a pickled `Job` with a pickled `Outcome`, if this worker runs the same programs."""
    if unlike := difference(likeness, own_likeness()):
        return pickle.dumps(Outcome(unlike=unlike))
    return pickle.dumps(_outcome(job))


def _outcome(packed: bytes) -> Outcome:
    try:
        job: Job = pickle.loads(packed)  # noqa: S301 (from the machine that asks, over TLS)
        batch = tuple(map(job.fetch, job.batch)) if job.fetch else job.batch
        with _worker(job.memory) as worker:
            answers = worker.answers(job.work, batch, job.seconds)
            return Outcome(answers, guards=dict(worker.guards))
    except Exception as error:  # noqa: BLE001 (raised where the answer is waited for)
        return Outcome(error=_sendable(error))


@contextmanager
def _worker(memory: int) -> Iterator[Worker]:
    """Take a guarded child from the shelf and put it back."""
    # A worker under a nanny is a daemon, which may start no process; ours end with their parent.
    multiprocessing.current_process().daemon = False
    with _TAKING:
        shelf = _SHELF.setdefault(memory, [])
        worker = shelf.pop() if shelf else Worker(memory)
    try:
        yield worker
    finally:
        with _TAKING:
            shelf.append(worker)


def _sendable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (written here)
    except Exception as fault:  # noqa: BLE001 (an object of the work's own making)
        return RuntimeError(f"an error cannot be sent: {error!r}: {fault!r}"[:2000])
    return error


@cache
def own_likeness() -> Mapping[str, str]:
    """Return name → version of what must be equal for answers to be equal."""
    told = {"python": ".".join(platform.python_version_tuple()[:2])}
    try:
        needed = [line for line in metadata.requires("fanal") or () if _decides(line)]
    except metadata.PackageNotFoundError:
        needed = []
    names = (re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in needed)
    for name in ("fanal", "distributed", *sorted(names)):
        try:
            told[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            told[name] = "none"
    return told


def _decides(requirement: str) -> bool:
    """Tell whether an answer may hang on a library: those of every run, and the JPEG XL decoder."""
    _, extra, name = requirement.partition("extra == ")
    return not extra or name.strip("\"' ") == "jxl"


def difference(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """Return the first difference as a phrase, "" where there is none."""
    for name in (*ours, *theirs):
        mine, other = ours.get(name, "none"), theirs.get(name, "none")
        if mine != other:
            return f"{name} {other} there, {mine} here"
    return ""
