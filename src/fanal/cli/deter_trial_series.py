"""`fanal deter trial series`: days before and after a campaign, against placebo dates."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json
from fanal.cli.deter_trial import day_type, file
from fanal.prevention.trials.report import number
from fanal.prevention.trials.series import LIMITS, Answer, Effect, Question, ask, read_series


@click.command()
@click.argument("counts", type=file)
@click.option("--country", required=True, help="Where the campaign was.")
@click.option("--begins", type=day_type, required=True, help="Its first day.")
@click.option("--control", "controls", multiple=True, help="Country without it; may be repeated.")
@click.option("--before", default=84, show_default=True, help="Days before that are compared.")
@click.option("--after", default=28, show_default=True, help="Days after that are compared.")
@click.option(
    "--covariate", type=file, help="Sums that the campaign does not change, as all visits."
)
@json_option
def series(  # noqa: PLR0913, PLR0917 (what is compared, and how far)
    counts: Path,
    country: str,
    begins: datetime,
    controls: tuple[str, ...],
    before: int,
    after: int,
    covariate: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Compare COUNTS (CSV: day,country,count) before and after a campaign.

    Without --control it is an interrupted time series (negative binomial), with it a difference in
    differences. The same is asked of earlier dates without a campaign: where these show as
    much, the campaign shows nothing.
    """
    question = Question(country, begins.date(), before, after, controls)
    told = ask(question, read_series(counts), read_series(covariate) if covariate else None)
    if as_json:
        print_json(facts(told))
        return
    click.echo(f"{told.design}, {told.days} days, dispersion {told.dispersion:.3g}")
    click.echo(f"counts after it, as a multiple: {_said(told.effect)}")
    if told.slope is not None:
        click.echo(f"change of the trend for each week: {_said(told.slope)}")
    ratios = ", ".join(f"{ratio:.2f}" for _, ratio in told.placebo)
    click.echo(f"{len(told.placebo)} placebo dates: {ratios or 'none'}")
    if told.placebo_p is None:
        click.echo("too few placebo dates for a test: longer series tell more")
    else:
        click.echo(f"share of dates that show as much: {told.placebo_p:.3f}")
    for line in LIMITS:
        click.echo(f"- {line}")


def facts(told: Answer) -> dict[str, object]:
    """Return an answer as plain JSON, with what it cannot show."""
    placebo = [[day.isoformat(), ratio] for day, ratio in told.placebo]
    return asdict(told) | {"placebo": placebo, "limits": list(LIMITS)}


def _said(effect: Effect) -> str:
    return f"{effect.ratio:.3f} ({effect.low:.3f} to {effect.high:.3f}), p {number(effect.p)}"
