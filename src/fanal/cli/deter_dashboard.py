"""`fanal deter dashboard`: a page of aggregates on this machine alone."""

from pathlib import Path

import click

from fanal.cli.deter_report import today, write_new
from fanal.prevention.config import read_config
from fanal.prevention.doors.board import gather
from fanal.prevention.doors.dashboard import BACK, PORT, html, serve


@click.command()
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="0: any free."
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=BACK, show_default=True, help="How far back."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the page here, serve nothing.")
def dashboard(config: Path, port: int, days: int, out: Path | None) -> None:
    """Show messages, trial, guards, budget and lists as one page; it is exact and for inside."""
    told = read_config(config)
    if out is not None:
        write_new(out, html(gather(told, today(), days)).encode("utf-8"))
        click.echo(f"written: {out}")
        return
    serve(told, today, port, days, lambda where: click.echo(f"{where} until Ctrl-C"))
