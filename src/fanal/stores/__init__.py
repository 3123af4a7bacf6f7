"""FAMILY: where a case is kept, chosen by its address; one file and one line here to add a part."""

from typing import Protocol

from fanal.custody.sign import Signer
from fanal.registry import Registry
from fanal.stores.interface import RUN, CaseStore, Opening, Where


class Open(Protocol):
    """Opens a case: for writing where a signer is given, else for reading."""

    def __call__(self, where: Where, signer: Signer | None, told: Opening = RUN) -> CaseStore:
        """Return the opened case."""
        ...


STORES: Registry[Open] = Registry(
    "fanal.stores",
    {
        "folder": "fanal.stores.folder:open_folder",
        "postgres": "fanal.stores.postgres:open_postgres",
        "memory": "fanal.stores.memory:open_memory",
    },
)
