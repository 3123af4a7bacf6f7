"""What the service is sent: strictly one object, or a refusal that says nothing of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.prevention.doors.wire import Act, Happened, Refused, read, refusal, spelled
from fanal.prevention.nouns import Action, Outcome, Reason, Surface
from makers.doors import Plain, pieces


def test_an_act_is_read():
    told = {"surface": "upload", "text": "a", "sha256": "b", "country": "DE", "session": "s"}
    act = read(json.dumps(told).encode(), Act)
    assert act.surface is Surface.UPLOAD
    assert (act.signals.text, act.signals.sha256, act.signals.country) == ("a", "b", "DE")
    assert (act.who.session, act.who.country) == ("s", "DE")
    assert read(b'{"session":"s","outcome":"help"}', Happened).outcome is Outcome.HELP
    assert "zz" not in repr(read(b'{"surface":"search","text":"zz"}', Act))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'"search"', 400),
        (b"{", 400),
        (b'{"surface":"search"}\xff', 400),
        ('{"surface":"search"}'.encode("utf-16"), 400),
        (b'{"surface":"search","surface":"browse"}', 400),
        (b'{"surface":NaN}', 400),
        (b'{"surface":' + b"[" * 100_000, 400),
        (b'{"surface":' + b"9" * 50_000 + b"}", 400),
        (b"{}", 422),
        (b'{"surface":null}', 422),
        (b'{"surface":"nowhere"}', 422),
        (b'{"surface":"search","text":["a"]}', 422),
        (b'{"surface":"search","other":"a"}', 422),
        (b'{"surface":"search","session":"' + b"a" * 501 + b'"}', 422),
    ],
)
def test_anything_else_is_refused(body, status):
    with pytest.raises(Refused) as caught:
        read(body, Act)
    assert caught.value.status == status


@given(st.text(alphabet="qzxj<&\"'", min_size=4, max_size=20))
def test_a_refusal_says_nothing_of_what_was_sent(word):
    for told in ({word: word}, {"surface": word}, {"surface": "search", "locale": [word]}):
        with pytest.raises(Refused) as caught:
            read(json.dumps(told).encode(), Act)
        body = spelled(refusal(Plain(), caught.value)).decode()
        assert not {one for one in pieces(word) if one in body + repr(caught.value)}


def test_a_refusal_is_closed_whatever_is_configured():
    plain = Plain(closed={Surface.SEARCH: Action.ALLOW})
    act = Act(Surface.SEARCH, locale="en")
    for deterrent, of in ((plain, act), (plain, None), (None, None), (None, act)):
        told = refusal(deterrent, Refused(413, "too long", of))
        assert (told.action, told.reason_class) == (Action.BLOCK, Reason.UNREADABLE)
    assert refusal(plain, Refused(413, "too long", act)).content.crisis
