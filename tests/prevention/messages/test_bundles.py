from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.prevention.messages.bundles import (
    MOST_BYTES,
    Trouble,
    examine,
    read,
    read_bundles,
    wrong,
)
from fanal.prevention.messages.keys import make_key, signature_of
from fanal.prevention.messages.wording import Fault, Text
from makers.bundles import DAY, HELP, signed, spelt, told

SOFT = {"soft": HELP | {"family": "help"}}


def faults(raw, day=DAY):
    found, faulty = read(raw, day)
    assert (found is None) == bool(faulty)
    return [(one.fault, one.where) for one in faulty]


def test_a_signed_bundle_is_taken_whole(tmp_path):
    path, public = signed(tmp_path, image={"alt": "A lighthouse"}, variant=SOFT)
    found, faulty = examine(path, (public,), DAY)
    assert not faulty
    text = Text(HELP["title"], tuple(HELP["body"]))
    assert found.messages == {"help": text, "soft": text}
    assert (found.families, found.alt, found.words) == ({"soft": "help"}, "A lighthouse", {})
    assert (found.locale, found.version, found.reviewer) == ("en", 1, "Desk Z")
    assert found.is_reviewed


def test_what_is_not_signed_by_a_configured_key_is_not_read(tmp_path):
    path, public = signed(tmp_path)
    other = make_key(tmp_path / "other.pem")
    assert examine(path, (), DAY)[1][0].fault is Fault.SIGNATURE
    assert examine(path, (other,), DAY)[1][0].fault is Fault.SIGNATURE
    path.write_bytes(path.read_bytes() + b"\n")
    assert examine(path, (public,), DAY)[1][0].fault is Fault.SIGNATURE
    signature_of(path).unlink()
    assert examine(path, (public,), DAY)[1][0].fault is Fault.UNSIGNED
    path.unlink()
    assert examine(path, (public,), DAY)[1][0].fault is Fault.ABSENT


def test_signatures_do_not_fit_another_bundle(tmp_path):
    one, public = signed(tmp_path, "one.toml")
    two, _ = signed(tmp_path, "two.toml", head={"version": 2})
    kept = signature_of(one).read_bytes()
    signature_of(one).write_bytes(signature_of(two).read_bytes())
    signature_of(two).write_bytes(kept)
    for path in (one, two):
        assert examine(path, (public,), DAY)[1][0].fault is Fault.SIGNATURE


def test_a_bundle_holds_from_its_checks_until_it_expires(tmp_path):
    path, public = signed(tmp_path)
    found, _ = examine(path, (public,), DAY)
    assert not found.holds_on(date(2026, 11, 1))  # reviewed, no legal check yet
    assert found.holds_on(date(2026, 11, 2))
    assert found.holds_on(date(2027, 10, 31))
    assert not found.holds_on(date(2027, 11, 1))
    late = date(2027, 11, 1)
    assert examine(path, (public,), late)[1][0].fault is Fault.EXPIRED


@pytest.mark.parametrize(
    ("sections", "fault", "where"),
    [
        ({"head": {"reviewer": " "}}, Fault.UNREVIEWED, "bundle.reviewer"),
        ({"head": {"review_date": DAY + timedelta(1)}}, Fault.UNREVIEWED, "bundle.review_date"),
        ({"head": {"legal_check": ""}}, Fault.UNLAWFUL, "bundle.legal_check"),
        ({"head": {"legal_date": DAY + timedelta(1)}}, Fault.UNLAWFUL, "bundle.legal_date"),
        ({"head": {"expires": DAY}}, Fault.EXPIRED, "bundle.expires"),
        ({"head": {"expires": "2030-01-01"}}, Fault.VALUE, "bundle.expires"),
        ({"head": {"version": 0}}, Fault.VALUE, "bundle.version"),
        ({"head": {"locale": "../en"}}, Fault.LOCALE, "bundle.locale"),
        ({"head": {"families": []}}, Fault.VALUE, "bundle.families"),
        ({"head": {"families": [1]}}, Fault.VALUE, "bundle.families"),
        ({"head": {"other": "x"}}, Fault.KEYS, "bundle"),
        ({"other": {}}, Fault.KEYS, ""),
        ({"happened": {"other": "x"}}, Fault.KEYS, "happened"),
        ({"happened": {"search": "See zz.example"}}, Fault.MARKUP, "happened.search"),
        ({"neutral": {"title": "x"}}, Fault.KEYS, "neutral"),
        ({"support": {"other": HELP}}, Fault.KEYS, "support"),
        ({"support": {"self": HELP | {"link": "x"}}}, Fault.KEYS, "support.self"),
        ({"family": {"help": HELP | {"title": "<b>"}}}, Fault.MARKUP, "family.help.title"),
        ({"variant": {"soft": HELP}}, Fault.VALUE, "variant.family"),
        ({"variant": {"help": SOFT["soft"]}}, Fault.KEYS, "variant"),
        ({"variant": {"Söft": SOFT["soft"]}}, Fault.KEYS, "variant"),
        ({"variant": {"soft": SOFT["soft"] | {"title": 3}}}, Fault.VALUE, "variant.title"),
        ({"words": {"notice": "Zz."}}, Fault.KEYS, "words"),
        ({"image": {"alt": "x", "src": "y"}}, Fault.KEYS, "image"),
    ],
)
def test_what_is_wrong_is_told_by_its_class_and_key(sections, fault, where):
    assert faults(spelt(told(**sections)).encode()) == [(fault, where)]


@pytest.mark.parametrize("raw", [b"\xff", b"[", b"a = 1\na = 2", b"x = " + b"[" * 5_000])
def test_what_is_no_toml_is_a_fault(raw):
    assert faults(raw) == [(Fault.SPELLING, "")]


@settings(max_examples=15, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.text(), st.lists))
def test_no_value_in_any_place_is_an_error(value):
    for place in ("bundle", "family", "support", "variant", "words", "neutral", "image"):
        assert list(wrong(told() | {place: value}))
        assert list(wrong(told() | {place: {"self": value, "help": value, "title": value}}))


def test_a_language_without_texts_needs_all_of_them():
    found = faults(spelt(told(head={"locale": "tlh"})).encode())
    wanted = ["words", "happened", "family", "support", "neutral"]
    assert found == [(Fault.KEYS, one) for one in wanted]


def test_the_higher_version_of_a_language_is_taken(tmp_path):
    one, public = signed(tmp_path, "one.toml")
    two, _ = signed(tmp_path, "two.toml", head={"version": 2})
    for order in ((one, two), (two, one)):
        accepted, troubles = read_bundles(order, (public,), DAY)
        assert [bundle.version for bundle in accepted] == [2]
        assert troubles == (Trouble("one.toml", Fault.OLDER),)


def test_a_trouble_tells_no_text(tmp_path):
    path, public = signed(tmp_path, family={"help": HELP | {"title": "zz-secret <b>"}})
    _, (trouble,) = read_bundles((path,), (public,), DAY)
    assert (
        str(trouble) == "own.toml: family.help.title has markup, an address or a number in a text"
    )
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    _, (trouble,) = read_bundles((path,), (public,), DAY)
    assert trouble.fault is Fault.LONG
