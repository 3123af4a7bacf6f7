"""A tool's settings are known by what stands in them, and nothing else is taken for them."""

import hashlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyzers.model_file import ModelFile
from fanal.analyzers.model_file_setup import setup_in_database, setup_in_text
from fanal.analyzers.model_file_setup_found import CHANGEABLE, Stated
from fanal.analyzers.model_file_setup_known import IN_JSON, IN_LINES, knows
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.custody.spelling import canonical
from fanal.model.evidence import BYTES, MODEL_FILE, SENSITIVE, SETUP
from fanal.model.item import MemoryBody
from makers import setups

ROOT = Path(__file__).parents[2]


def found(data: bytes) -> Stated:
    stated = setup_in_text(data) or setup_in_database(data)
    assert stated
    return stated


def words(data: bytes) -> dict:
    return found(data).data[SENSITIVE]


@pytest.mark.parametrize("name", setups.ALL)
def test_every_tool_is_known_by_its_file(name):
    data = setups.ALL[name]
    held = Content("5a" * 32, media_type(data[:4096]), MemoryBody(data))
    finding, seen = ModelFile().analyze(held)
    assert finding.kind == SETUP
    assert name.startswith(f"{finding.data['tool']}: {finding.data['file']}")
    assert seen.outcome == "spoke"
    assert CHANGEABLE in finding.doubts
    assert "zz" not in finding.says + canonical(
        {key: value for key, value in finding.data.items() if key != SENSITIVE}
    )
    assert finding.data[BYTES][0]["sha256"] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("name", setups.ALL)
def test_half_of_a_file_is_no_such_file_or_still_one(name):
    data = setups.ALL[name]
    for part in (data[: len(data) // 2], data[len(data) // 2 :], data[:-1], data[1:]):
        stated = setup_in_text(part)
        assert stated is None or stated.data["tool"] == name.partition(":")[0]


def test_folders_and_models_are_kept_apart():
    told = words(setups.A1111)
    assert told["outputs"] == {
        "outdir_txt2img_samples": "D:\\zz-test-0001\\out",
        "outdir_img2img_samples": "outputs/img2img-images",
        "outdir_init_images": "outputs/init-images",
    }
    assert told["models"] == {"sd_model_checkpoint": "zz-model.safetensors [0123456789]"}
    assert found(setups.A1111).says == (
        "config.json of AUTOMATIC1111 family; it names 3 output folders, 1 setting of models,"
        " 1 digest of a model"
    )


def test_digests_of_models_are_spelled_as_in_records():
    assert found(setups.A1111).data["model_hashes"] == [{"dialect": "sha256", "value": setups.SHA}]
    assert found(setups.A1111_CACHE).data["model_hashes"] == [
        {"dialect": "sha256", "value": setups.SHA},
        {"dialect": "sha256", "value": "cd" * 32},
        {"dialect": "tensors", "value": "ef" * 32},
    ]
    assert found(setups.FOOOCUS_CACHE).data["model_hashes"] == [
        {"dialect": "sha256", "value": setups.SHA},
        {"dialect": "autov2", "value": "0123456789"},
    ]
    assert [one["value"] for one in found(setups.PARAMS).data["model_hashes"]] == [
        "0123456789",
        "abcdef0123",
        "0123456789ab",
        "ba9876543210",
    ]


def test_a_text_beside_a_picture_keeps_its_words_apart():
    stated = found(setups.PARAMS)
    assert stated.data["version"] == "v1.10.1"
    assert stated.data[SENSITIVE]["models"] == {"Model": "zz-model", "VAE": "zz.vae"}
    assert stated.data[SENSITIVE]["text"].startswith("zz-test-0001, zz-test-0002\nNegative")


@pytest.mark.parametrize(("data", "fork"), [(setups.A1111, ""), (setups.FORGE, "Forge")])
def test_a_fork_is_known_by_settings_of_its_own(data, fork):
    assert found(data).data["fork"] == fork


def test_lines_of_several_sorts():
    assert words(setups.COMFY_PATHS)["models"] == {
        "base_path": "D:\\zz-test-0001\\models",
        "checkpoints": "checkpoints/",
        "embeddings": "embeddings",
        "loras": "loras; more\\loras",
    }
    assert words(setups.INVOKE_3)["outputs"] == {"outdir": "/srv/zz-test-0001"}
    assert words(setups.INVOKE_4)["outputs"] == {"outputs_dir": "/srv/zz-test-0002"}
    assert found(setups.INVOKE_4).data["version"] == "4.0.2"
    assert words(setups.SWARM)["models"]["SDLoraFolder"] == "Lora;/srv/zz-test-0001"
    assert found(setups.SWARM).data["version"] == "0.9.5.2"
    assert words(setups.EASY_YAML)["outputs"] == {"force_save_path": "/srv/zz-test-0001"}


@pytest.mark.parametrize("data", [setups.KOHYA, setups.KOHYA_TOML])
def test_settings_of_a_training_name_its_pictures(data):
    told = words(data)
    assert told["training_folders"] == {"train_data_dir": "D:/zz-test-0001/img"}
    assert told["names"] == {"output_name": "zz-test-0002"}
    assert told["outputs"]["output_dir"] == "D:/zz-test-0001/model"


def test_what_stability_matrix_has_installed():
    stated = found(setups.MATRIX)
    assert stated.data["packages"] == ["ComfyUI", "stable-diffusion-webui"]
    assert stated.data[SENSITIVE]["packages"]["ComfyUI"] == "Packages\\zz-test-0001"


def test_a_log_names_its_pictures_and_models():
    stated = found(setups.FOOOCUS_LOG)
    assert (stated.data["date"], stated.data["pictures"]) == ("2024-05-06", 2)
    assert stated.data[SENSITIVE]["pictures"][0] == "2024-05-06_07-08-09_1234.png"
    assert sorted(stated.data[SENSITIVE]["models"].values()) == [
        "zz-lora.safetensors : 0.5",
        "zz-model.safetensors",
    ]


def test_a_log_of_many_pictures_is_counted_and_kept_in_part():
    begin, _, rest = setups.FOOOCUS_LOG.partition(b"<div id=")
    one = b"<div id=" + rest.partition(b"<!--fooocus")[0]
    stated = found(begin + one * 2000)
    assert stated.data["pictures"] == 4000
    assert len(canonical(stated.data)) < 64 << 10


# ---- folders of weights


@pytest.mark.parametrize(
    ("value", "role"),
    [
        ({"_class_name": "StableDiffusionPipeline"}, "checkpoint"),
        ({"_class_name": "UNet2DConditionModel"}, "checkpoint"),
        ({"_class_name": "FluxTransformer2DModel"}, "checkpoint"),
        ({"_class_name": "ControlNetModel"}, "controlnet"),
        ({"_class_name": "AutoencoderKL"}, "vae"),
        ({"_class_name": "PNDMScheduler"}, None),
        ({"_class_name": "zz\x1b"}, None),
        ({"_class_name": ["zz"]}, None),
    ],
)
def test_a_folder_of_diffusers_is_told_by_its_class(value, role):
    told = {"_diffusers_version": "0.30.0", "_name_or_path": "/srv/zz-test-0001", **value}
    stated = setup_in_text(setups.spelt(told))
    assert (stated and stated.data["role"]) == role
    if stated:
        assert stated.kind == MODEL_FILE
        assert stated.data[SENSITIVE] == {"base_name": "/srv/zz-test-0001"}
        assert "zz" not in stated.says


def test_an_adapter_of_peft_is_an_add_on():
    told = {"peft_type": "LORA", "base_model_name_or_path": "zz-base", "r": 16, "lora_alpha": 32}
    stated = setup_in_text(setups.spelt(told))
    assert stated
    assert (stated.data["role"], stated.data["add_on"]) == ("lora", True)
    assert stated.data["header"]["rank"] == 16
    assert setup_in_text(setups.spelt({"peft_type": "LORA", "r": 16})) is None
    assert setup_in_text(setups.spelt({**told, "peft_type": "IA3"})) is None


# ---- nothing else is taken for a tool's


OTHERS = {
    "package.json": b'{"name":"zz","version":"1.0.0","scripts":{"build":"zz"},"dependencies":{}}',
    "train.json": b'{"train_data_dir":"a","output_dir":"b","learning_rate":1e-4,"epochs":3}',
    "preset.json": b'{"default_model":"zz","default_refiner":"None","default_loras":[],'
    b'"default_styles":[],"default_performance":"Speed","default_prompt_negative":""}',
    "compose.yaml": b"services:\n  web:\n    image: zz\n    ports:\n      - 80:80\n",
    "schema.yaml": b"schema_version: 4\nmodels_dir: a\noutputs_dir: b\nprecision: fp16\n",
    "settings.json": b'{"Comfy.UseNewMenu":"Top","editor.fontSize":12}',
    "log.html": b"<html><p>Log 2024-05-06 (private)</p><a href='zz.png'></a></html>",
    "notes.txt": b"Steps: 20, then stir. Sampler: none. CFG scale: what? Seed: poppy",
    "hashes.json": b'{"hashes":{"zz.zip":{"sha256":"not one"}},"mtime":1}',
    "lines.json": b'{"zz.safetensors": "zz"}\n',
    "paths.yaml": b"base_path: /srv\nchart: zz\nvae: no\n",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_none(name):
    assert setup_in_text(OTHERS[name]) is None


def test_no_file_of_this_project_is_one():
    pages = [*(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml"]
    assert [page for page in pages if setup_in_text(page.read_bytes())] == []


def test_other_databases_are_none():
    assert setup_in_database(setups.database("images", "boards", "users")) is None
    assert setup_in_database(b"SQLite format 3\0") is None


def test_too_few_keys_are_not_enough():
    for known in (*IN_JSON, *IN_LINES):
        assert knows(known, known.marks | known.must)
        assert not knows(known, frozenset(sorted(known.marks)[: known.least - 1]))
        assert not knows(known, known.marks - known.must)


# ---- hostile


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(setups.ALL)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), max_size=8),
)
def test_no_damage_raises_and_every_answer_can_be_kept(name, edits):
    changed = bytearray(setups.ALL[name])
    for where, put in edits:
        at = int(where * len(changed))
        changed[at : at + len(put)] = put
    for read in (setup_in_text, setup_in_database):
        if stated := read(bytes(changed)):
            assert stated.says.isprintable()
            assert len(stated.says) <= 200
            assert len(canonical(stated.data)) < 64 << 10


MANY = {f"zz-{n}": {"sha256": setups.SHA} for n in range(9000)}
LOG = b"<p>Fooocus Log 2024-05-06 (private)"


@pytest.mark.parametrize(
    "data",
    [
        b'{"outdir_":' + b"[" * 200_000,
        json.dumps({"hashes": MANY}).encode(),
        b"Steps: 1, " + b"Sampler: CFG scale: Seed: " * 2000,
        b"Steps: 1, CFG scale: " + b'A: "' * 2000,
        b"CFG scale: \n" + b"Steps: 1, \n" * 6000,
        b"base_path: " + b" " * 250_000 + b"x",
        b"base_path:\n" + b"x\n" * 120_000,
        LOG + b'class="image-container"><hr><table><tr><td>' * 9000,
        LOG + b"<td class='key'>" * 50_000,
        b'{"txt2img/' + b"a/" * 500_000 + b'visible": 1}',
    ],
)
def test_hostile_texts_cost_little(data):
    begin = time.process_time()
    stated = setup_in_text(data)
    assert time.process_time() - begin < 2
    assert stated is None or len(canonical(stated.data)) < 128 << 10
