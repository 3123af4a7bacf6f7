"""What every reader of hash lists promises; the example of the manual must keep it as well."""

import os
import re
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import ListError
from fanal.formats import READERS, WRITERS, recognize
from fanal.model.known import KnownHash, Refused
from makers import lists

MANUAL = Path(__file__).parents[2] / "docs" / "extend" / "formats.md"
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "pdq": 64}


def reader_of_the_manual():
    """The complete example of the manual, run as it stands there."""
    code = re.search(r"```python\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)[1]
    names: dict = {"__name__": "manual"}
    exec(compile(code, str(MANUAL), "exec"), names)  # noqa: S102 - our own manual
    return names["DotReader"]


BUILT_IN = list(READERS)
READER = pytest.mark.parametrize(
    "kind", [*BUILT_IN, reader_of_the_manual()], ids=lambda kind: kind.name
)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("formats") / "list"


def read(kind, path: Path, data: bytes) -> list:
    path.write_bytes(data)
    return list(kind().read(path))


def hashes(found: list) -> list[tuple[str, ...]]:
    return [(k.md5, k.sha1, k.sha256, k.pdq) for k in found if isinstance(k, KnownHash)]


def test_names_are_those_of_the_table():
    assert [kind.name for kind in READERS] == list(READERS.names())
    assert [kind.name for kind in WRITERS] == list(WRITERS.names())


@READER
def test_example_is_recognised_by_its_own_reader_and_no_other(kind, file):
    file.write_bytes(kind.example)
    head = kind.example[:4096]
    known = [each.name for each in BUILT_IN if each.recognizes(head, "list")]
    assert kind.recognizes(head, "list")
    assert known == ([kind.name] if kind in BUILT_IN else [])
    if kind in BUILT_IN:
        assert isinstance(recognize(file), kind)


@READER
@pytest.mark.parametrize(
    "head", [b"", b"\0" * 4096, b"{", b"<a/>", b"\xff\xd8\xff\xe0", b"hello\n"]
)
def test_what_is_no_list_is_recognised_by_nobody(kind, head):
    assert not kind.recognizes(head, "list.json")


@READER
def test_example_gives_an_entry_and_a_refusal(kind, file):
    found = read(kind, file, kind.example)
    assert any(isinstance(each, Refused) for each in found)
    assert any(isinstance(each, KnownHash) for each in found)
    for each in found:
        for name, length in LENGTHS.items():
            value = getattr(each, name, "")
            assert value == "" or re.fullmatch(f"[0-9a-f]{{{length}}}", value)
        assert each.row >= 1 if isinstance(each, Refused) else any(hashes([each])[0])


@READER
def test_same_bytes_give_the_same_answer(kind, file):
    assert read(kind, file, kind.example) == read(kind, file, kind.example)


@READER
def test_profile_is_text_and_stops_nothing(kind, file):
    for data in (kind.example, kind.example[: len(kind.example) // 2], b""):
        file.write_bytes(data)
        assert isinstance(kind().profile(file), str)


@READER
def test_a_cut_list_keeps_what_came_before_the_cut(kind, file):
    whole = hashes(read(kind, file, kind.example))
    for end in range(0, len(kind.example), max(1, len(kind.example) // 300)):
        try:
            found = read(kind, file, kind.example[:end])
        except ListError:
            continue
        assert hashes(found) == whole[: len(hashes(found))]
        early = [each for each in found if getattr(each, "reason", "").startswith("file ends")]
        assert len(early) <= 1
        assert early == [] or found[-1] is early[0]


@READER
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 9), st.binary(max_size=9))))
def test_no_damage_raises_anything_but_a_list_error(kind, file, edits):
    data = kind.example
    for where, gone, put in edits:
        at = int(where * len(data))
        data = data[:at] + put + data[at + gone :]
    kind.recognizes(data[:4096], "list")
    file.write_bytes(data)
    try:
        found = list(islice(kind().read(file), 10_000))
    except ListError:
        return
    assert all(isinstance(each, (KnownHash, Refused)) for each in found)
    assert isinstance(kind().profile(file), str)


@READER
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=300))
def test_no_bytes_at_all_raise_anything_but_a_list_error(kind, file, data):
    kind.recognizes(data, "list")
    try:
        read(kind, file, data)
    except ListError:
        return


@READER
def test_a_missing_file_is_a_list_error(kind, tmp_path):
    with pytest.raises(ListError):
        list(kind().read(tmp_path / "missing"))


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_memory_does_not_grow_with_the_list(kind, tmp_path):
    rows = kind().read(lists.many(kind.name, 20_000, tmp_path / "list"))
    assert sum(1 for _ in islice(rows, 2_000)) == 2_000
    before = sys.getallocatedblocks()
    assert sum(1 for _ in rows) == 18_000
    assert sys.getallocatedblocks() - before < 3_000


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_memory_is_small(kind, tmp_path):
    path = lists.many(kind.name, 3_000, tmp_path / "list")
    tracemalloc.start()
    try:
        assert sum(1 for _ in kind().read(path)) == 3_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", BUILT_IN, ids=lambda kind: kind.name)
def test_a_long_good_list_is_read_whole_and_recognised(kind, tmp_path):
    path = lists.many(kind.name, 300, tmp_path / "list")
    found = list(recognize(path).read(path))
    assert isinstance(recognize(path), kind)
    assert [each.md5 for each in found] == [lists.digest("md5", n) for n in range(300)]


def test_an_unknown_kind_names_those_there_are(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of the kind\n")
    with pytest.raises(ListError) as caught:
        recognize(tmp_path / "notes.txt")
    assert all(name in caught.value.advice for name in READERS.names())


def test_a_pipe_or_folder_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        with pytest.raises(ListError):
            recognize(path)
