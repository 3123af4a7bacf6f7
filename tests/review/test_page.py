"""Every page is made alike: it fetches nothing, and nothing is left out of it in silence."""

import pytest
from jinja2 import UndefinedError

from fanal.review.page import page
from makers.pages import Page


@pytest.mark.parametrize("template", ["card.html", "report.html"])
def test_what_a_template_is_not_given_is_an_error(template):
    with pytest.raises(UndefinedError):
        page(template)


def test_the_head_of_every_page_lets_nothing_in():
    told = [attributes for _, attributes in Page(page("head.html")).tags]
    policy = next(each["content"] for each in told if "http-equiv" in each)
    assert policy.split("; ")[0] == "default-src 'none'"
    assert {"name": "referrer", "content": "no-referrer"} in told
