"""Registrations of made-up trials, and counts to go with them."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from fanal.prevention.trials.counts import CountedRow
from fanal.prevention.trials.registration import Registration, read_registration, write_registered

FIRST = date(2026, 12, 1)
DRAFT = """\
[trial]
name = "wording-1"
hypothesis = "After `help` a smaller share of sessions has a further match than after `combined`."
primary = "continued"
surfaces = ["search", "generate"]
reference = "combined"
first_day = 2026-12-01
last_day = 2027-01-31
registered_by = "Desk of trials"

[[arm]]
variant = "combined"
weight = 1

[[arm]]
variant = "help"
weight = 1

[effect]
base = 0.27
minimum = 0.04

[stopping]
rule = "e_value"
alpha = 0.05
sessions = 20000

[[guard]]
outcome = "support_mishit"
limit = 0.01

[[guard]]
outcome = "appeal"
limit = 0.02

[[guard]]
outcome = "left"
limit = 0.6
e_value = 100
"""


def draft(folder: Path, changes: Mapping[str, str] | None = None, name: str = "draft.toml") -> Path:
    """Write a draft in which some pieces of text are replaced."""
    text = DRAFT
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def registered(folder: Path, changes: Mapping[str, str] | None = None) -> Registration:
    """Register a draft on the day before its first."""
    out = folder / "registered.toml"
    write_registered(draft(folder, changes), out, date(2026, 11, 30))
    return read_registration(out)


def rows_of(
    told: Registration,
    shares: Mapping[str, float],
    days: int,
    sessions: int,
    seed: int = 1,
    outcomes: Mapping[str, float] | None = None,
) -> list[CountedRow]:
    """Return counts of made-up sessions: each arm's share of the primary outcome is given."""
    random = np.random.default_rng(seed)
    rows = []
    for at in range(days):
        day = FIRST + timedelta(days=at)
        for arm, weight in zip(told.arms, told.weights, strict=True):
            shown = int(random.poisson(sessions * weight))
            more = {told.primary.value: shares[arm], **(outcomes or {})}
            counted = {"shown": shown} | {
                name: int(random.binomial(shown, share)) for name, share in more.items()
            }
            rows += [
                CountedRow(day, "DE", "search", told.trial_id, arm, name, n)
                for name, n in counted.items()
            ]
    return rows
