"""Writes what was published of counts: as a table, as facts, as a block for a yearly report."""

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

from fanal.prevention.config import Config
from fanal.prevention.counting.publish import Published
from fanal.prevention.counting.suppress import ALL, LEAST, SPREAD, Line, table
from fanal.prevention.nouns import Outcome, Surface
from fanal.prevention.reporting import limits

COLUMNS = ("first_day", "last_day", "days", "measure", "surface", "country", "count", "left_out")
RESTRICTION = {
    Surface.SEARCH: "no results were shown",
    Surface.UPLOAD: "the upload was not accepted",
    Surface.GENERATE: "nothing was generated",
    Surface.BROWSE: "the page was not shown",
}
TEMPLATE = (
    "Commission Implementing Regulation (EU) 2024/2835 lays down templates for such reports; this "
    "block is material for its sections on own-initiative moderation, complaints and automated "
    "means, not a filled-in template. Whether a refused search or prompt counts as moderation of "
    "content, and whether numbers with noise will do, is for the service's counsel to say."
)


def csv_bytes(published: Published) -> bytes:
    """Return a table that a spreadsheet opens without running anything."""
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(COLUMNS)
    days = [release.day for release in published.releases]
    for line in table(published.releases):
        told = (line.measure, line.surface, line.country)
        period = (min(days).isoformat(), max(days).isoformat(), len(days))
        out.writerow((*period, *told, *(("", "yes") if line.n is None else (line.n, ""))))
    return text.getvalue().encode("ascii")


def facts(published: Published) -> dict[str, Any]:
    """Return what was published, how noisy it is, and what it cannot show."""
    return {
        "format": "fanal counts 1",
        "period": period(published),
        "noise": noise(published),
        "lines": [_line(line) for line in table(published.releases)],
        "limits": list(limits.ALL),
    }


def period(published: Published) -> dict[str, Any]:
    """Return which days the numbers are of, and which are lacking."""
    days = [release.day for release in published.releases]
    missing = sorted({name for release in published.releases for name in release.missing})
    return {
        "first_day": min(days, default=None) and min(days).isoformat(),
        "last_day": max(days, default=None) and max(days).isoformat(),
        "days": len(days),
        "days_not_published": [_day(day) for day in published.pending],
        "damaged_files_not_counted": missing,
    }


def noise(published: Published) -> dict[str, Any]:
    """Return what was spent, and from which number on one is shown."""
    plans = Counter(
        (str(release.plan.epsilon), len(release.plan.measures)) for release in published.releases
    )
    return {
        "distribution": "discrete Laplace, drawn exactly (Canonne, Kamath and Steinke, 2020)",
        "days_by_epsilon_and_measures": [
            {"epsilon_a_day": epsilon, "measures": measures, "days": days}
            for (epsilon, measures), days in sorted(plans.items())
        ],
        "least_number_shown": LEAST,
        "standard_deviations_of_noise": SPREAD,
    }


def dsa15(published: Published, config: Config) -> dict[str, Any]:
    """Return a block for the yearly report of Regulation (EU) 2022/2065, Article 15(1)."""
    lines = table(published.releases)
    told = {
        "format": "fanal dsa article 15 block 1",
        "provision": "Regulation (EU) 2022/2065, Article 15(1), points (c), (d) and (e)",
        "service": config.operator,
        "contact": config.contact,
        "period": period(published),
        "own_initiative": [
            {
                "type": "sexual abuse of children: what the service's own lists describe",
                "surface": surface.value,
                "detection": "automated: word lists and hash lists, the service's classifier",
                "restriction": RESTRICTION[surface],
                "number": number(lines, Outcome.SHOWN, surface.value),
            }
            for surface in Surface
        ],
        "own_initiative_number": number(lines, Outcome.SHOWN),
        "complaints": {
            "number": number(lines, Outcome.APPEAL),
            "told": "appeals that the service reported while the session was remembered; "
            "those that came later are in the service's complaint system",
        },
        "automated_means": _means(),
        "limits": [*limits.ALL, TEMPLATE],
    }
    return limits.honest(told)


def number(lines: tuple[Line, ...], measure: str, surface: str = ALL) -> int | None:
    """Return a published number, or None where it was left out or not published."""
    found = (
        line.n
        for line in lines
        if (line.measure, line.surface, line.country) == (measure, surface, ALL)
    )
    return next(found, None)


def _means() -> dict[str, Any]:
    return {
        "description": "exact comparison of normalised text with listed phrases, of digests and "
        "perceptual hashes with listed ones; where the service plugs one in, a classifier of its "
        "own. A match is always refused.",
        "purpose": "to refuse searches, uploads, prompts and pages that stand for sexual abuse of "
        "children, and to show help in their place",
        "indicators_of_accuracy": "not measured by this program; the service states the hit rate "
        "of its lists on a harmless sample, appeals, and how often people say that they looked "
        "for help and met a warning",
        "safeguards": [
            "people who look for help are shown help and are not counted as a match",
            "contexts that are known to be harmless take a match away",
            "nothing that was entered is kept, and no report about a person is made",
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "measure": line.measure,
        "surface": line.surface,
        "country": line.country,
        "n": line.n,
    }


def _day(day: date) -> str:
    return day.isoformat()
