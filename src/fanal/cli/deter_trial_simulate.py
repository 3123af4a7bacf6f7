"""`fanal deter trial simulate`: how often each method errs, on trials whose truth is known."""

from dataclasses import asdict

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.prevention.trials.simulate import Setup
from fanal.prevention.trials.simulate import simulate as run


def _cases(trials: int, looks: int, sessions: int, seed_of: int) -> list[tuple[str, Setup, int]]:
    def setup(base: float, other: float, spread: float, **more: float) -> Setup:
        told = asdict(Setup(base, other, spread, trials, looks, sessions)) | more
        return Setup(**told)

    cases = (
        ("no difference, 27 %", setup(0.27, 0.27, 0.04)),
        ("no difference, 1 %", setup(0.01, 0.01, 0.005)),
        ("27 v 31 %", setup(0.27, 0.31, 0.04)),
        ("no difference, days unlike", setup(0.27, 0.27, 0.04, unevenness=1.0, drift=0.5)),
        ("no difference, each twice, registered", setup(0.27, 0.27, 0.04, again=2, repeats=2)),
        ("no difference, each twice, not registered", setup(0.27, 0.27, 0.04, again=2)),
    )
    return [(name, case, seed_of) for name, case in cases]


@click.command()
@click.option(
    "--trials",
    type=click.IntRange(10, 100_000),
    default=1000,
    show_default=True,
    help="Made-up trials of each kind.",
)
@click.option(
    "--looks",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    help="Looks at each trial.",
)
@click.option(
    "--sessions",
    type=click.IntRange(1, 100_000),
    default=200,
    show_default=True,
    help="Of each arm from one look to the next.",
)
@click.option("--seed", type=int, default=20261127, show_default=True, help="Draws the trials.")
@json_option
def simulate(trials: int, looks: int, sessions: int, seed: int, as_json: bool) -> None:  # noqa: FBT001
    """Simulate trials and print how often each method calls a difference, and when.

    Where there is none, each call is a false alarm. The last kind shows what nobody can repair
    afterwards: people who come several times, and were not registered to.
    """
    rows = []
    for name, setup, seed_of in _cases(trials, looks, sessions, seed):
        for told in run(setup, seed_of):
            if as_json:
                print_json({"kind": name} | asdict(told))
            rows.append((name, told.method, f"{told.called:.1%}", f"{told.stop:,}"))
    if not as_json:
        head = ("trials", "method", "called", "median sessions an arm")
        print_table([head, *rows], right=frozenset({2, 3}))
