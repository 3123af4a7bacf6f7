"""A list is loaded whole or not at all, once, under a name that hurts nobody."""

from dataclasses import replace

import pytest

from fanal.errors import CaseError, ListError, UsageError
from fanal.matching.build import build_list
from fanal.model.known import KnownList
from fanal.pipeline import lists
from fanal.pipeline.case import writing
from fanal.pipeline.lists import FOLDER, ListFile, add_list, open_list
from fanal.pipeline.progress import Silent
from makers.evidence import leaves, table
from makers.lists import digest, media, vics


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


@pytest.fixture
def path(tmp_path):
    rows = [(digest("md5", n), digest("sha1", n)) for n in range(5)]
    return table(tmp_path / "zz known.csv", "md5", "sha1", rows=[*rows, rows[0], ("no-hash", "")])


def add(store, settings, path, kind="illegal", name="", date=""):
    return add_list(store, settings, "zz", ListFile(path, kind, name, date), Silent())


def test_a_list_says_how_it_was_read(store, settings, path):
    known = add(store, settings, path, date="2026-03-01")
    assert (known.name, known.kind, known.date) == ("zz known", "illegal", "2026-03-01")
    assert known.entries == 6
    assert sum(known.refused.values()) == known.refused["duplicate entry"] + 1 == 2
    assert open_list(store, known).count == 6
    assert list(store.find(KnownList)) == [known]


def test_the_same_list_is_not_loaded_again(store, settings, path):
    first = add(store, settings, path)
    log = len(list(store.history()))
    assert add(store, settings, path) == first
    assert len(list(store.history())) == log


@pytest.mark.parametrize("change", ["kind", "content"])
def test_another_list_needs_another_name(store, settings, path, change):
    add(store, settings, path)
    if change == "content":
        path.write_text(path.read_text() + digest("md5", 9) + ",\n")
    with pytest.raises(UsageError, match="another list named"):
        add(store, settings, path, "harmless" if change == "kind" else "illegal")
    assert add(store, settings, path, "harmless", "other").name == "other"


def test_wrong_calls_say_what_to_type(store, settings, path, tmp_path):
    with pytest.raises(UsageError, match="kind 'dangerous'") as told:
        add(store, settings, path, "dangerous")
    assert "illegal, unidentified" in told.value.advice
    with pytest.raises(UsageError, match="there is no list file"):
        add(store, settings, tmp_path / "nowhere")
    with pytest.raises(UsageError, match="there is no list file"):
        add(store, settings, tmp_path)


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"\xff\xd8\xff\xe0 picture", b"zz zz\n"])
def test_what_holds_no_entry_is_no_list_and_leaves_nothing(store, settings, tmp_path, data):
    (tmp_path / "bad").write_bytes(data)
    with pytest.raises(ListError):
        add(store, settings, tmp_path / "bad")
    folder = store.folder / FOLDER
    assert not folder.exists() or not list(folder.iterdir())
    assert not list(store.find(KnownList))


@pytest.mark.parametrize("name", ["../../zz", "/etc/zz", "zz\n\x1b[2J", "\u202ezz", "z" * 300, "…"])
def test_no_name_leads_out_of_the_case(store, settings, path, name):
    known = add(store, settings, path, name=name)
    assert known.name == name
    (folder,) = (store.folder / FOLDER).iterdir()
    assert folder.name == known.folder
    assert known.folder.isascii()
    assert open_list(store, known).count == 6


def test_names_that_look_alike_get_folders_of_their_own(store, settings, path):
    folders = {add(store, settings, path, name=name).folder for name in ("a b", "a-b", "a/b")}
    assert len(folders) == 3


def test_a_list_cut_off_while_it_was_built_is_built_again(case, settings, path, monkeypatch):
    def cut_off(entries, target, radius):
        build_list(entries, target, radius)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, writing(case, settings) as opened:
        patch.setattr(lists, "build_list", cut_off)
        with pytest.raises(KeyboardInterrupt):
            add(opened, settings, path)
    assert [leaf.verb for leaf in leaves(case)] == []
    with writing(case, settings) as opened:
        assert add(opened, settings, path).entries == 6


def test_a_list_cut_in_the_middle_is_read_as_far_as_it_goes_and_says_so(store, settings, tmp_path):
    whole = vics([media(number) for number in range(20)])
    (tmp_path / "cut.json").write_bytes(whole[: len(whole) // 2])
    known = add(store, settings, tmp_path / "cut.json")
    assert 0 < known.entries < 20
    assert known.refused


@pytest.mark.parametrize("harm", ["changed", "gone", "more"])
def test_a_list_whose_files_were_changed_is_not_opened(store, settings, path, harm):
    known = add(store, settings, path)
    folder = store.folder / FOLDER / known.folder
    if harm == "changed":
        keys = folder / "md5.keys"
        keys.write_bytes(bytes([keys.read_bytes()[0] ^ 1]) + keys.read_bytes()[1:])
    elif harm == "gone":
        (folder / "md5.keys").unlink()
    else:
        (folder / "zz").write_bytes(b"")
    with pytest.raises(CaseError):
        open_list(store, known)


def test_a_list_works_for_another_radius_than_it_was_built_for(case, settings, path):
    with writing(case, replace(settings, radius=3)) as opened:
        assert add(opened, settings, path).entries == 6
