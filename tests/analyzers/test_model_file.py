"""Model files are stated by what their headers say; digests equal those that tools compute."""

import hashlib
import json
import os
import time

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from fanal.analyzers import ANALYZERS
from fanal.analyzers.model_file import FOREIGN, NOTED, PICTURES_IN, ModelFile
from fanal.analyzers.model_file_digests import digests
from fanal.content.handle import Content
from fanal.content.media import SAFETENSORS, media_type
from fanal.custody.spelling import canonical
from fanal.engines.pool import Pool
from fanal.model.evidence import BYTES, MODEL_FILE, SENSITIVE
from fanal.model.finding import Finding, Seen
from fanal.model.item import Digests, FileBody, MemoryBody, StoreBody, StreamedBody
from fanal.pipeline.work import LookPace, LookTask, LookWork, file_mark
from fanal.settings import Settings
from makers import models

MADE = [
    models.safetensors(models.TRAINED),
    models.gguf([("general.name", 8, "zz"), ("zz", 9, (8, ["a", "b"]))]),
    models.torch_zip(),
    models.torch_pickle(),
]


def content(data: bytes) -> Content:
    return Content(hashlib.sha256(data).hexdigest(), media_type(data[:4096]), MemoryBody(data))


def said(data: bytes) -> tuple[Finding, Seen]:
    finding, seen = ModelFile().analyze(content(data))
    assert isinstance(finding, Finding)
    assert isinstance(seen, Seen)
    return finding, seen


def named(data: bytes) -> dict[str, str]:
    return {one["dialect"]: one["value"] for one in said(data)[0].data["digests"]}


def test_an_add_on_model_tells_what_it_was_trained_on():
    finding, seen = said(models.safetensors(models.TRAINED))
    assert finding.kind == MODEL_FILE
    assert finding.says == (
        "add-on model (LoRA) in a safetensors file; its header says it was trained on 24 pictures"
        " in 1 folder between 2023-11-14 and 2023-11-15"
    )
    assert (finding.speaks_for, finding.speaks_against, finding.grade) == ("", "", "")
    assert NOTED in finding.doubts
    assert (seen.outcome, seen.reason) == ("spoke", "")
    data = finding.data
    assert (data["format"], data["role"], data["role_by"]) == ("safetensors", "lora", "header")
    assert data["add_on"] is True
    told = data["training"]
    assert told["pictures"] == 24
    assert told["pictures_with_repeats"] == 240
    assert (told["started"], told["finished"]) == (
        "2023-11-14T22:13:20+00:00",  # date -u -d @1700000000 +%FT%T
        "2023-11-15T22:13:20+00:00",
    )
    assert (told["caption_words"], told["caption_uses"], told["session"]) == (2, 30, 4077)
    assert told["base_digests"] == [
        {"dialect": "sha256", "value": "cd" * 32},
        {"dialect": "autov1", "value": "0123abcd"},
    ]
    assert data["stated_digests"][0]["value"] == "ab" * 32
    assert data["agrees"] is False


def test_words_that_people_chose_are_kept_apart():
    data = dict(said(models.safetensors(models.TRAINED))[0].data)
    words = data.pop(SENSITIVE)
    assert "zz-test" not in canonical(data)
    assert words["folders"] == [{"name": "10_zz-test-0002", "pictures": 24, "repeats": 10}]
    assert words["caption_words"] == [["zz-test-0003", 24], ["zz-test-0004", 6]]
    assert (words["output_name"], words["title"]) == ("zz-test-0001", "zz-test-0005")


def test_the_bytes_it_rests_on_are_named():
    data = models.safetensors(models.TRAINED)
    (extent,) = said(data)[0].data[BYTES]
    stretch = data[extent["offset"] : extent["offset"] + extent["length"]]
    assert extent["sha256"] == hashlib.sha256(stretch).hexdigest()
    assert stretch.endswith(b"}")


# ---- digests, against computations of their own and what the tools' own tests expect


def test_digests_are_those_of_the_tools():
    metadata = {**models.TRAINED, "zz": "z" * 900_000}
    data = models.safetensors(metadata, each=100_000)
    length = int.from_bytes(data[:8], "little")
    tensors = hashlib.sha256(data[8 + length :]).hexdigest()
    assert named(data) == {
        "sha256": hashlib.sha256(data).hexdigest(),
        "autov2": hashlib.sha256(data).hexdigest()[:10],
        "autov1": hashlib.sha256(data[0x100000 : 0x100000 + 0x10000]).hexdigest()[:8],
        "tensors": tensors,
        "autov3": tensors[:12],
        "blake3": blake3(data).hexdigest(),
    }


def test_the_example_of_invokeai():
    # tests/test_model_hash.py of invoke-ai/InvokeAI: a file that holds "model data"
    found = digests(Content("", "", MemoryBody(b"model data")), 0)
    assert {"dialect": "blake3", "value": BLAKE3} in found


BLAKE3 = "ce3f0c5f3c05d119f4a5dcaf209b50d3149046a0d3a9adee9fed4c83cad6b4d0"


def test_other_metadata_leave_the_digest_of_the_tensors_alone():
    first, other = models.safetensors(models.TRAINED), models.safetensors({"zz": "zz-test-0001"})
    assert named(first)["tensors"] == named(other)["tensors"]
    assert named(first)["sha256"] != named(other)["sha256"]


def test_a_header_that_states_the_digest_of_its_tensors_agrees():
    tensors = hashlib.sha256(models.numbers(96)).hexdigest()
    stated = {"modelspec.hash_sha256": f"0x{tensors}"}
    assert said(models.safetensors(stated))[0].data["agrees"] is True


def test_no_digest_of_nothing_stands_for_a_small_file():
    assert "autov1" not in named(models.safetensors())
    assert "tensors" not in named(models.gguf())


# ---- roles


@pytest.mark.parametrize(
    ("data", "role"),
    [
        (models.safetensors(), "lora"),
        (models.safetensors(None, ["base.lora_A.weight", "base.lora_B.weight"]), "lora"),
        (models.safetensors(None, ["a.hada_w1_a", "a.hada_w1_b", "a.alpha"]), "lora"),
        (models.safetensors(None, models.CHECKPOINT_NAMES), "checkpoint"),
        (models.safetensors(None, ["emb_params"]), "textual inversion"),
        (models.safetensors(None, ["clip_g", "clip_l"]), "textual inversion"),
        (models.safetensors(None, ["encoder.conv_in.weight", "decoder.conv_out.bias"]), "vae"),
        (models.safetensors(None, ["control_model.input_hint_block.0.bias"]), "controlnet"),
        (models.safetensors(None, ["image_proj.proj.weight"]), "image adapter"),
        (models.safetensors(None, ["text_model.encoder.layers.0.mlp.fc1.bias"]), "text encoder"),
        (models.safetensors(None, ["zz-test-0001"]), "unknown"),
        (models.safetensors({"modelspec.architecture": "flux-1-dev/lora"}, ["zz"]), "lora"),
        (models.gguf(), "checkpoint"),
        (models.gguf(names=["blk.0.attn_q.weight"]), "language model"),
        (models.gguf([("adapter.type", 8, "lora")], ["zz"]), "lora"),
        (models.torch_zip(), "checkpoint"),
        (models.torch_zip(["string_to_token", "string_to_param"]), "textual inversion"),
        (models.torch_pickle(), "checkpoint"),
        (models.torch_pickle(models.LORA_NAMES), "lora"),
    ],
)
def test_roles_are_told_by_header_or_names(data, role):
    finding, seen = said(data)
    assert finding.data["role"] == role
    assert finding.data["add_on"] == (role in {"lora", "textual inversion"})
    assert seen.outcome == "spoke"


def test_an_image_adapter_says_that_a_picture_goes_in():
    assert PICTURES_IN in said(models.safetensors(None, ["ip_adapter.1.to_k_ip.weight"]))[0].doubts


def test_a_gguf_tells_its_key_values():
    pairs = [
        ("general.architecture", 8, "flux"),
        ("general.name", 8, "zz-test-0001"),
        ("general.quantization_version", 4, 2),
        ("zz.list", 9, (8, ["zz-test-0002"] * 50)),
        ("zz.nested", 9, (9, [(4, [1, 2]), (8, ["a"])])),
        ("zz.numbers", 9, (6, [0.5] * 1000)),
    ]
    for version, order in ((1, "<"), (2, "<"), (3, "<"), (3, ">")):
        finding, seen = said(models.gguf(pairs, version=version, order=order))
        assert seen.outcome == "spoke"
        assert finding.data["training"]["architecture"] == "flux"
        assert finding.data[SENSITIVE]["title"] == "zz-test-0001"
        header = finding.data["header"]
        assert (header["version"], header["keys"], header["tensors"]) == (version, 6, 1)


# ---- nothing is loaded


def test_a_pickle_is_never_loaded(tmp_path):
    for data in (models.torch_zip(makes=str(tmp_path / "made")), models.pickled()):
        list(ModelFile().analyze(content(data)))
    finding, _ = said(models.torch_pickle(makes=str(tmp_path / "made")))
    assert list(tmp_path.iterdir()) == []
    assert finding.data["header"]["foreign_calls"] == ["posix.mkdir"]
    assert FOREIGN in finding.doubts
    assert "would run code" in finding.says


def test_the_name_that_a_checkpoint_was_saved_under_is_kept_apart():
    finding, _ = said(models.torch_zip(folder="zz-test-0001"))
    assert finding.data[SENSITIVE]["name"] == "zz-test-0001"
    assert finding.data["header"]["tensors"] == 2
    assert "name" not in said(models.torch_zip())[0].data[SENSITIVE]


# ---- what cannot be read


DEEP = b'{"__metadata__":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001
TWICE = b'{"__metadata__":{"zz":"1"},"a":{"dtype":"F16"},"a":{"dtype":"F16"}}'
FAR = b'{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,1000000]}}'
DIGITS = b'{"a":{"dtype":"F16","shape":[' + b"9" * 5000 + b"]}}"


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (models.safetensors(length=2 << 30), "more than the file has"),
        (models.safetensors(length=-1), "more than the file has"),
        (models.safetensors(header=DEEP), "no JSON object"),
        (models.safetensors(header=b'{"a":{"dtype":"F16"'), "no JSON object"),
        (models.safetensors(header=TWICE), "names a thing twice"),
        (models.safetensors(header=FAR), "outside the file"),
        (models.safetensors(header=DIGITS), "no JSON object"),
        (models.gguf([("zz", 9, (13, []))]), "of kind 13"),
        (models.gguf([("zz", 9, (9, [(9, [(9, [(9, [(9, [])])])])]))]), "a list 5 deep"),
        (models.gguf()[:16] + (1 << 63).to_bytes(8, "little"), "more key-values"),
        (models.gguf([("zz", 8, "zz")])[:40], "end early"),
        (models.gguf([("zz", 4, 7)]).replace(b"zz\x04", b"zz\x0e"), "kind 14, which there"),
        (models.torch_zip()[:200], "lists no pickle"),
        (models.torch_zip(compressed=True), "compressed"),
        (
            models.torch_zip()[:28] + b"\xfe\xff" + models.torch_zip()[30:],
            "behind the end of the file",
        ),
    ],
)
def test_a_bad_header_is_told(data, detail):
    finding, seen = said(data)
    assert (seen.outcome, seen.reason) == ("partly", "model header damaged")
    assert detail in seen.detail
    assert finding.says.isprintable()


def test_a_text_of_more_bytes_than_there_are_is_not_asked_for():
    data = models.gguf([("zz", 8, "zz")])
    at = data.index(b"zz") - 8
    finding, seen = said(data[:at] + (1 << 62).to_bytes(8, "little") + data[at + 8 :])
    assert seen.reason == "model header damaged"
    assert finding.data["header"]["keys"] == 0


def test_a_long_header_is_read_as_far_as_it_goes():
    metadata = {**models.TRAINED, "zz": "z" * 9_000_000}
    assert said(models.safetensors(metadata))[1].reason == "limit: header"
    tail = b',"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}}' + b" " * 9_000_000
    begun = b'{"__metadata__":' + json.dumps(models.TRAINED).encode() + tail
    finding, seen = said(models.safetensors(header=begun))
    assert seen.reason == "limit: header"
    assert finding.data["training"]["pictures"] == 24
    assert "tensors" in named(models.safetensors(header=begun))


def test_a_sparse_file_of_three_gigabytes_costs_nothing(tmp_path):
    path = tmp_path / "sparse"
    for length in (2 << 30, 3 << 30):
        path.write_bytes(models.safetensors(length=length))
        os.truncate(path, 3 << 30)
        begin = time.perf_counter()
        found = Content("5a" * 32, SAFETENSORS, FileBody(os.fsencode(path)))
        finding, seen = ModelFile().analyze(found)
        assert time.perf_counter() - begin < 2
        assert seen.reason == "model header damaged"
        assert [one["dialect"] for one in finding.data["digests"]] == ["sha256", "autov2"]


def test_what_lies_elsewhere_is_known_by_its_digest_alone():
    head = models.safetensors(models.TRAINED)[:4096]
    for body in (
        StreamedBody(Digests("5a" * 32, "", "", 1 << 33, head[:600])),
        StoreBody("bucket", b"key", 1 << 33, ""),
    ):
        finding, seen = ModelFile().analyze(Content("5a" * 32, SAFETENSORS, body))
        assert (seen.outcome, seen.reason) == ("partly", "limit: memory")
        assert finding.data["digests"][0] == {"dialect": "sha256", "value": "5a" * 32}
        assert finding.data["size"] == 1 << 33
    other = Content("5a" * 32, "application/octet-stream", StoreBody("b", b"k", 1 << 33, ""))
    assert [seen.outcome for seen in ModelFile().analyze(other)] == ["silent"]


def test_a_case_made_before_knows_its_model_files(tmp_path):
    for data in (models.safetensors(), models.gguf(), models.torch_zip()):
        for kind in ("application/octet-stream", "application/zip"):
            (finding, _) = ModelFile().analyze(Content("5a" * 32, kind, MemoryBody(data)))
            assert finding.kind == MODEL_FILE


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "audio/wav", "text/xml"])
def test_other_kinds_are_not_even_opened(kind):
    found = Content("5a" * 32, kind, FileBody(b"/there/is/no/such/file"))
    assert [seen.outcome for seen in ModelFile().analyze(found)] == ["silent"]
    assert not ModelFile.asks_for(kind)


@pytest.mark.parametrize("data", MADE, ids=["safetensors", "gguf", "zip", "pickle"])
def test_a_file_gives_what_its_bytes_give_and_keeps_its_times(tmp_path, data):
    path = tmp_path / "one"
    path.write_bytes(data)
    os.utime(path, ns=(10**18, 2 * 10**18))
    lying = Content(
        hashlib.sha256(data).hexdigest(),
        media_type(data[:4096]),
        FileBody(os.fsencode(path)),
    )
    assert tuple(ModelFile().analyze(lying)) == said(data)
    assert (path.stat().st_atime_ns, path.stat().st_mtime_ns) == (10**18, 2 * 10**18)


def test_a_network_of_another_sort_is_only_told():
    data = b"\x08\x07\x12\x07pytorch\x1a\x051.9.0" + bytes(50)
    finding, seen = said(data)
    assert finding.says == "model file in an ONNX file"
    assert seen.outcome == "spoke"
    assert named(data).keys() == {"sha256", "autov2"}


def test_guarded_workers_say_the_same(tmp_path):
    makes = tmp_path / "made"
    told = [*MADE, models.torch_zip(makes=str(makes))]
    tasks = []
    for index, data in enumerate(told):
        path = tmp_path / str(index)
        path.write_bytes(data)
        body, mark = FileBody(os.fsencode(path)), file_mark(path.lstat())
        kind = media_type(data[:4096])
        digest = hashlib.sha256(data).hexdigest()
        tasks.append(LookTask(digest, kind, body, mark, ("model_file",)))
    pool = Pool(Settings(workers=1))
    try:
        ((_, answers),) = pool.run(LookWork(), [tuple(tasks)], LookPace(20.0, 1000))
    finally:
        pool.close()
    assert [tuple(answer) for answer in answers] == [said(data) for data in told]
    assert not makes.exists()


def test_it_is_one_of_the_table():
    assert ANALYZERS.get("model_file") is ModelFile


@examples(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.sampled_from(MADE),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), max_size=8),
    end=st.floats(0.02, 1),
)
def test_no_damage_raises_and_every_answer_can_be_kept(data, edits, end):
    changed = bytearray(data)
    for where, put in edits:
        at = int(where * len(changed))
        changed[at : at + len(put)] = put
    kind = media_type(data[:4096])
    held = Content("5a" * 32, kind, MemoryBody(bytes(changed[: int(end * len(changed)) or 1])))
    *findings, seen = ModelFile().analyze(held)
    assert seen.outcome in {"spoke", "partly"}
    assert (seen.reason + seen.detail).isprintable()
    for finding in findings:
        assert finding.says.isprintable()
        assert len(finding.says) <= 200
        assert len(canonical(finding.data)) < 64 << 10


def test_a_header_full_of_words_stays_small():
    folders = {f"zz-{n}" + "w" * 900: {"n_repeats": 1, "img_count": 1} for n in range(500)}
    tags = {name: {f"word-{n}" + "w" * 500: 1 for n in range(200)} for name in folders}
    metadata = {
        **{f"zz-key-{n}": "w" * 5000 for n in range(300)},
        **dict.fromkeys(models.TRAINED, "w" * 5000),
        "ss_dataset_dirs": json.dumps(folders),
        "ss_tag_frequency": json.dumps(dict(list(tags.items())[:20])),
    }
    finding, seen = said(models.safetensors(metadata))
    assert finding.data["training"]["pictures"] == 500
    assert seen.outcome == "spoke"
    assert len(canonical(finding.data)) < 100 << 10
