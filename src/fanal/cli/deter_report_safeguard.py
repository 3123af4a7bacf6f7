"""`fanal deter report safeguard`: what stands between a request and its fulfilment."""

import json
from datetime import datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json
from fanal.cli.deter_report import days_of, period_options, today, write_new
from fanal.prevention.config import read_config
from fanal.prevention.reporting.safeguard import html, report


@click.command()
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@period_options
@click.option("--html", "page", type=click.Path(path_type=Path), help="Write it as one page.")
@json_option
def safeguard(
    config: Path,
    since: datetime | None,
    until: datetime | None,
    page: Path | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Report surfaces, lists, refusals, texts and the human contact, for an AI service's file.

    It takes the numbers that `report counts` has published, and publishes none itself.
    """
    told = report(read_config(config), days_of(since, until, today()), today())
    if page is not None:
        write_new(page, html(told).encode("utf-8"))
    if as_json:
        print_json(told)
    elif page is None:
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"written: {page}")
