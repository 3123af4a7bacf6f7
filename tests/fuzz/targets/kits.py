"""Targets: a directory of help, a letter, rows of letters, totals of adverts, a notice."""

from datetime import UTC, date, datetime

from fanal.errors import FanalError, UsageError
from fanal.helplines.reading import read
from fanal.prevention.kits.adverts import Advert
from fanal.prevention.kits.campaign import read_statistics
from fanal.prevention.kits.letter_records import read_records
from fanal.prevention.kits.letter_template import Template, examine, text_of
from fanal.prevention.kits.letters import Order, compose, html
from fanal.prevention.reporting import dsa18
from fuzz.target import Target, require, watched, written
from makers.kits import RECORDS, signed
from makers.notices import NOTICE, elsewhere

DAY = date(2026, 11, 27)
MOMENT = datetime(2026, 11, 27, tzinfo=UTC)
LINE = (
    b'[[helpline]]\ncountries = ["FR", "BE"]\nkind = "help"\nservice = "Zz"\nsource = "zz"\n'
    b'checked_on = 2026-07-01\nweb = "zz.example/a"\nchat = "zz.example"\nlanguages = ["fr"]\n'
    b'[[emergency]]\ncountries = ["ZZ"]\nphone = "112"\nsource = "zz"\nchecked_on = 2026-07-01\n'
    b'[[withdrawn]]\ncountry = "DE"\nkind = "help"\nservice = "Zz"\n'
)
PHONE = (
    b'[[helpline]]\ncountry = "FR"\nkind = "crisis"\nservice = "Zz"\nsource = "zz"\n'
    b'checked_on = 2026-07-01\nphone = "+33806231063"\nbasis = "law"\nexpires = 2026-12-01\n'
)
CODE = "aa11"
ADVERT = Advert(CODE, "DE", "de", "help", "zz", "zz", "zz", reviewed=False, sha256="")
TOTALS = (
    b"day,country,variant,impressions,clicks,cost\n2026-11-01,DE,aa11,10,1,1.50\n",
    b"Cost,Clicks,Impressions,Variant,Country,Day\n1,1,2,aa11,DE,2026-11-02\n",
    b"day,country,variant,impressions,clicks,cost,search term\n2026-11-01,DE,aa11,1,1,1,zz\n",
)
RECORD = {"name": "Zz", "address": "Zz", "reference": "1", "authority": "Zz", "contact": "Zz"}


def directory(data: bytes) -> None:
    """Read a directory of help: every address is bare, and every number can be dialled."""
    with watched():
        try:
            lines, _ = read(data, "own.toml")
        except FanalError as error:
            require(error.message.startswith("own.toml"), "a refusal without its file")
            return
    for one in lines:
        require(one.phone or one.web or one.chat, "nothing to reach")
        require(not set("?#@ <>\"'") & set(one.web + one.chat), "an address that is not bare")
        require(all(sign in "+0123456789" for sign in one.phone), "a number that is none")
        require(one.dialled("") or not one.phone, "a number that cannot be shown")


def letter(data: bytes) -> None:
    """Read a template: a letter of it has help in it, whatever it says."""
    with watched():
        found = examine(data)
        if not isinstance(found, Template):
            require(found, "neither taken nor faulty")
            return
        page = html(compose(Order(found, "DE", DAY), RECORD), "letter")
    require("112" in page, "no emergency number")
    require("DRAFT" in page, "a draft that does not say so")
    require("<script" not in page, "text that became markup")


def rows(data: bytes) -> None:
    """Read merge fields of letters: whole, or refused by place."""
    path = written(data, "records.csv")
    with watched():
        try:
            found = read_records(path)
        except UsageError as error:
            require("records.csv" in error.message, "a refusal without its file")
            return
    require(all(one["name"] and one["reference"] for one in found), "a letter to nobody")


def advert_totals(data: bytes) -> None:
    """Read totals of adverts: numbers of our own codes, or nothing."""
    path = written(data, "stats.csv")
    with watched():
        try:
            found = read_statistics([path], {CODE: ADVERT})
        except UsageError as error:
            require(error.message, "a refusal without words")
            return
    require(all(one.code == CODE and one.clicks <= one.impressions for one in found), "no total")


def notice(data: bytes) -> None:
    """Read a notice: what is complete says when, who and to whom."""
    path = written(data, "notice.toml")
    with watched():
        try:
            found = dsa18.read_notice(path)
        except UsageError as error:
            require("notice.toml" in error.message, "a refusal without its file")
            return
        told = dsa18.document(found, MOMENT)
        page = dsa18.html(told)
    require("<script" not in page, "text that became markup")
    if told["is_complete"]:
        require(told["to"] and told["events"] and told["accounts"], "a notice without its parts")


TARGETS = [
    Target("helplines", directory, lambda: [LINE, PHONE]),
    Target(
        "letter",
        letter,
        lambda: [text_of("en"), signed("de").encode(), text_of("pl")],
    ),
    Target("letter_records", rows, lambda: [RECORDS.encode(), b"\xef\xbb\xbf" + RECORDS.encode()]),
    Target("advert_totals", advert_totals, lambda: list(TOTALS)),
    Target("dsa18_notice", notice, lambda: [NOTICE.encode(), elsewhere().encode()]),
]
