"""Pages for operators carry their rules with them."""

import base64
import hashlib
import re

from fanal.prevention.rendering import HEADERS, POLICY, STYLE, page


def test_the_policy_names_the_style_and_nothing_else():
    html = page("fanal.prevention", "operator.html")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style == STYLE
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ) == POLICY
    assert HEADERS["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert POLICY.replace("'", "&#39;") in html


def test_the_style_loads_nothing():
    assert not re.search(r"url\(|@import|@font-face|expression", STYLE)
