import tomllib
from importlib.resources import files

import phonenumbers
import pytest

from fanal.content import countries


def test_every_region_of_the_telephone_plans_is_a_country():
    # Ascension and Tristan da Cunha, Kosovo and `001` have numbers and no code of their own.
    regions = set(phonenumbers.SUPPORTED_REGIONS) - {"AC", "TA", "XK", "001"}
    assert regions <= countries.codes()


@pytest.mark.parametrize(
    ("code", "number", "name"),
    [
        ("DK", "208", "Denmark"),
        ("GB", "826", "United Kingdom"),
        ("BA", "070", "Bosnia and Herzegovina"),
    ],
)
def test_a_country_has_its_number_and_its_name(code, number, name):
    assert (countries.number(code), countries.name(code)) == (number, name)


def test_what_is_no_country_is_told_as_it_is():
    assert (countries.name("zz"), countries.number("ZZ")) == ("zz", "")


def test_the_map_knows_the_same_numbers():
    drawn = tomllib.loads((files("fanal.review") / "templates" / "world.toml").read_text("utf-8"))
    numbers = {one["number"] for one in drawn["country"] if one["number"]}
    known = {countries.number(code) for code in countries.codes()}
    assert len(known) == len(countries.codes()) == 249
    assert numbers <= known
