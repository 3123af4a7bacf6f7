"""Starts a real PostgreSQL from the system's packages, in a folder of its own, and ends it."""

import atexit
import os
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from makers.ports import free_port

PACKAGES = Path("/usr/lib/postgresql")
SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
shared_buffers = 32MB
listen_addresses = '127.0.0.1'
"""
PASSWORD = "zz-secret@/1"  # noqa: S105 (for this test server only)


def binaries() -> Path | None:
    """Return the folder with `initdb` and `pg_ctl`, if PostgreSQL is installed."""
    found = sorted(PACKAGES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Postgres:
    """A server that runs; every database in it is made for one test."""

    def __init__(self, home: Path, programs: Path) -> None:
        self.home, self._programs = home, programs
        self._data = home / "data"
        # PostgreSQL refuses to run as root; what it may not read it cannot be given.
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        if os.geteuid() != 0:
            self._as = []
        else:
            shutil.chown(home, "postgres", "postgres")
        self.port = free_port()
        (home / "password").write_text(PASSWORD, "ascii")
        told = ["-U", "zz", "-A", "scram-sha-256", "--pwfile", home / "password"]
        self._do("initdb", "-D", self._data, *told, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as out:
            out.write(f"{SETTINGS}port = {self.port}\nunix_socket_directories = '{home}'\n")
        self._made = 0
        self.start()

    def _do(self, program: str, *arguments: object) -> None:
        words = [*self._as, str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, cwd=self.home, stdin=-3
        )
        assert done.returncode == 0, done.stderr + done.stdout

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._do("pg_ctl", "-D", self._data, "-l", self.home / "log", "-w", "-s", "start")

    def stop(self, how: str = "fast") -> None:
        """Stop the server: `fast` ends every session, `immediate` is as if the power went."""
        self._do("pg_ctl", "-D", self._data, "-m", how, "-w", "-s", "stop")

    def restart(self, how: str = "fast", pause: float = 0.5) -> None:
        """Stop the server and start it again."""
        self.stop(how)
        time.sleep(pause)
        self.start()

    def address(self, database: str = "postgres", more: str = "", password: str = PASSWORD) -> str:
        """Return the address of a database over the loopback network."""
        secret = quote(password, safe="")
        return f"postgresql://zz:{secret}@127.0.0.1:{self.port}/{database}{more}"

    def socket_address(self, database: str, more: str = "") -> str:
        """Return the address of a database over the socket file."""
        secret = quote(PASSWORD, safe="")
        return f"postgresql://zz:{secret}@/{database}?host={self.home}&port={self.port}{more}"

    def database(self) -> str:
        """Make an empty database and return its name."""
        self._made += 1
        name = f"zz{os.getpid()}n{self._made}"
        self.sql(f'CREATE DATABASE "{name}"')
        return name

    def sql(self, statement: str, database: str = "postgres", **told: object) -> list[tuple]:
        """Do something on the server behind fanal's back."""
        import psycopg  # noqa: PLC0415 (an extra)

        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(statement, told or None)
            return cursor.fetchall() if cursor.description else []


_RUNNING: dict[str, Postgres] = {}


def running() -> Postgres:
    """Return the one server of these tests, started when it is first asked for."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="the extra [postgres] is not installed")
    if not _RUNNING:
        _RUNNING["it"] = Postgres(Path(_short_folder()), programs)
        atexit.register(ended)
    return _RUNNING["it"]


def _short_folder() -> str:
    # The path of a socket file may have 107 bytes, and every folder above must be open to all.
    import tempfile  # noqa: PLC0415

    return tempfile.mkdtemp(prefix="zz-pg-", dir="/tmp")


def ended() -> None:
    """End the server of these tests."""
    while _RUNNING:
        _, server = _RUNNING.popitem()
        server.stop("immediate")
        shutil.rmtree(server.home, ignore_errors=True)
