"""A store is asked for lists and bytes only, patiently but not for ever, and is not believed."""

import hashlib
import json
import pickle
import sys
import threading
import time
from functools import partial

import pytest

from fanal.errors import UsageError
from fanal.model.item import StoreBody
from fanal.sources import object_store_client as client
from makers.s3 import tag

DATA = bytes(range(256)) * 8


def body_of(key: bytes = b"a", data: bytes = DATA) -> StoreBody:
    return StoreBody("lab", key, len(data), tag(data))


@pytest.fixture
def store(forge):
    return forge({b"a": DATA, b"empty": b"", b"b": b"zz"})


def test_any_part_is_read_and_no_byte_beyond_the_end(store):
    assert client.read(body_of(), 0, 9999) == DATA
    assert client.read(body_of(), 250, 12) == DATA[250:262]
    assert client.read(body_of(), len(DATA) - 3, 100) == DATA[-3:]
    assert client.read(body_of(b"empty", b""), 0, 10) == b""


def test_many_heads_are_read_together(store):
    told = client.read_many([body_of(), body_of(b"gone"), body_of(b"empty", b"")], 10)
    assert (told[0], told[2]) == (DATA[:10], b"")
    assert isinstance(told[1], FileNotFoundError)
    assert client.read_many([], 10) == []


@pytest.mark.parametrize(
    ("status", "code", "kind", "sentence"),
    [
        (404, "NoSuchKey", FileNotFoundError, "no such object any more"),
        (404, "NoSuchBucket", OSError, "no such bucket"),
        (412, "PreconditionFailed", client.ChangedError, "not what was listed"),
        (403, "AccessDenied", OSError, r"the store refuses \(AccessDenied\)"),
        (403, "InvalidObjectState", OSError, r"the store refuses \(InvalidObjectState\)"),
        (400, "\x1b[2JBad Key-%s" % ("x" * 999), OSError, r"hand it out \(2JBadKeyx+\)$"),
        (418, "", OSError, r"hand it out \(418\)"),
    ],
)
def test_a_refusal_is_one_sentence_and_is_asked_once(store, status, code, kind, sentence):
    spelled = code.replace("\x1b", "")
    answer = f"<Error><Code>{spelled}</Code><Message>zz-secret</Message></Error>".encode()
    store.answered = lambda *_: (status, {}, answer)
    with pytest.raises(kind, match=sentence) as told:
        client.read(body_of(), 0, 9)
    assert len(store.asked) == 1
    assert len(told.value.strerror) < 120
    assert "zz-secret" not in str(told.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_store_is_asked_again(store, status):
    def once(_key, *answer):
        return answer if len(store.asked) > 2 else (status, {}, b"<Error><Code>Slow</Code></Error>")

    store.answered = once
    assert client.read(body_of(), 0, 9) == DATA[:9]
    assert len(store.asked) == 3


def test_a_store_that_stays_away_is_left_alone_for_a_while(store, monkeypatch):
    good = store.answered
    store.answered = lambda *_: (503, {}, b"<Error><Code>SlowDown</Code></Error>")
    with pytest.raises(OSError, match=r"busy or broken \(SlowDown\)"):
        client.read(body_of(), 0, 9)
    tries = len(store.asked)
    assert tries == len(client.PAUSES) + 1
    with pytest.raises(OSError, match="not asked again"):
        client.read(body_of(), 0, 9)
    assert all(isinstance(one, OSError) for one in client.read_many([body_of()] * 50, 9))
    assert len(store.asked) == tries
    store.answered = good
    monkeypatch.setattr(client.GATE, "_shut_until", time.monotonic())
    assert client.read(body_of(), 0, 9) == DATA[:9]


def test_bytes_that_end_early_are_asked_for_again(store):
    def cut(_key, status, headers, data):
        short = data if len(store.asked) > 1 else data[:-2]
        return status, headers | {"Content-Length": str(len(data)), "Connection": "close"}, short

    store.answered = cut
    assert client.read(body_of(), 0, 100) == DATA[:100]
    assert len(store.asked) == 2


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"ETag": '"other"'}, client.ChangedError),
        ({"Content-Range": "bytes 5-8/9999"}, client.ChangedError),
        ({"Content-Range": "bytes 0-3/2048"}, OSError),
        ({"ETag": f'W/"{tag(DATA)}"'}, None),
        ({"ETag": tag(DATA)}, None),
        ({"ETag": ""}, None),
    ],
)
def test_a_store_that_heeds_no_precondition_is_checked(store, headers, kind):
    store.answered = lambda _key, status, told, data: (status, told | headers, data)
    if kind is None:
        assert client.read(body_of(), 5, 4) == DATA[5:9]
        return
    with pytest.raises(kind):
        client.read(body_of(), 5, 4)
    assert len(store.asked) == 1


def test_a_store_that_hands_out_whole_objects_only_is_read_from_the_beginning(store):
    store.answered = lambda _key, _status, headers, _part: (
        200, {"ETag": headers["ETag"], "Connection": "close"}, DATA,
    )  # fmt: skip
    assert client.read(body_of(), 0, 9) == DATA[:9]
    with pytest.raises(OSError, match="parts of an object"):
        client.read(body_of(), 5, 9)


def test_more_bytes_than_asked_for_are_not_taken(store):
    store.answered = lambda _key, status, headers, data: (status, headers, data + bytes(1 << 20))
    assert client.read(body_of(), 0, 9) == DATA[:9]


def test_a_change_between_list_and_read_is_seen_by_a_real_server(lab):
    lab.fill({"a": DATA})
    (listed,) = client.page(lab.bucket, b"").objects
    assert listed.tag == hashlib.md5(DATA).hexdigest()
    body = StoreBody(lab.bucket, b"a", listed.size, listed.tag)
    assert client.read(body, 3, 4) == DATA[3:7]
    lab.fill({"a": bytes(len(DATA))})
    with pytest.raises(client.ChangedError):
        client.read(body, 3, 4)
    lab.delete("a")
    with pytest.raises(FileNotFoundError):
        client.read(body, 3, 4)


def test_a_real_server_lists_in_pages(lab):
    lab.fill({f"{n}": b"zz" for n in range(5)})
    first = client.page(lab.bucket, b"", most=2)
    second = client.page(lab.bucket, b"", first.token, most=2)
    third = client.page(lab.bucket, b"", second.token, most=2)
    keys = [one.key for part in (first, second, third) for one in part.objects]
    assert (keys, third.token) == ([b"0", b"1", b"2", b"3", b"4"], "")


def test_a_server_that_is_down_is_told_soon(lab, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    client._system.cache_clear()
    begun = time.monotonic()
    with pytest.raises(OSError, match="does not answer"):
        client.page(lab.bucket, b"")
    assert time.monotonic() - begun < 60


def test_without_credentials_there_is_a_sentence(lab, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    client._system.cache_clear()
    with pytest.raises(OSError, match="no credentials are told"):
        client.page(lab.bucket, b"")
    assert lab.between.requests == []


def test_without_the_extra_there_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    client._system.cache_clear()
    with pytest.raises(UsageError, match="needs fsspec and s3fs"):
        client._system()
    client._system.cache_clear()


def test_what_travels_to_a_worker_names_no_server(lab):
    spelled = pickle.dumps(body_of())
    assert not any(word in spelled for word in (b"127.0.0.1", b"zz-key", b"zz-secret", b"http"))


def test_a_server_that_accepts_and_never_answers_is_given_up(store, monkeypatch):
    monkeypatch.setitem(client.CLIENT, "read_timeout", 0.2)
    client._system.cache_clear()
    end = threading.Event()
    store.answered = lambda _key, *answer: (end.wait(200), answer)[1]
    begun = time.monotonic()
    try:
        with pytest.raises(OSError, match=r"does not answer \(ReadTimeoutError\)"):
            client.read(body_of(), 0, 9)
    finally:
        end.set()
    assert len(store.asked) == len(client.PAUSES) + 1
    assert time.monotonic() - begun < 60


def test_the_files_of_fsspec_are_heeded(store, tmp_path, monkeypatch):
    fsspec = pytest.importorskip("fsspec", reason="fanal[cluster] is not installed")
    config = {"s3": {"key": "zz-file", "secret": "zz", "config_kwargs": {"read_timeout": 7}}}
    (tmp_path / "conf.json").write_text(json.dumps(config))
    found: dict[str, object] = {}
    fsspec.config.set_conf_files(str(tmp_path), found)
    monkeypatch.setattr(fsspec.config, "conf", found)
    monkeypatch.setattr("fsspec.config.conf", found)
    monkeypatch.setattr(
        "fsspec.spec.apply_config", partial(fsspec.config.apply_config, conf_dict=found)
    )
    client._system.cache_clear()
    system = client._system()
    assert (system.key, system.secret) == ("zz-file", "zz")
    assert system.config_kwargs == {**client.CLIENT, "read_timeout": 7}
    assert client.read(body_of(), 0, 9) == DATA[:9]
