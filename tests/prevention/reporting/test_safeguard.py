"""The report for AI services says what is in place, with published numbers, and judges nothing."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from fanal.errors import UsageError
from fanal.prevention.config import read_config
from fanal.prevention.counting import ledger
from fanal.prevention.reporting.safeguard import html, report
from fanal.prevention.trials.claims import is_claim

TODAY = date(2026, 11, 27)


@pytest.fixture
def told(service, released, days):
    return report(read_config(service), days, TODAY)


def test_surfaces_say_what_a_match_and_a_fault_get(told):
    found = {one["surface"]: one for one in told["surfaces"]}
    assert {one["answer_to_a_match"] for one in found.values()} == {"block_and_intervene"}
    fails = {name: one["answer_to_what_fails"] for name, one in found.items()}
    assert fails == {"search": "allow", "upload": "block", "generate": "block", "browse": "block"}
    assert [name for name, one in found.items() if one["was_asked"]] == ["search"]
    assert not found["generate"]["can_be_configured"]


def test_lists_are_told_by_their_digests_over_time(told):
    assert told["lists"]["versions"] == [
        {"from": "2026-11-20", "digest": "w1+f1"},
        {"from": "2026-11-22", "digest": "w2+f1"},
    ]


def test_refusals_are_the_published_numbers(told, released):
    found = {one["surface"]: one for one in told["refusals"]["by_surface"]}
    noisy = sum(
        release.counts[country, "generate", "shown"]
        for release in released.releases
        for country in ("DK", "")
    )
    assert found["generate"]["shown"] == noisy
    assert found["browse"]["shown"] is None
    assert "zz-" not in json.dumps(told)


def test_what_was_not_published_is_not_told(service, days):
    told = report(read_config(service), days, TODAY)
    assert told["refusals"]["period"]["days"] == 0
    assert len(told["refusals"]["period"]["days_not_published"]) == 3
    assert "No day of this period was published" in html(told)
    assert ledger.read(read_config(service).counting) == ()


def test_texts_say_who_drafted_and_who_reviewed(told):
    english = next(one for one in told["texts"]["built_in"] if one["locale"] == "en")
    assert english["drafted_by"] == "machine"
    assert english["reviewed_by"] == "nobody yet"
    assert told["trial"] is None


def test_the_report_claims_nothing(told):
    assert not is_claim(json.dumps(told))
    assert told["limits"][0].endswith("for the service and the authorities to judge.")
    assert not {"adequate", "compliant", "sufficient"} & set(re.findall(r"\w+", json.dumps(told)))


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_the_page_has_no_script_and_loads_nothing(told):
    page = html(told | {"service": "<script>zz</script>"})
    tags = Tags()
    tags.feed(page)
    names = {tag for tag, _ in tags.found}
    assert not names & {"script", "link", "img", "iframe", "form", "object", "a"}
    assert not [told for _, told in tags.found if {"style", "src", "href", "onclick"} & told.keys()]
    assert "&lt;script&gt;zz" in page
    policy = next(a["content"] for _, a in tags.found if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    for sentence in told["limits"]:
        assert sentence.replace("'", "&#39;") in page


def test_without_counters_there_is_nothing_to_report(tmp_path, days):
    (tmp_path / "deter.toml").write_text("[service]\n")
    with pytest.raises(UsageError, match="no counters"):
        report(read_config(tmp_path / "deter.toml"), days, TODAY)
