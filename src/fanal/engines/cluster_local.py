"""A cluster on this machine: a scheduler and workers as processes that end with this one."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from distributed.security import Security

from fanal.errors import FanalError

THREADS = 4
"""Threads of one worker process; each waits for a guarded child that does the work."""
MODULE = "fanal.engines.cluster_node"
"""What a node runs."""
DEATHS = 40
"""Nodes started anew without an answer in between, after which something else is wrong."""

ROLES = ("scheduler", "worker", "client")
"""Who shows a certificate to whom."""


class Local:
    """A cluster on loopback with credentials of its own: no other user can send it work."""

    def __init__(self, count: int) -> None:
        """Take the number of threads; start nothing yet."""
        self._shares = [min(THREADS, count - at) for at in range(0, count, THREADS)]
        self.security: Any = None
        self.address = ""
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._scheduler: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []
        self._deaths = 0

    def start(self) -> None:
        """Start the scheduler and the workers; both load while the other does."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="fanal-cluster-")
        self.security = Security.temporary()
        self._scheduler = _node()
        self._workers = [_node() for _ in self._shares]
        _tell(self._scheduler, self._told("scheduler"))
        assert self._scheduler.stdout is not None  # noqa: S101 (for the types)
        self.address = self._scheduler.stdout.readline().decode().strip()
        if not self.address:
            self.stop()
            raise FanalError(
                "the cluster on this machine does not start",
                "use the engine pool, or install fanal[cluster] anew",
            )
        for process, share in zip(self._workers, self._shares, strict=True):
            _tell(process, self._told("worker", address=self.address, threads=share))

    def mend(self) -> bool:
        """Start what has ended anew; tell whether that was the scheduler, and so everything."""
        if self._scheduler is None or self._scheduler.poll() is not None:
            self._died()
            self._end()
            self.start()
            return True
        for at, process in enumerate(self._workers):
            if process.poll() is not None:
                self._died()
                _end(process)
                self._workers[at] = _node()
                told = self._told("worker", address=self.address, threads=self._shares[at])
                _tell(self._workers[at], told)
        return False

    def answered(self) -> None:
        """Note that the cluster works."""
        self._deaths = 0

    def processes(self) -> tuple[int, ...]:
        """Return the scheduler's process and those of the workers."""
        nodes = (self._scheduler, *self._workers)
        return tuple(process.pid for process in nodes if process is not None)

    def stop(self) -> None:
        """End every process and remove every file."""
        self._end()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _end(self) -> None:
        for process in (*self._workers, self._scheduler):
            if process is not None:
                _end(process)
        self._workers, self._scheduler = [], None

    def _died(self) -> None:
        self._deaths += 1
        if self._deaths > DEATHS:
            raise FanalError(
                "the processes of the cluster on this machine die again and again",
                "is there memory enough? use the engine pool",
            )

    def _told(self, role: str, **more: Any) -> Mapping[str, Any]:
        names = [f"tls_{who}_{what}" for who in ROLES for what in ("cert", "key")]
        security = {name: getattr(self.security, name) for name in ("tls_ca_file", *names)}
        folder = self._folder.name if self._folder else ""
        return {"role": role, "folder": folder, "security": security, **more}


def _node() -> subprocess.Popen[bytes]:
    """Start a process that waits to be told what it is; a session apart never hears of Ctrl-C."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASK_")}
    path = os.pathsep.join(part or os.getcwd() for part in sys.path)  # noqa: PTH109
    return subprocess.Popen(  # noqa: S603 (this very program)
        [sys.executable, "-P", "-m", MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": path, "DASK_CONFIG": os.devnull},
        start_new_session=True,
    )


def _tell(process: subprocess.Popen[bytes], told: Mapping[str, Any]) -> None:
    assert process.stdin is not None  # noqa: S101 (for the types)
    with suppress(BrokenPipeError):  # it ended already: found when it is looked after
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
