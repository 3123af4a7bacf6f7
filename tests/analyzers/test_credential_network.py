"""No file makes the reader ask for a socket; a control that may fetch does at once."""

import io
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import c2pa
import pytest

from fanal.analyzers.credential import Credential
from fanal.content.handle import Content
from fanal.model.evidence import CREDENTIAL, CREDENTIAL_ABSENT
from fanal.model.item import MemoryBody
from makers import socketless
from makers.credentials import signed, tile
from makers.evidence import CORPUS, corpus
from makers.program import environment

NETWORKED = ("cloud.jpg", "libpng-test_with_url.png", "adobe_connected_identities.jpg", "ocsp.jpg")
"""Files of the corpus with an address of a manifest, of an identity, or of a revocation service."""


def ran(*arguments) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, socketless.__file__, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )
    if done.returncode == socketless.NO_FILTER:
        pytest.skip("no filter of system calls can be set up here")
    return done


def remote(address: str) -> bytes:
    return signed(tile("jpeg"), media_type="image/jpeg", address=address)


def test_no_socket_is_asked_for(tmp_path):
    path = tmp_path / "one.jpg"
    path.write_bytes(remote("http://127.0.0.1:9/zz.c2pa"))
    stored = [CORPUS / "c2pa" / name for name in NETWORKED]
    paths = [path, *(each for each in stored if each.is_file())]
    done = ran(*paths)
    assert done.returncode == 0, (done.returncode, done.stderr)
    lines = done.stdout.splitlines()
    assert lines[0] == CREDENTIAL_ABSENT
    assert sum(line.startswith("Seen(") for line in lines) == len(paths)
    if len(paths) > 1:
        assert lines.count(CREDENTIAL) == 2


def test_the_trap_closes_on_a_reader_that_may_fetch(tmp_path):
    path = tmp_path / "one.jpg"
    path.write_bytes(remote("http://127.0.0.1:9/zz.c2pa"))
    assert ran("--fetch", path).returncode == -signal.SIGSYS


class Doors:
    """A port that counts who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}/zz.c2pa"
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def _wait(self) -> None:
        while True:
            try:
                guest, _ = self._door.accept()
            except OSError:
                return
            self.knocks += 1
            guest.recv(4096)
            guest.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            guest.close()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)


def test_nobody_knocks_at_the_address_in_a_file():
    doors = Doors()
    try:
        data = remote(doors.address)
        (finding, _) = Credential().analyze(Content("", "image/jpeg", MemoryBody(data)))
        assert finding.data["sensitive"]["addresses"] == [doors.address]
        assert doors.knocks == 0
        with pytest.raises(c2pa.C2paError):
            c2pa.Reader("image/jpeg", io.BytesIO(data))
        assert doors.knocks > 0
    finally:
        doors.close()


def test_the_corpus_names_are_those_of_the_corpus():
    assert {Path(name).name for name in NETWORKED} <= {
        path.name for path in corpus("c2pa").iterdir()
    }
