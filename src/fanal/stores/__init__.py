"""FAMILY: where a case is kept, chosen by its address; one file and one line here to add a part."""

from collections.abc import Callable
from pathlib import Path

from fanal.custody.sign import Signer
from fanal.registry import Registry
from fanal.stores.interface import CaseStore

STORES: Registry[Callable[[Path, Signer | None], CaseStore]] = Registry(
    "fanal.stores",
    {
        "folder": "fanal.stores.folder:open_folder",
    },
)
