"""Counts where pictures come from against what lists know of them."""

from collections import Counter
from collections.abc import Sequence

from fanal.content.media import is_picture
from fanal.model.finding import Seen
from fanal.model.known import LIST_KINDS, Match
from fanal.model.opinion import STATES
from fanal.pipeline.facts import is_assessed
from fanal.pipeline.joined import everything
from fanal.review import report_facts as told
from fanal.stores.interface import CaseStore

NEAR, NONE = "near only", "on no list"
COLUMNS = (*LIST_KINDS, NEAR, NONE)


def crossed(store: CaseStore) -> told.Crossed:
    """Return the pictures of each origin state by what lists know of them; on two lists: twice."""
    counts: Counter[tuple[str, str]] = Counter()
    pictures: Counter[str] = Counter()
    settled = 0
    for known in everything(store, "seen", "matches", "opinions"):
        if not is_picture(known.item.media_type):
            continue
        state = known.opinion.state if known.opinion else _default(known.seen)
        pictures[state] += 1
        settled += bool(known.opinion and known.opinion.settled)
        counts.update((state, column) for column in _columns(known.matches))
    rows = tuple(
        told.Origin(state, pictures[state], tuple(counts[state, column] for column in COLUMNS))
        for state in STATES
        if pictures[state]
    )
    return told.Crossed(COLUMNS, rows, settled)


def _default(seen: Sequence[Seen]) -> str:
    return "inconclusive" if is_assessed(seen) else "not_assessed"


def _columns(matches: Sequence[Match]) -> set[str]:
    exact = {match.kind for match in matches if match.via != "pdq"}
    return exact or {NEAR if matches else NONE}
