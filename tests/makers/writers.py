"""Writers in processes of their own: people who decide, and a run that takes things in."""

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


if __name__ == "__main__":
    name, where, home, what, seed, acts = sys.argv[1:]
    kept = Kept.of(name, where, Path(home))
    {"decide": decide, "intake": take_in}[what](kept, int(seed), int(acts))
