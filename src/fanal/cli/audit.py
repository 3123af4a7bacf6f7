"""Checks the custody of a case, shows its log and hands out the stand-alone verifier."""

from itertools import islice
from pathlib import Path

import click

from fanal.cli.common import case_option, json_option, print_json, print_table, settings
from fanal.custody import verifier as alone
from fanal.errors import CaseError, UsageError
from fanal.model.custody import Leaf
from fanal.pipeline.case import reading
from fanal.pipeline.copy import in_folder
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where

NO_SEAL = "a case on a server has no seal; records are checked one by one"


@click.group()
def audit() -> None:
    """Check that nothing in a case was changed, and show who did what."""


@audit.command()
@case_option
@click.option("--head", default="", help="Head noted earlier (64 hexadecimal characters).")
@json_option
def verify(case: Where, head: str, as_json: bool) -> int:  # noqa: FBT001
    """Check every file, act and record; exit code 1 where anything differs.

    The same check runs without fanal: see `fanal audit verifier`. A case on a server is copied into
    a temporary folder (TMPDIR), row for row, and checked there.
    """
    if isinstance(case, Path) and not any(
        (case / name).exists() for name in (alone.SEAL, alone.DATABASE)
    ):
        raise UsageError(f"there is no case in {case}", "name the folder of a case: --case DIR")
    if len(head) not in (0, 64):
        raise UsageError(f"{head!r} is no head", "give the 64 characters of `fanal audit head`")
    report = alone.Report()
    with in_folder(case, settings(), report.problem) as folder:
        alone.verify(folder, head, report)
    if not isinstance(case, Path):
        notes = (NO_SEAL if note.startswith("not sealed:") else note for note in report.notes)
        report.notes = list(notes)
    print_json(report.facts()) if as_json else click.echo(report.text())
    return 1 if report.differences else 0


@audit.command()
@case_option
@click.option("--limit", type=click.IntRange(0), default=0, help="Only the last N acts.")
@json_option
def show(case: Where, limit: int, as_json: bool) -> None:  # noqa: FBT001
    """Show the log: number, time, actor, verb, details and how many records were written."""
    with reading(case) as store:
        last = store.head()
        skipped = max(0, (last.size if last else 0) - limit) if limit else 0
        leaves = islice(store.history(), skipped, None)
        if as_json:
            for leaf in leaves:
                print_json(_facts(leaf))
            return
        titles = ("number", "time", "actor", "verb", "details", "records")
        print_table([titles, *map(_row, leaves)], right=frozenset({0}))


@audit.command()
@case_option
@json_option
def head(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show the last signed head: write it down, and no leaf up to it can be changed unseen."""
    with reading(case) as store:
        last = store.head()
    if last is None:
        raise UsageError(f"nothing has been done in {case}", "run a command on the case first")
    if as_json:
        names = ("size", "root", "time", "key", "signature")
        print_json({name: getattr(last, name) for name in names})
        return
    click.echo(f"leaves  {last.size}\nhead    {printable(last.root)}")
    click.echo(f"time    {printable(last.time)}\nkey     {printable(last.key)}")


@audit.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to FILE.")
def verifier(out: Path | None) -> None:
    """Print the path of the stand-alone verifier, or write a copy of it.

    It is one file that needs Python 3.11 and nothing else: python verifier.py CASE_FOLDER
    """
    if out is None:
        click.echo(alone.__file__)
        return
    with out.open("xb") as copy:  # never over another file
        copy.write(Path(alone.__file__).read_bytes())
    click.echo(f"{out}: run it with `python {out} CASE_FOLDER`")


def _facts(leaf: Leaf) -> dict[str, object]:
    return {
        "number": leaf.number,
        "time": leaf.time,
        "actor": leaf.actor,
        "verb": leaf.verb,
        "details": leaf.details,
        "records": leaf.records,
        "drops": leaf.drops,
    }


def _row(leaf: Leaf) -> tuple[str, ...]:
    try:
        details = ", ".join(f"{name}={value}" for name, value in leaf.details.items())
        written = [f"{rows['count']} {kind}" for kind, rows in leaf.records.items()]
    except (AttributeError, KeyError, TypeError) as error:
        raise CaseError(
            f"leaf {leaf.number} of the log is not as fanal writes it",
            "check it: fanal audit verify",
        ) from error
    if leaf.drops:
        kinds = sorted({str(kind) for kind, _ in leaf.drops})
        written.append(f"removed: {', '.join(kinds)}")
    texts = (leaf.time, leaf.actor, leaf.verb, details, ", ".join(written))
    return (str(leaf.number), *(printable(str(text)) for text in texts))
