"""A signer is judged by the lists alone; the library's own verdict is the oracle."""

import base64
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier
from hypothesis import given
from hypothesis import strategies as st

from fanal.analyzers.credential import Credential
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.model.evidence import CREDENTIAL, EDITOR
from fanal.model.finding import Finding
from fanal.model.item import MemoryBody
from fanal.model.opinion import TrustList
from fanal.origin.trust import STAMPING, Anchors, judge, judge_credential, judged
from makers.credentials import (
    BEGIN,
    CAPTURED,
    CLAIMS,
    CREATED,
    DOCUMENTS,
    EMAIL,
    END,
    STAMPS,
    WEB,
    action,
    house,
    ingredient,
    issue,
    opened,
    signed,
    tile,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LATE = END + timedelta(days=1)


def listed(*issued, name="zz-list"):
    pem = b"".join(one.pem for one in issued).decode()
    return TrustList(name, "", "", len(issued), pem)


def anchors(*issued, name="zz-list"):
    return Anchors([listed(*issued, name=name)])


def facts(data: bytes) -> dict:
    held = Content("5a" * 32, media_type(data[:4096]), MemoryBody(data))
    return dict(next(iter(Credential().analyze(held))).data)


def oracle(data: bytes, *issued) -> bool:
    """Tell whether the library trusts the active manifest's signer, given those anchors."""
    pem = b"".join(one.pem for one in issued).decode()
    told = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False},
        "trust": {"user_anchors": pem},
    }
    context = c2pa.Context(c2pa.Settings.from_dict(told))
    with c2pa.Reader(media_type(data[:4096]), io.BytesIO(data), context=context) as reader:
        results = json.loads(reader.json())["validation_results"]["activeManifest"]
    passed = {status["code"] for status in results["success"]}
    failed = {status["code"] for status in results["failure"]}
    assert ("signingCredential.trusted" in passed) != bool(
        failed & {"signingCredential.untrusted", "signingCredential.invalid"}
    )
    return "signingCredential.trusted" in passed


@pytest.mark.parametrize(
    ("uses", "state"),
    [
        ((EMAIL,), "trusted"),
        ((DOCUMENTS,), "trusted"),
        ((CLAIMS, EMAIL), "trusted"),
        ((CLAIMS,), "trusted"),
        ((WEB,), "invalid"),
        ((), "invalid"),
        ((STAMPS,), "invalid"),
    ],
)
def test_only_certificates_for_signing_are_trusted(uses, state):
    home = house()
    signer = issue("zz use", home.middle, uses=uses)
    told = judge(signer.chain, NOW, anchors(home.root))
    assert told.state == state
    assert told.list == "zz-list"
    assert told.anchor == "CN=house root,O=zz house root,C=XX"


@pytest.mark.parametrize("kind", ["p256", "p384", "ed25519", "rsa"])
def test_every_kind_of_key_is_judged_as_the_library_judges_it(kind):
    home = house()
    signer = issue("zz key", home.middle, kind=kind)
    algorithm = {"p256": b"es256", "p384": b"es384", "ed25519": b"ed25519", "rsa": b"ps256"}[kind]
    data = signed(by=signer, algorithm=algorithm)
    for lists in ((home.root,), (home.middle,), (house("other").root,)):
        told = judge_credential(facts(data), anchors(*lists), NOW)
        assert (told.state == "trusted") == oracle(data, *lists)
        assert told.state in {"trusted", "untrusted"}
    assert judge_credential(facts(data), Anchors([]), NOW).reason == "no trust list is loaded"


def test_the_certificate_itself_may_be_on_a_list():
    signer = house().signer
    told = judge(signer.chain, NOW, anchors(signer, name="zz-own"))
    assert (told.state, told.list) == ("trusted", "zz-own")
    assert judge(signer.chain, LATE, anchors(signer)).state == "expired"


def test_the_list_that_has_the_anchor_is_named():
    other, home = house("other"), house()
    both = Anchors([listed(other.root, name="zz-a"), listed(home.root, name="zz-b")])
    assert judge(home.signer.chain, NOW, both).list == "zz-b"
    assert judge(other.signer.chain, NOW, both).list == "zz-a"


@pytest.mark.parametrize(
    ("day", "state", "word"),
    [
        (BEGIN - timedelta(days=1), "expired", "not valid yet"),
        (BEGIN + timedelta(days=1), "trusted", ""),
        (END - timedelta(days=1), "trusted", ""),
        (LATE, "expired", "no longer valid"),
    ],
)
def test_the_day_counts(day, state, word):
    home = house()
    told = judge(home.signer.chain, day, anchors(home.root))
    assert told.state == state
    assert word in told.reason
    assert told.anchor


def test_an_issuer_that_ran_out_before_its_signer_is_expired():
    root = issue("zz root", authority=True)
    middle = issue("zz short", root, authority=True, end=BEGIN + timedelta(days=100))
    signer = issue("zz signer", middle, end=BEGIN + timedelta(days=50))
    told = [
        judge(signer.chain, BEGIN + timedelta(days=days), anchors(root)).state
        for days in (10, 75, 200)
    ]
    assert told == ["trusted", "expired", "expired"]


def test_a_chain_that_breaks_a_rule_is_invalid():
    root = issue("zz root", authority=True)
    never = issue("zz never", root, uses=(EMAIL,))
    below = issue("zz below", never)  # its issuer is no authority
    assert judge(below.chain, NOW, anchors(root)).state == "untrusted"
    flat = issue("zz flat", root, authority=True, depth=0)
    deep = issue("zz deep", flat, authority=True)
    assert judge(issue("zz x", deep).chain, NOW, anchors(root)).state == "untrusted"
    mute = issue("zz mute", root, authority=True, signs=False)
    assert judge(issue("zz y", mute).chain, NOW, anchors(root)).state != "trusted"
    odd = x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
    strange = issue("zz odd", root, extra=[(odd, True)])
    assert judge(strange.chain, NOW, anchors(root)).state != "trusted"
    authority = issue("zz authority", root, authority=True)
    assert judge(authority.chain, NOW, anchors(root)).state == "invalid"


def test_a_forged_issuer_of_the_same_name_leads_nowhere():
    home = house()
    fake_root = issue("house root", authority=True)
    fake = issue("house signer", issue("house issuer", fake_root, authority=True, depth=0))
    assert fake.certificate.issuer == home.signer.certificate.issuer
    mixed = (fake.chain[0], home.middle.certificate.public_bytes(Encoding.DER))
    for chain in (fake.chain, mixed):
        assert judge(chain, NOW, anchors(home.root)).state == "untrusted"


def test_hostile_chains_are_untrusted_and_raise_nothing():
    home = house()
    good = home.signer.chain
    for chain in ((), (b"",), (b"\x30\x82\xff\xff",), (b"zz", *good), (good[0][:-5],)):
        assert judge(chain, NOW, anchors(home.root)).state == "untrusted"
    assert judge((good[0], b"zz", *good[1:]), NOW, anchors(home.root)).state == "trusted"
    assert judge((good[0], *good[1:] * 400), NOW, anchors(home.root)).state == "trusted"
    assert Anchors([TrustList("zz", "", "", 1, "-----BEGIN CERTIFICATE-----\nzz")]).store is None


def finding(*entries, certificates=()):
    """The parts of a finding that are judged."""
    held = {hashlib.sha256(der).hexdigest(): base64.b64encode(der).decode() for der in certificates}
    return {
        "graph": list(entries),
        "line": [entry["label"] for entry in entries],
        "certificates": held,
    }


def entry(label, signer, stamper=None, at="", stamp="holds", failures=()):
    told = {
        "label": label,
        "chain": [hashlib.sha256(der).hexdigest() for der in signer.chain],
        "serial": f"{signer.certificate.serial_number:x}",
        "failures": list(failures),
        "stamp": "none",
    }
    if stamper:
        told |= {
            "stamp": stamp,
            "signed_at": at,
            "stamp_serial": f"{stamper.certificate.serial_number:x}",
            "stamp_chain": [hashlib.sha256(der).hexdigest() for der in stamper.chain[::-1]],
        }
    return told


@pytest.fixture(scope="module")
def stamped():
    """An authority, a signer of ten days, and a time-stamp authority of another house."""
    home, clock = house(), house("clock")
    short = issue("zz short", home.middle, end=BEGIN + timedelta(days=10))
    stamper = issue("zz stamper", clock.middle, uses=(STAMPS,))
    return home, clock, short, stamper


def test_a_time_stamp_counts_if_an_anchor_leads_to_it(stamped):
    home, clock, short, stamper = stamped
    at = (BEGIN + timedelta(days=5)).isoformat()
    data = finding(entry("m", short, stamper, at), certificates=(*short.chain, *stamper.chain))
    with_clock = judge_credential(data, anchors(home.root, clock.root), NOW)
    assert (with_clock.state, with_clock.by) == ("trusted", "time stamp")
    assert with_clock.at == at
    without = judge_credential(data, anchors(home.root), NOW)
    assert (without.state, without.by) == ("expired", "day of judging")
    assert without.at == NOW.isoformat()
    assert judge_credential(data, anchors(home.root), BEGIN + timedelta(days=6)).state == "trusted"


@pytest.mark.parametrize(
    "change",
    [
        {"stamp": "differs"},
        {"stamp": "not checked"},
        {"signed_at": "yesterday"},
        {"signed_at": "2024-01-06T00:00:00"},
        {"signed_at": None},
        {"stamp_serial": "1"},
        {"stamp_chain": []},
        {"signed_at": LATE.isoformat()},
    ],
)
def test_a_time_stamp_that_fails_does_not_count(stamped, change):
    home, clock, short, stamper = stamped
    at = (BEGIN + timedelta(days=5)).isoformat()
    one = entry("m", short, stamper, at) | change
    data = finding(one, certificates=(*short.chain, *stamper.chain))
    told = judge_credential(data, anchors(home.root, clock.root), NOW)
    assert (told.state, told.by) == ("expired", "day of judging")


def test_a_signer_is_no_time_stamp_authority(stamped):
    home, clock, _, stamper = stamped
    assert judge(home.signer.chain, NOW, anchors(home.root), STAMPING).state == "invalid"
    assert judge(stamper.chain, NOW, anchors(clock.root), STAMPING).state == "trusted"
    assert judge(stamper.chain, NOW, anchors(clock.root)).state == "invalid"


@pytest.mark.parametrize("code", ["signingCredential.invalid", "signingCredential.ocsp.revoked"])
def test_what_the_library_found_wrong_with_the_certificate_counts(code):
    home = house()
    data = finding(entry("m", home.signer, failures=[code]), certificates=home.signer.chain)
    told = judge_credential(data, anchors(home.root), NOW)
    assert (told.state, told.reason) == ("invalid", code)
    assert judge_credential(data, anchors(house("other").root), NOW).state == "untrusted"


def test_certificates_that_did_not_sign_are_not_judged():
    home, other = house(), house("other")
    one = entry("m", home.signer) | {"serial": f"{other.signer.certificate.serial_number:x}"}
    data = finding(one, certificates=home.signer.chain)
    assert judge_credential(data, anchors(home.root), NOW).state == "untrusted"
    for broken in ({}, {"line": ["m"]}, {"line": ["m"], "graph": [{"label": "m"}]}):
        assert judge_credential(broken, anchors(home.root), NOW).state == "untrusted"


def test_the_weakest_signer_of_the_picture_counts():
    """A stranger says that a photograph is generated; a trusted program saves it again."""
    home, stranger = house(), house("stranger")
    false = signed(by=stranger.signer)
    saved = signed(tile(), [opened()], ingredients=[ingredient(false)])
    data = facts(saved)
    assert data["created"] == ["trainedAlgorithmicMedia"]
    assert oracle(saved, home.root)  # of the active manifest alone
    told = judge_credential(data, anchors(home.root), NOW)
    assert (told.state, told.reason) == (
        "untrusted",
        "a manifest that it is made from: no anchor leads to it",
    )
    assert judge_credential(data, anchors(home.root, stranger.root), NOW).state == "trusted"
    # Of a part that was placed into the picture nothing is claimed for the whole.
    placed = action("c2pa.placed", parameters={"ingredientIds": ["zz-part"]})
    born = action("c2pa.created", CAPTURED)
    composed = signed(
        tile(), [born, placed], ingredients=[ingredient(false, "componentOf", "zz-part")]
    )
    assert judge_credential(facts(composed), anchors(home.root), NOW).state == "trusted"


def test_the_day_of_judging_is_the_callers():
    home = house()
    data = facts(signed(actions=[CREATED]))
    told = {
        day: judge_credential(data, anchors(home.root), day).state for day in (BEGIN, NOW, LATE)
    }
    assert told == {BEGIN: "trusted", NOW: "trusted", LATE: "expired"}


def test_a_finding_is_judged_and_others_are_left():
    home = house()
    data = facts(signed())
    finding = Finding("5a" * 32, "credential", "1", CREDENTIAL, "zz", data=data)
    told = judged(finding, anchors(home.root), NOW).data
    assert (data["trust"], told["trust"]) == ("not judged", "trusted")
    assert told["trusted_by"]["list"] == "zz-list"
    assert {key: told[key] for key in data if key != "trust"} == {
        key: data[key] for key in data if key != "trust"
    }
    other = Finding("5a" * 32, "marks", "1", EDITOR, "zz")
    assert judged(other, anchors(home.root), NOW) is other
    unread = Finding("5a" * 32, "credential", "1", CREDENTIAL, "zz", data={"error": "Other"})
    assert judged(unread, anchors(home.root), NOW).data["trust"] == "untrusted"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
NAMES = ["label", "chain", "failures", "serial", "stamp", "signed_at", "stamp_chain"]
ENTRY = st.dictionaries(st.sampled_from(NAMES), ODD | st.just("holds") | st.just("zz"))
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "certificates": ODD,
        "graph": st.lists(ENTRY | ODD, max_size=3) | ODD,
        "line": st.lists(st.just("zz") | ODD, max_size=3) | ODD,
    },
)


@given(FACTS)
def test_no_facts_raise_and_none_are_trusted_without_a_certificate(data):
    """A worker that was taken over may answer anything."""
    assert judge_credential(data, anchors(), NOW).state == "untrusted"
