"""Fuzzes one target with hypothesis for a set time: `python unguided.py TARGET SECONDS [FOLDER]`.

Started by run.py for targets in which libraries in C may die, and where atheris is not installed.
"""

import sys
import time
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.mutate import mutated
from fuzz.targets import TARGETS

ROUND = 200


def main(name: str, seconds: float, crashes: Path) -> int:
    """Draw rounds of inputs until the time is over; keep the smallest that breaks a promise."""
    target = TARGETS[name]
    seeds = target.seeds()
    begin = time.monotonic()
    last = b""
    runs = 0

    def one(first: bytes, other: bytes, chance: int, end: bytes) -> None:
        nonlocal last, runs
        if time.monotonic() - begin > seconds:
            return
        last = mutated(first, Random(chance), target.longest, other) + end
        runs += 1
        target.run(last)

    drawn = st.sampled_from(seeds)
    given_all = given(
        first=drawn, other=drawn, chance=st.integers(0, 1 << 62), end=st.binary(max_size=9)
    )
    told = settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    number = int(time.time())
    while time.monotonic() - begin < seconds:
        number += 1
        try:
            seed(number)(told(given_all(one)))()
        except Exception as error:  # noqa: BLE001 (what is looked for)
            (crashes / f"crash-{name}-{number}").write_bytes(last)
            sys.stderr.write(
                f" === Uncaught Python exception: ===\n{type(error).__name__}: {error}\n"
            )
            sys.stderr.write(f"stat::number_of_executed_units: {runs}\n")
            return 77
    sys.stderr.write(f"stat::number_of_executed_units: {runs}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])))
