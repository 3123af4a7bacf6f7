"""Shows what a case is and where, and copies it between a folder and a server."""

from dataclasses import asdict

import click

from fanal.cli.case_retention import retention
from fanal.cli.common import (
    CasePlace,
    Shown,
    case_option,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.pipeline.case import reading
from fanal.pipeline.copy import copy as run
from fanal.pipeline.copy import sizes
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where


@click.group()
def case() -> None:
    """Show what a case is, copy it between a folder and a server, erase what is kept too long."""


case.add_command(retention)


@case.command()
@click.argument("source", type=CasePlace(), metavar="FROM")
@click.argument("target", type=CasePlace(), metavar="TO")
@json_option
def copy(source: Where, target: Where, as_json: bool) -> None:  # noqa: FBT001
    """Copy the case in FROM to TO, each a folder or postgresql://…, without loss.

    Every record, act, signature and file is carried as it is; one act more says where the copy
    came from. TO must hold no case. A copy that is cut off leaves nothing: run it again.
    """
    progress = Shown()
    try:
        done = run(source, target, settings(), progress)
    finally:
        progress.end()
    if as_json:
        print_json(asdict(done))
        return
    click.echo(f"case {printable(done.case_id)}: {sum(done.rows.values()):,} rows copied")
    click.echo(f"source {source}\ntarget {target}")
    click.echo(f"head   {done.acts} {printable(done.head) or '-'}")
    click.echo(f"check it: fanal audit verify --case {target}")


@case.command()
@case_option
@json_option
def show(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the case's id, layout, acts and records, and whether a run writes to it now."""
    with reading(case) as store:
        head = store.head()
        facts = {
            "case": store.case_id,
            "kind": store.kind,
            "place": str(case),
            "layout": store.layout(),
            "acts": head.size if head else 0,
            "last": head.time if head else None,
            "run": store.is_run_on(),
            "at_rest": store.is_at_rest(),
            "records": sizes(store),
        }
    if as_json:
        print_json(facts)
        return
    records = facts.pop("records")
    print_table((name, printable(str(value))) for name, value in facts.items())
    if isinstance(records, dict):
        print_table([("kind", "records"), *records.items()], right=frozenset({1}))
