import base64
import json

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fanal.review.passwords import LONGEST, SHORTEST, Passwords, unfit

CHEAP = Passwords(1, 8, 1)


def test_it_is_argon2id_with_the_second_recommended_cost_of_the_standard():
    """RFC 9106, section 4: t=3, p=4, m=2^16 KiB, 128-bit salt, 256-bit tag."""
    told = extract_parameters(Passwords().kept("a benign phrase"))
    assert (told.type.name, told.version) == ("ID", 19)
    assert (told.time_cost, told.parallelism, told.memory_cost) == (3, 4, 65_536)
    assert (told.salt_len, told.hash_len) == (16, 32)


def test_what_is_kept_is_read_by_the_library_alone():
    kept = CHEAP.kept("päss wörd phrase")
    assert PasswordHasher(1, 8, 1).verify(kept, "päss wörd phrase")
    assert CHEAP.fits(kept, "päss wörd phrase")
    assert not CHEAP.fits(kept, "pass word phrase")
    assert CHEAP.kept("päss wörd phrase") != kept  # a salt of its own


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$", "once 2030 $argon2id$", "$argon2i$v=19$"])
def test_what_is_no_password_fits_nothing(kept):
    assert not CHEAP.fits(kept, "")
    assert not CHEAP.fits(kept, kept)


def test_a_secret_opens_with_its_password_and_login_only():
    sealed = CHEAP.sealed("ABC234", "a benign phrase", "anna")
    assert "ABC234" not in sealed
    assert CHEAP.opened(sealed, "a benign phrase", "Anna") == "ABC234"
    assert Passwords(2, 16, 1).opened(sealed, "a benign phrase", "anna") == "ABC234"
    assert CHEAP.opened(sealed, "a benign phrasE", "anna") == ""
    assert CHEAP.opened(sealed, "a benign phrase", "berta") == ""


def test_it_is_sealed_as_told_elsewhere():
    """Opened by the libraries alone: Argon2id raw, AES-256-GCM, the login bound to it."""
    told = json.loads(CHEAP.sealed("ABC234", "a benign phrase", "anna"))
    salt, nonce, shut = (base64.b64decode(told[name]) for name in ("salt", "nonce", "secret"))
    assert (len(salt), len(nonce)) == (16, 12)
    from argon2 import Type  # noqa: PLC0415

    key = hash_secret_raw(b"a benign phrase", salt, 1, 8, 1, 32, Type.ID)
    assert AESGCM(key).decrypt(nonce, shut, b"anna") == b"ABC234"


@pytest.mark.parametrize(
    "sealed",
    ["", "{", "[]", "null", "{}", '{"salt": 1}', '{"salt": "!", "nonce": "", "secret": ""}'],
)
def test_what_is_not_sealed_opens_to_nothing(sealed):
    assert CHEAP.opened(sealed, "a benign phrase", "anna") == ""


def test_one_changed_byte_opens_nothing():
    told = json.loads(CHEAP.sealed("ABC234", "a benign phrase", "anna"))
    for name in ("salt", "nonce", "secret"):
        held = bytearray(base64.b64decode(told[name]))
        held[0] ^= 1
        changed = json.dumps(told | {name: base64.b64encode(bytes(held)).decode()})
        assert CHEAP.opened(changed, "a benign phrase", "anna") == ""


@pytest.mark.parametrize(
    ("password", "is_fit"),
    [
        ("a" * SHORTEST, True),  # nothing is asked of what the characters are
        ("            ", True),
        ("a" * (SHORTEST - 1), False),
        ("a" * LONGEST, True),
        ("a" * (LONGEST + 1), False),
        ("somebody.long", False),
        ("SOMEBODY.LONG", False),
        ("somebody.long!", True),
    ],
)
def test_a_password_is_long_and_not_the_login(password, is_fit):
    assert (unfit(password, "somebody.long") == "") is is_fit
