"""`fanal deter dsa18`: a notice of a suspected offence, checked and written; never sent."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from fanal.cli.common import json_option, print_json
from fanal.errors import FanalError, UsageError
from fanal.prevention.reporting.dsa18 import addressees, document, html, read_notice
from fanal.prevention.reporting.dsa18 import check as lacking

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def dsa18() -> None:
    """Write a notice under Article 18 of Regulation (EU) 2022/2065 from a file that you fill in.

    It is apart from deterrence and no basis for profiling users. Sending it is your act.
    """


@dsa18.command()
@file_argument
@json_option
def check(file: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say what a notice lacks, and whom it is for; exit code 1 where anything is missing."""
    notice = read_notice(file)
    lacks = lacking(notice)
    if as_json:
        told = [asdict(one) for one in lacks]
        print_json({"is_complete": not lacks, "lacks": told, "to": addressees(notice)})
    else:
        for one in lacks:
            click.echo(f"{one.where}: {one.says}")
        for each in addressees(notice):
            click.echo(f"to: {each}")
    if lacks:
        raise FanalError(f"{len(lacks)} parts of the notice are missing", "fill them in")


@dsa18.command()
@file_argument
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder.")
@click.option("--incomplete", is_flag=True, help="Write it although parts of it are missing.")
def build(file: Path, out: Path, incomplete: bool) -> None:  # noqa: FBT001
    """Write the notice as JSON and as a page.

    Article 18 asks to inform promptly: where a life is in danger, do not wait for the last field.
    """
    notice = read_notice(file)
    lacks = lacking(notice)
    if lacks and not incomplete:
        raise UsageError(
            f"{len(lacks)} parts of the notice are missing: {', '.join(x.where for x in lacks)}",
            "fill them in, or say --incomplete where there is no time",
        )
    if out.exists():
        raise UsageError(f"{out} is there already", "name a new folder")
    told = document(notice, datetime.now(UTC))
    out.mkdir(parents=True, mode=0o700)
    (out / "notice.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    (out / "notice.html").write_text(html(told), "utf-8")
    for one in addressees(notice):
        click.echo(f"to: {one}")
    click.echo(f"{out}: nothing was sent. It holds personal data: keep and delete it by your rules")
