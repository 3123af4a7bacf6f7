"""Headers are read in bounds: values, training, roles, and each format by itself."""

import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyzers.model_file_folder import folder_file
from fanal.analyzers.model_file_gguf import read_gguf
from fanal.analyzers.model_file_role import (
    LORA,
    UNKNOWN,
    architecture_by_names,
    role_by_header,
    role_by_names,
)
from fanal.analyzers.model_file_tensors import MOST_HEADER, read_tensors
from fanal.analyzers.model_file_torch import read_torch
from fanal.analyzers.model_file_training import stated, training
from fanal.analyzers.model_file_values import (
    hexadecimal,
    mapping,
    moment,
    number,
    plain,
    read_json,
)
from fanal.content.handle import Content
from fanal.model.item import MemoryBody
from makers import models

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def held(data: bytes) -> Content:
    return Content("5a" * 32, "", MemoryBody(data))


# ---- values


def test_texts_are_cut_and_made_plain():
    assert plain("zz\x1b[31m\0\ud800", 7) == "zz�[31m"
    assert plain("a\tb\nc\r") == "a\tb\nc�"
    assert plain(7) == plain(None) == plain(b"zz") == ""


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("24", 24),
        (24, 24),
        ("24.0", 24),
        (2.9, 2),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        (10**16, None),
        ("9" * 5000, None),
        ("zz", None),
        (True, None),
        ([1], None),
    ],
)
def test_numbers_are_counts(value, count):
    assert number(value) == count


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("1700000000.5", "2023-11-14T22:13:20+00:00"),
        (1700000000, "2023-11-14T22:13:20+00:00"),
        ("0", ""),
        ("99999999999999", ""),
        ("zz", ""),
    ],
)
def test_times_are_those_that_a_clock_can_have_shown(value, when):
    assert moment(value) == when


def test_digests_have_a_length_and_no_other_letters():
    assert hexadecimal(" 0xABCDEF01 ", 8) == "abcdef01"
    assert hexadecimal("abcdef0", 8) == hexadecimal("abcdefgh", 8) == hexadecimal(8, 8) == ""


@given(ANYTHING)
def test_no_value_raises(value):
    plain(value)
    number(value)
    moment(value)
    hexadecimal(value, 8)
    mapping(value)


def test_json_nested_without_end_is_none():
    assert read_json("[" * 1_000_000) is None
    assert mapping('{"a": 1}') == {"a": 1}
    assert mapping("[1]") == mapping("zz") == {}


# ---- training


def test_a_trainer_that_names_itself():
    told = {
        "software": json.dumps({"name": "ai-toolkit", "version": "0.1.0"}),
        "training_info": json.dumps({"step": 2000, "epoch": 41}),
        "name": "zz-test-0001",
    }
    facts, words = training(told)
    assert facts == {"trainer": "ai-toolkit 0.1.0", "steps": 2000, "epoch": 41}
    assert words == {"name": "zz-test-0001"}
    assert training({"software": "zz 1.0"})[0] == {"trainer": "zz 1.0"}


def test_pictures_of_several_folders_are_added():
    folders = {
        "5_zz-test-0001": {"n_repeats": "5", "img_count": 12},
        "1_zz-test-0002": {"n_repeats": 1, "img_count": "30"},
        "zz": {"n_repeats": 1},
        "yy": 7,
    }
    facts, words = training({"ss_dataset_dirs": json.dumps(folders)})
    assert (facts["folders"], facts["pictures"]) == (2, 42)
    assert [one["repeats"] for one in words["folders"]] == [5, 1]


def test_a_header_without_training_says_nothing():
    assert training({}) == ({}, {})
    assert stated({"sshs_model_hash": "zz", "sshs_legacy_hash": 7}) == []


@given(st.dictionaries(st.sampled_from([*models.TRAINED, "software", "zz"]), ANYTHING))
def test_no_metadata_raise(metadata):
    json.dumps(training(metadata))
    json.dumps(stated(metadata))


# ---- roles


def test_a_network_module_is_a_lora_and_a_name_in_another_place_is_not():
    assert role_by_header({"ss_network_module": "networks.lora"}) == LORA
    assert role_by_header({"modelspec.architecture": "stable-diffusion-v1"}) == ""
    assert role_by_names([]) == UNKNOWN
    assert role_by_names(["explora_upper.weight", "zz"]) == UNKNOWN


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("conditioner.embedders.1.model.ln_final.bias", "SDXL"),
        ("lora_te2_text_model_encoder.alpha", "SDXL"),
        ("lora_unet_double_blocks_0_img_attn_proj.alpha", "FLUX"),
        ("model.diffusion_model.joint_blocks.0.x", "SD3"),
        ("cond_stage_model.model.transformer.resblocks.0", "SD2"),
        ("cond_stage_model.transformer.text_model.x", "SD1"),
        ("zz", ""),
    ],
)
def test_families_are_told_by_names(name, family):
    assert architecture_by_names([name]) == family


# ---- formats


def test_only_the_beginning_of_a_header_is_read(monkeypatch):
    asked: list[tuple[int, int]] = []
    real = Content.read_at

    def noting(self, offset, length):
        asked.append((offset, length))
        return real(self, offset, length)

    monkeypatch.setattr(Content, "read_at", noting)
    read_tensors(held(models.safetensors(header=b'{"__metadata__":{' + b" " * 9_000_000)))
    read_gguf(held(models.gguf()))
    assert max(length for _, length in asked) == MOST_HEADER


def test_tensors_are_counted_not_read():
    header = read_tensors(held(models.safetensors({"zz": "1"}, ["a", "b"], 64)))
    assert header.names == ("a", "b")
    assert header.facts == {"tensors": 2, "parameters": 64, "types": {"F16": 2}}
    assert (header.problem, dict(header.metadata)) == ("", {"zz": "1"})


def test_a_list_of_members_that_claims_too_much():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("archive/data.pkl", models.pickled())
        for index in range(20_000):
            made.writestr(f"archive/data/{index}", b"")
    header = read_torch(held(out.getvalue()))
    assert header.problem == "limit: header"
    assert 0 < header.facts["tensors"] < 20_000


@given(
    st.dictionaries(st.sampled_from(["_class_name", "_diffusers_version", "peft_type"]), ANYTHING)
)
def test_no_settings_of_a_folder_raise(value):
    folder_file(json.dumps(value, default=repr))


@pytest.mark.parametrize("read", [read_tensors, read_gguf, read_torch])
@given(data=st.binary(max_size=300))
def test_no_bytes_raise(read, data):
    for begin in (b"", b"GGUF\3\0\0\0", b"PK\x03\x04", (20).to_bytes(8, "little") + b"{"):
        header = read(held(begin + data))
        assert header.detail.isprintable()
