"""A content credential gives four facts and its whole chain; what it cannot say is said."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.analyzers.credential import Credential
from fanal.analyzers.credential_boxes import Boxes
from fanal.analyzers.credential_facts import facts
from fanal.analyzers.credential_library import Report, ask
from fanal.analyzers.credential_manifest import bound
from fanal.analyzers.credential_manifest import signed as sealed
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.engines.pool import Pool
from fanal.model.evidence import BYTES, CREDENTIAL, CREDENTIAL_ABSENT, INPUT, SENSITIVE
from fanal.model.finding import Finding, Seen
from fanal.model.item import Digests, FileBody, MemoryBody, StreamedBody
from fanal.pipeline.sound import believed
from fanal.pipeline.work import LookTask, LookWork, analyzer_versions, file_mark
from fanal.settings import Settings
from makers.credentials import (
    ALTERED,
    CAPTURED,
    CREATED,
    TYPES,
    action,
    house,
    ingredient,
    manifest,
    opened,
    signed,
    store,
    tile,
)
from makers.evidence import sha256

SHA = "5a" * 32
PHOTO = [action("c2pa.created", CAPTURED)]


def look(data: bytes, kind: str = "") -> list:
    return list(
        Credential().analyze(Content(SHA, kind or media_type(data[:4096]), MemoryBody(data)))
    )


def told(data: bytes, kind: str = "") -> dict:
    (finding,) = [one for one in look(data, kind) if getattr(one, "kind", "") == CREDENTIAL]
    return dict(finding.data)


def four(data: bytes) -> tuple[str, str, str, str]:
    have = told(data)
    return have["binding"], have["signature"], have["trust"], have["time"]["state"]


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif", "tiff"])
def test_a_signed_tile_holds_and_is_not_judged(kind):
    data = signed(tile(kind), media_type=f"image/{kind}")
    assert four(data) == ("holds", "holds", "not judged", "no time stamp")
    have = told(data)
    assert have["created"] == ["trainedAlgorithmicMedia"]
    assert have["generator"] == [["zz-test", "1"]]
    assert (have["issuer"], have["common_name"]) == ("zz house signer", "house signer")
    assert (have["manifests"], have["ingredients"], have["failures"]) == (1, "none", [])
    (entry,) = have["graph"]
    assert entry["actions"] == [
        {
            "action": "c2pa.created",
            "source_type": "trainedAlgorithmicMedia",
            "agent": "zz-maker",
            "when": "",
        }
    ]
    assert entry["serial"] == f"{house().signer.certificate.serial_number:x}"
    assert entry["not_after"] == "2034-01-01T00:00:00+00:00"


def test_the_finding_rests_on_the_bytes_of_the_store():
    data = signed()
    (extent,) = told(data)[BYTES]
    begin = data.index(b"jumb") - 4
    assert extent["offset"] == begin
    assert extent["length"] == int.from_bytes(data[begin : begin + 4], "big")
    assert extent["sha256"] == sha256(data[begin : begin + extent["length"]])


def test_titles_are_kept_apart_and_never_said():
    data = signed(actions=[opened()], ingredients=[ingredient(tile())])
    (finding, _) = look(data)
    titles = finding.data[SENSITIVE]["titles"][finding.data["active"]]
    assert titles == {"title": "zz-title-0001", "ingredients": ["zz-title-0002"]}
    open_part = {key: value for key, value in finding.data.items() if key != SENSITIVE}
    assert "zz-title" not in json.dumps(open_part) + finding.says + "".join(finding.doubts)


def test_a_changed_picture_a_changed_statement_and_a_broken_signature_are_told_apart():
    data = signed()
    pixels = bytearray(data)
    pixels[-40] ^= 1
    assert four(bytes(pixels))[:2] == ("differs", "holds")
    statement = data.replace(b"zz-maker", b"zz-Maker")
    assert four(statement)[:2] == ("holds", "differs")
    claim = data.replace(b"zz-title-0001", b"zz-title-0009")
    assert four(claim)[:2] == ("holds", "differs")
    assert told(statement)["failures"] == ["assertion.hashedURI.mismatch"]
    assert told(claim)["failures"] == ["claimSignature.mismatch"]


def test_a_camera_picture_and_what_was_made_of_it():
    photo = signed(actions=PHOTO)
    have = told(photo)
    assert (have["camera_capture"], have["camera_ingredient"]) == (True, False)
    edited = signed(
        tile(shade=90), [opened(), action("c2pa.edited", ALTERED)], ingredients=[ingredient(photo)]
    )
    have = told(edited)
    assert (have["camera_capture"], have["camera_ingredient"]) == (False, True)
    assert have["edited_with"] == ["compositeWithTrainedAlgorithmicMedia"]
    assert have["created"] == ["digitalCapture"]
    assert (have["manifests"], have["ingredients"], have["ingredients_unknown"]) == (2, "holds", 0)
    assert len(have["line"]) == 2
    cropped = signed(actions=[*PHOTO, action("c2pa.cropped")])
    assert told(cropped)["camera_capture"] is False
    assert told(cropped)["camera_ingredient"] is True


def test_a_camera_that_lists_no_actions_is_told_by_its_exif():
    exif = {"label": "stds.exif", "data": {"@context": {}, "exif:Make": "zz"}}
    taken = {"label": "stds.exif", "data": {"@context": {}, "exif:DateTimeOriginal": "2026-01-01"}}
    # The Builder asks for actions, so the answer of the library is made here.
    claim = {"instanceID": "zz", "claim_generator": "zz"}
    whole = {"label": "m", "claim": claim, "assertions": {"stds.exif": exif["data"]}}
    report = Report({"active_manifest": "m"}, (whole,))
    assert facts(report, Boxes(1))["camera_capture"] is False
    whole["assertions"]["stds.exif__1"] = taken["data"]
    assert facts(report, Boxes(1))["camera_capture"] is True
    whole["assertions"]["c2pa.ingredient"] = {"relationship": "parentOf"}
    assert facts(report, Boxes(1))["camera_capture"] is False


def test_a_generated_part_does_not_make_the_whole_generated():
    part = signed()
    placed = action("c2pa.placed", parameters={"ingredientIds": ["zz-part"]})
    whole = signed(
        tile(shade=9), [*PHOTO, placed], ingredients=[ingredient(part, "componentOf", "zz-part")]
    )
    have = told(whole)
    assert have["created"] == ["digitalCapture"]
    assert have["created_elsewhere"] == ["trainedAlgorithmicMedia"]
    assert have["camera_capture"] is False


def test_a_generated_picture_saved_again_stays_generated():
    have = told(signed(tile(shade=9), [opened()], ingredients=[ingredient(signed())]))
    assert have["created"] == ["trainedAlgorithmicMedia"]
    assert have["ingredients"] == "holds"


def test_what_a_broken_manifest_below_says_is_not_counted_as_said():
    whole = signed(tile(shade=9), [opened()], ingredients=[ingredient(signed())])
    have = told(whole.replace(b"zz-maker", b"zz-Maker"))
    assert (have["binding"], have["signature"], have["ingredients"]) == (
        "holds",
        "holds",
        "differs",
    )
    assert (have["created"], have["created_elsewhere"]) == ([], ["trainedAlgorithmicMedia"])
    assert "ingredient.manifest.mismatch" in have["ingredient_failures"]


def test_an_ingredient_that_was_broken_when_it_was_opened_stays_broken():
    """The library is silent about what the manifest above has on record."""
    broken = signed().replace(b"zz-title-0001", b"zz-title-0009")
    have = told(signed(tile(shade=9), [opened()], ingredients=[ingredient(broken)]))
    assert have["signature"] == "holds"
    assert have["ingredients"] == "differs"
    assert [entry["signature"] for entry in have["graph"]] == ["holds", "differs"]
    assert have["created"] == []


def test_pictures_that_went_into_a_generator_are_a_finding_of_their_own():
    data = signed(actions=[CREATED], ingredients=[ingredient(tile(), "inputTo")])
    credential, given, seen = look(data)
    assert (given.kind, seen.outcome) == (INPUT, "spoke")
    assert given.data["count"] == credential.data["inputs"] == 1
    assert given.data[BYTES] == credential.data[BYTES]
    assert credential.data["ingredients_unknown"] == 1
    assert any("say nothing of themselves" in doubt for doubt in credential.doubts)


def test_a_watermark_that_was_put_in_is_told():
    assert told(signed(actions=[CREATED, action("c2pa.watermarked")]))["watermarked"] is True
    assert told(signed())["watermarked"] is False


def test_a_form_that_breaks_rules_is_not_a_broken_signature():
    data = signed(actions=[action("c2pa.opened")], ingredients=[ingredient(tile())])
    have = told(data)
    assert have["failures"] == ["assertion.action.ingredientMismatch"]
    assert (have["signature"], have["form"]) == ("holds", "differs")


def test_a_store_of_its_own_is_bound_to_nothing():
    data = signed()
    begin = data.index(b"jumb") - 4
    alone = data[begin : begin + int.from_bytes(data[begin : begin + 4], "big")]
    have = told(alone)
    assert (have["where"], have["binding"], have["signature"]) == ("alone", "not checked", "holds")


def test_an_address_is_kept_unseen_and_not_fetched():
    address = "http://127.0.0.1:9/zz-test-0001.c2pa"
    finding, seen = look(signed(tile("jpeg"), media_type="image/jpeg", address=address))
    assert (finding.kind, seen.outcome) == (CREDENTIAL_ABSENT, "spoke")
    assert finding.data[SENSITIVE] == {"addresses": [address]}
    assert "127.0.0.1" not in finding.says + json.dumps(
        {key: value for key, value in finding.data.items() if key != SENSITIVE}
    )


def test_a_large_file_is_read_without_its_bytes_being_checked(monkeypatch):
    data = signed()
    monkeypatch.setattr("fanal.analyzers.credential.MOST_HASHED", len(data) - 1)
    (finding, _) = look(data)
    assert (finding.data["binding"], finding.data["signature"]) == ("not checked", "holds")
    assert any("too large" in doubt for doubt in finding.doubts)


@pytest.mark.parametrize(
    ("most", "word"),
    [("credential.MOST_STORE", "a store of"), ("credential_boxes.MOST_MANIFESTS", "more than 0")],
)
def test_a_store_beyond_a_limit_is_said_and_left(most, word, monkeypatch):
    monkeypatch.setattr(f"fanal.analyzers.{most}", 0)
    (finding, seen) = look(signed())
    assert (finding.data["error"], seen.outcome) == ("limit", "spoke")
    assert word in finding.says
    assert (finding.data["binding"], finding.data["signature"]) == ("not checked", "not checked")


def test_what_the_library_cannot_read_is_said_with_its_kind_of_error():
    assert told(store(manifest("zz")))["error"]
    data = signed()
    at = data.index(b"c2pa.claim")
    have = told(data[:at] + b"\xff" * 10 + data[at + 10 :])
    assert (have["error"], have["binding"]) == ("Verify", "not checked")


@pytest.mark.parametrize("data", [tile(), tile("jpeg"), b"", b"zz", b"%PDF-1.7 zz", b"<svg/>"])
def test_a_file_without_one_is_silent(data):
    assert look(data) == [Seen(SHA, "credential", "1", "silent")]


def test_the_library_is_not_loaded_for_a_file_without_one():
    code = (
        "import sys; from fanal.analyzers.credential import Credential\n"
        "from fanal.content.handle import Content; from fanal.model.item import MemoryBody\n"
        f"data = bytes.fromhex({tile().hex()!r})\n"
        "list(Credential().analyze(Content('', 'image/png', MemoryBody(data))))\n"
        "print('c2pa' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_what_cannot_be_had_is_said_where_a_store_could_be():
    gone = StreamedBody(Digests(SHA, "", "", 1 << 40, b""))
    for kind, outcome in (
        ("image/png", "failed"),
        ("video/mp4", "failed"),
        ("application/zip", "silent"),
        ("application/octet-stream", "silent"),
    ):
        (seen,) = Credential().analyze(Content(SHA, kind, gone))
        assert seen.outcome == outcome
        assert seen.reason == ("limit: memory" if outcome == "failed" else "")
        assert Credential.asks_for(kind) is (outcome == "failed")


def test_a_guarded_worker_gives_the_same_answer(tmp_path):
    data = signed(tile(shade=9), [opened()], ingredients=[ingredient(signed())])
    path = tmp_path / "one.png"
    path.write_bytes(data)
    task = LookTask(
        SHA,
        "image/png",
        FileBody(str(path).encode()),
        file_mark(path.lstat()),
        ("credential",),
    )
    pool = Pool(Settings(workers=1))
    try:
        ((_, (answer,)),) = list(pool.run(LookWork(), [(task,)], 30))
    finally:
        pool.close()
    assert list(answer) == look(data)
    assert believed(task, answer, analyzer_versions()) == answer


def test_a_loop_of_manifests_ends():
    """Manifests that name each other as parents, which no honest signer can make."""
    link = [{"url": f"self#jumbf=/c2pa/{label}", "hash": "b64'AA=='"} for label in "abc"]
    whole = tuple(
        {
            "label": label,
            "claim": {"claim_generator": "zz"},
            "assertions": {
                "c2pa.ingredient": {"relationship": "parentOf", "c2pa_manifest": link[at - 1]},
                "c2pa.ingredient__1": {"relationship": "parentOf", "activeManifest": link[at]},
            },
        }
        for at, label in enumerate("abc")
    )
    have = facts(Report({"active_manifest": "a"}, whole), Boxes(3))
    assert sorted(have["line"]) == ["a", "b", "c"]
    assert [entry["reached"] for entry in have["graph"]] == [True] * 3
    assert have["ingredients"] == "not checked"


def test_facts_stay_within_their_size():
    noise = "zz" * 5000
    actions = [{"action": noise, "digitalSourceType": noise, "softwareAgent": noise}] * 300
    whole = tuple(
        {
            "label": f"m{number}",
            "claim": {"claim_generator": noise, "dc:title": noise},
            "assertions": {"c2pa.actions": {"actions": actions}, noise: 1},
        }
        for number in range(60)
    )
    have = facts(Report({"active_manifest": "m0"}, whole), Boxes(60))
    assert len(json.dumps(have)) <= 160 << 10
    assert (have["manifests"], have["cut"], have["graph"][0]["label"]) == (60, True, "m0")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        *("label", "claim", "claim.v2", "assertions", "signature", "validationResults"),
        *("c2pa.actions", "c2pa.actions.v2__1", "c2pa.ingredient", "actions", "action"),
        *("validationStatus", "activeManifest", "failure", "success", "url", "code"),
        *("digitalSourceType", "softwareAgent", "claim_generator_info", "certificateInfo"),
        *("relationship", "dc:format", "ingredientDeltas", "validationDeltas", "thumbnail"),
    ]
)
ANSWERS = st.recursive(
    VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=5) | st.lists(inner, max_size=3)
)


@settings(max_examples=20, deadline=None)
@given(
    summary=st.dictionaries(
        st.sampled_from(["active_manifest", "manifests", "validation_results"]), ANSWERS
    ),
    whole=st.lists(st.dictionaries(KEYS, ANSWERS, max_size=6), max_size=4),
)
def test_no_answer_of_the_library_raises(summary, whole):
    have = facts(Report(summary, tuple(whole)), Boxes(0))
    json.dumps(have)
    assert have["trust"] == "not judged"
    assert have["binding"] in {"holds", "differs", "not checked"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=9)), max_size=6),
    part=st.floats(0.2, 1),
)
def test_no_damage_raises(edits, part):
    data = bytearray(signed_once())
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    records = look(bytes(data[: int(len(data) * part)]), "image/png")
    assert isinstance(records[-1], Seen)
    for record in records[:-1]:
        assert isinstance(record, Finding)
        assert record.says.isprintable()
        assert len(record.says) <= 200
        json.dumps(dict(record.data))


def signed_once(held: list = []) -> bytes:  # noqa: B006 (made once a run)
    if not held:
        held.append(signed(tile(shade=9), [opened()], ingredients=[ingredient(signed())]))
    return held[0]


def test_the_codes_of_the_standard_bear_on_their_own_fact():
    """C2PA 2.2, 15.2: success and failure codes."""
    assert bound(["assertion.dataHash.match"], []) == "holds"
    assert bound(["assertion.bmffHash.match"], ["signingCredential.untrusted"]) == "holds"
    assert bound(["assertion.dataHash.match"], ["assertion.dataHash.mismatch"]) == "differs"
    assert bound(["assertion.boxesHash.match"], ["assertion.boxesHash.malformed"]) == "not checked"
    assert bound([], ["claim.hardBindings.missing"]) == "not checked"
    assert sealed(["claimSignature.validated"], ["signingCredential.expired"]) == "holds"
    assert sealed(["claimSignature.validated"], ["assertion.missing"]) == "differs"
    assert sealed([], ["claimSignature.mismatch"]) == "differs"
    assert sealed(["claimSignature.validated"], ["assertion.dataHash.mismatch"]) == "holds"
    assert sealed([], []) == "not checked"


def test_the_library_reads_a_file_that_is_not_held(tmp_path):
    data = signed()
    path = tmp_path / "one"
    path.write_bytes(data)
    lying = Content(SHA, "image/png", FileBody(str(path).encode()))
    report = ask(lying, "image/png")
    assert "data" not in lying.__dict__
    held = ask(Content(SHA, "image/png", MemoryBody(data)), "image/png")
    assert report.whole[0]["label"] == held.whole[0]["label"]
    assert report.summary["validation_state"] == held.summary["validation_state"]


def test_a_generated_type_is_spelled_as_its_last_part():
    data = signed(actions=[action("c2pa.created", TYPES + "digitalCreation")])
    assert told(data)["created"] == ["digitalCreation"]
