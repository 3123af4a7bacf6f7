"""Fixtures that write a list and read it again."""

from collections import Counter
from pathlib import Path

import pytest

from fanal.formats import READERS
from fanal.model.known import KnownHash
from makers import evidence


class Reading:
    """Writes bytes to one file and reads them with the reader of that name."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "list"

    def all(self, name, data: bytes) -> list:
        self.path.write_bytes(data)
        return list(READERS.get(name)().read(self.path))

    def known(self, name, data: bytes) -> list[KnownHash]:
        return [found for found in self.all(name, data) if isinstance(found, KnownHash)]

    def reasons(self, name, data: bytes) -> Counter:
        found = self.all(name, data)
        return Counter(each.reason for each in found if not isinstance(each, KnownHash))


@pytest.fixture(scope="session")
def reading(tmp_path_factory) -> Reading:
    return Reading(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    return evidence.corpus("hashlists")
