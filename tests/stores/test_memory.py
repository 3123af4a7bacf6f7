from pathlib import Path

import pytest

from fanal.errors import CaseError
from fanal.model.item import Item
from fanal.stores.interface import Server
from fanal.stores.memory import MEMORY, forget, open_memory
from makers.cases import item, signer


def test_a_case_in_memory_lasts_until_it_is_forgotten():
    where = Server("memory://zz-test-0001")
    store = open_memory(where, signer())
    with store.act("zz", "write") as act:
        act.put([item(1)])
    store.close()
    reader = open_memory(where, None)
    assert (reader.kind, reader.count(Item)) == ("memory", 1)
    reader.close()
    if MEMORY.is_dir():
        assert MEMORY in reader.folder.parents
    forget(where)
    forget(where)
    assert not reader.folder.exists()
    with pytest.raises(CaseError, match="there is no case"):
        open_memory(where, None)


def test_a_folder_is_no_name():
    with pytest.raises(CaseError, match="is a folder"):
        open_memory(Path("zz"), signer())
