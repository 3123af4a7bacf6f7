"""`fanal deter trial show`: what was registered, and what it can find."""

from pathlib import Path

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_trial import file
from fanal.pipeline.facts import printable
from fanal.prevention.trials.fixed import power_of
from fanal.prevention.trials.registration import Registration, read_registration
from fanal.prevention.trials.report import registration


@click.command()
@click.argument("registered", type=file)
@json_option
def show(registered: Path, as_json: bool) -> None:  # noqa: FBT001
    """Show a registered trial with its digest, and the power of its horizon."""
    made = read_registration(registered)
    if as_json:
        print_json({"trial": made.trial_id, "power": power(made)} | registration(made))
        return
    shown(made)


def power(made: Registration) -> float:
    """Return the power of the fixed test for the smallest arm and the smallest effect."""
    sign = -1 if made.is_less_better else 1
    own = made.weights[made.arms.index(made.reference)]
    each = made.sessions / made.repeats / sum(made.weights)
    pair = min(2 / (1 / own + 1 / made.weights[made.arms.index(one)]) for one in made.treatments)
    alpha = made.alpha / len(made.treatments)
    other = made.base + sign * made.minimum_effect
    return power_of(made.base, other, int(each * pair), alpha)


def shown(made: Registration) -> None:
    """Print a registration."""
    told = registration(made)
    lines = (
        ("trial", made.trial_id),
        ("digest", made.digest),
        ("registered", f"{told['registered_on']} by {printable(made.registered_by)}"),
        ("hypothesis", printable(made.hypothesis)),
        ("primary", made.primary.value),
        ("surfaces", ", ".join(made.surfaces)),
        ("days", f"{made.first_day} to {made.last_day}"),
        ("arms", ", ".join(f"{name} {weight}" for name, weight in told["arms"].items())),
        ("reference", made.reference),
        ("would matter", f"{made.minimum_effect:.4g} from {made.base:.4g}"),
        ("stops", made.stopping),
        ("power", f"{power(made):.0%} at the horizon, tested once"),
        ("guards", ", ".join(f"{one.outcome} at {one.limit:g}" for one in made.guards)),
        ("left out", printable(made.reason) or "nothing"),
    )
    print_table(lines)
