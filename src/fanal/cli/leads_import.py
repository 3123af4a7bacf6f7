"""Imports a seized site: its files, read as a mapping says."""

from pathlib import Path

import click

from fanal.cli.common import (
    Shown,
    case_option,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.pipeline.case import writing
from fanal.pipeline.facts import printable
from fanal.pipeline.site_import import Asked, import_site
from fanal.pipeline.site_told import told_of
from fanal.stores.interface import Where


@click.command("import")
@click.argument("mapping", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--artefacts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the seized files (default: that of MAPPING).",
)
@click.option(
    "--again", is_flag=True, help="Take these files in the place of those imported before."
)
@case_option
@json_option
def import_(mapping: Path, artefacts: Path | None, case: Where, **flags: bool) -> None:
    """Read the files of a seized site as MAPPING says, and keep its accounts, logins, payments.

    The files are only read. Rows and values that are not taken are counted, by reason. Times need
    a zone: nothing is imported while one is missing. The same files under the same mapping are
    not imported twice.
    """
    given, progress = settings(), Shown()
    try:
        with writing(case, given) as store:
            asked = Asked(mapping, artefacts, flags["again"])
            imported = import_site(store, given, asked, progress)
    finally:
        progress.end()
    told = told_of(imported.dataset)
    if flags["as_json"]:
        print_json({"site": told.name, "new": imported.is_new, "tables": dict(told.tables)})
        return
    if not imported.is_new:
        click.echo(f"{printable(told.name)}: these files are in the case already; nothing changed")
        return
    rows = [("table", "rows"), *((name, f"{count:,}") for name, count in told.tables.items())]
    print_table(rows, right=frozenset({1}))
    for line in told.summary():
        click.echo(line)
