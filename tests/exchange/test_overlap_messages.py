import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import PackageError
from fanal.exchange import overlap_messages as steps
from fanal.exchange.overlap import Context
from fanal.exchange.overlap_messages import Message, read, write
from makers.cases import signer

MESSAGE = Message(
    *(steps.ASK, Context("00" * 8, "zz-operation", "phone", "zz é"), "zz-lab", 7, "ab" * 32),
    *("Person zz", "2026-03-01T10:00:00+00:00", "cd" * 32, {"asked": b"\0\xff\n"}),
)


def test_a_message_comes_back_as_it_was():
    data = write(MESSAGE, signer())
    found = read(data, signer().public)
    assert found.key == signer().public
    for name in ("step", "context", "sender", "size", "commitment", "by", "time", "after", "parts"):
        assert getattr(found, name) == getattr(MESSAGE, name)


def test_another_key_is_named():
    with pytest.raises(PackageError, match="signed by"):
        read(write(MESSAGE, signer()), signer(2).public)


@given(st.data())
def test_a_changed_byte_is_noticed(data):
    good = write(MESSAGE, signer())
    at = data.draw(st.integers(0, len(good) - 2))
    bad = bytearray(good)
    bad[at] ^= data.draw(st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
    try:
        found = read(bytes(bad), signer().public)
    except PackageError:
        return
    # Bytes that spell the same change nothing: an escape or a digit of the signature in capitals.
    told, meant = json.loads(bytes(bad)), json.loads(good)
    assert told.pop("signature").lower() == meant.pop("signature").lower()
    assert told == meant
    assert found.parts == MESSAGE.parts


@given(st.binary(max_size=300))
def test_no_bytes_end_in_anything_but_a_refusal(data):
    with pytest.raises(PackageError):
        read(data)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_signed_nonsense_is_taken(facts):
    text = json.dumps({"kind": steps.KIND, "step": "ask", "context": facts, "parts": facts})
    outer = {"message": text, "signature": signer().sign(text.encode())}
    with pytest.raises(PackageError):
        read(json.dumps(outer).encode())
