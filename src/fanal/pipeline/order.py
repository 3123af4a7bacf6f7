"""Makes the queue anew where anything it hangs on has changed."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from fanal.model.finding import Seen
from fanal.model.item import Item, Place
from fanal.model.known import Match, MatchRun
from fanal.model.opinion import Opinion
from fanal.model.review import Task
from fanal.pipeline.joined import everything
from fanal.pipeline.progress import Progress
from fanal.review.order import place
from fanal.stores.interface import CaseStore

WRITTEN = 5000
FACTS = (Item, Place, Seen, Match, MatchRun, Opinion)
"""What the queue hangs on."""


def order(store: CaseStore, actor: str, progress: Progress) -> bool:
    """Place every item in the queue; return whether there was anything to do."""
    if is_current(store):
        return False
    facts = store.last_act(*FACTS)
    progress.step("ordering the queue")
    with store.act(actor, "order", facts=facts) as act:
        act.drop(Task)
        tasks = _tasks(store)
        while part := list(islice(tasks, WRITTEN)):
            act.put(part)
    return True


def is_current(store: CaseStore) -> bool:
    """Tell whether the queue is as new as the facts it hangs on."""
    return store.last_act(*FACTS) <= _ordered(store)


def _ordered(store: CaseStore) -> int:
    """Return up to which act the facts have been put in order."""
    done = [int(leaf.details["facts"]) for leaf in store.history() if leaf.verb == "order"]
    return max(done, default=0)


def _tasks(store: CaseStore) -> Iterator[Task]:
    """Yield a task for each item that people may have to look at; exhibits take turns in a step."""
    turns: Counter[tuple[int, str]] = Counter()
    for known in everything(store, "places", "seen", "matches", "opinions"):
        placed = place(known.item, known.matches, known.seen, known.opinion)
        if placed is None or not known.places:
            continue
        exhibit = known.places[0].exhibit
        turns[placed.step, exhibit] += 1
        turn = turns[placed.step, exhibit]
        yield Task(known.item.sha256, placed.step, turn, exhibit, placed.reason)
