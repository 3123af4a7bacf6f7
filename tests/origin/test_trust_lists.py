"""Files of certificates: PEM bundles, the list of the C2PA conformance programme, a single one."""

import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.origin.trust_lists import certificates_of, read_list, spelled
from makers.credentials import house


@pytest.fixture(scope="module")
def two():
    home = house()
    return home.root, home.middle


def der(issued):
    return issued.certificate.public_bytes(Encoding.DER)


def entity(*certificates, status="http://c2pa.org/conformance/trust-list/trusted"):
    """One service of a list of trusted entities, as the conformance programme writes it."""
    held = [{"val": base64.b64encode(one).decode()} for one in certificates]
    told = {
        "ServiceName": [{"lang": "en", "value": "zz"}],
        "ServiceDigitalIdentity": {"X509Certificates": held},
        "ServiceStatus": status,
        "StatusStartingTime": "2025-11-19T18:29:44Z",
    }
    return {"TrustedEntityServices": [{"ServiceInformation": told}]}


def entities(*services):
    scheme = {"LoTEVersionIdentifier": 1, "ListIssueDateTime": "2026-08-05T00:11:39Z"}
    outer = {"ListAndSchemeInformation": scheme, "TrustedEntitiesList": list(services)}
    return json.dumps({"LoTE": outer}).encode()


def test_a_bundle_with_text_between_is_read_in_order(two):
    root, middle = two
    data = b"Subject\tCN=zz, O=zz\n" + root.pem + b"\n\nSubject CN=y\r\n" + middle.pem + root.pem
    read = read_list(data)
    assert read.certificates == (der(root), der(middle))
    assert read.refused == {"duplicate": 1}
    assert read.date == ""


def test_what_is_kept_is_a_bundle_that_others_read(two):
    text = spelled(tuple(map(der, two)))
    loaded = x509.load_pem_x509_certificates(text.encode())
    assert loaded == [one.certificate for one in two]
    assert certificates_of(text.encode()) == tuple(map(der, two))
    assert max(map(len, text.splitlines())) == 64


def test_one_certificate_alone_is_read(two):
    assert read_list(der(two[0])).certificates == (der(two[0]),)


def test_the_conformance_list_is_read_with_its_date(two):
    root, middle = two
    old = entity(der(middle), status="http://c2pa.org/conformance/trust-list/withdrawn")
    read = read_list(entities(entity(der(root)), old, entity(b"zz")))
    assert read.certificates == (der(root),)
    assert read.refused == {"service not trusted, says the list": 1, "not a certificate": 1}
    assert read.date == "2026-08-05T00:11:39Z"


def test_what_is_not_taken_is_counted_with_its_reason(two):
    root, _ = two
    key = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    open_end = b"-----BEGIN CERTIFICATE-----\nAAAA\n"
    read = read_list(root.pem + key + broken + open_end)
    assert read.certificates == (der(root),)
    assert read.refused == {"not a certificate: private key": 1, "not a certificate": 2}


def test_no_more_certificates_are_taken_than_the_limit(two, monkeypatch):
    monkeypatch.setattr("fanal.origin.trust_lists.MOST_ANCHORS", 1)
    read = read_list(two[0].pem + two[1].pem)
    assert len(read.certificates) == 1
    assert read.refused == {"more than 1 certificates": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"zz-test-0001",
        b"{",
        b"{" * 100_000,
        b"[]",
        b'{"LoTE": 3}',
        b'{"LoTE": {"TrustedEntitiesList": [1, {"TrustedEntityServices": [{}, 2]}]}}',
        b'{"LoTE": {"TrustedEntitiesList": 1, "ListAndSchemeInformation": []}}',
        b"\xff\xfe{",
        b"-----BEGIN CERTIFICATE-----" * 1000,
    ],
)
def test_what_is_no_list_holds_no_certificate(data):
    assert read_list(data).certificates == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12)), max_size=5),
    kind=st.sampled_from(["pem", "list", "one"]),
)
def test_no_damage_raises(two, edits, kind):
    root, middle = two
    data = bytearray(
        {"pem": root.pem + middle.pem, "list": entities(entity(der(root))), "one": der(root)}[kind]
    )
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    read = read_list(bytes(data))
    for certificate in read.certificates:
        x509.load_der_x509_certificate(certificate)
    assert all(count > 0 for count in read.refused.values())
