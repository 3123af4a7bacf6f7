"""Says what a person must not read of a content before they have said what they think of it."""

from fanal.pipeline.second_opinions import SecondOpinions
from fanal.review.permits import allowed
from fanal.web.asked import Asked
from fanal.web.desk import Desk


def seconds(desk: Desk) -> SecondOpinions:
    """Return what waits for a second opinion, to be asked for by `desk.of(seconds)`."""
    return SecondOpinions(desk.store, desk.settings)


def veiled(asked: Asked) -> frozenset[str]:
    """Return the contents of which this person sees no decision, no reviewer and no history."""
    if not allowed(asked.who.roles, "second"):
        return frozenset()
    return frozenset(asked.desk.of(seconds).needs(asked.who))


def unheard(asked: Asked) -> frozenset[str]:
    """Return the ids of the decisions that this person is asked about and knows nothing of."""
    if not allowed(asked.who.roles, "second"):
        return frozenset()
    needs = asked.desk.of(seconds).needs(asked.who).values()
    return frozenset(word.id for one in needs for word in one.words)
