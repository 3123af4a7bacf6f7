"""A rule file raises or is refused, and counts only with the signature of its key."""

import math
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from fanal.custody.sign import public_key
from fanal.errors import UsageError
from fanal.review.priorities import DAYS, Circle, Rules, parse, verified, words
from fanal.review.rungs import NAMES

WHOLE = """
name = "zz week 31"
days = 900
order = ["kept", "kin"]
blind = 0.05
exhibits = ["017-phone"]
serials = ["ZZ0001"]
lists = ["zz list"]

[[place]]
name = "zz harbour"
latitude = 48.5
longitude = -3.25
radius = 1500
"""


def test_a_whole_file_says_what_it_says():
    rules = parse(WHOLE.encode())
    assert rules.order == ("kept", "kin", *(one for one in NAMES if one not in {"kept", "kin"}))
    assert (rules.days, rules.blind, rules.exhibits) == (900, 0.05, ("017-phone",))
    assert rules.places == (Circle("zz harbour", 48.5, -3.25, 1500.0),)
    assert words(rules) == (
        "first by the rule file 'zz week 31': on list zz list",
        "first by the rule file 'zz week 31': on exhibit 017-phone",
        "first by the rule file 'zz week 31': by the camera with serial number ZZ0001",
        "first by the rule file 'zz week 31': within 1,500 m of zz harbour",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("days = 729", "days in the rule file must be a whole number, 730 or more"),
        ("days = true", "days in the rule file"),
        ("days = 800.0", "days in the rule file"),
        ("blind = 0.019", "a share from 0.02 to 1"),
        ("blind = nan", "a share from 0.02 to 1"),
        ("blind = 0", "a share from 0.02 to 1"),
        ('order = ["marked"]', "a list of rungs"),
        ('order = ["rest"]', "a list of rungs"),
        ('skip = ["017-phone"]', "'skip', which is nothing that raises"),
        ('last = ["zz list"]', "'last', which is nothing that raises"),
        ("step = 8", "'step', which is nothing that raises"),
        ('exhibits = "017"', "exhibits in the rule file must be a list of texts"),
        ('exhibits = ["zz\\u001b"]', "must be a printable text"),
        ("exhibits = [1]", "must be a printable text"),
        ("lists = [" + "'z'," * 1001 + "]", "a list of texts, 1000 at most"),
        ('serials = ["' + "z" * 201 + '"]', "200 characters long at most"),
        ("[[place]]\nname='z'\nlatitude=91\nlongitude=0\nradius=1", "latitude of a place"),
        ("[[place]]\nname='z'\nlatitude=0\nlongitude=inf\nradius=1", "longitude of a place"),
        ("[[place]]\nname='z'\nlatitude=0\nlongitude=0\nradius=-1", "radius of a place"),
        ("[[place]]\nname='z'\nlatitude=0\nlongitude=0", "a table of name, latitude"),
        ("[[place]]\nname='z'\nlatitude=0\nlongitude=0\nradius=1\nnot=1", "a table of name"),
        ("zz", "not valid TOML"),
    ],
)
def test_whatever_could_set_something_back_is_refused(line, said):
    with pytest.raises(UsageError) as caught:
        parse(f'name = "zz"\n{line}\n'.encode())
    assert said in str(caught.value)


@pytest.mark.parametrize("text", [b"", b"days = 800", b'name = "\xff"', b"a = " + b"[" * 9000])
def test_a_file_without_a_name_or_of_other_bytes_is_refused(text):
    with pytest.raises(UsageError):
        parse(text)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_rules_or_refused(text):
    try:
        assert isinstance(parse(text), Rules)
    except UsageError:
        return
    assert parse(text).days >= DAYS


@given(st.floats(-89, 89), st.floats(-180, 180), st.floats(0, 2 * math.pi), st.floats(1, 90_000))
def test_a_circle_holds_what_lies_nearer_than_its_radius(latitude, longitude, bearing, metres):
    # The point at a distance and bearing, by spherical trigonometry (Snyder 1987, 5-5 and 5-6).
    angle = metres / 6_371_008.8
    start = math.radians(latitude)
    end = math.asin(
        math.sin(start) * math.cos(angle) + math.cos(start) * math.sin(angle) * math.cos(bearing)
    )
    across = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(start),
        math.cos(angle) - math.sin(start) * math.sin(end),
    )
    point = math.degrees(end), longitude + math.degrees(across)
    assert Circle("zz", latitude, longitude, metres * 1.001 + 0.1).holds(*point)
    assert not Circle("zz", latitude, longitude, metres * 0.999 - 0.1).holds(*point)


def test_only_the_signature_of_the_key_over_these_bytes_counts():
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    text = WHOLE.encode()
    record = verified(text, key.sign(text), public)
    assert (record.name, record.signer, record.text) == ("zz week 31", public, WHOLE)
    for bad in (
        (text + b"\n", key.sign(text), public),
        (text, key.sign(text)[:-1], public),
        (text, b"", public),
        (text, key.sign(text), "00" * 32),
        (text, key.sign(text), Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()),
    ):
        with pytest.raises(UsageError, match="signature"):
            verified(*bad)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_documented_commands_make_such_a_signature(tmp_path):
    (tmp_path / "rules.toml").write_text(WHOLE, "utf-8")
    for command in (
        "openssl genpkey -algorithm ed25519 -out key.pem",
        "openssl pkey -in key.pem -pubout -out public.pem",
        "openssl pkeyutl -sign -rawin -inkey key.pem -in rules.toml -out rules.toml.sig",
    ):
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    key = public_key((tmp_path / "public.pem").read_bytes())
    signature = (tmp_path / "rules.toml.sig").read_bytes()
    assert verified(WHOLE.encode(), signature, key).signer == key


def test_another_kind_of_key_is_no_key(tmp_path):
    assert public_key(b"zz") == ""
    other = X25519PrivateKey.generate().public_key()
    assert public_key(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)) == ""
