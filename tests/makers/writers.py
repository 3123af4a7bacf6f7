"""Writers in processes of their own: people who decide, and a run that takes things in."""

import os
import sys
import time
from pathlib import Path

from fanal.model.failure import Failure
from makers.cases import item, place, seen
from makers.kept import Kept


def decide(kept, seed, acts):
    """Write short acts, as a person does, with a key of one's own."""
    store = kept.open(run=False, seed=seed)
    try:
        for number in range(acts):
            with store.act(f"zz-person-{seed}", "decide", number=number) as act:
                name = b"%d-%d" % (seed, number)
                assert act.put([Failure(f"zz-{seed}", name, "", name, "zz")]) == 1
            time.sleep(0.005)
    finally:
        store.close()


def take_in(kept, seed, acts):
    """Write large acts, as an intake does."""
    store = kept.open(seed=seed)
    try:
        for number in range(acts):
            with store.act("zz-intake", "intake", number=number) as act:
                numbers = range(number * 100, number * 100 + 100)
                act.put(r for n in numbers for r in (item(n), place(n), seen(n)))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
    finally:
        store.close()


def side_by_side(kept, told):
    """Run each writer in a process of its own, begun at the same moment; return the worst code."""
    children = []
    for what, seed, acts in told:
        if not (child := os.fork()):
            WRITERS[what](kept, seed, acts)
            sys.stdout.flush()
            os._exit(0)  # a failure before this leaves by its traceback, with 1
        children.append(child)
    return max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


WRITERS = {"decide": decide, "intake": take_in}


if __name__ == "__main__":
    name, where, home, *words = sys.argv[1:]
    kept = Kept.of(name, where, Path(home))
    told = [(words[at], int(words[at + 1]), int(words[at + 2])) for at in range(0, len(words), 3)]
    if len(told) > 1:
        sys.exit(side_by_side(kept, told))
    WRITERS[told[0][0]](kept, *told[0][1:])
