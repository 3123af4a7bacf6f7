import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.formats.digests import (
    EMPTY,
    category_text,
    entry,
    flag,
    judge,
    kind_named,
    kinds_of_64,
    kinds_unnamed,
    unreadable_flag,
)
from fanal.model.known import KnownHash, Refused

MD5 = hashlib.md5(b"zz-test-0001").hexdigest()
SHA1 = hashlib.sha1(b"zz-test-0001").hexdigest()


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_hashes_of_no_bytes_are_refused(kind):
    empty = hashlib.new(kind).hexdigest()
    assert EMPTY[kind] == empty
    assert judge(kind, empty.upper()) == ("", f"zero-length file: {kind}")


def test_the_row_is_kept_if_another_hash_is_good():
    found = list(entry(7, [("md5", "d41d8cd98f00b204e9800998ecf8427e"), ("sha1", SHA1)]))
    assert found == [KnownHash(sha1=SHA1), Refused(7, "zero-length file: md5")]


def test_a_row_without_hash_is_refused_once():
    assert list(entry(3, [("md5", None), ("sha1", " ")])) == [Refused(3, "no hash")]
    assert list(entry(3, [("md5", "x" * 32)])) == [Refused(3, "not hexadecimal: md5")]
    assert list(entry(3, [("md5", 12)])) == [Refused(3, "not text: md5")]


def test_two_values_of_one_kind_are_not_mixed():
    twice = list(entry(1, [("md5", MD5), ("md5", MD5.upper())]))
    assert twice == [KnownHash(md5=MD5)]
    other = hashlib.md5(b"zz-test-0002").hexdigest()
    found = list(entry(1, [("md5", MD5), ("md5", other)]))
    assert found == [KnownHash(md5=MD5), Refused(1, "second value: md5")]


@given(data=st.binary(max_size=20), blank=st.sampled_from(["", " ", "\t"]))
def test_every_true_hash_is_taken_in_lower_case(data, blank):
    for kind in ("md5", "sha1", "sha256"):
        digest = hashlib.new(kind, data + b"x").hexdigest()
        assert judge(kind, blank + digest.upper() + blank) == (digest, "")


@given(value=st.one_of(st.none(), st.integers(), st.text(max_size=70), st.lists(st.text())))
def test_a_judgement_is_a_hash_or_a_reason_or_neither(value):
    for kind, length in (("md5", 32), ("sha1", 40), ("sha256", 64), ("pdq", 64)):
        digest, reason = judge(kind, value)
        assert not (digest and reason)
        assert digest == "" or len(digest) == length


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SHA-256", "sha256"),
        ("Sha_1 hash", "sha1"),
        ("PDQ", "pdq"),
        ("MD5", "md5"),
        (None, ""),
        ("SHA512", ""),
        ("PhotoDNA", ""),
        ("hash md5", "md5"),
        ("", ""),
    ],
)
def test_names_of_hashes(name, kind):
    assert kind_named(name) == kind


@pytest.mark.parametrize("said", [True, "true", "Y", "yes", " T ", 1, "1"])
def test_yes(said):
    assert flag(said) is True
    assert unreadable_flag(1, "x", said) == ()


@pytest.mark.parametrize("said", [False, "false", "N", "no", "F", 0, "0"])
def test_no(said):
    assert flag(said) is False


@pytest.mark.parametrize("said", ["perhaps", 2, [], {}, 0.5])
def test_neither_yes_nor_no_is_said_so(said):
    assert flag(said) is None
    assert unreadable_flag(4, "Baseline", said) == (Refused(4, "not yes or no: Baseline"),)


def test_an_empty_flag_says_nothing():
    assert flag("") is None
    assert unreadable_flag(1, "x", " ") == unreadable_flag(1, "x", None) == ()


@pytest.mark.parametrize(
    ("given_", "text"),
    [
        (0, "0"),
        (5, "5"),
        ("0", "0"),
        (None, ""),
        ("", ""),
        ("A1", "A1"),
        (" x", " x"),
        (1.5, "1.5"),
        (False, "false"),
    ],
)
def test_a_category_is_text_and_zero_is_one(given_, text):
    assert category_text(given_) == text


def test_hashes_of_64_digits_without_a_name():
    sha256 = [hashlib.sha256(b"%d" % n).hexdigest() for n in range(64)]
    # 128 of 256 bits set in each, as the median of 256 numbers leaves them.
    pdq = [f"{((1 << 128) - 1) << n:064x}" for n in range(64)]
    assert kinds_of_64(sha256) == ("sha256",)
    assert kinds_of_64(pdq) == ("pdq",)
    assert kinds_of_64(sha256[:3]) == ("sha256", "pdq")
    assert kinds_of_64(sha256[:32] + pdq[:32]) == ("sha256", "pdq")
    assert kinds_unnamed(sha256[0], ("pdq",)) == ("pdq",)
    assert kinds_unnamed(EMPTY["sha256"], ("sha256", "pdq")) == ("sha256",)
    assert kinds_unnamed(MD5, ()) == ("md5",)
    assert kinds_unnamed("abc", ()) == ()


def test_pdq_hashes_of_drawn_pictures_are_told_from_sha256():
    numpy = pytest.importorskip("numpy")
    pdqhash = pytest.importorskip("pdqhash", reason="pdqhash is not installed here")
    random = numpy.random.default_rng(7)
    values = []
    for _ in range(20):
        small = random.integers(0, 255, (12, 12, 3)).astype(numpy.uint8)
        bits, _ = pdqhash.compute(numpy.kron(small, numpy.ones((16, 16, 1), numpy.uint8)))
        values.append("".join(f"{byte:02x}" for byte in numpy.packbits(bits)))
    assert kinds_of_64(values) == ("pdq",)
