"""`fanal deter trial register`: fixes a trial before its first session."""

from pathlib import Path

import click

from fanal.cli.common import json_option, print_json
from fanal.cli.deter_trial import file, today
from fanal.cli.deter_trial_show import shown
from fanal.prevention.trials.registration import write_registered
from fanal.prevention.trials.report import registration


@click.command()
@click.argument("draft", type=file)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where (default: DRAFT.registered.toml)."
)
@json_option
def register(draft: Path, out: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Check DRAFT and write its registered copy: read-only, with its digest and the day.

    Only a registered file runs at a service and is analysed. Nothing is overwritten; what is
    changed afterwards is another trial.
    """
    path = out or draft.with_suffix(".registered.toml")
    made = write_registered(draft, path, today(None))
    if as_json:
        print_json({"file": str(path), "trial": made.trial_id} | registration(made))
        return
    shown(made)
    click.echo(f"name {path} in the configuration: [trial] registration")
