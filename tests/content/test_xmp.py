"""XMP packets to flat tables: forms of RDF, codings, limits and what is forbidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.content import xmp
from fanal.content.xmp import read_xmp
from makers import parts

SPACES = {
    "dc": xmp.DC,
    "xmp": xmp.XMP,
    "xmpMM": xmp.XMP_MM,
    "stEvt": xmp.ST_EVT,
    "ext": xmp.IPTC_EXT,
    "dcterms": xmp.DCTERMS,
}
RICH = parts.packet(
    "<dc:title><rdf:Alt>"
    '<rdf:li xml:lang="x-default">zz-title</rdf:li><rdf:li xml:lang="de">zz-Titel</rdf:li>'
    "</rdf:Alt></dc:title>"
    "<dc:subject><rdf:Bag><rdf:li>a</rdf:li><rdf:li>b &amp; c</rdf:li></rdf:Bag></dc:subject>"
    "<xmp:ModifyDate>2021-02-03T04:05:06Z</xmp:ModifyDate>"
    "<xmpMM:History><rdf:Seq>"
    '<rdf:li stEvt:action="saved" stEvt:softwareAgent="zz-editor 1"/>'
    '<rdf:li rdf:parseType="Resource"><stEvt:action>derived</stEvt:action></rdf:li>'
    "</rdf:Seq></xmpMM:History>"
    '<ext:DigitalSourceType rdf:resource="http://cv.iptc.org/zz/screenCapture"/>'
    "<dcterms:provenance>https://example.org/zz.c2pa</dcterms:provenance>",
    SPACES,
    'xmp:CreatorTool="zz-tool 2.0"',
)
EXPECTED = {
    (xmp.XMP, "CreatorTool"): ("zz-tool 2.0",),
    (xmp.DC, "title"): ("zz-title", "zz-Titel"),
    (xmp.DC, "subject"): ("a", "b & c"),
    (xmp.XMP, "ModifyDate"): ("2021-02-03T04:05:06Z",),
    (xmp.ST_EVT, "action"): ("saved", "derived"),
    (xmp.ST_EVT, "softwareAgent"): ("zz-editor 1",),
    (xmp.IPTC_EXT, "DigitalSourceType"): ("http://cv.iptc.org/zz/screenCapture",),
    (xmp.DCTERMS, "provenance"): ("https://example.org/zz.c2pa",),
}


def test_every_form_of_a_property():
    found = read_xmp(RICH)
    assert found.problems == ()
    assert found.properties == EXPECTED
    assert found.first(xmp.XMP, "CreatorTool") == "zz-tool 2.0"
    assert found.all(xmp.DC, "nothing") == ()
    assert found.first(xmp.DC, "nothing") == ""


@pytest.mark.parametrize("coding", ["utf-16-be", "utf-16-le", "utf-16", "utf-8-sig"])
def test_codings(coding):
    assert read_xmp(RICH.decode().encode(coding)).properties == EXPECTED


def test_padding_around_a_packet_is_nothing():
    assert read_xmp(b"\0\0 \n" + RICH + b" " * 2000 + b"\0").properties == EXPECTED


def test_nothing_is_no_problem():
    assert read_xmp(b"") == xmp.Xmp()
    assert read_xmp(b"\0\0") == xmp.Xmp()


def test_entities_are_not_read():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + RICH
    found = read_xmp(bomb)
    assert found.properties == {}
    assert "entities" in found.problems[0]


def test_what_was_read_before_a_fault_is_kept():
    found = read_xmp(RICH[: RICH.index(b"<xmpMM:History")])
    assert found.first(xmp.DC, "title") == "zz-title"
    assert found.problems == ("the XMP packet is damaged",)


def test_a_deep_packet_ends_in_a_problem():
    deep = parts.packet("<dc:a>" * 2000 + "x" + "</dc:a>" * 2000, SPACES)
    assert "inside each other" in read_xmp(deep).problems[0]


def test_a_packet_of_many_values_ends_in_a_problem():
    many = parts.packet("<dc:a>x</dc:a>" * (xmp.MOST_VALUES + 1), SPACES)
    found = read_xmp(many)
    assert len(found.all(xmp.DC, "a")) == xmp.MOST_VALUES
    assert "values" in found.problems[0]


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=5)), max_size=6),
    keep=st.floats(0, 1),
)
def test_no_damage_raises(edits, keep):
    data = bytearray(RICH)
    for where, put in edits:
        at = int(where * len(data))
        data[at : at + len(put)] = put
    found = read_xmp(bytes(data[: int(len(data) * keep)]))
    assert all(isinstance(text, str) for texts in found.properties.values() for text in texts)


@given(data=st.binary(max_size=200))
def test_any_bytes(data):
    read_xmp(data)
