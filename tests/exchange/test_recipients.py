"""Key files are read as age writes them, with and without a passphrase; nothing else is."""

import os
import shutil
import stat
import subprocess
from base64 import b64decode

import pytest

from fanal.errors import UsageError
from fanal.exchange.recipients import identities, own_identity, read_identities, receiver
from makers.packages import identity, key_file, public

LOCKED = b64decode(
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBzK2tSeG5CL2VlbFNzYzhXbzFOVXVnIDQKOXl3ZldLRC9zWFRnVE"
    "ZkY2hFTVptM1hBdEw3L0tma1YwdzI4Y2ZOMmxrbwotLS0gbEVNOWxaNHJKeDFDT01GcGtuTEVkeDBjWTNwdVBRemRacFdC"
    "ejZDeklOYwqWvTQWjO7U9S+r09HfcADWtvI5OP09B6SBG3Muv7mIPetSOJsr8/ajpaji5gK8+vsl42Mwo5nGVdYluCIa1c"
    "BMJUK/w1xotEXoMUNw9kzjUHNhgpvRQEItK5HLgrmLFeSna+UBYCfUBNPOzvAqH9v9VUhFrC2LGAoPMXB+rk2/Aj9ddrt5"
    "i25pgzdofV5T/EMpsh3hJjMAH8b3Iwa/CcTPVKnPk7RoqoHy3Njj3AxgIJSvB3i7fV42"
)
"""A key file under the passphrase zz-pass, with scrypt at its cheapest: 2^4 rounds."""
OF_LOCKED = "age1ee4gge6gxr2cj7hu77xkspnlk4yge0vju9852k5hpt7909lczeds4z8r49"


def no_passphrase():
    pytest.fail("nobody was to be asked")


def test_a_key_file_is_read(tmp_path):
    (found,) = read_identities(key_file(tmp_path), no_passphrase)
    assert str(found.to_public()) == public()


@pytest.mark.skipif(not shutil.which("age-keygen"), reason="the program age is not installed")
def test_a_file_of_age_keygen_is_read(tmp_path):
    told = subprocess.run(["age-keygen", "-o", tmp_path / "k"], capture_output=True, check=True)
    (found,) = read_identities(tmp_path / "k", no_passphrase)
    assert str(found.to_public()).encode() in told.stderr


def test_a_file_with_a_passphrase_asks_for_it():
    (found,) = identities(LOCKED, "zz.age", lambda: "zz-pass")
    assert str(found.to_public()) == OF_LOCKED
    with pytest.raises(UsageError, match="does not open with this passphrase"):
        identities(LOCKED, "zz.age", lambda: "other")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "holds no key"),
        (b"# nothing\n", "holds no key"),
        (b"AGE-SECRET-KEY-1ZZ\n", "no file of age keys"),
        (b"AGE-PLUGIN-ZZ-1QQQ\n", "no file of age keys"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "no file of age keys"),
        (b"\xff\xfe\0", "no file of age keys"),
    ],
)
def test_other_files_are_refused(text, why):
    with pytest.raises(UsageError, match=why):
        identities(text, "zz", no_passphrase)


def test_a_file_that_is_absent_or_large_is_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_identities(tmp_path / "zz", no_passphrase)
    (tmp_path / "large").write_bytes(bytes(1 << 17))
    with pytest.raises(UsageError, match="too large"):
        read_identities(tmp_path / "large", no_passphrase)


def test_a_secret_key_is_no_public_one():
    for text in ("", "age1", str(identity()), "ssh-ed25519 AAAA"):
        with pytest.raises(UsageError, match="no public age key"):
            receiver(text)
    assert str(receiver(public())) == public()


def test_the_own_key_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "new" / "key.age"
    first = own_identity(path)
    assert str(own_identity(path)) == str(first)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["key.age"]  # noqa: PTH208


def test_a_locked_own_key_has_to_be_named(tmp_path):
    (tmp_path / "k").write_bytes(LOCKED)
    with pytest.raises(UsageError, match="locked with a passphrase"):
        own_identity(tmp_path / "k")
