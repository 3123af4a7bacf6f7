"""Fuzzes one target with coverage as the guide: `python guided.py TARGET [libFuzzer options]`.

Started by run.py, one process a target. Needs atheris.
"""

import sys
from pathlib import Path
from random import Random

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(
    include=[
        "fanal.formats",
        "fanal.sources",
        "fanal.content",
        "fanal.custody",
        "fanal.exchange",
        "fanal.settings",
    ]
):
    from fuzz.mutate import mutated
    from fuzz.targets import TARGETS


def main() -> None:
    """Run until libFuzzer has had enough."""
    target = TARGETS[sys.argv.pop(1)]
    seeds = target.seeds()
    for option in (one for one in sys.argv if not one.startswith("-") and Path(one).is_dir()):
        for number, seed in enumerate(seeds):
            (Path(option) / f"seed-{number}").write_bytes(seed[: target.longest])

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)
        if chance.randrange(2):
            return bytes(atheris.Mutate(data, longest))
        return mutated(data, chance, longest, chance.choice(seeds))

    atheris.Setup(sys.argv, target.run, custom_mutator=mutator)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
