import json

import pytest

from fanal.formats import recognize
from fanal.formats.threatexchange import ThreatExchangeReader
from fanal.model.known import KnownHash
from makers import lists

MD5, SHA256, PDQ = lists.digest("md5", 1), lists.digest("sha256", 1), "0f" * 32


def descriptor(kind: str, value: str, **more) -> dict:
    return {"id": "1", "type": kind, "indicator": value, "owner": {"id": "9"}, **more}


def as_lines(rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def as_array(rows) -> bytes:
    return json.dumps(rows, indent=1).encode()


def as_page(rows) -> bytes:
    return json.dumps({"data": rows, "paging": {"next": "zz"}}).encode()


FORMS = pytest.mark.parametrize("form", [as_lines, as_array, as_page])


@FORMS
@pytest.mark.parametrize(
    ("kind", "value", "field"),
    [
        ("HASH_MD5", MD5, "md5"),
        ("HASH_VIDEO_MD5", MD5, "md5"),
        ("HASH_PDQ", PDQ, "pdq"),
        ("HASH_SHA256", SHA256, "sha256"),
        ("HASH_VIDEO_SHA256", SHA256, "sha256"),
        ("HASH_SHA1", lists.digest("sha1", 1), "sha1"),
    ],
)
def test_every_form_and_type(reading, form, kind, value, field):
    more = {"tags": ["zz"], "status": "MALICIOUS", "opinions": [2, 3]}
    (known,) = reading.known("threatexchange", form([descriptor(kind, value.upper(), **more)]))
    assert known == KnownHash(
        **{field: value}, fields={"id": "1", "type": kind, "owner": {"id": "9"}, **more}
    )
    assert isinstance(recognize(reading.path), ThreatExchangeReader)
    assert "ThreatExchange JSON" in ThreatExchangeReader().profile(reading.path)


@FORMS
def test_what_is_not_taken_is_counted(reading, form):
    rows = [
        descriptor("HASH_MD5", MD5, should_delete=True),
        descriptor("HASH_MD5", MD5, should_delete="true"),
        descriptor("HASH_TMK", "zz"),
        # The MD5 of an address is not the MD5 of a file.
        descriptor("HASH_URL_MD5", MD5),
        descriptor("HASH_ZZ_1", "zz"),
        descriptor("HASH_MD5", "d41d8cd98f00b204e9800998ecf8427e"),
        descriptor("HASH_MD5", MD5, should_delete=False),
        3,
    ]
    assert reading.reasons("threatexchange", form(rows)) == {
        "deleted upstream": 2,
        "type not used: HASH_TMK": 1,
        "type not used: HASH_URL_MD5": 1,
        "type not used: other": 1,
        "zero-length file: md5": 1,
        "not an object": 1,
    }
    assert len(reading.known("threatexchange", form(rows))) == 1


def test_the_raw_indicator_counts_and_a_contradiction_is_shown(reading):
    other = lists.digest("md5", 2)
    row = descriptor("HASH_MD5", MD5, raw_indicator=other)
    assert reading.known("threatexchange", as_lines([row]))[0].md5 == other
    assert reading.reasons("threatexchange", as_lines([row])) == {"second value: md5": 1}


def test_a_bad_line_costs_one_line(reading):
    good = as_lines([descriptor("HASH_MD5", MD5)])
    data = good + b'{"indicator": "x\n' + good + b"not json\n" + b"x" * 70_000 + b"\n" + good
    assert len(reading.known("threatexchange", data)) == 3
    reasons = reading.reasons("threatexchange", data)
    assert reasons == {"not JSON": 2, "row too long": 1}


def test_a_cut_last_line_is_said_so(reading):
    good = as_lines([descriptor("HASH_MD5", MD5)])
    assert reading.reasons("threatexchange", good + good[:30]) == {
        "file ends early: the text is cut": 1
    }


def test_a_huge_page_is_read_as_a_stream(reading):
    rows = [descriptor("HASH_MD5", lists.digest("md5", n)) for n in range(5000)]
    known = reading.known("threatexchange", as_page(rows))
    assert [each.md5 for each in known] == [lists.digest("md5", n) for n in range(5000)]
