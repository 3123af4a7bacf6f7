"""Takes a rule file of an authority only with the signature of the key that it came with."""

import hashlib

from fanal.custody.sign import is_signed
from fanal.errors import UsageError
from fanal.model.review import Priorities


def signed(text: bytes, signature: bytes, key: str, name: str, advice: str) -> Priorities:
    """Return the record of a rule file, or refuse one that its key (Ed25519) did not sign."""
    if not is_signed(text, key, signature.hex()):
        raise UsageError("the signature is not that of this key over this file", advice)
    digest = hashlib.sha256(text).hexdigest()
    return Priorities(digest, name, text.decode("utf-8"), key, signature.hex())
