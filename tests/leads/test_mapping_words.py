import time
from datetime import UTC, datetime

import pytest

from fanal.errors import UsageError
from fanal.leads.mapping_words import flat, known, pairs, some, table, texts, word


def refused(step, *given, **more):
    with pytest.raises(UsageError) as told:
        list(step(*given, **more) or ())
    return f"{told.value.message} | {told.value.advice}"


def test_an_unknown_name_says_which_one_is_near():
    assert known("p", {"a": 1}, ("a", "b")) is None
    assert refused(known, "[[login]] 2", {"acount": 1}, ("account", "ip")) == (
        "mapping, [[login]] 2: there is no key 'acount' | did you mean 'account'?"
    )
    far = refused(known, "p", {"zzz": 1}, ("account", "ip"), "column")
    assert far == "mapping, p: there is no column 'zzz' | choose from: account, ip"


def test_places_are_counted_from_one():
    assert list(some({"login": [{}, {"a": 1}]}, "login")) == [
        ("[[login]] 1", {}),
        ("[[login]] 2", {"a": 1}),
    ]
    assert list(some({}, "login")) == []
    assert "double brackets" in refused(some, {"login": [1]}, "login")


def test_numbers_are_compared_as_they_would_stand_in_a_file():
    assert texts("p", [200, "302"]) == ("200", "302")
    assert texts("p", "x") == ("x",)
    assert "neither text nor a whole number" in refused(texts, "p", [True])
    assert dict(pairs("p", {"1": 2})) == {"1": "2"}
    assert "is no table" in refused(pairs, "p", ["1"])


def test_what_must_be_there_is_asked_for():
    assert word("p", {"a": "x"}, "a", needed=True) == "x"
    assert word("p", {}, "a") == ""
    assert "its a is missing" in refused(word, "p", {"a": " "}, "a", needed=True)
    assert table("p", {"site": {"a": 1}}, "site") == {"a": 1}
    assert "[site] is missing" in refused(table, "p", {"site": 1}, "site")


def test_times_of_a_mapping_are_text():
    assert flat(datetime(2025, 2, 26, 8, tzinfo=UTC)) == "2025-02-26T08:00:00+00:00"
    assert flat("as told") == "as told"


def test_names_of_a_seized_file_neither_fill_the_screen_nor_take_long():
    names = {f"zz\x1b[31m{at}" + "y" * 9_000: "" for at in range(20_000)}
    begun = time.process_time()
    far = refused(known, "p", {"z" * 9_000: 1}, names, "column")
    assert time.process_time() - begun < 5
    assert len(far) < 20_000
    assert far.isprintable()
    assert far.endswith(" …")
