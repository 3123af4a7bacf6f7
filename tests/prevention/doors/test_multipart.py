"""Forms with files: one reading, or none."""

import email.message
import email.parser
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.multipart import Ambiguous, parameters, read
from makers.doors import multipart

B = "zzboundary"


def part(head: str, data: bytes = b"a") -> bytes:
    return f"--{B}\r\n{head}\r\n\r\n".encode() + data + f"\r\n--{B}--\r\n".encode()


NAMED = 'Content-Disposition: form-data; name="q"'


@given(st.lists(st.tuples(st.sampled_from(["q", "f@", "å"]), st.binary(max_size=60)), max_size=5))
def test_what_was_put_in_comes_out_and_another_reader_agrees(parts):
    headers, told = multipart(*parts)
    if told.count(B.encode()) != len(parts) + 1 or not parts:
        return
    found = read(told, B)
    assert [(one.name, one.data) for one in found] == [(n.rstrip("@"), d) for n, d in parts]
    assert [one.filename is not None for one in found] == [n.endswith("@") for n, _ in parts]
    whole = f"Content-Type: {headers['content-type']}\r\n\r\n".encode() + told
    other = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    payloads = [one.get_payload(decode=True) for one in other.get_payload()]
    assert len(payloads) == len(found)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"preamble\r\n" + part(NAMED),
        part(NAMED) + b"epilogue",
        part(NAMED)[:-4],
        part(NAMED).replace(b"\r\n", b"\n"),
        part(NAMED, b"a\n--zzboundary\nb"),
        part(NAMED, b"--zzboundaryx"),
        part(NAMED + "\r\n" + NAMED),
        part('Content-Disposition: form-data; name="q"; name="r"'),
        part("Content-Disposition: form-data; name*=utf-8''q"),
        part("Content-Disposition: form-data; name=\"q\"; filename*=utf-8''q"),
        part('Content-Disposition: attachment; name="q"'),
        part("Content-Disposition: form-data"),
        part('Content-Disposition: form-data; name="q'),
        part(NAMED + "\r\nContent-Transfer-Encoding: base64"),
        part(NAMED + "\r\nContent-Type: multipart/mixed; boundary=x"),
        part(NAMED + "\r\nContent-Type: text/plain; charset=utf-7"),
        part(NAMED + "\r\n folded: line"),
        part(NAMED + "\r\nX: " + "a" * 5_000),
        part("Content-Type: text/plain"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(told):
    with pytest.raises(Ambiguous) as caught:
        read(told, B)
    assert not caught.value.args


def test_a_boundary_is_one_of_the_standard():
    for boundary in ("", "a" * 71, "a b", "å", 'a"b'):
        with pytest.raises(Ambiguous):
            read(part(NAMED), boundary)


def test_parameters_of_a_header():
    assert parameters('Form-Data; Name="a\\"b"; x=y') == ("form-data", {"name": 'a"b', "x": "y"})
    assert parameters("text/plain;") == ("text/plain", {})
    assert parameters("") == ("", {})
    for told in ("a; b=1; B=2", "a; b", "a; b=1 c", 'a; b="1'):
        with pytest.raises(Ambiguous):
            parameters(told)


@given(st.binary(max_size=300), st.text(max_size=80))
def test_nothing_else_is_ever_raised(told, boundary):
    for body in (told, f"--{B}\r\n".encode() + told + f"\r\n--{B}--".encode()):
        for one in (boundary, B):
            try:
                read(body, one)
            except Ambiguous:
                continue
