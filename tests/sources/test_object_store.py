"""Objects of a store are found page by page, read where they lie, and never taken for paths."""

import io
import os
import random

import pytest

from fanal.errors import UsageError
from fanal.model.failure import Failure
from fanal.model.item import Entry, LostBody, StoreBody
from fanal.sources import expand, is_store, object_store, walk
from fanal.sources import object_store_client as client
from fanal.sources.interface import Limits
from fanal.sources.object_store import Ranged, placed
from makers.archives import contents, sevenzip_of, tar_of, zip_of

MEMBERS = [(b"one.txt", b"zz-test-0001 " * 60), (b"two.txt", bytes(range(256))), (b"e", b"")]


def entries(address: str) -> list[Entry]:
    found = list(walk("17", placed(address.encode()).root))
    assert all(isinstance(one, Entry) for one in found), found
    return found


def paths(address: str) -> list[bytes]:
    return [one.path for one in entries(address)]


# ---- addresses


@pytest.mark.parametrize(
    ("address", "root", "name"),
    [
        ("s3://lab", "s3://lab", "lab"),
        ("s3://lab/", "s3://lab", "lab"),
        ("s3://lab/e17/phone/", "s3://lab/e17/phone", "phone"),
        ("s3://lab/e 17?versionId=1#x", "s3://lab/e 17?versionId=1#x", "e 17?versionId=1#x"),
        ("s3://lab/é", "s3://lab/é", "é"),
    ],
)
def test_an_address_is_spelled_one_way(address, root, name):
    place = placed(os.fsencode(address))
    assert (os.fsdecode(place.root), os.fsdecode(place.name)) == (root, name)
    assert placed(place.root) == place


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3:///lab", "s3://key:secret@lab/x", "s3://..", "s3://lab%2f/x", "s3://l b/x"],
)
def test_an_address_without_a_bucket_is_refused_and_not_repeated(address):
    with pytest.raises(UsageError) as told:
        placed(address.encode())
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("address", ["gs://lab/x", "memory://x", "file:///etc", "http://lab/x"])
def test_no_other_kind_of_address_is_read(address):
    assert not is_store(address.encode())
    with pytest.raises(UsageError, match="cannot be read from"):
        placed(address.encode())


def test_a_prefix_that_no_key_can_have_is_refused():
    with pytest.raises(UsageError, match="not UTF-8"):
        placed(b"s3://lab/\xff")


# ---- lists


def test_every_object_below_a_prefix_is_an_entry(lab):
    lab.fill({"e17/a.jpg": b"zz", "e17/DCIM/0042.jpg": b"zz-2", "e17b/other": b"z", "e18": b"z"})
    first, second = entries(f"{lab.address}/e17")
    assert (first.exhibit, first.path, first.inside, first.name) == (
        "17", b"DCIM/0042.jpg", "", b"DCIM/0042.jpg",
    )  # fmt: skip
    assert second.path == b"a.jpg"
    assert isinstance(second.body, StoreBody)
    assert (second.body.bucket, second.body.key, second.body.size) == (lab.bucket, b"e17/a.jpg", 2)
    size, tag, modified = second.mark.split(":", 2)
    assert (size, tag, modified) == ("2", second.body.tag, second.modified)
    assert modified.endswith("Z")
    assert tag
    assert paths(f"{lab.address}/e18") == [b"e18"]


def test_only_lists_are_asked_for(lab):
    lab.fill({"a": b"zz", "b/c": b"zz"})
    entries(lab.address)
    assert {(method, "list-type=2" in path) for method, path in lab.between.requests} == {
        ("GET", True)
    }


def test_a_key_and_the_keys_below_it_are_all_found(forge):
    forge({b"e17": b"zz", b"e17/a": b"zz", b"e17/": b"", b"e17/d/": b"", b"e17/f/": b"zz"})
    assert paths("s3://lab/e17") == [b"e17", b"a", b"f/"]


def test_many_objects_come_page_by_page(forge):
    keys = [b"%05d" % n for n in range(2500)]
    server = forge(dict.fromkeys(keys, b"zz"))
    found = walk("17", b"s3://lab")
    assert next(found).path == keys[0]
    assert server.asked == []
    assert [one.path for one in found] == keys[1:]


HOSTILE = [
    b"../up", b"..", b".", b"/lead", b"//", b"a//b", b"a/./b", b"a/../../b", b"\x01\x1b[2J",
    b"n\nl", b"k" * 1024, b"x?versionId=1#f", b"x y+%41%2e\\", "é\u202e".encode(), b"\xff\xfe",
    b"*[a]{b}",
]  # fmt: skip


def test_hostile_keys_are_names_and_nothing_else(forge, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    server = forge({key: b"zz-%d" % n for n, key in enumerate(HOSTILE)}, page=3)
    found = entries("s3://lab")
    assert [one.path for one in found] == sorted(HOSTILE)
    for one in found:
        assert one.body.key == one.path
        if one.path == b"\xff\xfe":
            with pytest.raises(OSError, match="not UTF-8"):
                object_store.read(one.body, 0, 9)
        else:
            assert object_store.read(one.body, 0, 9) == server.objects[one.path]
    assert list(tmp_path.iterdir()) == []


def test_a_real_server_takes_odd_keys_too(lab):
    odd = ["a!x", "é", "x y+%41", "n\nl", "c\x01d", "back\\slash", "x?versionId=1", "s" * 255]
    lab.fill({key: key.encode() for key in odd})
    assert paths(lab.address) == sorted(key.encode() for key in odd)
    assert [object_store.read(one.body, 0, 999) for one in entries(lab.address)] == paths(
        lab.address
    )


@pytest.mark.parametrize("more", ["<NextContinuationToken>zz</NextContinuationToken>", ""])
def test_a_list_without_an_end_is_told(forge, more):
    server = forge({b"a": b"zz"})
    server.listed = lambda _told: (
        "<ListBucketResult><IsTruncated>true</IsTruncated>"
        f"{more}<Contents><Key>a</Key><Size>2</Size></Contents></ListBucketResult>"
    ).encode()
    found = list(walk("17", b"s3://lab"))
    assert isinstance(found[-1], Failure)
    assert (found[-1].reason, found[-1].gap) == ("unreadable folder", True)
    assert "no end" in found[-1].detail
    assert len(found) <= 3


def test_a_store_that_stops_in_the_middle_of_its_list_is_told(forge):
    server = forge({b"%d" % n: b"zz" for n in range(9)}, page=2)
    found = walk("17", b"s3://lab")
    assert isinstance(next(found), Entry)
    server.listed = lambda _told: b"<ListBucketResult><Cont"
    last = list(found)[-1]
    assert (last.reason, last.path, last.gap) == ("unreadable folder", b"", True)
    assert "what comes after in its list was not read" in last.detail


def test_a_bucket_that_is_gone_is_told(lab):
    (only,) = walk("17", b"s3://zz-no-such-bucket")
    assert (only.reason, only.name) == ("unreadable folder", b"zz-no-such-bucket")
    assert "no such bucket" in only.detail


# ---- what is there at all


def test_evidence_must_be_there(lab):
    lab.fill({"e17/a": b"zz", "e18": b"zz", "e19x": b"zz"})
    for good in ("", "/e17", "/e17/", "/e18", "/e17/a"):
        object_store.require(placed((lab.address + good).encode()))
    for bad in ("/e19", "/e", "/e17/b"):
        with pytest.raises(UsageError, match="there is no evidence at s3://"):
            object_store.require(placed((lab.address + bad).encode()))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("AWS_SECRET_ACCESS_KEY", "zz-wrong", r"the store refuses \(SignatureDoesNotMatch\)"),
        ("AWS_ACCESS_KEY_ID", "zz-wrong", r"the store refuses \(InvalidAccessKeyId\)"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "the store does not answer"),
    ],
)
def test_a_store_that_refuses_gets_one_sentence(lab, monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    client._system.cache_clear()
    with pytest.raises(UsageError, match=sentence) as told:
        object_store.require(placed(lab.address.encode()))
    assert "zz-key" not in str(told.value)
    assert "127.0.0.1" not in str(told.value)


# ---- reading anywhere


def test_a_ranged_file_equals_the_bytes(forge, monkeypatch):
    monkeypatch.setattr(object_store, "BLOCK", 1000)
    data = random.Random(1).randbytes(20_500)
    forge({b"a": data})
    (entry,) = entries("s3://lab")
    real = io.BytesIO(data)
    drawn = random.Random(2)
    with object_store.opened(entry.body) as stream:
        for _ in range(150):
            match drawn.randrange(3):
                case 0:
                    place = drawn.randrange(len(data) + 50)
                    assert stream.seek(place) == real.seek(place)
                case 1:
                    size = drawn.choice([0, 1, 7, 999, 1000, 1001, 9000])
                    assert stream.read(size) == real.read(size)
                case _:
                    back = -drawn.randrange(1, 900)
                    assert stream.seek(back, os.SEEK_END) == real.seek(back, os.SEEK_END)
            assert stream.tell() == real.tell()
        stream.seek(0)
        assert stream.read() == data


def test_few_blocks_are_kept_and_none_is_asked_for_twice_meanwhile(forge, monkeypatch):
    monkeypatch.setattr(object_store, "BLOCK", 10)
    server = forge({b"a": bytes(200)})
    ranged = Ranged(entries("s3://lab")[0].body)
    for place in (0, 5, 9, 0, 10, 3):
        ranged.seek(place)
        assert ranged.read(1) == b"\0"
    assert len(server.asked) == 2
    for place in range(0, 200, 10):
        ranged.seek(place)
        ranged.read(1)
    assert len(ranged._kept) == object_store.BLOCKS
    with pytest.raises(ValueError, match="before"):
        ranged.seek(-1)


@pytest.mark.parametrize("pack", [zip_of, tar_of, sevenzip_of])
def test_archives_are_read_where_they_lie(lab, pack, monkeypatch):
    monkeypatch.setattr(object_store, "BLOCK", 300)
    lab.fill({"box": pack(MEMBERS)})
    found = list(expand(entries(lab.address)[0], Limits()))
    assert [data for _, _, data in contents(found)] == [data for _, data in MEMBERS]


def test_an_archive_that_changes_is_one_failure_at_it(lab):
    lab.fill({"box": zip_of(MEMBERS)})
    (entry,) = entries(lab.address)
    lab.fill({"box": zip_of(MEMBERS[:1])})
    found = list(expand(entry, Limits()))
    assert [(one.reason, one.detail) for one in found] == [
        ("unreadable file", "it is not what was listed")
    ]
    lab.delete("box")
    assert [one.reason for one in expand(entry, Limits())] == ["unreadable file"]


def test_lost_bytes_give_the_words_of_files():
    body = StoreBody("lab", b"a", 2, "t")
    assert object_store.lost(FileNotFoundError()).reason == "disappeared"
    assert object_store.lost(client.ChangedError()).reason == "changed while reading"
    assert object_store.lost(OSError(5, "zz")) == LostBody("not readable", "zz")
    assert list(expand(Entry("17", b"a", "", b"a", None, "2", LostBody("x", "")), Limits())) == []
    assert body.key == b"a"
