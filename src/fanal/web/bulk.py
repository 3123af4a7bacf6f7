"""Decides many places at once: only after a sample was shown to the same session."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from fanal.pipeline import bulk
from fanal.pipeline.bulk import Job, Jobs, Sample
from fanal.pipeline.choices import limits
from fanal.review import checks
from fanal.web.asked import Asked, Refused, Way, as_json
from fanal.web.decisions import (
    MOST_ITEMS,
    decided_before,
    many_at_once,
    refuse_wordless,
    settled,
    token_of,
    unfit,
    words,
)
from fanal.web.desk import Desk
from fanal.web.numbers import item_of, numbers
from fanal.web.queue_rows import Telling, cut
from fanal.web.views import views

MOST_TOLD = 500
"""Contents that were not decided and are told one by one."""


def jobs(desk: Desk) -> Jobs:  # noqa: ARG001 (a part of the desk)
    """Return the jobs of a desk, to be asked for by `desk.of(jobs)`."""
    return Jobs()


def sample(asked: Asked) -> Response:
    """Tell what a decision on many would reach, and show a random sample of it, covered."""
    state = asked.text("state", 60)
    error = {0: 0.0, 1: checks.FINE, 5: checks.COARSE}.get(asked.number("error", 0, 5, 0))
    if error is None:
        raise Refused(400, "error is 1 or 5, in 100")
    store = asked.desk.store
    made = bulk.sampled(store, asked.who, _items(asked), state, limits(store), error)
    telling = Telling(asked, made.checked, {})
    asked.desk.of(jobs).show(made)
    return as_json(
        {
            "sample": made.id,
            "says": f"{words(state)}: {made.says}",
            "contents": len(made.contents),
            "series": made.series,
            "rule": made.rule,
            "check": [telling.row(one, 0, at + 1) for at, one in enumerate(made.checked)],
        }
    )


def _items(asked: Asked) -> list[str]:
    """Return the contents that are named, or those of a view that are open."""
    told = asked.told.get("items", [])
    if not isinstance(told, list) or len(told) > MOST_ITEMS:
        raise Refused(400, f"items is a list of at most {MOST_ITEMS:,} numbers")
    if told:
        return [item_of(asked, one) for one in told]
    kept = asked.desk.of(views)
    found = kept.find(asked.who.login, asked.text("view", 40))
    kept.index.refresh()
    with kept.index.lock:
        return kept.index.open(found.slots, bulk.MOST)


def begin(asked: Asked) -> Response:
    """Begin the job; told again, it is the same one."""
    token, state = token_of(asked), asked.text("state", 60)
    reason = refuse_wordless(asked, state)
    id_, login = f"{asked.who.login}\0{token}", asked.who.login
    made = asked.desk.of(jobs).shown(asked.text("sample", 40), asked.who, state)
    before = decided_before(asked, token)
    if made is None and not before:
        raise Refused(
            409, "the sample of this decision was not shown here", "look at a sample of it first"
        )
    job, is_new = asked.desk.of(jobs).begin(id_, login, len(made.contents) if made else 0)
    if is_new and before:
        job.event, job.says, job.finished = before, "decided before", True
    elif is_new and made is not None:
        asked.desk.of(jobs).run(partial(_run, asked, made, job, reason))
    return as_json({"job": token})


def _run(asked: Asked, made: Sample, job: Job, reason: str) -> None:
    def deciding(contents: Sequence[str]) -> tuple[str, int]:
        wanted = many_at_once(contents, token_of(asked))
        done = settled(asked, wanted, made.state, reason, {"sample": made.id})
        return done.id, len(done.contents)

    bulk.run(asked.desk.store, made, job, unfit(asked, made.state), deciding)


def told(asked: Asked) -> Response:
    """Tell how far a job is, and what was not decided and why."""
    id_ = f"{asked.who.login}\0{asked.text('job', 200)}"
    job = asked.desk.of(jobs).find(id_, asked.who.login)
    if job is None:
        raise Refused(404, "there is no such job")
    spell = asked.desk.of(numbers)
    refused: list[dict[str, Any]] = [
        {"item": spell.of(sha256), "outcome": "refused", "says": cut(why)}
        for sha256, why in list(job.refused.items())[:MOST_TOLD]
    ]
    return as_json(
        {
            "done": job.done,
            "of": job.of,
            "finished": job.finished,
            "id": job.event,
            "refused": len(job.refused),
            "results": refused if job.finished else [],
            "says": cut(job.says),
        }
    )


WAYS = (
    Way("POST", "/bulk/sample", sample, "decide"),
    Way("POST", "/bulk", begin, "decide"),
    Way("POST", "/bulk/job", told, "decide"),
)
