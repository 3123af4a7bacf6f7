"""Writes out what a package would send, to be read by whoever approves it; that is in the log."""

import os
import shutil
import tempfile
from pathlib import Path

from fanal.errors import UsageError
from fanal.pipeline.export import refuse_place
from fanal.pipeline.package_build import VERB, noted
from fanal.pipeline.package_leads import Leads
from fanal.pipeline.packages import OPEN, Rendered, named, rendered
from fanal.pipeline.permitted import permitted
from fanal.pipeline.said import Said, checked
from fanal.stores.interface import CaseStore


def look(store: CaseStore, said: Said, id_: str, folder: Path, book: Leads) -> Rendered:
    """Write the files of a draft to a new folder, unencrypted; the log comes before the files."""
    said = checked(said)
    permitted(store, said, "package", "approve")
    package = named(store, id_)
    if package.state not in OPEN:
        raise UsageError(
            f"{id_} is {package.state}: only a draft is made again",
            "its receiver has what was sent",
        )
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} is there already", "name a new folder: --files FOLDER")
    refuse_place(store, folder, force=False)
    made = rendered(store, book, package)
    with store.act(said.by, VERB, action="looked at", package=id_, account=said.account) as act:
        act.put([noted(said, package, "looked at", manifest=made.digest)])
    draft = Path(tempfile.mkdtemp(prefix=".fanal-", suffix=".part", dir=folder.parent))
    try:
        for name, data in made.files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as out:  # noqa: PTH123 (a descriptor)
                out.write(data)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made
