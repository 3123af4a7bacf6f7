"""A checklist with neutral questions, signed by a key of its own."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from fanal.pipeline.priorities import SignedFile

KEY = Ed25519PrivateKey.from_private_bytes(bytes([7]) * 32)
TEXT = """
name = "zz checklist 2026"

[[tier]]
name = "A"
says = "at once"
hours = 24
[[tier]]
name = "B"
says = "within a month"
hours = 720
[[tier]]
name = "C"

[[item]]
id = "access"
family = "child-safety screen"
topic = "current access to a child"
asks = "Is there any sign of current access to a child?"
[[item]]
id = "production"
family = "child-safety screen"
topic = "production"
asks = "Is there any sign that material was produced?"
shows = ["deeds.made"]
[[item]]
id = "contact"
family = "child-safety screen"
topic = "contact"
asks = "Is there any sign of contact?"
[[item]]
id = "live"
family = "child-safety screen"
topic = "live offence"
asks = "Is there any sign of an offence that goes on now?"
[[item]]
id = "before"
family = "previous behaviour"
asks = "Was there an earlier conviction?"
yes = "B"
[[item]]
id = "work"
family = "access to children"
asks = "Does the work bring the person together with children?"
[[item]]
id = "shares"
family = "current conduct"
asks = "Did the person hand on material?"
shows = ["deeds.sent", "content"]
[[item]]
id = "other"
family = "other factors"
asks = "Is anything else known that presses?"
needed = false

[[rule]]
tier = "B"
least = 2
of = ["work", "shares", "other"]
says = "two of work, handing on, other"
"""
"""Four items of the screen, and one or more of each other family."""
IDS = ("access", "production", "contact", "live", "before", "work", "shares", "other")
SCREEN = IDS[:4]
NO = dict.fromkeys(IDS, "no")
"""Every answer is no."""


def signed(folder: Path, text=TEXT, key=KEY):
    """Write a checklist, its signature and the public key; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    given = SignedFile(*(folder / one for one in ("zz.toml", "zz.sig", "zz.pem")))
    given.rules.write_text(text, "utf-8")
    given.signature.write_bytes(key.sign(text.encode()))
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    given.key.write_bytes(pem)
    return given


def private(folder: Path, key=KEY):
    """Write the private key as PEM."""
    path = folder / "zz-private.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem)
    return path
