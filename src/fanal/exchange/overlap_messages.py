"""Spells the messages of a comparison without lists: signed files that people carry themselves."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from fanal.custody.sign import Signer, is_signed
from fanal.custody.spelling import canonical
from fanal.errors import PackageError
from fanal.exchange.overlap import LARGEST, Context

KIND = "fanal overlap 1"
OFFER, ASK, ANSWER, TOLD = "offer", "ask", "answer", "told"
AGREE, ASK_NAMES, ANSWER_NAMES, NAMES = "agree", "ask names", "answer names", "names"
AFTER: Mapping[str, str] = {
    OFFER: "",
    ASK: OFFER,
    ANSWER: ASK,
    TOLD: ANSWER,
    AGREE: TOLD,
    ASK_NAMES: AGREE,
    ANSWER_NAMES: ASK_NAMES,
    NAMES: ANSWER_NAMES,
}
"""Step → the one that it answers. Whoever offers sends every other one, the other side the rest."""
OFFERS = frozenset({OFFER, ANSWER, AGREE, ANSWER_NAMES})
"""What the side that offered sends."""


@dataclass(frozen=True, slots=True)
class Message:
    """One step of one run."""

    step: str
    context: Context
    sender: str
    """In words."""
    size: int
    """Identifiers that the sender put in; in `told` how many are shared."""
    commitment: str
    by: str
    """The person who signed this step off."""
    time: str
    after: str = ""
    """SHA-256 of the message that it answers."""
    parts: Mapping[str, bytes] = field(default_factory=dict)
    key: str = ""
    """Of the sender: Ed25519, hexadecimal."""
    digest: str = ""
    """SHA-256 of the message as it was read or written."""


def write(message: Message, signer: Signer) -> bytes:
    """Return the message as a file, signed."""
    facts = {
        "kind": KIND,
        **asdict(message),
        "key": signer.public,
        "parts": {name: base64.b64encode(data).decode() for name, data in message.parts.items()},
    }
    del facts["digest"]
    text = canonical(facts)
    return canonical({"message": text, "signature": signer.sign(text.encode())}).encode() + b"\n"


def read(data: bytes, key: str = "") -> Message:
    """Return a message whose signature is good, and is that of `key` where one is given."""
    try:
        outer = json.loads(data) if len(data) <= 4 * LARGEST else {}
        text, signature = outer["message"], outer["signature"]
        facts: dict[str, Any] = json.loads(text)
        message = _message(facts)
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise PackageError(
            "this is no message of a comparison, or a damaged one", "ask for the file again"
        ) from error
    if not is_signed(text.encode(), message.key, str(signature)):
        raise PackageError("the signature of the message is not that of the key it names")
    if key and message.key != key:
        raise PackageError(
            f"the message is signed by {message.key[:16]}…, and the other side has {key[:16]}…",
            "check the key over another channel",
        )
    return replace(message, digest=hashlib.sha256(data).hexdigest())


def _message(facts: Mapping[str, Any]) -> Message:
    if facts["kind"] != KIND or facts["step"] not in AFTER:
        raise ValueError(facts["kind"])
    context = Context(**{name: _text(value) for name, value in facts["context"].items()})
    size = facts["size"]
    if type(size) is not int or size < 0:
        raise ValueError(size)
    try:
        parts = {
            _text(name): base64.b64decode(value, validate=True)
            for name, value in facts["parts"].items()
        }
    except binascii.Error as error:
        raise ValueError(facts["step"]) from error
    words = (_text(facts[name]) for name in ("sender", "commitment", "by", "time", "after", "key"))
    sender, commitment, by, time, after, key = words
    return Message(facts["step"], context, sender, size, commitment, by, time, after, parts, key)


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 2_000 or not value.isprintable():
        raise ValueError(value)
    return value
