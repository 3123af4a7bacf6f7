import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from fanal.custody import verifier
from fanal.custody.sign import Signer, is_signed
from fanal.errors import CaseError

# RFC 8032, 7.1, tests 1 and 2.
VECTORS = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_published_signatures(secret, public, message, signature):
    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
    assert signer.public == public
    assert signer.sign(bytes.fromhex(message)) == signature
    assert is_signed(bytes.fromhex(message), public, signature)


def test_another_message_key_or_signature_is_refused():
    _, public, _, signature = VECTORS[0]
    assert not is_signed(b"x", public, signature)
    assert not is_signed(b"", VECTORS[1][1], signature)
    for bad in ("", "zz", signature[:-2], "00" * 64):
        assert not is_signed(b"", public, bad)
    for bad in ("", "zz", public[:-2]):
        assert not is_signed(b"", bad, signature)


def test_the_verifier_checks_the_same_signatures():
    _, public, message, signature = VECTORS[1]
    text = bytes.fromhex(message).decode()
    assert verifier.is_signed(text, public, signature)
    assert not verifier.is_signed(f"{text} ", public, signature)
    for bad in (None, 5, "zz", "00"):
        assert not verifier.is_signed(text, bad, signature)
        assert not verifier.is_signed(text, public, bad)


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    path = tmp_path / "home" / "key"
    first = Signer.from_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Signer.from_file(path).public == first.public
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_what_is_no_ed25519_key_is_said_so(tmp_path):
    path = tmp_path / "key"
    path.write_text("zz")
    with pytest.raises(CaseError, match="not a readable signing key"):
        Signer.from_file(path)
    own = Ed25519PrivateKey.generate()
    locked = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"zz"))
    path.write_bytes(locked)
    with pytest.raises(CaseError, match="not a readable signing key"):
        Signer.from_file(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(CaseError, match="not an Ed25519 key"):
        Signer.from_file(path)
