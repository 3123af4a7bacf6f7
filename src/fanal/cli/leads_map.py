"""Looks at files of a seized site and proposes how they are to be read."""

from pathlib import Path

import click

from fanal.cli.common import Shown, counted, json_option, print_json, print_table, settings
from fanal.errors import UsageError
from fanal.leads.proposing import LookedAt, artefact_names, proposal
from fanal.pipeline.facts import printable
from fanal.pipeline.site_look import look_all


@click.command("map")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="File for the proposal."
)
@click.option("--name", default="", help="What to call the site (default: the folder's name).")
@json_option
def map_command(files: tuple[Path, ...], out: Path | None, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Propose a mapping of FILES: tables, columns, what each is taken for, and why.

    Reads every file whole, writes nothing but the proposal. What names and values do not say for
    sure stays a comment with the alternatives; the zone of times is for a person to fill in.
    """
    if out and out.exists():
        raise UsageError(f"{out} exists; nothing is overwritten", "name another file with --out")
    progress = Shown()
    folder = out.parent if out else Path.cwd()
    try:
        looked = look_all(files, folder, settings(), progress)
    finally:
        progress.end()
    if as_json:
        _print_facts(looked)
    text = proposal(name or files[0].absolute().parent.name, looked)
    if out:
        out.write_text(text, "ascii")
    if as_json:
        return
    if not out:
        click.echo(text, nl=False)
        return
    _print_tables(looked)
    click.echo(f"proposal: {printable(str(out))}; check every line and fill in the zone of times")


def _print_facts(looked: tuple[LookedAt, ...]) -> None:
    for name, file in zip(artefact_names(looked), looked, strict=True):
        print_json(
            {
                "artefact": name,
                "file": file.file,
                "reader": file.reader,
                "tables": {
                    each.table: {"rows": each.rows, "columns": list(each.columns)}
                    for each in file.tables
                },
                "refused": dict(file.refused),
                "notes": list(file.notes),
            }
        )


def _print_tables(looked: tuple[LookedAt, ...]) -> None:
    rows = [("artefact", "reader", "table", "rows", "columns")]
    for name, file in zip(artefact_names(looked), looked, strict=True):
        rows += [
            (name, file.reader, printable(each.table), f"{each.rows:,}", str(len(each.columns)))
            for each in file.tables
        ]
    print_table(rows, right=frozenset({3, 4}))
    for file in looked:
        if file.refused:
            click.echo(f"{printable(file.file)}: not taken: {counted(file.refused)}")
        for note in file.notes:
            click.echo(f"{printable(file.file)}: {printable(note)}")
