"""What reports of prevention cannot show, said in every one of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.trials.claims import ADVICE, is_claim

SESSIONS = "A session is not a person: the same person may appear in several sessions."
ELSEWHERE = "Counts of one service cannot show that nobody moved elsewhere."
MATCH = (
    "A refusal means that an entry of the service's lists, or its classifier, matched. It does not "
    "say what anybody intended, and nothing here says how many offences there were."
)
TREND = (
    "A rise or fall over time has many causes: lists that changed, more or fewer visits, seasons. "
    "Only a randomised trial compares wordings, and only with each other."
)
WINDOW = (
    "What happened afterwards is known within the session's time only, and only as far as the "
    "service says it."
)
NOISE = (
    "Each day's numbers were published once with random whole-number noise (discrete Laplace), so "
    "that they say little about whether any one session took part. Numbers under ten, or within "
    "three standard deviations of their noise, are left out, with further ones where a sum would "
    "give them back. A number is not exact, and numbers of parts need not add up."
)
UNIT = (
    "The noise hides one session, which is one visit while it is remembered. Where a service gives "
    "no session, each refusal counts for itself; then, and over many visits, the numbers may tell "
    "more of one person."
)
ALL = (SESSIONS, ELSEWHERE, MATCH, TREND, WINDOW, NOISE, UNIT)


def honest(told: dict[str, Any]) -> dict[str, Any]:
    """Return a report, or refuse one with a text that claims more than counts can show."""
    for name, text in _texts("", told):
        if is_claim(text):
            raise UsageError(f"{name} claims what counts of sessions cannot show", ADVICE)
    return told


def _texts(name: str, told: Any) -> Iterator[tuple[str, str]]:
    if isinstance(told, str):
        yield name, told
    elif isinstance(told, Mapping):
        for key, value in told.items():
            yield from _texts(f"{name}.{key}" if name else str(key), value)
    elif isinstance(told, Sequence):
        for value in told:
            yield from _texts(name, value)
