"""One case in each kind of store, opened and checked in the same way."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from fanal.custody.verifier import Report, verify
from fanal.stores import STORES
from fanal.stores.folder import open_folder
from fanal.stores.interface import Copying, Opening, Server, Where
from makers import postgres
from makers.cases import signer


@dataclass(frozen=True)
class Kept:
    """Where a case is, and how to get at it."""

    name: str
    where: Where
    home: Path

    @classmethod
    def of(cls, name: str, where: str, home: Path) -> "Kept":
        """Return the place that another process was told of."""
        return cls(name, Server(where) if "://" in where else Path(where), home)

    def told(self) -> list[str]:
        """What another process needs to know."""
        where = self.where.address if isinstance(self.where, Server) else str(self.where)
        return [self.name, where, str(self.home)]

    def open(self, *, writing=True, seed=1, **told):
        told = {"home": self.home, **told}
        return STORES.get(self.name)(self.where, signer(seed) if writing else None, Opening(**told))

    def report(self) -> Report:
        """What the stand-alone verifier says, after a copy where it is not in a folder."""
        if isinstance(self.where, Path):
            return verify(self.where)
        if self.name == "memory":
            store = self.open(writing=False)
            store.close()
            return verify(store.folder)
        with tempfile.TemporaryDirectory() as scratch:
            store = self.open(writing=False, home=Path(scratch, "home"))
            try:
                folder = Path(scratch, "case")
                open_folder(folder, None, Opening(copying=Copying(store))).close()
            finally:
                store.close()
            return verify(folder)


def kept(name: str, folder: Path) -> Kept:
    """Return the place of a case that is not there yet."""
    home = folder.with_name(f"{folder.name}-home")
    if name == "folder":
        return Kept(name, folder, home)
    if name == "memory":
        return Kept(name, Server(f"memory://{folder}"), home)
    server = postgres.running()
    return Kept(name, Server(server.address(server.database(), "?case=zz-1")), home)
