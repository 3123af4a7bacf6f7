"""Lists series and single contents in the order in which people look at them."""

import sys
from collections import Counter
from collections.abc import Iterator

import click

from fanal.cli.common import case_option, json_option, print_json
from fanal.pipeline import facts
from fanal.pipeline.case import reading
from fanal.pipeline.decided import standings
from fanal.pipeline.facts import printable
from fanal.pipeline.group_says import counted
from fanal.pipeline.order import is_current
from fanal.pipeline.queued import Line, Queue
from fanal.stores.interface import CaseStore, Where

HEAD = f"{'step':<4} {'rank':>7}  {'sha256':<16}  {'series':<14} {'size':>6}  {'exhibit':<14}  why"


@click.command()
@case_option
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@click.option("--all", "everything", is_flag=True, help="The whole queue.")
@click.option("--step", "steps", type=click.IntRange(1, 8), multiple=True, help="Only this step.")
@click.option("--decided", is_flag=True, help="What people decided, which is in it no more.")
@json_option
def queue(
    case: Where,
    limit: int,
    everything: bool,  # noqa: FBT001
    steps: tuple[int, ...],
    decided: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """List what to look at, first things first, each with the sentence that put it there.

    One line is one series, by the content that stands for it, or one content that is alone.
    """
    most = 0 if everything else limit
    with reading(case) as store:
        if not is_current(store):
            click.echo("the queue is older than the facts: run fanal triage again", err=True)
        if decided:
            _print_decided(store, most, as_json=as_json)
        elif as_json:
            for item in facts.queue(store, most, steps):
                print_json(item)
        else:
            _print(store, most, steps)


def _print(store: CaseStore, most: int, steps: tuple[int, ...]) -> None:
    placed, shown = Queue(store), 0
    click.echo(HEAD)
    for line in placed.lines(most, steps):
        click.echo(_text(line))
        shown += 1
    waiting = placed.steps()
    asked = sum(count for step, count in waiting.items() if not steps or step in steps)
    told = ", ".join(f"step {step}: {count:,}" for step, count in waiting.items())
    done = sum(standing.decided for standing in standings(store).values())
    sys.stdout.flush()
    if shown < asked:
        click.echo(f"the first {shown:,} of {asked:,}: --all shows them", err=True)
    click.echo(
        f"{sum(waiting.values()):,} series and single contents to look at ({told or 'none'});"
        f" {counted(done, 'content')} decided",
        err=True,
    )


def _text(line: Line) -> str:
    task, name, size = line.at.task, line.series or "-", line.size if line.series else ""
    return printable(
        f"{task.step:<4} {line.at.rank:>7,}  {task.sha256[:16]}  {name:<14} {size:>6}"
        f"  {task.exhibit:<14}  {task.reason}"
    )


def _print_decided(store: CaseStore, most: int, *, as_json: bool) -> None:
    """Print the contents that are decided, by what was decided, then by digest."""
    every = {name: one for name, one in standings(store).items() if one.decided}
    shown = sorted(every, key=lambda name: (every[name].victim_state, name))[: most or None]
    if as_json:
        for item in _objects(store, shown):
            print_json(item)
        return
    for name in shown:
        standing = every[name]
        click.echo(printable(f"{name[:16]}  {standing.victim_state:<24}  {standing.says}"))
    states = Counter(standing.victim_state for standing in every.values())
    told = ", ".join(f"{state} {count:,}" for state, count in sorted(states.items()))
    sys.stdout.flush()
    if len(shown) < len(every):
        click.echo(f"the first {len(shown):,} of {len(every):,}: --all shows them", err=True)
    click.echo(f"{counted(len(every), 'content')} decided{f' ({told})' * bool(told)}", err=True)


def _objects(store: CaseStore, names: list[str]) -> Iterator[dict[str, object]]:
    """Yield the public objects of contents, in this order."""
    found = {item["sha256"]: item for item in facts.items(store, names)}
    yield from (found[name] for name in names)
