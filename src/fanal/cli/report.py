"""Writes the case as one page of figures."""

from dataclasses import asdict
from pathlib import Path

import click

from fanal.cli.common import case_option, json_option, print_json, settings
from fanal.pipeline.case import reading
from fanal.pipeline.report import gather, write_report
from fanal.stores.interface import Where


@click.command()
@case_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the page (default report.html here).",
)
@click.option("--force", is_flag=True, help="Write over a file that is no report.")
@json_option
def report(case: Where, out: Path | None, force: bool, as_json: bool) -> None:  # noqa: FBT001
    """Write the case as one HTML page: figures and the account, never the media.

    The page needs nothing but itself: no script, no picture, no connection. With --json the same
    figures go to standard output, and the page is written only where --out names it.
    """
    with reading(case) as store:
        figures = gather(store, settings())
        if as_json:
            print_json(asdict(figures))
        if as_json and out is None:
            return
        page = out or Path("report.html")
        digest = write_report(store, figures, page, force=force)
    funnel = figures.funnel
    click.echo(f"{page}  sha256 {digest}", err=as_json)
    what = "series or single content is" if funnel.left == 1 else "series and single contents are"
    click.echo(f"of {funnel.files:,} files, {funnel.left:,} {what} left to look at", err=as_json)
