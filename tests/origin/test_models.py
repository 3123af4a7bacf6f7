"""Pictures are tied to model files in both directions, by every digest that a tool may write."""

import hashlib
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyzers.model_file import ModelFile
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import SENSITIVE
from fanal.model.item import MemoryBody
from fanal.origin.models import (
    COLLIDES,
    FULL,
    MOST_SAME,
    NAMED,
    SHORT,
    ModelEntry,
    ModelIndex,
    digests_in,
    names_in,
    naming,
    shortened,
)
from makers import models

CHECKPOINT = models.safetensors({"zz": "z" * 1_100_000}, models.CHECKPOINT_NAMES)
LORA = models.safetensors({"ss_output_name": "zz-person", "sshs_model_hash": "ab" * 32}, each=40)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def entry(data: bytes, *names: str) -> ModelEntry:
    held = Content(sha(data), media_type(data[:4096]), MemoryBody(data))
    finding, _ = ModelFile().analyze(held)
    others = {"md5": hashlib.md5(data).hexdigest()}
    return ModelEntry.of(finding.sha256, finding.data, others, names)


INDEX = ModelIndex([entry(CHECKPOINT, "models/zz-base.safetensors"), entry(LORA)])
LENGTH = int.from_bytes(CHECKPOINT[:8], "little")
TENSORS = sha(CHECKPOINT[8 + LENGTH :])


def matches(**data):
    return [(one.model, one.by, one.grade) for one in INDEX.named_by(data)]


def hashes(dialect: str, value: str) -> list[dict[str, str]]:
    return [{"dialect": dialect, "value": value}]


@pytest.mark.parametrize(
    ("dialect", "value", "by", "grade"),
    [
        ("a1111_short", sha(CHECKPOINT)[:10], "sha256", SHORT),
        ("sha256", sha(CHECKPOINT), "sha256", FULL),
        ("autov3", TENSORS[:12], "tensors", SHORT),
        ("autov3", sha(CHECKPOINT)[:12], "sha256", SHORT),
        ("swarm", TENSORS, "tensors", FULL),
        ("unknown", f"0x{TENSORS.upper()}", "tensors", FULL),
        ("", f"sha256:{sha(CHECKPOINT)}", "sha256", FULL),
        ("md5", hashlib.md5(CHECKPOINT).hexdigest(), "md5", FULL),
        ("a1111_old", sha(CHECKPOINT[0x100000:0x110000])[:8], "autov1", COLLIDES),
        ("a1111_old", sha(CHECKPOINT)[:8], "sha256", COLLIDES),
    ],
)
def test_a_digest_of_any_dialect_leads_to_the_file(dialect, value, by, grade):
    assert matches(model_hashes=hashes(dialect, value)) == [(sha(CHECKPOINT), by, grade)]


@pytest.mark.parametrize(
    ("dialect", "value"),
    [
        ("swarm", sha(CHECKPOINT)),
        ("blake3", sha(CHECKPOINT)),
        ("novelai", sha(CHECKPOINT)[:8]),
        ("a1111_short", sha(CHECKPOINT)[:9] + "g"),
        ("a1111_short", sha(CHECKPOINT)[:7]),
        ("a1111_short", "0" * 10),
        ("sha256", sha(CHECKPOINT) + "00"),
    ],
)
def test_another_digest_leads_nowhere(dialect, value):
    assert matches(model_hashes=hashes(dialect, value)) == []


def test_what_a_header_claims_is_compared_and_told():
    """Anybody can let a file claim any digest, so a claim weighs no more than one that collides."""
    for claim in ("ab" * 6, "ab" * 32):
        told = matches(hashes=hashes("autov3", claim))
        assert told == [(sha(LORA), "stated tensors", COLLIDES)]


def test_a_name_is_less_than_a_digest():
    digest = hashes("a1111_short", sha(CHECKPOINT)[:10])
    assert matches(model="D:\\zz\\ZZ-Base.ckpt [0123456789]") == [(sha(CHECKPOINT), "name", NAMED)]
    assert matches(model="zz-base", model_hashes=digest) == [(sha(CHECKPOINT), "sha256", SHORT)]
    assert matches(add_ons=["zz-person"], model_hashes=digest) == [
        (sha(CHECKPOINT), "sha256", SHORT),
        (sha(LORA), "name", NAMED),
    ]
    assert matches(name="zz-person.safetensors") == [(sha(LORA), "name", NAMED)]


def test_names_that_everything_has_tell_nothing():
    told = ModelIndex([ModelEntry.of("5a" * 32, {}, None, ["model.safetensors", "last.ckpt"])])
    assert told.named_by({"model": "model", "add_ons": ["last"]}) == []


def test_an_add_on_leads_to_the_model_it_was_trained_on():
    trained = entry(models.safetensors(models.TRAINED))
    data = {"training": {"base_digests": hashes("sha256", sha(CHECKPOINT))}}
    assert matches(**data) == [(sha(CHECKPOINT), "sha256", FULL)]
    index = ModelIndex([trained])
    assert index.named_by({"training": {}, SENSITIVE: {"output_name": "zz-test-0001"}}) == []
    assert list(names_in({"training": {}, SENSITIVE: {"base_name": "zz-base.ckpt"}})) == ["zz-base"]


def test_both_ways():
    short = {"model_hashes": hashes("a1111_short", sha(CHECKPOINT)[:10])}
    records = [(f"{n:064x}", [short]) for n in range(3)] + [("ff" * 32, [{"model": "zz-base"}])]
    told = naming(INDEX, records)
    assert told.keys() == {sha(CHECKPOINT)}
    assert told[sha(CHECKPOINT)].counts == {SHORT: 3, NAMED: 1}
    assert told[sha(CHECKPOINT)].pictures == [*(f"{n:064x}" for n in range(3)), "ff" * 32]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("a/b\\ZZ.safetensors", "zz"),
        ("zz.v1.5.ckpt", "zz.v1.5"),
        ("zz [0123456789]", "zz"),
        ("zz.safetensors [0123456789]", "zz"),
        (7, ""),
        ("", ""),
    ],
)
def test_names_are_compared_without_folders_and_endings(name, short):
    assert shortened(name) == short


def test_many_pictures_and_ten_thousand_models_take_little():
    entries = [
        ModelEntry(sha(b"%d" % n), (("sha256", sha(b"%d" % n)), ("tensors", sha(b"t%d" % n))))
        for n in range(10_000)
    ]
    begin = time.process_time()
    index = ModelIndex(entries)
    assert sum(map(sys.getsizeof, index._digests.values())) < 20 << 20
    records = (
        {"model_hashes": hashes("autov3", sha(b"t%d" % (n % 20_000))[:12])} for n in range(50_000)
    )
    found = naming(index, ((f"{n:064x}", [data]) for n, data in enumerate(records)))
    assert sum(one.counts[SHORT] for one in found.values()) == 30_000
    assert time.process_time() - begin < 5


def test_a_flood_of_files_with_one_name_and_one_claim_takes_little():
    claim = ("stated tensors", "ab" * 32)
    own = sha(b"7")
    entries = [
        ModelEntry(sha(b"%d" % n), (("sha256", sha(b"%d" % n)), claim), ("zz",))
        for n in range(20_000)
    ]
    begin = time.process_time()
    index = ModelIndex(entries)
    named = {"model": "zz", "model_hashes": hashes("sha256", own) + hashes("sha256", "ab" * 32)}
    found = naming(index, ((f"{n:064x}", [named]) for n in range(1_000)))
    assert found[own].counts[FULL] == 1_000
    assert len(found) <= 2 * MOST_SAME + 1
    assert time.process_time() - begin < 5


PLAIN = st.recursive(
    st.none() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
KEYS = ["model_hashes", "hashes", "model", "add_ons", "name", "training", SENSITIVE, "digests"]


@given(st.dictionaries(st.sampled_from(KEYS), PLAIN))
def test_no_data_raise(data):
    list(digests_in(data))
    list(names_in(data))
    assert isinstance(INDEX.named_by(data), list)
    ModelEntry.of("5a" * 32, data)
