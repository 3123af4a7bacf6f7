"""Says what must be on record before personal data go to a country (Directive (EU) 2016/680)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any

FREE, ONWARD, GROUND = "free", "onward", "ground"
GROUNDS: Mapping[str, str] = {
    "37(1)(a)": "appropriate safeguards in a legally binding instrument",
    "37(1)(b)": "the controller assessed all circumstances and found appropriate safeguards",
    "38(1)(a)": "to protect the vital interests of a person",
    "38(1)(b)": "to safeguard legitimate interests of the data subject",
    "38(1)(c)": "to prevent an immediate and serious threat to public security",
    "38(1)(d)": "in an individual case, for the purposes of article 1(1)",
    "38(1)(e)": "in an individual case, for a legal claim relating to these purposes",
}
"""Instruments of article 37 and grounds of article 38 of the Directive."""
FIELDS = ("ground", "instrument", "date", "justification", "consent")
"""What is kept of a recipient's transfers; `consent` names the state that supplied the data, the
date and the reference of its authorisation (article 35(1)(c)), or says why none is needed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Countries to which the same rule applies."""

    name: str
    countries: tuple[str, ...]
    rule: str
    source: str
    until: str = ""
    """First day on which the rule may no longer hold."""
    note: str = ""
    """What travels with each package."""


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Return the groups of the table, the last for all countries that none of them names."""
    text = files("fanal.exchange").joinpath("transfer_rules.toml").read_text("utf-8")
    return tuple(
        Group(**{**told, "countries": tuple(told["countries"])})
        for told in tomllib.loads(text)["group"]
    )


def group_of(country: str, today: date) -> Group:
    """Return the group of a country on a day; one whose decision may have ended is in none."""
    for group in groups():
        if country in group.countries and not (group.until and today.isoformat() >= group.until):
            return group
    return groups()[-1]


def missing(country: str, transfer: Mapping[str, Any], today: date) -> tuple[str, ...]:
    """Return what has to be on record before data go there, one sentence each."""
    group = group_of(country, today)
    if group.rule != GROUND:
        return ()
    why = f"{country} has no adequacy decision for law enforcement"
    wanted: list[str] = []
    ground = str(transfer.get("ground", ""))
    if ground not in GROUNDS:
        wanted.append(
            f"{why}: name the instrument of article 37 or the ground of article 38 of Directive"
            " (EU) 2016/680: --ground 37(1)(a) … 38(1)(e)"
        )
    elif ground.startswith("37(1)(a)") and not transfer.get("instrument"):
        wanted.append("say which legally binding instrument it is: --instrument TEXT")
    if not _is_day(str(transfer.get("date", "")), today):
        wanted.append(f"{why}: say since when that ground is on record: --ground-date DATE")
    for name, what, option in (
        ("justification", "why the transfer is necessary", "--justification TEXT"),
        (
            "consent",
            (
                "which state that supplied the data agreed, when and under which reference, or"
                " that no other state supplied any (article 35(1)(c))"
            ),
            "--consent TEXT",
        ),
    ):
        if not str(transfer.get(name, "")).strip():
            wanted.append(f"{why}: say {what}: {option}")
    return tuple(wanted)


def _is_day(text: str, today: date) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) <= today
    except ValueError:
        return False
