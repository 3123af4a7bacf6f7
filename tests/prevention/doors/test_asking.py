"""One act, one answer: the gravest, counted once, closed where anything fails."""

import pytest

from fanal.prevention.doors.asking import Who, ask, asked_of, declared, refused, shut
from fanal.prevention.doors.requests import MOST_TEXTS, Asked, Unreadable, in_json, in_query
from fanal.prevention.doors.routes import Route
from fanal.prevention.nouns import Action, Reason, Signals, Surface
from makers.deter import Broken
from makers.doors import CLEAN, HIT, SELF, Plain


def signals(*texts):
    return [Signals(text=one) for one in texts]


@pytest.mark.parametrize(
    ("texts", "action", "reason"),
    [
        ((CLEAN,), Action.ALLOW, Reason.NONE),
        ((CLEAN, HIT), Action.INTERVENE, Reason.WORDS),
        ((HIT, CLEAN), Action.INTERVENE, Reason.WORDS),
        ((CLEAN, "zz-unread"), Action.BLOCK, Reason.UNREADABLE),
        (("zz-unread", HIT, SELF), Action.INTERVENE, Reason.WORDS),
        ((CLEAN, SELF), Action.ALLOW, Reason.SELF),
    ],
)
def test_the_gravest_answer_is_given_and_asked_for_once(texts, action, reason):
    plain = Plain()
    done = ask(plain, Surface.SEARCH, signals(*texts))
    assert (done.action, done.reason_class) == (action, reason)
    assert len(plain.asked) == 1


def test_lists_that_are_replaced_in_between_let_nothing_through():
    class Replaced(Plain):
        def decide(self, surface, _signals, locale="", session=""):
            return super().decide(surface, Signals(CLEAN), locale, session)

    done = ask(Replaced(), Surface.SEARCH, signals(CLEAN, HIT))
    assert done.action is Action.INTERVENE


@pytest.mark.parametrize("surface", Surface)
def test_nothing_to_ask_about_and_too_much_are_closed(surface):
    for acts in ((), signals(*map(str, range(MOST_TEXTS + 1)))):
        done = ask(Plain(), surface, acts)
        assert (done.action, done.reason_class) == (Action.BLOCK, Reason.UNREADABLE)


class Dead:
    """A deterrent of which everything fails."""

    def __getattr__(self, name):
        raise RuntimeError("zz-hit in the words of an error")


@pytest.mark.parametrize("surface", Surface)
def test_a_deterrent_that_fails_is_closed(surface):
    for acts in (signals(CLEAN), signals(CLEAN, CLEAN)):
        done = ask(Dead(), surface, acts)
        assert (done.action, done.reason_class) == (Action.BLOCK, Reason.FAULT)
        assert done.content is None


@pytest.mark.parametrize("surface", [Surface.UPLOAD, Surface.GENERATE, Surface.SEARCH])
def test_a_matcher_that_fails_follows_the_configuration(surface):
    plain = Plain(words=Broken(), closed={Surface.SEARCH: Action.ALLOW})
    expected = Action.ALLOW if surface is Surface.SEARCH else Action.BLOCK
    for acts in (signals(CLEAN), signals(CLEAN, HIT)):
        done = ask(plain, surface, acts)
        assert (done.action, done.reason_class) == (expected, Reason.FAULT)
    assert refused(plain, surface, Who(), Reason.FAULT).action is expected
    assert refused(plain, surface, Who()).action is Action.BLOCK
    assert shut(plain, surface, Who("en")).action is Action.BLOCK
    assert shut(plain, surface, Who("en")).content.links


def test_what_is_declared_is_handed_on():
    plain = Plain()
    ask(plain, Surface.SEARCH, signals(CLEAN), Who("fr", "zz-session", "BE"))
    assert plain.told == [("fr", "zz-session", "BE")]
    assert "zz-" not in repr(Who("fr", "zz-session", "BE"))


def test_each_text_is_asked_about_alone_and_all_together():
    route = Route("/", Surface.GENERATE, text=(in_query("p"),), negative=(in_query("n"),))

    def acts(query):
        found = asked_of(route, Asked("GET", "/", query, ()))
        return [(one.text, one.negative) for one in found]

    assert acts(b"p=a&n=b") == [("a", "b")]
    assert acts(b"") == [("", "")]
    assert acts(b"p=a&p=b&n=c") == [("a", ""), ("b", ""), ("", "c"), ("a b", "c")]
    with pytest.raises(Unreadable):
        acts(b"&".join(b"p=%d&n=%d" % (at, at) for at in range(MOST_TEXTS // 2)))


def test_a_prompt_that_is_not_where_it_should_be_is_unreadable():
    route = Route("/", Surface.GENERATE, text=(in_json("prompt"),))
    json = (("content-type", b"application/json"),)
    with pytest.raises(Unreadable):
        asked_of(route, Asked("POST", "/", b"", json, b'{"text": "a"}'))
    assert asked_of(route, Asked("GET", "/", b"", ())) == [Signals()]
    search = Route("/", Surface.SEARCH, text=(in_json("q"),))
    assert asked_of(search, Asked("POST", "/", b"", json, b"{}")) == [Signals()]


def test_digests_go_with_a_text_and_each_file_is_asked_about():
    def route(*files):
        return Route("/", Surface.UPLOAD, text=(in_query("t"),), digests=lambda _: files)

    asked = Asked("GET", "/", b"t=a", ())
    first, second = Signals(sha256="a" * 64), Signals(sha256="b" * 64)
    (one,) = asked_of(route(first), asked)
    assert (one.text, one.sha256) == ("a", "a" * 64)
    assert [act.sha256[:1] for act in asked_of(route(first, second), asked)] == ["", "a", "b"]


def test_an_operators_callable_that_fails_declares_nothing():
    asked = Asked("GET", "/", b"", ())
    assert declared(lambda _: "DE", asked) == "DE"
    assert declared(lambda _: 5, asked) == declared(None, asked) == declared(Dead(), asked) == ""
