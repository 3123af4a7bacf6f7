"""A notice says what is missing, whom it is for and when things were, and touches no deterrence."""

import ast
import html as spelling
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.prevention.reporting import dsa18
from fanal.prevention.reporting.dsa18 import UNION, addressees, check, document, html, read_notice
from makers.notices import FALLBACK, NOTICE, elsewhere, without

MOMENT = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)


def read(tmp_path, text):
    path = tmp_path / "notice.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_notice(path)


def lacks(tmp_path, text):
    return [one.where for one in check(read(tmp_path, text))]


def test_a_whole_notice_lacks_nothing_and_goes_to_the_state_concerned(tmp_path):
    notice = read(tmp_path, NOTICE)
    assert check(notice) == ()
    assert addressees(notice) == ("law enforcement or judicial authorities of FR",)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("name", ["provider.name"]),
        ("service", ["provider.service"]),
        ("contact", ["provider.contact"]),
        ("email", ["provider.email or provider.phone"]),
        ("established_in", ["provider.established_in or provider.representative_in"]),
        ("what", ["suspicion.what"]),
        ("why", ["suspicion.why"]),
        ("how", ["suspicion.how"]),
        ("threat", ["suspicion.threat"]),
        ("timing", ["suspicion.timing"]),
        ("aware_at", ["suspicion.aware_at"]),
        ("at = 2026-11-25T23:59", ["event 1.at"]),
        ('what = "zz upload"', ["event 1.what"]),
        ("kind", ["account 1.kind"]),
        ("value", ["account 1.value"]),
        ("at = 2026-11-25T23:58", ["account 2.at"]),
        ("where", ["content 1.where or sha256"]),
        ("country", ["state 1.country"]),
        ("because", ["state 1.because"]),
        ('why = "zz says', ["state 1.why"]),
    ],
)
def test_each_missing_part_is_named(tmp_path, line, where):
    assert lacks(tmp_path, without(line)) == where


def test_an_empty_file_lacks_every_part_that_the_article_asks_for(tmp_path):
    named = " ".join(lacks(tmp_path, ""))
    for part in ("suspicion.what", "suspicion.why", "event", "account", "provider.contact"):
        assert part in named
    assert "state or fallback.to" in named


@pytest.mark.parametrize("time", ["2026-11-25T23:59:00", "2026-11-25"])
def test_a_time_without_its_zone_is_missing(tmp_path, time):
    text = NOTICE.replace("at = 2026-11-25T23:59:00-05:00\nzone", f"at = {time}\nzone")
    (one,) = check(read(tmp_path, text))
    assert one.where == "event 1.at"
    assert "time zone" in one.says


def test_where_no_state_is_known_the_fallback_is_told_with_its_reason(tmp_path):
    notice = read(tmp_path, elsewhere())
    assert check(notice) == ()
    assert addressees(notice) == (
        "law enforcement of the Member State of establishment (DE)",
        "Europol",
    )
    told = document(notice, MOMENT)
    assert told["no_state_because"] == "zz nothing names one"
    assert told["concerned"] == []


def test_a_fallback_needs_its_reason_and_its_state(tmp_path):
    assert lacks(tmp_path, without('why = "zz nothing', elsewhere())) == ["fallback.why"]
    other = elsewhere().replace('"establishment"', '"representative"')
    assert lacks(tmp_path, other) == ["provider.representative_in"]
    assert lacks(tmp_path, NOTICE.partition("[[state]]")[0]) == ["state or fallback.to"]


def test_a_state_outside_the_union_and_a_broken_digest_are_named(tmp_path):
    assert lacks(tmp_path, NOTICE.replace('"FR"', '"GB"')) == ["state 1.country"]
    bad = NOTICE.replace('where = "https://zz.example/1"', 'sha256 = "zz"')
    assert lacks(tmp_path, bad) == ["content 1.sha256"]
    assert len(UNION) == 27


def test_times_are_told_as_written_and_in_utc(tmp_path):
    told = document(read(tmp_path, NOTICE), MOMENT)
    (event,) = told["events"]
    assert event["at"] == "2026-11-25T23:59:00-05:00"
    assert event["at_utc"] == "2026-11-26T04:59:00+00:00"
    assert event["zone"] == "America/New_York"
    assert told["made_at"] == "2026-11-27T01:02:03+00:00"
    assert json.loads(json.dumps(told)) == told


def test_the_notice_says_what_it_is_no_basis_for_and_who_sends_it(tmp_path):
    told = document(read(tmp_path, NOTICE), MOMENT)
    said = " ".join(told["statements"])
    assert "no legal basis for profiling" in said
    assert "The provider sends this notice itself" in said
    page = html(told)
    for text in (*told["statements"], *told["to"], "zz-user-0001", "192.0.2.7", "zz upload"):
        assert text in spelling.unescape(page)
    assert "is not complete" not in page


def test_an_incomplete_notice_says_so_on_its_page(tmp_path):
    told = document(read(tmp_path, without("threat")), MOMENT)
    assert not told["is_complete"]
    page = html(told)
    assert "This notice is not complete" in page
    assert "suspicion.threat" in page


def test_text_of_a_notice_is_never_markup(tmp_path):
    hostile = "<script>alert(1)</script> {{ 7 * 7 }}"
    page = html(document(read(tmp_path, NOTICE.replace("zz upload", hostile)), MOMENT))
    assert "<script" not in page
    assert hostile in spelling.unescape(page)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"\xff", "cannot be read"),
        ("zz-secret", "cannot be read"),
        (b"a=" + b"[" * 50_000, "cannot be read"),
        (b"a=" + b"9" * 5_000, "cannot be read"),
        ("[zz-secret]", "part that is not known"),
        ("event = 1", "event has the wrong form"),
        ("[event]\nwhat = 'zz-secret'", "event has the wrong form"),
        ("[[provider]]\nname = 'zz-secret'", "provider has the wrong form"),
        ("[provider]\nzz-secret = 1", "provider has a field"),
        ("[provider]\nname = 1", "provider.name has a wrong value"),
        ("[fallback]\nto = ['zz-secret']", "fallback.to has a wrong value"),
        ("[fallback]\nto = [{zz-secret = 1}]", "fallback.to has a wrong value"),
        (f"[provider]\nname = '{'zz-secret' * 2000}'", "provider.name has a wrong value"),
    ],
)
def test_what_is_no_notice_is_refused_without_its_words(tmp_path, text, fault):
    with pytest.raises(UsageError, match=fault) as told:
        read(tmp_path, text)
    assert "zz-secret" not in told.value.message + told.value.advice


@given(st.sampled_from(NOTICE.splitlines() + FALLBACK.splitlines()), st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_a_line_holds_the_answer_is_a_notice_or_a_sentence(tmp_path, line, text):
    try:
        notice = read(tmp_path, NOTICE.replace(line, f"{line}{text}") if line else text)
    except UsageError as error:
        told = error.message
    else:
        told = html(document(notice, MOMENT))
    assert told


def test_a_notice_knows_nothing_of_deterrence():
    tree = ast.parse(Path(dsa18.__file__).read_text("utf-8"))
    known = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
        if name.startswith("fanal")
    }
    assert known == {"fanal.errors", "fanal.prevention"}
    (inside,) = [
        [one.name for one in node.names]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "fanal.prevention"
    ]
    assert inside == ["rendering"]
