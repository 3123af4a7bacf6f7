import hashlib

import pytest

from fanal.errors import UsageError
from fanal.review.signed import signed
from makers.cases import signer

TEXT = 'name = "zz é"'.encode()


def test_what_its_key_signed_becomes_a_record():
    signature = bytes.fromhex(signer().sign(TEXT))
    kept = signed(TEXT, signature, signer().public, "zz é", "zz-advice")
    assert (kept.sha256, kept.name) == (hashlib.sha256(TEXT).hexdigest(), "zz é")
    assert (kept.text.encode(), kept.signer, kept.signature) == (
        TEXT,
        signer().public,
        signature.hex(),
    )


@pytest.mark.parametrize("change", ["text", "key", "signature"])
def test_anything_that_was_changed_is_refused_with_what_to_do(change):
    signature = bytes.fromhex(signer().sign(TEXT))
    with pytest.raises(UsageError, match="not that of this key") as told:
        signed(
            TEXT + b" " if change == "text" else TEXT,
            bytes(64) if change == "signature" else signature,
            signer(2).public if change == "key" else signer().public,
            "zz",
            "zz-advice",
        )
    assert told.value.advice == "zz-advice"
