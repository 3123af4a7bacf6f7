"""Compares the identifiers of two services without handing lists over: the mathematics.

Private set intersection over elliptic curves, by OpenMined's library (extra `psi`). Security is
against parties that are honest but curious: whoever cheats with the set they put in learns what a
guess of theirs hits, and telephone numbers can be guessed. So sets are small, runs are few, each
is for a stated purpose, and the set is committed to before it runs.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from fanal.custody.spelling import canonical
from fanal.errors import PackageError, UsageError

TYPES = {
    "phone": "confirmed phone numbers",
    "email": "confirmed addresses",
    "wallet": "wallets that paid",
}
"""Type of identifier → what it is; values that are no one-to-one name of a person are none."""
NORMALISER = "1"
"""Version of how values are spelled before they are compared: both sides need the same."""
MOST, LEAST = 20_000, 1
"""Identifiers that one side may put into a run."""
FALSE = 1e-9
"""Chance that one value is taken for another one."""
LARGEST = 1 << 24
"""Bytes of one part of a message."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a run is about; it is hashed into every value, so that no run tells of another."""

    run: str
    operation: str
    type: str
    purpose: str

    @property
    def text(self) -> str:
        """Return it as it is hashed in."""
        return canonical(
            {
                "normaliser": NORMALISER,
                "operation": self.operation,
                "purpose": self.purpose,
                "run": self.run,
                "type": self.type,
            }
        )


def encoded(context: Context, values: Iterable[str]) -> dict[str, str]:
    """Return what goes into the run → the value, for the distinct values of one side."""
    if context.type not in TYPES:
        raise UsageError(
            f"nothing is compared as {context.type[:20]!r}", f"one of: {', '.join(TYPES)}"
        )
    key = context.text.encode()
    found = {hmac.new(key, one.encode(), "sha256").hexdigest(): one for one in values if one}
    if not LEAST <= len(found) <= MOST:
        raise UsageError(
            f"a run compares {LEAST} to {MOST:,} identifiers of a side; here are {len(found):,}",
            "choose a country: values that can be guessed are compared in small sets only",
        )
    return dict(sorted(found.items()))


def commitment(salt: bytes, items: Iterable[str]) -> str:
    """Return what binds a side to its set before the other's is seen, and tells nothing of it."""
    whole = hashlib.sha256(salt)
    for one in sorted(items):
        whole.update(one.encode())
    return whole.hexdigest()


class Asking:
    """The side that asks and learns first; its key is kept until the answer comes."""

    def __init__(self, key: bytes = b"", *, names: bool = False) -> None:
        """Take the key of an earlier step, or make one; `names`: which ones, not only how many."""
        client = _library("client")
        self._names = names
        self._client = client.CreateFromKey(key, names) if key else client.CreateWithNewKey(names)

    @property
    def key(self) -> bytes:
        """Return the secret key, to be kept by nobody else."""
        return bytes(self._client.GetPrivateKeyBytes())

    def ask(self, items: Sequence[str]) -> bytes:
        """Return the items under that key."""
        return bytes(self._client.CreateRequest(list(items)).SerializeToString())

    def learn(self, setup: bytes, answer: bytes, many: int) -> int | list[int]:
        """Return how many items both have; which of them, by their place, where names are meant.

        `many` is how large the other set is: a set told as a filter could say yes to everything.
        """
        parts = _parsed("ServerSetup", setup), _parsed("Response", answer)
        told = len(parts[0].raw.encrypted_elements)
        if parts[0].WhichOneof("data_structure") != "raw" or told != many:
            raise PackageError(
                f"the other side's set is not told value by value, or is not of {many:,} values",
                "believe nothing of it: whoever answers so would learn more than is shared",
            )
        try:
            if self._names:
                return sorted(self._client.GetIntersection(*parts))
            return int(self._client.GetIntersectionSize(*parts))
        except (RuntimeError, ValueError) as error:
            raise PackageError(f"the answer does not fit what was asked: {error}") from error


def answer(
    items: Sequence[str], asked: bytes, many: int, *, names: bool = False
) -> tuple[bytes, bytes]:
    """Return the own items under a new key, and what was asked under that key too."""
    server = _library("server").CreateWithNewKey(names)
    request = _parsed("Request", asked)
    if len(request.encrypted_elements) != many:
        raise PackageError(
            f"{len(request.encrypted_elements):,} values were asked; committed to were {many:,}",
            "nothing is answered: ask the other side",
        )
    try:
        replied = server.ProcessRequest(request)
    except (RuntimeError, ValueError) as error:
        raise PackageError(f"what was asked cannot be answered: {error}") from error
    kind = import_module("private_set_intersection.python").DataStructure.RAW
    setup = server.CreateSetupMessage(FALSE, many, list(items), kind)
    return bytes(setup.SerializeToString()), bytes(replied.SerializeToString())


def _library(side: str) -> Any:
    try:
        return getattr(import_module("private_set_intersection.python"), side)
    except ImportError as error:
        raise UsageError(
            "comparing without lists needs the extra psi",
            "pip install 'fanal[psi]' (Linux on x86-64, glibc 2.35 or newer)",
        ) from error


def _parsed(kind: str, data: bytes) -> Any:
    made = getattr(import_module("private_set_intersection.python"), kind)()
    try:
        if len(data) > LARGEST:
            raise ValueError(f"{len(data):,} bytes")  # noqa: TRY301
        made.ParseFromString(data)
    except Exception as error:  # protobuf's own errors have no common class of the standard library
        raise PackageError(f"a part of the message is damaged: {error}") from error
    return made


def spelled(names: Iterable[str]) -> bytes:
    """Return the shared values as the second step hands them over, sealed for the other side."""
    return json.dumps(sorted(names)).encode()
