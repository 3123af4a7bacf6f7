"""Content credentials of vendors and of test suites: every fact as the reference reader gave it."""

import csv
import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from fanal.analyzers.credential import Credential
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import CREDENTIAL, CREDENTIAL_ABSENT
from fanal.model.item import FileBody
from fanal.model.opinion import TrustList
from fanal.origin.trust import KIND, Anchors, judge_credential
from makers.evidence import CORPUS

READ = datetime(2026, 11, 26, tzinfo=UTC)
"""The day on which the reference reader was asked: `expired` hangs on it."""
CLOCKLESS = "signingCredential.expired"


def rows() -> list[tuple[str, dict]]:
    path = CORPUS / "MANIFEST.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        every = [(row["path"], json.loads(row["ground_truth"])) for row in csv.DictReader(lines)]
    return [(name, truth) for name, truth in every if "c2pa" in truth]


ROWS = rows()
PRESENT = [row for row in ROWS if row[1]["c2pa"] == "present"]
pytestmark = pytest.mark.skipif(not ROWS, reason="the corpus is not beside the repository")


def each(chosen):
    return pytest.mark.parametrize(("name", "truth"), chosen, ids=[name for name, _ in chosen])


def look(name: str) -> list:
    path = CORPUS / name
    with path.open("rb") as stream:
        kind = media_type(stream.read(4096))
    return list(Credential().analyze(Content("", kind, FileBody(str(path).encode()))))


def facts(name: str) -> dict:
    return dict(next(one for one in look(name) if getattr(one, "kind", "") == CREDENTIAL).data)


@each(ROWS)
def test_what_is_there(name, truth):
    *findings, seen = look(name)
    kinds = [one.kind for one in findings]
    wanted = {
        "none": [],
        "remote-only": [CREDENTIAL_ABSENT],
        "present": [CREDENTIAL],
        "error": [CREDENTIAL],
    }[truth["c2pa"]]
    assert [kind for kind in kinds if kind in wanted] == wanted
    assert (CREDENTIAL in kinds) == (CREDENTIAL in wanted)
    assert seen.outcome == ("spoke" if wanted else "silent")
    if truth["c2pa"] == "error":
        kind, _, detail = truth["reader"].split(": ", 2)
        data = findings[0].data
        assert (f"_C2pa{data['error']}", data["detail"]) == (kind, detail)
        assert (data["binding"], data["signature"]) == ("not checked", "not checked")


@each(PRESENT)
def test_who_signed_and_what_is_claimed(name, truth):
    have = facts(name)
    graph = {entry["label"]: entry for entry in have["graph"]}
    active = graph[have["active"]]
    assert have["readable"] == truth["manifests"]
    assert have["manifests"] == len(graph)
    assert have["issuer"] == truth.get("issuer", have["issuer"])
    assert have["common_name"] == truth.get("cert_cn", have["common_name"])
    assert active["signed_at"] == truth.get("signed_at", active["signed_at"])
    assert have["algorithm"] == truth.get("alg", have["algorithm"]).lower()
    if "claim_generator" in truth:
        told = truth["claim_generator"]
        pairs = [[told, ""]] if isinstance(told, str) else [[a, b or ""] for a, b in told]
        assert have["generator"] == pairs
    actions = [one for entry in graph.values() for one in entry["actions"]]
    reached = [one for entry in graph.values() if entry["reached"] for one in entry["actions"]]
    # The reference reader shows a manifest that nothing leads to only in part.
    told = Counter(truth.get("actions", []))
    assert Counter(one["action"] for one in reached) <= told
    assert told <= Counter(one["action"] for one in actions)
    assert all(entry["reached"] for entry in graph.values()) == ("E-clm" not in name)
    types = {one["source_type"] for one in actions} - {""}
    assert types == set(truth.get("digital_source_type", []))


@each(PRESENT)
def test_the_checks_fail_where_the_reference_reader_says(name, truth):
    have = facts(name)
    wanted = set(truth.get("failures", [])) | set(truth.get("ingredient_failures", []))
    assert {*have["failures"], *have["ingredient_failures"]} == wanted - {CLOCKLESS}
    assert (have["binding"] == "differs") == (
        "assertion.dataHash.mismatch" in wanted and have["where"] == "embedded"
    )
    broken = {
        "claimSignature.mismatch",
        "assertion.hashedURI.mismatch",
        "assertion.required.missing",
    }
    assert (have["signature"] == "differs") == bool(broken & wanted)
    assert "not checked" not in (have["binding"], have["signature"]) or have["where"] == "alone"


@each(PRESENT)
def test_a_certificate_is_out_of_time_where_the_reference_reader_says(name, truth):
    """It trusted no time-stamp authority, so the day of reading counted for some."""
    have = facts(name)
    until = datetime.fromisoformat(have["time"]["not_after"])
    if CLOCKLESS in truth.get("failures", []):
        assert until < READ
    elif have["time"]["state"] == "no time stamp":
        assert until > READ
    else:
        assert have["time"]["state"] == "certificate valid when stamped"


@each(PRESENT)
def test_an_anchor_made_of_the_chain_is_led_to(name, truth):
    """The last certificate that a signer sent is its issuer: as an anchor, it must be led to."""
    have = facts(name)
    entry = {one["label"]: one for one in have["graph"]}[have["line"][0]]
    anchor = have["certificates"][entry["chain"][-1]]
    pem = f"-----BEGIN CERTIFICATE-----\n{anchor}\n-----END CERTIFICATE-----\n"
    day = datetime.fromisoformat(have["time"]["not_before"])
    alone = have | {"line": have["line"][:1]}
    told = judge_credential(alone, Anchors([TrustList("zz", "", "", 1, pem)]), day)
    wanted = "invalid" if "signingCredential.invalid" in truth.get("failures", []) else "trusted"
    if told.reason == KIND:  # the RSA keys of the public test suites are marked for PSS alone
        assert have["issuer"] == "C2PA Test Signing Cert"
        wanted = "untrusted"
    assert told.state == wanted, told
    assert judge_credential(alone, Anchors([]), day).state == "untrusted"


def test_what_each_kind_of_vendor_file_amounts_to():
    summary = ("created", "created_elsewhere", "edited_with", "camera_capture", "camera_ingredient")
    generated, altered = "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"
    wanted = {
        "chatgpt-2.png": ([generated], [], [], False, False),
        "firefly-1.png": ([generated], [], [], False, False),
        "flux-1.jpg": ([generated], [], [], False, False),
        "amazon-titan-g1.png": ([generated], [], [], False, False),
        "samsung_gray_1.png": ([], [], [altered], False, False),
        "invoke_ai_banner.png": ([], [], [altered], False, False),
        "ocsp.jpg": ([], [generated], [altered], False, False),
        "nikon-20221019-building.jpeg": ([], [], [], True, False),
        "truepic-20230212-camera.jpg": ([], [], [], True, False),
        "adobe-20220124-C.jpg": ([], [], [], False, False),
    }
    for name, told in wanted.items():
        have = facts(f"c2pa/{name}")
        assert tuple(have[key] for key in summary) == told, name


def test_a_broken_ingredient_is_told_beside_a_good_signature():
    have = facts("c2pa/adobe-20220124-CIE-sig-CA.jpg")
    assert (have["signature"], have["ingredients"]) == ("holds", "differs")


def test_an_address_is_kept_and_never_said():
    (finding, _) = look("c2pa/cloud.jpg")
    (address,) = finding.data["sensitive"]["addresses"]
    assert address.startswith("https://")
    assert "https" not in finding.says
