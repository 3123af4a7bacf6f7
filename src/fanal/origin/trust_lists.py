"""Reads lists of certificates to trust: PEM bundles, the C2PA conformance list, one certificate.

PEM: RFC 7468. The list of the C2PA conformance programme is a list of trusted entities (ETSI
TS 119 602) in JSON: github.com/c2pa-org/conformance-public, `trust-list/`.
"""

import base64
import json
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509

LARGEST = 16 << 20
"""Bytes of a file of certificates."""
MOST_ANCHORS = 4096
LARGEST_CERTIFICATE = 16 << 10
_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,32768})-----END CERTIFICATE-----"
)
_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,64})-----")
_TRUSTED = "/trusted"


@dataclass(frozen=True, slots=True)
class ReadList:
    """What a file of certificates holds."""

    certificates: tuple[bytes, ...] = ()
    """In DER, each once, in order."""
    refused: Mapping[str, int] = field(default_factory=dict)
    """Reason → certificates not taken."""
    date: str = ""
    """When the list says that it was issued; "" where it does not."""


def read_list(data: bytes) -> ReadList:
    """Return the certificates of a file, and why others were not taken; never raises."""
    refused: Counter[str] = Counter()
    kept: dict[bytes, None] = {}
    date = ""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        date, given = _of_entities(data)
    elif b"-----BEGIN " in data:
        given = _of_pem(data)
    else:
        given = iter([(data, "")])
    for der, reason in given:
        why = reason or _fault(der, kept)
        if why:
            refused[why] += 1
        else:
            kept[der] = None
    return ReadList(tuple(kept), dict(refused), date)


def certificates_of(pem: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a bundle as a trust list keeps it."""
    return tuple(der for der, reason in _of_pem(pem) if not reason)


def spelled(certificates: tuple[bytes, ...]) -> str:
    """Return certificates as a bundle."""
    lines = []
    for der in certificates:
        text = base64.b64encode(der).decode("ascii")
        rows = [text[at : at + 64] for at in range(0, len(text), 64)]
        lines += ["-----BEGIN CERTIFICATE-----", *rows, "-----END CERTIFICATE-----"]
    return "\n".join([*lines, ""])


def _fault(der: bytes, kept: Mapping[bytes, None]) -> str:
    if der in kept:
        return "duplicate"
    if len(kept) >= MOST_ANCHORS:
        return f"more than {MOST_ANCHORS} certificates"
    if len(der) > LARGEST_CERTIFICATE:
        return "certificate too large"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            x509.load_der_x509_certificate(der).subject.rfc4514_string()
    except Exception:  # noqa: BLE001 (hostile certificates raise errors of many kinds)
        return "not a certificate"
    return ""


def _of_pem(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Yield each certificate; of blocks of other kinds only that they are there."""
    for label in _BEGIN.findall(data):
        if label != b"CERTIFICATE":
            yield b"", f"not a certificate: {label.decode('ascii').lower()}"
    whole = 0
    for found in _PEM.finditer(data):
        whole += 1
        yield _decoded(found[1])
    for _ in range(data.count(b"-----BEGIN CERTIFICATE-----") - whole):
        yield b"", "not a certificate"


def _decoded(text: bytes | str) -> tuple[bytes, str]:
    try:
        return base64.b64decode(text), ""
    except (ValueError, TypeError):
        return b"", "not a certificate"


def _of_entities(data: bytes) -> tuple[str, Iterator[tuple[bytes, str]]]:
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "", iter([(b"", "not JSON")])
    outer = _object(_object(told).get("LoTE"))
    issued = _object(outer.get("ListAndSchemeInformation")).get("ListIssueDateTime")
    date = issued[:40] if isinstance(issued, str) and issued.isprintable() else ""
    return date, _services(outer)


def _services(outer: Mapping[str, Any]) -> Iterator[tuple[bytes, str]]:
    for entity in map(_object, _list(outer.get("TrustedEntitiesList"))):
        for service in map(_object, _list(entity.get("TrustedEntityServices"))):
            told = _object(service.get("ServiceInformation"))
            status = told.get("ServiceStatus", _TRUSTED)
            good = isinstance(status, str) and status.endswith(_TRUSTED)
            held = _object(told.get("ServiceDigitalIdentity"))
            for one in map(_object, _list(held.get("X509Certificates"))):
                der, reason = _decoded(one.get("val", ""))
                yield der, reason if good else "service not trusted, says the list"


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
