import json
import re
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from fanal.prevention.trials import report
from fanal.prevention.trials.analysis import State, analyse
from fanal.prevention.trials.claims import is_claim
from makers.trials import FIRST, registered, rows_of

SHARES = {
    State.CALLED: {"combined": 0.27, "help": 0.15},
    State.RUNS: {"combined": 0.27, "help": 0.27},
}


class Parser(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def found(tmp_path, state):
    told = registered(tmp_path)
    if state is State.EMPTY:
        return analyse(told, [], FIRST)
    rows = rows_of(told, SHARES.get(state, SHARES[State.RUNS]), 20, 120)
    if state is State.GUARD:
        rows = rows_of(told, SHARES[State.RUNS], 20, 120, outcomes={"support_mishit": 0.06})
    if state is State.RATIO:
        rows = [replace(row, n=row.n // 2) if row.variant == "help" else row for row in rows]
    day = date(2027, 3, 1) if state is State.ENDED else FIRST + timedelta(days=20)
    done = analyse(told, rows, day)
    assert done.state is state
    return done


@pytest.mark.parametrize("state", list(State))
def test_every_report_tells_its_registration_and_its_limits(tmp_path, state):
    done = found(tmp_path, state)
    told = json.loads(json.dumps(report.told(done)))
    page = report.html(done)
    for text in (json.dumps(told), page):
        assert done.registered.digest in text
        assert done.registered.trial_id in text
        assert "The same person may appear in several sessions." in text
        assert "cannot show that nobody moved elsewhere" in text
    assert not is_claim(page)
    assert not is_claim(json.dumps(told, ensure_ascii=False))
    assert told["registration"]["hypothesis"].startswith("After `help`")


@pytest.mark.parametrize("state", list(State))
def test_the_page_has_no_script_and_loads_nothing(tmp_path, state):
    page = Parser()
    page.feed(report.html(found(tmp_path, state)))
    assert not {"script", "link", "img", "iframe", "form", "a", "object"} & set(page.tags)
    assert not [
        one
        for one in page.attributes
        if one[0].startswith("on") or one[0] in {"style", "src", "href"}
    ]
    assert ("svg" in page.tags) is (state not in {State.RATIO, State.EMPTY})


def test_where_the_sample_ratio_is_off_no_effect_is_told(tmp_path):
    done = found(tmp_path, State.RATIO)
    told = report.told(done)
    assert told["comparisons"] == told["arms"] == []
    assert told["rotation_in_thousandths"] == {}
    page = report.html(done)
    assert "E-value" not in page
    assert "Off" in page


def test_the_verdict_says_what_is_called(tmp_path):
    done = found(tmp_path, State.CALLED)
    assert re.fullmatch(
        r"On 2026-12-\d\d: a smaller share under help than under combined\.", report.verdict(done)
    )
    assert sum(report.told(done)["rotation_in_thousandths"].values()) == 1000


def test_text_of_the_registration_is_escaped(tmp_path):
    told = replace(registered(tmp_path), hypothesis="<script>alert(1)</script>, twenty letters")
    assert "<script" not in report.html(analyse(told, [], FIRST))


def test_repeats_are_told(tmp_path):
    told = registered(tmp_path)
    assert report.methods(told)[-1].startswith("Sessions are taken as independent")
    assert "in 3 sessions" in report.methods(replace(told, repeats=3))[-1]
