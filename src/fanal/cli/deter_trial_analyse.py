"""`fanal deter trial analyse`: what the counts of a trial show, by the registered rule."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json, print_table
from fanal.cli.deter_trial import day_type, file, today, write_new
from fanal.errors import UsageError
from fanal.pipeline.facts import printable
from fanal.prevention.counting.counters import read_counts
from fanal.prevention.trials import report
from fanal.prevention.trials.analysis import Analysis
from fanal.prevention.trials.analysis import analyse as run
from fanal.prevention.trials.counts import Counted, read_counts_file
from fanal.prevention.trials.registration import read_registration


@click.command()
@click.argument("registered", type=file)
@click.option("--counts", type=file, help="CSV of exact counts.")
@click.option(
    "--state",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the service's counters.",
)
@click.option("--day", type=day_type, help="Count whole days before this one (default: today).")
@click.option("--html", type=click.Path(path_type=Path), help="Write the report as a page.")
@json_option
def analyse(
    registered: Path,
    counts: Path | None,
    state: Path | None,
    day: datetime | None,
    html: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Analyse the counts of a registered trial; look as often as you like.

    Exact counts stay where they are: the report goes to those who run the trial. The counters of a
    day are complete one session's time after midnight (UTC).
    """
    made = read_registration(registered)
    found = run(made, _rows(counts, state), today(day))
    if html is not None:
        write_new(html, report.html(found))
    if as_json:
        print_json(report.told(found))
    else:
        show(found)


def _rows(counts: Path | None, state: Path | None) -> Iterable[Counted]:
    if counts is not None and state is None:
        return read_counts_file(counts)
    if state is None or counts is not None:
        raise UsageError("counts come from one place", "name --counts FILE or --state DIR")
    told = read_counts(state)
    if told.damaged:
        raise UsageError(
            f"{state / told.damaged[0]} is damaged: its counts are missing",
            "move it elsewhere, and say in the report that this day lacks counts",
        )
    return told.rows


def show(found: Analysis) -> None:
    """Print a report."""
    told = report.told(found)
    click.echo(f"trial {told['trial']}, registered {told['registration']['registered_on']}")
    click.echo(f"digest {told['registration']['digest']}")
    click.echo(f"{told['days']} whole days before {told['before']}, {told['sessions']:,} sessions")
    click.echo(printable(told["verdict"]))
    click.echo(f"sample ratio: p {report.number(told['sample_ratio']['p'])}")
    _arms(told)
    for one in told["comparisons"]:
        _comparison(one)
    _guards(told["guards"])
    if told["rotation_in_thousandths"]:
        parts = [f"{name} {weight}" for name, weight in told["rotation_in_thousandths"].items()]
        click.echo(f"weights for a trial that follows, of 1,000: {', '.join(parts)}")
    for line in (*told["methods"], *told["limits"]):
        click.echo(f"- {line}")


def _arms(told: dict[str, Any]) -> None:
    rows = [
        (
            arm["variant"],
            f"{arm['shown']:,}",
            f"{arm['primary']:,}",
            "–" if arm["share"] is None else report.percent(arm["share"]),
            " to ".join(report.percent(one) for one in arm["confidence_sequence"]),
            f"{arm['help_chosen']:,}",
            report.percent(arm["descriptive"]["best"]),
        )
        for arm in told["arms"]
    ]
    primary = told["registration"]["primary"]
    head = ("wording", "shown", primary, "share", "interval", "help chosen", "best (descriptive)")
    if rows:
        print_table([head, *rows], right=frozenset({1, 2, 3, 4, 5, 6}))


def _comparison(one: dict[str, Any]) -> None:
    if one["difference"] is None:
        return
    low, high = one["confidence_sequence"]
    around = (
        "too few events for an interval"
        if low <= -1
        else f"{report.points(low)} to {report.points(high)}"
    )
    click.echo(
        f"{one['variant']} against the reference: e-value {report.number(one['e_value'])}, "
        f"{report.points(one['difference'])} points ({around}), called: {one['called_on'] or 'no'}"
    )
    horizon = one["at_horizon"]
    if horizon:
        low, high = horizon["newcombe"]
        odds = ", ".join(f"{part:.2f}" for part in horizon["odds_ratio"])
        click.echo(
            f"  at the horizon: p {report.number(horizon['p'])}, {report.points(low)} to "
            f"{report.points(high)} points (Newcombe), odds ratio {odds}"
        )


def _guards(watches: list[dict[str, Any]]) -> None:
    rows = [
        (
            one["outcome"],
            one["variant"],
            f"{one['sessions']:,}",
            report.percent(one["limit"]),
            report.number(one["largest_e_value"]),
            one["stopped_on"] or "no",
        )
        for one in watches
    ]
    head = ("guard", "wording", "sessions", "limit", "largest e-value", "stopped")
    print_table([head, *rows], right=frozenset({2, 3, 4}))
