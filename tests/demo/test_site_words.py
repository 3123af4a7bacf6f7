"""Whatever the made-up site says is a neutral token, a number or a word of the form it is in.

What is allowed is told here, form by form; a list of what is not would itself have to be kept.
"""

import re

import pytest

from fanal.demo import site_lands
from fanal.demo.site import build_site
from makers.sites import columns, dumped, fetched, processed, sessions

NAMED = r"zz_(?:test_\d{4}|[0-9a-f]{8})"
FORMS = {
    "members": {
        "login": NAMED,
        "email": r"(?i)zz\.[a-z0-9.]+@zz-[a-z-]+\.(example|test)",
        "phone": r"[+\d][\d ./-]*",
        "birth": r"\d{4}",
        "lang": r"[a-z]{2}",
        "country": r"[A-Z]{2}",
        "pw": r"[0-9a-f]{40}",
        "recovery": r"zz\.[a-z0-9.]+@zz-[a-z-]+\.(example|test)",
        "doc_country": r"[A-Z]{2}",
        "doc_check": "passed|failed",
        "last_ip": r"10\.0\.0\.5",
        "created": r"[\d: -]+",
    },
    "files": {
        "name": r"zz-\d{6}\.jpg",
        "sha256": r"[0-9a-f]{64}",
        "md5": r"[0-9a-f]{32}",
        "pdq": r"[0-9a-f]{64}",
        "album": r"zz-album-[\w-]+",
        "model": r"zz-model-\d\d",
        "model_hash": r"[0-9a-f]{10}|[0-9a-f]{64}",
    },
    "pay": {
        "kind": "card|wallet|bank|voucher",
        "cur": r"[A-Z]{3}",
        "wallet": r"zz1[0-9a-f]{40}",
        "iban": r"(?:[A-Z]{2}\d{2}(ZZZZ)?|ZZ-[A-Z]{2}-)\d+",
        "bank_kind": "app|bank",
        "txn_ref": r"ZZ\d{7}",
        "note": r"zz paid 9\d{15}",
        "at": r"[\d: -]+",
    },
    "generations": {"token": r"zz-token-\d{4}", "model": r"zz-model-\d\d", "at": r"[\d: -]+"},
    "pm": {"at": r"[\d: -]+"},
    "acts": {"kind": "view|comment|upload", "ip": r"[\d.a-f:]+", "at": r"[\d: -]+"},
}
"""Table → column → all that its texts may look like; names of people are looked at apart."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return build_site(tmp_path_factory.mktemp("words") / "site", 600, 2).folder


def test_every_text_of_the_dump_has_a_form_that_is_allowed(site):
    names = columns(site)
    looked = 0
    for table, rows in dumped(site).items():
        for row in rows:
            for column, value in zip(names[table], row, strict=False):
                if isinstance(value, str) and value and column != "full_name":
                    assert re.fullmatch(FORMS[table][column], value), (table, column, value)
                    looked += 1
    assert looked > 5000


def syllables(name: str) -> bool:
    known = "|".join(map(re.escape, site_lands.SYLLABLES))
    return re.fullmatch(rf"Zz(?:{known})+ Zz(?:{known})+", name) is not None


def test_names_of_people_are_made_of_the_syllables_alone(site):
    at = columns(site)["members"].index("full_name")
    names = [row[at] for row in dumped(site)["members"] if len(row) > at and row[at]]
    assert names
    wrong = [name for name in names if not syllables(name)]
    assert len(wrong) < len(names) / 10  # those in a wrong encoding
    assert all(name.startswith("Zz") and " Zz" in name for name in wrong)


@pytest.mark.parametrize("syllable", site_lands.SYLLABLES)
def test_syllables_are_too_short_to_be_words(syllable):
    assert re.fullmatch(r"\w{2,3}", syllable)


def test_other_lists_of_words_are_what_they_have_to_be():
    for service in (*site_lands.MAIL, *site_lands.DROP):
        assert re.fullmatch(r"zz-[a-z-]+\.(example|test)", service)  # RFC 2606
    assert all(re.fullmatch(r"\+?\d+", number) for number in site_lands.JUNK)
    assert all(re.fullmatch(r"[A-Z]{2}", land.code) for land in site_lands.EVERY)


def test_logs_tables_and_mails_hold_tokens_only(site):
    agents = {agent for *_, agent in sessions(site)}
    assert agents <= {"ZzBrowser/1.0", "ZzBrowser/2.4 (Mobile)", "ZzTorBrowser/13"}
    asked = re.findall(r'"([A-Z]+ [^ "]+) HTTP', (site / "access.log").read_text())
    assert {re.sub(r"\d+", "9", one) for one in asked} == {
        "POST /login",
        "GET /f/9",
        "GET /robots.txt",
    }
    subjects = re.findall(r"^Subject: (.*)$", (site / "mail.mbox").read_text(), re.MULTILINE)
    assert {re.sub(r"\d+", "9", one) for one in subjects} == {"zz password", "zz receipt ZZ9"}
    for row in processed(site):
        assert row["payer_name"].startswith("Zz") or not row["payer_name"]
        assert row["payer_email"].startswith("zz.") or not row["payer_email"]
    assert {key for one in fetched(site) for key in one} <= {"t", "u", "f", "ip", "resumed"}
