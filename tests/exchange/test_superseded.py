"""What a later version takes back is struck through; nothing in it can act."""

import json

from hypothesis import given
from hypothesis import strategies as st

from fanal.exchange.manifest import RECALL
from fanal.exchange.superseded import compared, page, values
from makers.packages import LEAD, manifest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
)


def encoded(**files):
    return {f"{name}.json": json.dumps(value).encode() for name, value in files.items()}


def test_values_that_differ_are_gone_and_others_stay():
    old = encoded(a={"email": "zz1@mail.example", "same": 1, "phone": "zz"}, b=[1])
    new = encoded(a={"email": "zz2@mail.example", "same": 1})
    lines = {(one.file, one.where): one for one in compared(old, new, manifest())}
    assert lines["a.json", "email"].now == "zz2@mail.example"
    assert lines["a.json", "email"].is_gone
    assert not lines["a.json", "same"].is_gone
    assert lines["a.json", "phone"].now is None
    assert lines["b.json", "0"].is_gone


@given(JSON)
def test_the_same_document_takes_nothing_back(value):
    old = encoded(a=value)
    assert not any(one.is_gone for one in compared(old, old, manifest()))
    recall = manifest(kind=RECALL)
    assert all(one.is_gone for one in compared(old, old, recall))
    assert sum(1 for _ in compared(old, old, recall)) == sum(1 for _ in values(value))


def test_the_page_strikes_through_and_escapes():
    old = encoded(a={"x": "<script>alert(1)</script>\u202e", "y": "zz-stays"})
    new = encoded(a={"x": "<b>", "y": "zz-stays"})
    after = manifest(version=2, withdrawn=(LEAD,), reason="<i>zz</i>")
    told = page(manifest(), after, list(compared(old, new, after))).decode()
    assert "<del>&lt;script&gt;alert(1)&lt;/script&gt;\\u202e</del>" in told
    assert "<ins>&lt;b&gt;</ins>" in told
    assert "<td>zz-stays</td>" in told
    assert f"<del>{LEAD}</del>" in told
    assert "<script>" not in told
    assert "<i>" not in told


def test_a_file_that_is_no_json_is_told_as_such():
    lines = list(compared({"a.json": b"{"}, {"a.json": b"{"}, manifest()))
    assert [one.was for one in lines] == ["not readable as JSON"]
