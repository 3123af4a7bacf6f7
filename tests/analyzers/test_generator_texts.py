"""Texts as carriers hold them and as the A1111 family writes them, hostile ones too."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.analyzers.marks.carriers import as_text, comment_text, hidden_text
from fanal.analyzers.marks.infotext import pairs_of, parse, read
from fanal.analyzers.marks.infotext_inputs import inputs_of
from fanal.analyzers.marks.record import (
    AddOn,
    base_name,
    model_hash,
    networks_in,
    once,
    size_in,
    size_of,
)
from fanal.analyzers.marks.values import (
    MOST_WORDS,
    Value,
    as_number,
    clean,
    load_json,
    plain,
    words,
)

TEXT = "zz-test-0001, höher, 灯台"
OLD = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 4711"


@pytest.mark.parametrize(
    "raw",
    [
        b"UNICODE\0" + TEXT.encode("utf-16-be"),
        b"UNICODE\0" + TEXT.encode("utf-16-le"),
        b"UNICODE\0" + b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"UNICODE\0" + b"\xfe\xff" + TEXT.encode("utf-16-be"),
        b"ASCII\0\0\0" + TEXT.encode(),
        bytes(8) + TEXT.encode(),
        TEXT.encode(),
    ],
    ids=["be", "le", "le mark", "be mark", "ascii", "undefined", "none"],
)
def test_a_user_comment_is_read_whatever_its_charset_says(raw):
    assert comment_text(raw) == TEXT


def test_utf8_behind_the_word_unicode_is_read_as_what_it_is():
    assert comment_text(b"UNICODE\0" + b"Steps: 20, zz-test-0001") == "Steps: 20, zz-test-0001"


@given(st.binary(max_size=80))
def test_no_bytes_are_too_odd_for_a_text(raw):
    assert isinstance(comment_text(raw), str)
    assert isinstance(as_text(raw), str)
    for signature in (b"stealth_pnginfo", b"stealth_pngcomp"):
        assert all(isinstance(text, str) for text, _ in hidden_text(signature + raw))


@given(st.text(alphabet="abAB 019-./", min_size=1, max_size=30).filter(str.strip))
def test_a_value_comes_back_as_it_was_written(value):
    line = f"Steps: 20, Zz: {json.dumps(value + ', a: b')}, Seed: 1"
    assert pairs_of(line) == {"Steps": "20", "Zz": value + ", a: b", "Seed": "1"}


@given(st.text(max_size=400))
def test_any_text_is_taken_apart_or_left(text):
    pairs_of(text)
    parse(text + "\n" + OLD)
    read(Value(text, "PNG text", "parameters"))


@pytest.mark.parametrize(
    "text",
    [
        "a" * 2_000_000,
        "a:" * 500_000,
        'a: "' * 300_000,
        'a: "\\" ' * 200_000,
        "a: {" * 300_000,
        "a: [" * 300_000,
        "Steps: 20, " * 100_000,
        "\n" * 1_000_000,
        ", " * 500_000,
        ("Steps: 1, x" * 10 + "\n") * 30_000,
    ],
    ids=[
        "one word",
        "colons",
        "quotes",
        "escapes",
        "braces",
        "lists",
        "steps",
        "lines",
        "commas",
        "many",
    ],
)
def test_no_text_takes_long(text):
    begin = time.process_time()
    read(Value(f"zz\n{text}\n{OLD}", "PNG text", "parameters"))
    read(Value(f"Steps: 20, Seed: 1, Sampler: a, {text}", "PNG text", "parameters"))
    assert time.process_time() - begin < 1


def test_prompt_and_negative_prompt_are_told_apart():
    found = parse(f"one\ntwo\nNegative prompt: three\nfour\n{OLD}")
    assert found is not None
    assert (found.prompt, found.negative) == ("one\ntwo", "three\nfour")


def test_lines_behind_the_settings_do_not_hide_them():
    found = parse(f"one\n{OLD}, Version: v1.6.0\nTemplate: zz\nNegative Template: zz")
    assert found is not None
    assert found.pairs["Version"] == "v1.6.0"


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("9e107d9d372bb6826bd81d3542a419d6", "md5"),
        ("9e107d9d", "sha256-8"),
        ("9e107d9", None),
        ("no digest at all, zz-test-0001!!", None),
    ],
)
def test_the_digest_of_the_source_is_named_by_its_length(text, digest):
    inputs, source = inputs_of({"Init image hash": text}, "")
    assert [each["algorithm"] for each in source] == ([digest] if digest else [])
    assert [each.role for each in inputs] == ["init"]


@pytest.mark.parametrize(
    ("pairs", "roles"),
    [
        ({}, []),
        ({"Denoising strength": "0.4", "Hires upscale": "2"}, []),
        ({"Denoising strength": "0.4", "First pass size": "0x0"}, []),
        ({"Denoising strength": "1.0"}, []),
        ({"Denoising strength": "0.4"}, ["init"]),
        ({"Denoising strength": "0.4", "Operations": "txt2img; hires"}, []),
        ({"Operations": "img2img"}, ["init"]),
        ({"Mask blur": "4"}, ["init", "mask"]),
        ({"ControlNet Enabled": "True", "ControlNet Module": "canny"}, ["control"]),
        ({"ControlNet-0 Enabled": "True", "ControlNet-0 Module": "instant_id"}, ["identity"]),
        ({"ControlNet 0": "Module: reference_only, Model: None"}, ["guide"]),
        ({"ReActor Enabled": "True"}, ["face"]),
    ],
)
def test_inputs_are_concluded_from_settings(pairs, roles):
    inputs, _ = inputs_of(pairs, "")
    assert [each.role for each in inputs] == roles


def test_a_face_add_on_in_the_prompt_means_a_face_went_in():
    inputs, _ = inputs_of({}, "zz <lora:ip-adapter-faceid-plusv2_sd15_lora:0.6>")
    assert [each.role for each in inputs] == ["identity"]


def test_json_is_read_within_limits():
    assert load_json("zz") is None
    assert load_json("{") is None
    assert load_json('  \0{"a": 1}\0') is not None
    twice = load_json('{"a": 1, "a": 2}')
    assert twice is not None
    assert twice.value == {"a": 2}
    assert "twice" in twice.problems[0]
    deep = load_json("[" * 100_000 + "]" * 100_000)
    assert deep is not None
    assert deep.value is None
    assert "deep" in deep.problems[0]
    long = load_json("[" + " " * (9 << 20) + "]")
    assert long is not None
    assert long.value is None
    followed = load_json('{"a": 1} zz')
    assert followed is not None
    assert "follows" in followed.problems[0]
    digits = load_json('{"a": ' + "9" * 5000 + "}")
    assert digits is not None
    assert digits.value == {"a": "9" * 5000}


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_names_are_printable_and_short(text):
    assert clean(text, 20).isprintable()
    assert len(clean(text, 20)) <= 20


def test_long_words_are_cut_and_their_digest_kept():
    told = words("é" * MOST_WORDS)
    assert told["cut"] is True
    assert told["length"] == 2 * MOST_WORDS
    assert len(told["text"].encode()) <= MOST_WORDS
    assert len(told["sha256"]) == 64
    assert words("zz\0\ud800") == "zz\ufffd\ufffd"


def test_plain_values_can_be_kept_anywhere():
    assert plain(1 << 70) == str(1 << 70)
    assert plain(float("nan")) is None
    assert plain([1]) is None
    assert as_number(" 4711 ") == 4711
    assert as_number("1e3") == 1000
    assert as_number("inf") is None
    assert as_number([1]) is None
    assert as_number("zz") is None


@pytest.mark.parametrize(
    ("text", "size"),
    [("512x768", [512, 768]), ("(512, 768)", [512, 768]), ("512 × 768", [512, 768]), ("zz", None)],
)
def test_sizes_are_read_as_they_are_spelled(text, size):
    assert size_in(text) == size


def test_sizes_that_no_picture_has_are_none():
    assert size_of(0, 5) is None
    assert size_of(1 << 30, 5) is None
    assert size_of("5", 5) is None


@pytest.mark.parametrize(
    ("digits", "dialect"),
    [
        ("45a21ea00a", "a1111_short"),
        ("45a21ea0", "a1111_old"),
        ("45a21ea00a12", "autov3"),
        ("0x" + "ab" * 32, "sha256"),
        ("blake3:" + "ab" * 32, "blake3"),
    ],
)
def test_a_model_s_hash_names_its_dialect(digits, dialect):
    told = model_hash(digits)
    assert told is not None
    assert told["dialect"] == dialect


def test_add_ons_of_one_name_are_one():
    told = networks_in("<lora:zz:0.5> embedding:zz-te <hypernet:zz-h:1> <lora:other>")
    assert [(each.kind, each.name, each.weight) for each in told] == [
        ("lora", "zz", 0.5),
        ("hypernetwork", "zz-h", 1.0),
        ("lora", "other", None),
        ("embedding", "zz-te", None),
    ]
    joined = once([AddOn("a/zz.safetensors"), AddOn("ZZ", "lora", 0.5)])
    assert joined == (AddOn("a/zz.safetensors", "lora", 0.5),)
    assert base_name("C:\\zz\\one.ckpt") == "one"
