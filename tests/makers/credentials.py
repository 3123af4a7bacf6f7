"""Signs grey tiles with content credentials, by authorities made here, and builds odd stores."""

import io
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import c2pa
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from PIL import Image

EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
STAMPS = ExtendedKeyUsageOID.TIME_STAMPING
WEB = ExtendedKeyUsageOID.SERVER_AUTH
DOCUMENTS = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
CLAIMS = ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)
TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = TYPES + "trainedAlgorithmicMedia"
ALTERED = TYPES + "compositeWithTrainedAlgorithmicMedia"
CAPTURED = TYPES + "digitalCapture"


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, and those above it."""

    certificate: x509.Certificate
    key: Any
    above: tuple[x509.Certificate, ...] = ()

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in DER, without the one that signed itself."""
        held = (self.certificate, *self.above)
        return tuple(
            one.public_bytes(Encoding.DER)
            for one in held
            if one.issuer != one.subject or one is self.certificate
        )

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)


def issue(
    name: str,
    by: Issued | None = None,
    *,
    authority: bool = False,
    uses: Sequence[ObjectIdentifier] = (EMAIL,),
    begin: datetime = BEGIN,
    end: datetime = END,
    kind: str = "p256",
    depth: int | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signs: bool = True,
) -> Issued:
    """Make a key and a certificate for it."""
    key = {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }[kind]()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "XX"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"zz {name}"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    signing = by.key if by else key
    builder = (
        x509.CertificateBuilder(
            issuer_name=by.certificate.subject if by else subject,
            subject_name=subject,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=begin,
            not_valid_after=end,
        )
        .add_extension(x509.BasicConstraints(authority, depth), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .add_extension(_usage(authority=authority, signs=signs), critical=True)
    )
    if not authority and uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical=critical)
    digest = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    above = (by.certificate, *by.above) if by else ()
    return Issued(builder.sign(signing, digest), key, above)


def _usage(*, authority: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority and signs,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


@dataclass(frozen=True)
class House:
    """An authority of two floors and a signer."""

    root: Issued
    middle: Issued
    signer: Issued


@lru_cache(maxsize=4)
def house(name: str = "house") -> House:
    """Return the authority of that name, made once a run."""
    root = issue(f"{name} root", authority=True)
    middle = issue(f"{name} issuer", root, authority=True, depth=0)
    return House(root, middle, issue(f"{name} signer", middle))


def tile(kind: str = "png", side: int = 64, shade: int = 128) -> bytes:
    """Return a grey tile."""
    held = io.BytesIO()
    Image.new("RGB", (side, side), (shade,) * 3).save(held, kind)
    return held.getvalue()


def action(name: str, source_type: str = "", **more: Any) -> dict[str, Any]:
    """Return an action of a manifest."""
    told: dict[str, Any] = {"action": name, **more}
    return told | ({"digitalSourceType": source_type} if source_type else {})


def opened(name: str = "zz-parent") -> dict[str, Any]:
    """Return the action that opens an ingredient of that name."""
    return action("c2pa.opened", parameters={"ingredientIds": [name]})


def ingredient(
    source: bytes,
    relationship: str = "parentOf",
    name: str = "zz-parent",
    media_type: str = "image/png",
) -> tuple[Mapping[str, Any], str, bytes]:
    """Return an ingredient as `signed` takes it."""
    told = {"title": "zz-title-0002", "relationship": relationship, "label": name}
    return told, media_type, source


CREATED = action("c2pa.created", GENERATED, softwareAgent={"name": "zz-maker"})


def signed(
    data: bytes | None = None,
    actions: Iterable[Mapping[str, Any]] = (CREATED,),
    *,
    media_type: str = "image/png",
    by: Issued | None = None,
    algorithm: bytes = b"es256",
    ingredients: Iterable[tuple[Mapping[str, Any], str, bytes]] = (),
    assertions: Iterable[Mapping[str, Any]] = (),
    settings: Mapping[str, Any] | None = None,
    address: str = "",
) -> bytes:
    """Return a tile, or the file given, with a content credential.

    `address`: the store is not put into the file; the file says that it lies there.
    """
    signer = by or house().signer
    definition = {
        "claim_generator_info": [{"name": "zz-test", "version": "1"}],
        "title": "zz-title-0001",
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": list(actions)}},
            *assertions,
        ],
    }
    told = {"verify": {"verify_after_sign": False}, "builder": {"thumbnail": {"enabled": False}}}
    context = c2pa.Context(c2pa.Settings.from_dict({**told, **(settings or {})}))
    chain = b"".join(
        x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in signer.chain
    )
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    out = io.BytesIO()
    with (
        c2pa.Builder(json.dumps(definition), context) as builder,
        c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, chain, key, None)) as pen,
    ):
        for held, kind, source in ingredients:
            builder.add_ingredient(json.dumps(dict(held)), kind, io.BytesIO(source))
        if address:
            builder.set_remote_url(address)
            builder.set_no_embed()
        builder.sign(pen, media_type, io.BytesIO(data or tile()), out)
    return out.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    """Return one box of ISO base media or JUMBF."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def superbox(kind: bytes, label: str, *children: bytes) -> bytes:
    """Return a JUMBF superbox of a C2PA type."""
    tail = bytes.fromhex("00110010800000aa00389b71")
    told = box(b"jumd", kind + tail + b"\x03" + label.encode() + b"\0")
    return box(b"jumb", told + b"".join(children))


def store(*manifests: bytes) -> bytes:
    """Return a manifest store."""
    return superbox(b"c2pa", "c2pa", *manifests)


def manifest(
    label: str, chain: Sequence[bytes] = (), token: bytes = b"", *, old: bool = False
) -> bytes:
    """Return a manifest with nothing but a signature box that names certificates."""
    stamps = {"sigTst" if old else "sigTst2": {"tstTokens": [{"val": token}]}} if token else {}
    held = {1: -7, **({33: list(chain)} if chain and not old else {})}
    outside = stamps | ({"x5chain": list(chain)} if chain and old else {})
    signature = cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps(held), outside, None, bytes(64)]))
    return superbox(b"c2ma", label, superbox(b"c2cs", "c2pa.signature", box(b"cbor", signature)))


def der(tag: int, *parts: bytes) -> bytes:
    """Return one DER element."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(digits)]) + digits + content


def token(*certificates: bytes, wrapped: bool = False) -> bytes:
    """Return the frame of a time-stamp token (CMS SignedData) that holds certificates.

    `wrapped`: as the response of a time-stamp authority, a status before it.
    """
    oid = bytes.fromhex("06092a864886f70d010702")
    inner = der(0x30, der(2, b"\3"), der(0x31), der(0x30), der(0xA0, *certificates), der(0x31))
    made = der(0x30, oid, der(0xA0, inner))
    return der(0x30, der(0x30, der(2, b"\0")), made) if wrapped else made
