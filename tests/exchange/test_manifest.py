"""A manifest is read as it is spelled, and refused where anything in it is not as it must be."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.custody.spelling import canonical
from fanal.errors import PackageError
from fanal.exchange.manifest import Entry, Party, read, spelled
from makers.packages import FILES, manifest

RAW = spelled(manifest().with_files(FILES))
WORDS = st.text(st.sampled_from('zZ0 -äß字"\\\u00e9😀'), max_size=40)


def test_it_names_every_file():
    told = json.loads(RAW)
    assert told["format"] == "fanal package 1"
    assert [(one["name"], one["size"]) for one in told["files"]] == [
        ("README.txt", 12),
        ("leads/L-000000000001.json", 27),
    ]
    assert json.dumps(told, sort_keys=True, separators=(",", ":")).encode() == RAW


@given(
    reason=WORDS, terms=WORDS, version=st.integers(1, 1 << 30), notes=st.lists(WORDS, max_size=3)
)
def test_what_is_spelled_is_read(reason, terms, version, notes):
    made = manifest(reason=reason, terms=terms, version=version, notes=tuple(notes))
    assert read(spelled(made)) == made


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists))
def test_any_other_value_is_refused(value):
    for key in ("files", "sender", "leads", "notes", "made_with", "version", "time"):
        told = json.loads(RAW) | {key: value}
        raw = canonical(told).encode()
        with suppress(PackageError):
            assert spelled(read(raw)) == raw


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (RAW + b"\n", "canonically"),
        (RAW.replace(b":", b": ", 1), "canonically"),
        (RAW.replace(b'"version":1', b'"version":1,"version":1'), "canonically"),
        (RAW.replace(b'"version":1', b'"version":1.0'), "canonical JSON"),
        (RAW.replace(b'"version":1', b'"version":NaN'), "canonical JSON"),
        (RAW.replace(b'"version":1', b'"version":0'), "must be there"),
        (RAW.replace(b'"version":1', b'"version":true'), "whole number"),
        (RAW.replace(b'"version":1', b'"version":-1'), "whole number"),
        (RAW.replace(b"fanal package 1", b"fanal package 2"), "another program"),
        (RAW.replace(b'"reason"', b'"reasom"'), "nothing that a manifest has"),
        (RAW.replace(b'"H2"', b'"H9"'), "none of"),
        (RAW.replace(b'"source":"X"', b'"source":"D"'), "none of"),
        (RAW.replace(b'"country":"DE"', b'"country":"de"'), "country"),
        (RAW.replace(b"README.txt", b"../README"), "climbs"),
        (RAW.replace(b"README.txt", b"manifest.sig"), "order|container"),
        (RAW.replace(b"README.txt", b"SUPERSEDED.html"), "differs from another"),
        (b"[" * 100_000, "canonical JSON"),
        (b"9" * 5_000, "canonical JSON|another program"),
        (b"\xff", "canonical JSON"),
        (b"[]", "another program"),
    ],
)
def test_what_is_not_as_it_must_be_is_refused(raw, why):
    with pytest.raises(PackageError, match=why):
        read(raw)


def test_files_in_another_order_or_twice_are_refused():
    one = Entry("a", 1, "0" * 64)
    for files in ((replace(one, name="b"), one), (one, one), (one, replace(one, name="A"))):
        with pytest.raises(PackageError):
            read(spelled(manifest(files=files)))


def test_h3_says_what_it_restricts():
    with pytest.raises(PackageError, match="in words"):
        read(spelled(manifest(handling="H3")))
    assert read(spelled(manifest(handling="H3", terms="zz"))).terms == "zz"


def test_a_manifest_without_the_senders_key_is_refused():
    with pytest.raises(PackageError, match="must be there"):
        read(spelled(manifest(sender=Party("zz", manifest().sender.age_key))))
