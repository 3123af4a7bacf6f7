from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.helplines.directory import book_of, built_in
from fanal.helplines.record import Helpline
from fanal.prevention.messages.builtin import english
from fanal.prevention.messages.contacts import MOST, address, contacts, dialled, links

DAY = date(2026, 11, 27)


def line(service, kind="help", **told):
    made = {"country": "", "source": "made up", "checked_on": DAY, "web": "help.example"}
    return Helpline(service=service, kind=kind, **(made | told))


def book(*lines):
    kinds = ("help", "crisis", "victim", "report")
    return book_of((*lines, *(line(f"any {kind}", kind) for kind in kinds)))


def names(found):
    return [one.service for one in found]


def test_victims_are_named_who_helps_victims():
    told = book(line("Zz for victims", "victim", country="ZZ"), line("Zz help", country="ZZ"))
    help_, crisis = contacts("support.victim", "ZZ", "en", DAY, told)
    assert names(help_) == ["Zz for victims"]
    assert names(crisis) == ["any crisis"]
    assert names(contacts("combined", "ZZ", "en", DAY, told)[0]) == ["Zz help"]


def test_families_are_named_services_for_families_where_there_are_some():
    own = line("Zz for families", country="ZZ", audience=("family",))
    other = line("Zz for oneself", country="ZZ", audience=("self",))
    told = book(own, other)
    assert names(contacts("support.family", "ZZ", "en", DAY, told)[0]) == ["Zz for families"]
    assert names(contacts("support.self", "ZZ", "en", DAY, told)[0]) == ["Zz for oneself"]
    assert names(contacts("support.family", "ZZ", "en", DAY, book(other))[0]) == ["Zz for oneself"]


@given(st.sampled_from(["DE", "AR", "", "ZZ"]), st.sampled_from(["de", "xx", "ar"]), st.dates())
def test_nobody_is_without_help_and_crisis(country, language, day):
    for key in ("combined", "neutral", "support.victim", "support.family", "support.self"):
        help_, crisis = contacts(key, country, language, day)
        shown = links(help_, english().words, country), links(crisis, english().words, country)
        for found in shown:
            assert 1 <= len(found) <= MOST
            assert all(one.phone or one.web or one.chat for one in found)


def test_a_hidden_number_is_said_to_be_hidden_and_an_emergency_number_has_its_name():
    words = {"emergency": "Zz emergency", "unchecked": "Zz unchecked"}
    old = line("Zz", country="GB", phone="+448081000900", checked_on=date(2026, 3, 1))
    (shown,) = links(contacts("combined", "GB", "en", DAY, book(old))[0], words, "GB")
    assert (shown.phone, shown.note, shown.web) == ("", "Zz unchecked", "https://help.example")
    (law,) = (one for one in built_in().by_country["crisis", "DE"] if one.is_emergency)
    (shown,) = links([law, law], words, "DE")
    assert (shown.service, shown.phone) == ("Zz emergency", "112")


def test_a_chat_stands_beside_the_page_only_where_it_is_another():
    words = {"unchecked": ""}
    (one,) = links([line("Zz", chat="help.example")], words, "")
    (two,) = links([line("Zz", chat="chat.example/room")], words, "")
    assert (one.chat, two.chat) == ("", "https://chat.example/room")


@pytest.mark.parametrize(
    "web",
    [
        *("http://zz.example", "//zz.example", "zz.example", "javascript:alert(1)", ""),
        *("https://zz.example?x=1", "https://zz.example/?", "https://zz.example/#a"),
        *("https://zz.example#", "https://a:b@zz.example", "https://a@zz.example"),
        *("https://zz.example:8443/", "https://127.0.0.1/", "https://localhost", "https://[::1]"),
        *("https://zz.example/a b", "https://zz.example/\n", "https://пример.рф", "https://[zz"),
        *("https://zz.example:x", 'https://zz.example/"onclick=', "https://zz.example/\\x"),
    ],
)
def test_only_plain_addresses_are_links(web):
    assert address(web) == ""


def test_plain_addresses_and_numbers_stay():
    assert address("https://www.zz.example/de/page.html") == "https://www.zz.example/de/page.html"
    assert dialled("0808 100 0900") == "08081000900"
    assert dialled("+44 808 100 0900") == "+448081000900"
    assert dialled("(116) 123") == "116123"


@given(st.text())
def test_no_text_makes_a_number_or_an_address_of_anything_else(text):
    assert set(dialled(text)) <= set("+0123456789")
    assert address(text) in {"", text}
    assert not Path(address(text)).is_absolute()
