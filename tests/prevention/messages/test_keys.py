import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fanal.errors import UsageError
from fanal.prevention.messages.keys import is_signed, make_key, sign, signature_of

# RFC 8032, section 7.1, test 2
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
MESSAGE = bytes.fromhex("72")
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_a_signature_of_the_standard_is_taken_and_a_changed_one_is_not():
    assert is_signed(MESSAGE, SIGNATURE, ("00" * 32, PUBLIC))
    assert not is_signed(MESSAGE, SIGNATURE, ())
    assert not is_signed(MESSAGE, SIGNATURE, ("00" * 32,))
    assert not is_signed(MESSAGE + b"x", SIGNATURE, (PUBLIC,))
    for other in (SIGNATURE[:-2] + "01", SIGNATURE[:-2], "", "zz", "é", SIGNATURE * 2):
        assert not is_signed(MESSAGE, other, (PUBLIC,))
    assert not is_signed(MESSAGE, SIGNATURE, ("zz", PUBLIC[:-2]))


def test_a_key_is_its_owners_alone_and_never_written_over(tmp_path):
    path = tmp_path / "key.pem"
    public = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists"):
        make_key(path)
    assert path.read_bytes() == before
    signature, named = sign(b"zz", path)
    assert named == public
    assert is_signed(b"zz", signature, (public,))
    with pytest.raises(UsageError, match="cannot be written"):
        make_key(tmp_path / "none" / "key.pem")


def test_what_is_no_private_ed25519_key_signs_nothing(tmp_path):
    other = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for name, content in (("text", b"zz"), ("empty", b""), ("other", other)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UsageError, match="no private Ed25519 key"):
            sign(b"zz", tmp_path / name)
    with pytest.raises(UsageError, match="cannot be read"):
        sign(b"zz", tmp_path / "none")


def test_the_signature_lies_beside_its_file(tmp_path):
    assert signature_of(tmp_path / "own.toml") == tmp_path / "own.toml.sig"
