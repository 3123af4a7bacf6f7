"""Makes entries of known lists whose digests belong together."""

import hashlib
from random import Random

from fanal.model.known import KnownHash


def known(token: str, **says) -> KnownHash:
    """Make an entry with all three digests of a neutral token, and whatever else it says."""
    data = token.encode()
    digests = {
        "md5": hashlib.md5(data).hexdigest(),
        "sha1": hashlib.sha1(data).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return KnownHash(**{**digests, **says})


def code(seed: int) -> str:
    """Draw a perceptual code, spelled as lists spell it."""
    return Random(seed).randbytes(32).hex()
