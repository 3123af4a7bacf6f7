"""Judges who signed a content credential, by lists of anchors: a pure function that reads no clock.

Nothing but the certificates in the finding is needed, so a new list needs no second look at a
picture. Certificate profile: C2PA Technical Specification 2.2, 14.5; paths: RFC 5280, by
`cryptography.x509.verification`.
"""

import base64
import hashlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
)

from fanal.model.evidence import CREDENTIAL
from fanal.model.finding import Finding
from fanal.model.opinion import TrustList
from fanal.origin.trust_lists import certificates_of

TRUSTED, UNTRUSTED, EXPIRED, INVALID = "trusted", "untrusted", "expired", "invalid"
"""What a signer is: led to by an anchor; by none; by one, but not on that day; by one, but the
chain breaks a rule, or the library found the certificate itself out of order or revoked."""
_STATES = (TRUSTED, EXPIRED, INVALID, UNTRUSTED)
"""From the best to the worst."""
SIGNING = (
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # id-kp-documentSigning (RFC 9336)
    ObjectIdentifier("1.3.6.1.4.1.62558.2.1"),  # c2pa-kp-claimSigning
    ObjectIdentifier("1.3.6.1.4.1.311.76.59.1.9"),  # Microsoft's C2PA signing
)
STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)
MOST_DEPTH = 8
MOST_CHAIN = 16
KIND = "a key or signature of a kind that is not accepted"
"""As RSA keys marked for PSS alone, and SHA-1."""
_BROKEN = ("signingCredential.invalid", "signingCredential.ocsp.revoked")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a signer is, by which anchor of which list, and as of when."""

    state: str
    """`trusted`, `untrusted`, `expired` or `invalid`."""
    reason: str = ""
    list: str = ""
    """Name of the first list that has the anchor."""
    anchor: str = ""
    """Subject of the anchor."""
    at: str = ""
    """The day for which it was judged."""
    by: str = ""
    """What fixes that day: a time stamp whose own signer is trusted, or the day of judging."""


class Anchors:
    """The certificates of all trust lists, read once."""

    def __init__(self, lists: Iterable[TrustList]) -> None:
        """Read the certificates; one that cannot be read any more counts as absent."""
        self._lists: dict[bytes, str] = {}
        read: list[x509.Certificate] = []
        for each in lists:
            for der in certificates_of(each.pem.encode("ascii", "replace")):
                certificate = _read(der)
                if certificate is not None and der not in self._lists:
                    self._lists[der] = each.name
                    read.append(certificate)
        self.store = Store(read) if read else None

    def list_of(self, der: bytes) -> str:
        """Return the name of the list that has a certificate, "" where none has."""
        return self._lists.get(der, "")


def judged(finding: Finding, anchors: Anchors, now: datetime) -> Finding:
    """Return a finding with its signers judged; one of another kind as it is."""
    if finding.kind != CREDENTIAL:
        return finding
    verdict = judge_credential(finding.data, anchors, now)
    told = {"trust": verdict.state, "trusted_by": asdict(verdict)}
    return replace(finding, data={**finding.data, **told})


def judge_credential(data: Mapping[str, Any], anchors: Anchors, now: datetime) -> Verdict:
    """Return what the signers are, from the facts of a finding; `now` counts where no stamp does.

    The weakest counts of all who signed for the picture itself: who opened it, and who made it.
    A time stamp counts if it holds and an anchor leads to who made it.
    """
    held = _object(data.get("certificates"))
    entries = {str(entry.get("label", "")): entry for entry in map(_object, _list(data, "graph"))}
    line = [str(label) for label in _list(data, "line")]
    if not line:
        return Verdict(UNTRUSTED, "no signature could be read")
    worst = Verdict(TRUSTED)
    for number, label in enumerate(line):
        verdict = _of_manifest(entries.get(label, {}), held, anchors, now)
        if number and verdict.state != TRUSTED:
            verdict = replace(verdict, reason=f"a manifest that it is made from: {verdict.reason}")
        if not number or _STATES.index(verdict.state) > _STATES.index(worst.state):
            worst = verdict
    return worst


def _of_manifest(
    entry: Mapping[str, Any], held: Mapping[str, str], anchors: Anchors, now: datetime
) -> Verdict:
    stamped = _stamped(entry, held, anchors)
    chain = _chain(entry.get("chain"), held)
    if chain and _serial(chain[0]) != _hexadecimal(entry.get("serial")):
        chain = ()  # not the one with which the library checked the signature
    verdict = judge(chain, stamped or now, anchors)
    broken = [code for code in _list(entry, "failures") if code in _BROKEN]
    if broken and verdict.state in {TRUSTED, EXPIRED}:
        verdict = replace(verdict, state=INVALID, reason=broken[0])
    when = (stamped or now).astimezone(UTC).isoformat(timespec="seconds")
    return replace(verdict, at=when, by="time stamp" if stamped else "day of judging")


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _chain(names: Any, held: Mapping[str, str]) -> tuple[bytes, ...]:
    """Return certificates as DER by the digests under which a finding keeps them."""
    chain = []
    for name in names[:MOST_CHAIN] if isinstance(names, list) else ():
        try:
            chain.append(base64.b64decode(held.get(str(name), "")))
        except (ValueError, TypeError):
            continue
    return tuple(der for der in chain if der)


def judge(
    chain: Sequence[bytes],
    signed_at: datetime,
    anchors: Anchors,
    uses: Sequence[ObjectIdentifier] = SIGNING,
) -> Verdict:
    """Return whether an anchor leads to the first certificate of a chain, as of a day."""
    read = [_read(der) for der in chain[:MOST_CHAIN]]
    leaf = read[0] if read else None
    if leaf is None:
        return Verdict(UNTRUSTED, "no certificate" if not chain else "certificate cannot be read")
    if own := anchors.list_of(chain[0]):
        return _itself(leaf, own, signed_at)
    if anchors.store is None:
        return Verdict(UNTRUSTED, "no trust list is loaded")
    between = [one for one in read[1:] if one is not None]
    found, reason = _path(leaf, between, anchors, signed_at, uses)
    if found:
        return _verdict(TRUSTED, "", found, anchors)
    for day in (leaf.not_valid_after_utc, leaf.not_valid_before_utc):
        found, _ = _path(leaf, between, anchors, day, uses)
        if found:
            early = signed_at < leaf.not_valid_before_utc
            why = "not valid yet" if early else "no longer valid"
            return _verdict(EXPIRED, f"a certificate of the chain is {why}", found, anchors)
    found, _ = _path(leaf, between, anchors, leaf.not_valid_after_utc, None)
    if found:
        return _verdict(INVALID, reason, found, anchors)
    return Verdict(UNTRUSTED, reason if reason == KIND else "no anchor leads to it")


def _itself(leaf: x509.Certificate, name: str, day: datetime) -> Verdict:
    """Judge a certificate that is on a list itself."""
    anchor = _subject(leaf)
    if not leaf.not_valid_before_utc <= day <= leaf.not_valid_after_utc:
        return Verdict(EXPIRED, "the certificate is not valid on that day", name, anchor)
    return Verdict(TRUSTED, "", name, anchor)


def _stamped(
    entry: Mapping[str, Any], held: Mapping[str, str], anchors: Anchors
) -> datetime | None:
    """Return when it was signed, where a time stamp by a trusted authority says so."""
    if entry.get("stamp") != "holds":
        return None
    try:
        when = datetime.fromisoformat(entry["signed_at"])
    except (KeyError, ValueError, TypeError):
        return None
    serial = _hexadecimal(entry.get("stamp_serial"))
    chain = sorted(_chain(entry.get("stamp_chain"), held), key=lambda der: _serial(der) != serial)
    if when.tzinfo is None or not chain or _serial(chain[0]) != serial:
        return None
    return when if judge(chain, when, anchors, STAMPING).state == TRUSTED else None


def _hexadecimal(serial: Any) -> str:
    return str(serial or "").lstrip("0").lower()


def _serial(der: bytes) -> str:
    certificate = _read(der)
    return f"{certificate.serial_number:x}" if certificate else ""


def _path(
    leaf: x509.Certificate,
    between: list[x509.Certificate],
    anchors: Anchors,
    day: datetime,
    uses: Sequence[ObjectIdentifier] | None,
) -> tuple[x509.Certificate | None, str]:
    """Return the anchor of a valid path on a day, or why there is none; None: for any use."""
    if anchors.store is None:
        return None, ""
    builder = PolicyBuilder().store(anchors.store).time(day).max_chain_depth(MOST_DEPTH)
    builder = builder.extension_policies(ca_policy=_authority(), ee_policy=_signer(uses))
    try:
        return builder.build_client_verifier().verify(leaf, between).chain[-1], ""
    except Exception as error:  # noqa: BLE001 (hostile certificates raise errors of many kinds)
        return None, _reason(str(error))


def _reason(said: str) -> str:
    """Return why there is no path, of what the library says of the last one it tried."""
    if "Forbidden public key" in said or "Forbidden signature" in said:
        return KIND
    return _plain(said.rpartition("ValueError: ")[2].removeprefix("validation failed: "))


def _authority() -> ExtensionPolicy:
    """Return what an issuer must be; for which uses is for its signers to say (RFC 5280, 4.2.1.12).

    Adobe's issuer, for one, names a use of Adobe's own, its signers that of mail.
    """
    policy = ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, Criticality.AGNOSTIC, _is_authority
    )
    return policy.may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)


def _signer(uses: Sequence[ObjectIdentifier] | None) -> ExtensionPolicy:
    policy = ExtensionPolicy.permit_all()
    if uses is None:
        return policy
    policy = policy.may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_no_authority)
    policy = policy.may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs)
    return policy.require_present(
        x509.ExtendedKeyUsage, Criticality.AGNOSTIC, lambda _policy, _one, value: _may(value, uses)
    )


def _may(value: x509.ExtendedKeyUsage | None, uses: Sequence[ObjectIdentifier]) -> None:
    if value is not None and set(value).isdisjoint(uses):
        raise ValueError("the certificate is not for this use")


def _is_authority(_policy: Policy, _one: x509.Certificate, value: x509.BasicConstraints) -> None:
    if not value.ca:
        raise ValueError("the issuer is no authority")


def _is_no_authority(
    _policy: Policy, _one: x509.Certificate, value: x509.BasicConstraints | None
) -> None:
    if value is not None and value.ca:
        raise ValueError("the signer is an authority")


def _signs_certificates(
    _policy: Policy, _one: x509.Certificate, value: x509.KeyUsage | None
) -> None:
    if value is not None and not value.key_cert_sign:
        raise ValueError("the issuer may not sign certificates")


def _signs(_policy: Policy, _one: x509.Certificate, value: x509.KeyUsage | None) -> None:
    if value is not None and not value.digital_signature:
        raise ValueError("the certificate is not for signatures")


def _verdict(state: str, reason: str, anchor: x509.Certificate, anchors: Anchors) -> Verdict:
    der = anchor.public_bytes(Encoding.DER)
    return Verdict(state, reason, anchors.list_of(der), _subject(anchor))


def _subject(certificate: x509.Certificate) -> str:
    try:
        return _plain(certificate.subject.rfc4514_string())
    except Exception:  # noqa: BLE001 (likewise)
        return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200]


def _read(der: bytes) -> x509.Certificate | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # real ones have odd serial numbers
            return x509.load_der_x509_certificate(der)
    except Exception:  # noqa: BLE001 (likewise)
        return None
