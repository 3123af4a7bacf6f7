from html import unescape
from html.parser import HTMLParser

import pytest

from fanal.model.desk import Who
from fanal.pipeline.choices import choose
from fanal.review.own import DEFAULTS
from fanal.web.frame import made
from makers.desk import client, desk_on


class Body(HTMLParser):
    """Keeps the attributes of the body."""

    told: dict[str, str | None]

    def handle_starttag(self, tag, attrs):
        if tag == "body":
            self.told = dict(attrs)


def body(text):
    found = Body()
    found.feed(text)
    return found.told


def test_a_page_looks_as_the_person_chose(bare):
    with desk_on(bare) as desk:
        who = Who("zz-a", "Person zz-a", ("reviewer",), "zz")
        before = body(client(desk, "zz-a").get("/").text)
        choose(desk.store, who, "theme", "dark")
        choose(desk.store, who, "single_keys", value=False)
        choose(desk.store, who, "keys", {"note": "<"})
        after = body(client(desk, "zz-a").get("/").text)
        other = body(client(desk, "zz-b").get("/").text)
    assert before["class"].split()[0] == other["class"].split()[0] == "theme-auto"
    assert (before["data-single"], after["data-single"], other["data-single"]) == ("1", "0", "1")
    assert after["class"].split()[0] == "theme-dark"
    assert '"note": "<"' in after["data-keys"]


def test_the_team_says_how_far_tiles_go(bare):
    with desk_on(bare) as desk:
        choose(desk.store, Who("zz-s", "Person S", ("supervisor",), "zz"), "grid_cap", 2)
        assert body(client(desk, "zz-a").get("/").text)["data-grid"] == "2"


@pytest.mark.parametrize("key", ['"', "<", "'", "&", "\\"])
def test_keys_stand_in_an_attribute_and_end_it_never(key):
    frame = made({**DEFAULTS, "keys": {"note": key}})
    assert not set("\"<>'") & set(frame.keys)
    assert unescape(frame.keys).endswith('"}')


def test_nobody_has_no_keys(bare):
    with desk_on(bare) as desk:
        assert "data-keys" not in client(desk).get("/", accept="application/json").text
