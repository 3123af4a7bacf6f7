"""Which requests are asked about, however their address is spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.prevention.doors.requests import Asked, in_path, in_query
from fanal.prevention.doors.routes import Route, found, plain
from fanal.prevention.nouns import Surface


def route(path="/search", **changed):
    return Route(path, Surface.SEARCH, **({"text": (in_query("q"),)} | changed))


def met(path, *routes, method="GET", headers=(), more=()):
    asked = Asked(method, path, b"", tuple(headers))
    return [is_plain for _, is_plain in found(routes or [route()], asked, [path, *more])]


@pytest.mark.parametrize("path", ["/search", "/search/", "/SEARCH", "/Search/"])
def test_a_path_is_met_plainly(path):
    assert met(path) == [True]


@pytest.mark.parametrize(
    "path",
    [
        "//search",
        "/./search",
        "/x/../search",
        "/../search",
        "/%73earch",
        "/%2573earch",
        "/search;x=1",
        "/search;/",
        "\\search",
        "/x\\..\\search",
        "/search/.",
        "/search\x00",
        "/search%00",
        "/search%20",
        "/x%2f..%2fsearch",
        "/search//",
    ],
)
def test_another_spelling_of_a_path_is_met_and_told_apart(path):
    assert met(path) == [False]


@pytest.mark.parametrize("path", ["/", "/searches", "/search/more", "/x/search", "", "search/x"])
def test_other_paths_are_not_met(path):
    assert met(path) == []


def test_stars_stand_for_parts():
    one, rest = route("/i/*/ask"), route("/wiki/**", text=(in_path(),))
    assert met("/i/5/ask", one, rest) == [True]
    assert met("/i//ask", one, rest) == []
    assert met("/i/5/6/ask", one, rest) == []
    assert met("/wiki", one, rest) == met("/wiki/", one, rest) == met("/wiki/a/b", one, rest)
    assert met("/wiki/a;b%25c//d", one, rest) == [True]
    assert met("/x/../wiki/a", one, rest) == [False]
    assert met("/", route("/"), route("/**")) == [True, True]


def test_methods_are_kept_apart_and_head_is_get():
    get, post = route(methods=frozenset({"get"})), route(methods=frozenset({"POST"}))
    assert len(met("/search", get, method="HEAD")) == 1
    assert met("/search", post) == []
    assert len(met("/search", route(), method="ANYTHING")) == 1
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        assert len(met("/search", post, headers=[(name, b"post")])) == 1


def test_an_app_below_a_prefix_is_met_by_either_path():
    assert met("/app/search", more=["/search"]) == [True]
    assert met("/app//search", more=["//search"]) == [False]


def test_a_route_that_asks_about_nothing_is_refused():
    for told in (
        lambda: Route("/search", Surface.SEARCH),
        lambda: Route("search", Surface.SEARCH, text=(in_query("q"),)),
        lambda: Route("/search", "nowhere", text=(in_query("q"),)),
    ):
        with pytest.raises(UsageError):
            told()


@given(st.text(alphabet="/.%25;\\aA\x00 2fe", max_size=30))
def test_the_plainest_reading_has_none_plainer(path):
    once = plain(path)
    assert once.startswith("/")
    assert "//" not in once
    assert not {"..", "."} & {*once.split("/")}
    assert ";" not in once
