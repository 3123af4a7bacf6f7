"""Uploads are compared with lists by digest and by code, and with nothing that was changed."""

import hashlib
import json

import pytest

from fanal.errors import CaseError, ListError
from fanal.matching import build_list
from fanal.model.known import KnownHash
from fanal.prevention.nouns import Reason, Signals
from fanal.prevention.uploads import HashFiles, open_lists, write_head

LISTED = b"zz-test-0001"
CODE = hashlib.sha256(b"a code").hexdigest()


def digests(data: bytes) -> dict[str, str]:
    return {name: hashlib.new(name, data).hexdigest() for name in ("md5", "sha1", "sha256")}


@pytest.fixture
def head(tmp_path):
    entries = [KnownHash(**digests(LISTED)), KnownHash(pdq=CODE), KnownHash(md5="0" * 32)]
    folder = tmp_path / "known"
    return write_head(folder, {"files": build_list(entries, folder, 20).files})


def off(code: str, bits: int) -> str:
    """Return a code with so many bits changed."""
    return f"{int(code, 16) ^ ((1 << bits) - 1):064x}"


def test_each_digest_alone_finds_a_file(head):
    known = open_lists((head,), 20)
    for name, value in digests(LISTED).items():
        assert known.ask(Signals(**{name: value})) is Reason.FILE
    for name, value in digests(b"another").items():
        assert known.ask(Signals(**{name: value})) is Reason.NONE
    assert known.ask(Signals(text="no digest")) is Reason.NONE


def test_a_code_is_near_up_to_the_radius(head):
    known = open_lists((head,), 20)
    assert known.ask(Signals(pdq=CODE)) is Reason.NEAR
    assert known.ask(Signals(pdq=off(CODE, 20))) is Reason.NEAR
    assert known.ask(Signals(pdq=off(CODE, 21))) is Reason.NONE
    assert open_lists((head,), 4).ask(Signals(pdq=off(CODE, 5))) is Reason.NONE


@pytest.mark.parametrize("value", ["0" * 63, "g" * 64, "０" * 64, " " * 64, "0x" + "0" * 62])
def test_a_digest_that_is_none_is_not_read_as_unknown(head, value):
    assert open_lists((head,), 20).ask(Signals(sha256=value)) is Reason.UNREADABLE


def test_a_list_for_a_smaller_radius_or_a_changed_one_is_refused(head):
    with pytest.raises(ListError, match="radius of 20"):
        open_lists((head,), 31)
    with (head.with_suffix("") / "list.json").open("a") as stream:
        stream.write(" ")
    with pytest.raises(CaseError, match="was changed"):
        open_lists((head,), 20)


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"files": [1]}', "[" * 100_000])
def test_a_head_that_is_none_is_named(tmp_path, told):
    path = tmp_path / "head.json"
    path.write_text(told)
    with pytest.raises(ListError, match="head of a hash list"):
        open_lists((path,))


def test_versions_tell_lists_apart_and_no_list_has_none(head, tmp_path):
    assert HashFiles().version == open_lists(()).version == ""
    assert HashFiles().ask(Signals(sha256="0" * 64)) is Reason.NONE
    folder = tmp_path / "other"
    other = write_head(folder, {"files": build_list([KnownHash(pdq=CODE)], folder, 20).files})
    assert json.loads(other.read_text())["files"]
    one, two = open_lists((head,), 20), open_lists((other,), 20)
    assert len({one.version, two.version, open_lists((head, other), 20).version}) == 3
