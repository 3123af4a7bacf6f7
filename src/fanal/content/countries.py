"""Names countries by their codes (ISO 3166-1, alpha-2 and numeric)."""

import tomllib
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    text = (files("fanal.content") / "countries.toml").read_text("utf-8")
    return tomllib.loads(text)


def codes() -> frozenset[str]:
    """Return every code of two letters."""
    return frozenset(_table())


def name(code: str) -> str:
    """Return the short English name of a country; the code itself where it is none."""
    return _table().get(code, ["", code])[1]


def number(code: str) -> str:
    """Return the three digits of a country; "" where it is none."""
    return _table().get(code, ["", ""])[0]
