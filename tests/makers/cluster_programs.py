"""Schedulers and workers as a laboratory starts them: the programs of Dask, with certificates."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from makers.ports import free_port

DASK = Path(sys.executable).with_name("dask")
TESTS = Path(__file__).parents[1]


def certificate(folder: Path) -> Path:
    """Make the folder with cert.pem and key.pem as the guide says."""
    folder.mkdir()
    words = "openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=fanal"
    files = ("-keyout", folder / "key.pem", "-out", folder / "cert.pem")
    subprocess.run([*words.split(), *files], check=True, capture_output=True)
    return folder


class Site:
    """A scheduler and workers on loopback, each a process of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = certificate(home / "tls")
        self.port = free_port()
        self.address = f"tls://127.0.0.1:{self.port}"
        self.running: list[subprocess.Popen] = []

    def scheduler(self) -> subprocess.Popen:
        """Start the scheduler."""
        return self._program("scheduler", "--host", "tls://127.0.0.1", "--port", str(self.port))

    def worker(self, *more: str, threads: int = 1, **environment: str) -> subprocess.Popen:
        """Start a worker, under a nanny as Dask does by itself."""
        words = ("--nworkers", "1", "--nthreads", str(threads), "--local-directory", self.home)
        return self._program("worker", self.address, *words, *more, **environment)

    def _program(self, *words, **environment: str) -> subprocess.Popen:
        cert, key = self.folder / "cert.pem", self.folder / "key.pem"
        tls = ("--tls-ca-file", cert, "--tls-cert", cert, "--tls-key", key)
        kept = {**os.environ, "PYTHONPATH": str(TESTS), "DASK_CONFIG": os.devnull}
        kept["DASK_TEMPORARY_DIRECTORY"] = str(self.home)
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                [DASK, *words, "--no-dashboard", *tls],
                stdout=log,
                stderr=log,
                env={**kept, **environment},
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a program and what it started, as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self) -> None:
        """End everything."""
        for process in self.running:
            self.kill(process)
