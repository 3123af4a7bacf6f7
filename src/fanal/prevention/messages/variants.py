"""Reads the variants of a bundle: named wordings of a family, which a trial tells apart."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fanal.prevention.messages.wording import SUPPORTS, Fault, Text, Wrong, wrong_message
from fanal.prevention.nouns import FAMILIES

MOST = 50
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_TAKEN = frozenset({"neutral", "support", *FAMILIES, *SUPPORTS})


def wrong_variants(table: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield what is wrong with the variants of a bundle; their names are not told."""
    if len(table) > MOST or any(not _NAME.fullmatch(one) or one in _TAKEN for one in table):
        yield Wrong(Fault.KEYS, "variant")
    for told in table.values():
        if not isinstance(told, Mapping) or told.get("family") not in FAMILIES:
            yield Wrong(Fault.VALUE, "variant.family")
        else:
            yield from wrong_message(_sentences(told), "variant")


def variants_of(table: Mapping[str, Any]) -> dict[str, Text]:
    """Return the texts of variants that were checked."""
    return {name: Text(told["title"], tuple(told["body"])) for name, told in table.items()}


def families_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Return variant → family."""
    return {name: told["family"] for name, told in table.items()}


def _sentences(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != "family"}
