"""Reports what stands between a request to an AI service and its fulfilment; not who met it.

Material for the service's own file under Regulation (EU) 2024/1689 (Articles 5 and 50, as amended
in 2026) and comparable duties in the United Kingdom. It states facts of the configuration and
published numbers; it has no field for a judgement.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.config import Config
from fanal.prevention.counting.cells import Total, Version
from fanal.prevention.counting.counters import Counts, read_counts
from fanal.prevention.counting.publish import Published, published
from fanal.prevention.counting.suppress import ALL, table
from fanal.prevention.decide import CLOSED
from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.nouns import FAMILIES, Action, Outcome, Surface
from fanal.prevention.rendering import page
from fanal.prevention.reporting import limits
from fanal.prevention.reporting.counts import noise, number, period
from fanal.prevention.trials.registration import Registration, read_registration

NOT_JUDGED = (
    "This report says what is in place. It does not say that it is enough: that is for the service "
    "and the authorities to judge."
)
NOT_SEEN = (
    "A classifier of the service's own is plugged in by its program and cannot be seen from the "
    "configuration; the service describes it beside this report."
)


def report(config: Config, days: Collection[date], day: date) -> dict[str, Any]:
    """Return the report over days, as of a day; publishes nothing that was not published before."""
    if config.counting is None:
        raise UsageError(
            "the configuration keeps no counters", "name a folder in [counting] folder"
        )
    released = published(config.counting, days)
    counts = read_counts(config.counting)
    texts = read_texts(config.bundles, config.keys, day, config.helplines)
    told = {
        "format": "fanal safeguard report 1",
        "as_of": day.isoformat(),
        "service": config.operator,
        "human_contact": config.contact,
        "surfaces": _surfaces(config, counts, days),
        "lists": _lists(config, counts.versions, days),
        "refusals": _refusals(released),
        "texts": _texts(config, texts, day),
        "trial": _trial(config),
        "kept_of_persons": "nothing: no text, picture, account, address or session is written",
        "limits": [NOT_JUDGED, NOT_SEEN, *limits.ALL],
    }
    return limits.honest(told)


def html(told: dict[str, Any]) -> str:
    """Return the report as one page without script that needs nothing but itself."""
    return page("fanal.prevention.reporting", "safeguard.html", told=told)


def _surfaces(config: Config, counts: Counts, days: Collection[date]) -> list[dict[str, Any]]:
    """Return for each surface whether it was asked at all, and what it answers where it fails."""
    asked = {row.surface for row in counts.rows if row.outcome == Total.ACTS and row.day in days}
    return [
        {
            "surface": surface.value,
            "was_asked": surface.value in asked,
            "answer_to_a_match": Action.INTERVENE.value,
            "answer_to_what_fails": (
                Action.BLOCK if surface in CLOSED else config.closed.get(surface, Action.BLOCK)
            ).value,
            "can_be_configured": surface not in CLOSED,
        }
        for surface in Surface
    ]


def _lists(config: Config, versions: tuple[Version, ...], days: Collection[date]) -> dict[str, Any]:
    """Return how many lists there are, and the digests that were asked, from which day on."""
    last = max(days, default=date.min)
    return {
        "word_lists": len(config.words),
        "lists_of_people_who_look_for_help": len(config.support),
        "hash_lists": len(config.hashes),
        "answer_where_counters_fail": config.counters_dead,
        "versions": [
            {"from": one.day.isoformat(), "digest": one.digest}
            for one in versions
            if one.day <= last
        ],
    }


def _refusals(told: Published) -> dict[str, Any]:
    lines = table(told.releases)
    measures = dict.fromkeys(line.measure for line in lines)
    return {
        "period": period(told),
        "noise": noise(told),
        "by_surface": [
            {"surface": surface}
            | {measure: number(lines, measure, surface) for measure in measures}
            for surface in (*(one.value for one in Surface), ALL)
        ],
        "words": {Outcome.SHOWN.value: "messages shown", Outcome.CONTINUED.value: "went on"},
    }


def _texts(config: Config, texts: BookOfTexts, day: date) -> dict[str, Any]:
    """Return which texts people read, and whether a person has reviewed them."""
    return {
        "outside_a_trial": config.family,
        "families": list(FAMILIES),
        "built_in": [
            {
                "locale": one.locale,
                "version": one.version,
                "drafted_by": one.drafted_by,
                "reviewed_by": one.reviewed_by or "nobody yet",
                "reviewed_on": one.reviewed_on,
            }
            for one in texts.tongues.values()
        ],
        "signed_by_the_service": [
            {
                "locale": one.locale,
                "version": one.version,
                "reviewed_by": one.reviewer,
                "reviewed_on": one.review_date.isoformat(),
                "legal_check_by": one.legal_check,
                "expires": one.expires.isoformat(),
                "holds": one.holds_on(day),
                "sha256": one.sha256,
            }
            for one in texts.bundles.values()
        ],
        "not_usable": list(texts.troubles),
    }


def _trial(config: Config) -> dict[str, Any] | None:
    if config.registration is None:
        return None
    found: Registration = read_registration(config.registration)
    return {
        "trial": found.trial_id,
        "registration": found.digest,
        "registered_on": found.registered_on.isoformat(),
        "arms": list(found.arms),
        "reference": found.reference,
        "first_day": found.first_day.isoformat(),
        "last_day": found.last_day.isoformat(),
    }
