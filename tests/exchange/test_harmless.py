"""No text of a lead keeps its package from being sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.exchange.harmless import harmless
from fanal.exchange.seal import media

PNG = "iVBORw0KGgo" + "A" * 240


@pytest.mark.parametrize(
    "text", ["data:image/png;base64,zz", "x DATA: video/mp4", PNG, "/9j/" + PNG]
)
def test_what_looks_like_a_medium_is_left_out_and_said(text):
    assert media("leads.json", json.dumps([text]).encode())
    told = harmless({"a": [text]})
    assert media("leads.json", json.dumps(told).encode()) == ""
    assert "like a medium left out" in told["a"][0]


@given(st.text())
def test_other_texts_stay_as_they_are(text):
    assert harmless([text, 1, None, True]) == [text, 1, None, True]


def test_half_a_surrogate_pair_is_no_text():
    assert harmless({"\ud800": "a\udfffb"}) == {"\ufffd": "a\ufffdb"}
