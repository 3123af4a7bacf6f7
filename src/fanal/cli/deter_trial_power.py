"""`fanal deter trial power`: how many sessions a trial needs, before it is registered."""

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.errors import UsageError
from fanal.prevention.trials.fixed import power_of, sessions_needed
from fanal.prevention.trials.simulate import REFERENCE

share = click.FloatRange(0, 1, min_open=True, max_open=True)


@click.command()
@click.option("--base", type=share, help="Share under the reference, such as 0.27.")
@click.option("--other", type=share, help="Share that should be told apart from it.")
@click.option("--sessions", type=click.IntRange(2), help="Of each arm: print the power instead.")
@click.option("--alpha", type=share, default=0.05, show_default=True, help="Risk of a false alarm.")
@click.option(
    "--power", "wanted", type=share, default=0.9, show_default=True, help="Chance of finding it."
)
@json_option
def power(
    base: float | None,
    other: float | None,
    sessions: int | None,
    alpha: float,
    wanted: float,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Print the sessions an arm that a two-sided test of two shares needs.

    Without shares, for pairs that published studies found or that a service may hope for: small
    services can test what people do in the session, but not whether they choose a contact.
    """
    if (base is None) != (other is None) or (sessions is not None and base is None):
        raise UsageError("--base and --other go together", "such as: --base 0.27 --other 0.31")
    if base is not None and base == other:
        raise UsageError("these are one share, which no test tells apart", "name two shares")
    pairs = REFERENCE if base is None or other is None else ((base, other),)
    rows = [_row(one, two, sessions, alpha, wanted) for one, two in pairs]
    if as_json:
        for row in rows:
            print_json(row)
        return
    head = ("share", "against", "sessions an arm", "power")
    told = [
        (f"{row['base']:.4g}", f"{row['other']:.4g}", f"{row['sessions']:,}", f"{row['power']:.1%}")
        for row in rows
    ]
    print_table([head, *told], right=frozenset({0, 1, 2, 3}))


def _row(
    base: float, other: float, sessions: int | None, alpha: float, wanted: float
) -> dict[str, float]:
    count = sessions or sessions_needed(base, other, alpha, wanted)
    reached = power_of(base, other, count, alpha)
    return {"base": base, "other": other, "sessions": count, "power": reached, "alpha": alpha}
