"""The book that answers: digests, days, encryption, limits; nothing is told of what was entered."""

import hashlib
import traceback
from datetime import date

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import FanalError, ListError, UsageError
from fanal.prevention.nouns import Reason
from fanal.prevention.ports import Heard
from fanal.prevention.words.lists import WordFiles, read_words
from makers.terms import books, entry, listed, written

PATTERN = "zz-secret-0001"


def test_a_text_over_the_limit_or_no_text_is_not_read():
    known = books(entry(PATTERN), limit=100)
    assert known.ask(PATTERN + "x" * (101 - len(PATTERN))) == Heard(is_readable=False)
    assert known.ask(PATTERN + "\udc80") == Heard(is_readable=False)
    assert known.ask("x" * 85 + " " + PATTERN).is_hit
    assert known.ask("\0" + PATTERN + "\0").is_hit


def test_lists_and_words_of_help_are_read_into_one_book_with_one_digest(tmp_path):
    terms = written(tmp_path / "terms.csv", PATTERN)
    help_ = written(tmp_path / "help.csv", "zz-help", audience="self")
    one = read_words(WordFiles((terms,), (help_,)))
    assert (one.ask(PATTERN).is_hit, one.ask("zz-help").support) == (True, Reason.SELF)
    assert len(one.version) == len(hashlib.sha256().hexdigest())
    assert read_words(WordFiles((terms,), (help_,))).version == one.version
    assert read_words(WordFiles((terms,))).version != one.version
    written(terms, PATTERN, "zz-more")
    assert read_words(WordFiles((terms,), (help_,))).version != one.version
    assert read_words(WordFiles()).version == ""


def test_entries_count_from_their_day_on(tmp_path):
    path = tmp_path / "terms.csv"
    row = {"id": "e", "pattern": PATTERN, "kind": "token"}
    path.write_bytes(listed(row | {"valid_from": "2026-11-28"}))
    before, on = (
        read_words(WordFiles((path,), day=date(2026, 11, day))).ask(PATTERN).is_hit
        for day in (27, 28)
    )
    assert (before, on) == (False, True)


def test_an_encrypted_list_opens_with_its_identity_only(tmp_path):
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    plain = written(tmp_path / "terms.csv", PATTERN)
    sealed = tmp_path / "terms.csv.age"
    sealed.write_bytes(pyrage.encrypt(plain.read_bytes(), [key.to_public()]))
    identity = tmp_path / "key.txt"
    identity.write_text(f"# made up\n{key}\n")
    told = read_words(WordFiles((sealed,), identity=identity))
    assert told.ask(PATTERN).is_hit
    assert told.version == read_words(WordFiles((plain,))).version
    with pytest.raises(UsageError, match="encrypted"):
        read_words(WordFiles((sealed,)))
    identity.write_text(str(other))
    with pytest.raises(ListError, match="does not open"):
        read_words(WordFiles((sealed,), identity=identity))
    identity.write_text("nothing")
    with pytest.raises(ListError, match="does not open"):
        read_words(WordFiles((sealed,), identity=identity))
    sealed.write_bytes(b"age-encryption.org/v1\nsecret")
    identity.write_text(str(key))
    with pytest.raises(ListError, match="does not open"):
        read_words(WordFiles((sealed,), identity=identity))


def test_an_absent_list_is_named_and_a_stem_table_reaches_other_forms(tmp_path):
    with pytest.raises(ListError, match="absent"):
        read_words(WordFiles((tmp_path / "absent.csv",)))
    terms = written(tmp_path / "terms.csv", "old lamp")
    stems = tmp_path / "stems.csv"
    stems.write_text("lamps,lamp\nolder,old\n")
    told = read_words(WordFiles((terms,), stems=stems))
    assert told.ask("Older LAMPS").is_hit
    assert not read_words(WordFiles((terms,))).ask("older lamps").is_hit
    stems.write_text("lamps,lamp\nsecret\n")
    with pytest.raises(ListError, match="rows that are no `word,stem`: 2") as fault:
        read_words(WordFiles((terms,), stems=stems))
    assert "secret" not in fault.value.message


@given(st.text(min_size=4, max_size=60), st.integers(0, 3))
def test_nothing_of_a_text_or_a_pattern_is_told(text, case):
    known = books(entry(text), entry(PATTERN))
    heard = known.ask([text, text + PATTERN, PATTERN + "\ud800" + text, text * 400][case])
    assert heard in {Heard(), Heard(is_hit=True), Heard(is_readable=False)}
    told = f"{known!r} {known.profiles!r} {known.nearly!r} {known.stems!r}"
    other = books(entry("zz"), entry("yy"))
    ours = f"{other!r} {other.profiles!r} {other.nearly!r} {other.stems!r}"
    assert told in {ours, ours.replace("2 patterns", "1 patterns")}


def test_a_traceback_of_a_refused_list_holds_no_pattern(tmp_path):
    path = tmp_path / "terms.csv"
    path.write_bytes(listed({"id": "e", "pattern": PATTERN, "kind": "none"}))
    with pytest.raises(FanalError) as fault:
        read_words(WordFiles((path,)))
    assert "secret" not in "".join(traceback.format_exception(fault.value))
