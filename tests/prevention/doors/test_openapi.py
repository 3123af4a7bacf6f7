"""The description of the service says what it answers."""

import json
import re

import pytest

from fanal.prevention.doors.openapi import described
from fanal.prevention.doors.wire import spelled
from fanal.prevention.nouns import Outcome, Surface
from makers.doors import CLEAN, HIT, SELF, Plain
from makers.schemas import faults
from makers.service import ask, post

TOLD = described()
SCHEMAS = TOLD["components"]["schemas"]


def fits(value, name):
    return faults(value, {"$ref": f"#/components/schemas/{name}"}, TOLD)


def test_it_has_what_openapi_asks_for():
    assert TOLD["openapi"].startswith("3.1.")  # OpenAPI Specification 3.1.1, section 4.8.1
    assert TOLD["info"].keys() >= {"title", "version"}
    names = [one["operationId"] for path in TOLD["paths"].values() for one in path.values()]
    assert len({*names}) == len(names)
    for path, told in TOLD["paths"].items():
        assert re.fullmatch(r"/[a-z0-9./]+", path)
        for operation in told.values():
            assert operation["responses"]
            assert all(answer["description"] for answer in operation["responses"].values())


def test_every_reference_leads_somewhere():
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(TOLD)):
        assert SCHEMAS[name]
    assert set(SCHEMAS) >= {"Act", "Decision", "Content", "Link", "Action", "Reason", "Refusal"}


def test_it_is_plain_json():
    assert json.loads(spelled(TOLD)) == TOLD


@pytest.mark.parametrize("surface", Surface)
@pytest.mark.parametrize("text", [CLEAN, HIT, SELF, "zz-unread"])
def test_every_decision_fits(surface, text):
    act = {"surface": surface, "text": text, "locale": "en"}
    assert not fits(act, "Act")
    done = post(Plain(), "/v1/decide", act)
    assert done.status == 200
    assert not fits(json.loads(done.body), "Decision")


def test_every_other_answer_fits():
    plain = Plain()
    happened = {"session": "known", "outcome": Outcome.HELP}
    assert not fits(happened, "Happened")
    assert not fits(json.loads(post(plain, "/v1/outcome", happened).body), "Counted")
    assert not fits(json.loads(ask(plain, "GET", "/v1/health").body), "State")
    assert not fits(json.loads(ask(plain, "GET", "/nothing").body), "Refusal")
    assert not fits(json.loads(post(plain, "/v1/decide", {"surface": "x"}).body), "Refusal")
    assert json.loads(ask(plain, "GET", "/openapi.json").body) == TOLD


def test_a_name_that_is_not_known_does_not_fit():
    assert fits({"surface": "search", "other": "a"}, "Act")
    assert fits({"text": "a"}, "Act")
    assert fits({"surface": "nowhere"}, "Act")
