"""`fanal deter check`: says whether a service could begin with a configuration, and with what."""

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import json_option, print_json
from fanal.pipeline.facts import printable
from fanal.prevention.config import Config, read_config
from fanal.prevention.deterrent import Deterrent
from fanal.prevention.nouns import Signals, Surface


@click.command()
@click.argument("config", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--surface",
    type=click.Choice([one.value for one in Surface]),
    help="Decide one text from stdin.",
)
@click.option("--locale", default="", help="Language of the message, such as de or fr-BE.")
@click.option("--country", default="", help="Country that the service declares, such as DE.")
@json_option
def check(config: Path, surface: str | None, locale: str, country: str, as_json: bool) -> None:  # noqa: FBT001
    """Read everything that CONFIG names, and say what a service would begin with.

    With --surface one text is read from stdin and decided, counted nowhere and printed nowhere:
    `fanal deter check deter.toml --surface search < text`.
    """
    told = read_config(config)
    deterrent = Deterrent(replace(told, counting=None))
    if surface is None:
        _print_state(told, deterrent, as_json=as_json)
        return
    text = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")  # no text: cannot be read
    signals = Signals(text=text, country=country)
    done = deterrent.decide(surface, signals, locale).told()
    if as_json:
        print_json(done)
        return
    click.echo(f"{done['action']} ({done['reason_class']})")
    if done["content"]:
        click.echo(f"  {printable(done['content']['title'])}")
        for line in done["content"]["body"]:
            click.echo(f"  {printable(line)}")


def _print_state(config: Config, deterrent: Deterrent, *, as_json: bool) -> None:
    health = deterrent.health()
    told: dict[str, Any] = asdict(health) | {
        "is_well": health.is_well,
        "closed": {one.value: deterrent.rules.failing(one).value for one in Surface},
        "counters_dead": config.counters_dead,
        "counting": "off" if config.counting is None else str(config.counting),
    }
    if as_json:
        print_json(told)
        return
    click.echo(f"lists {health.list_version or 'none'}")
    click.echo(f"trial {health.trial_id or 'none'}")
    click.echo(f"counters {told['counting']}")
    for surface, action in told["closed"].items():
        click.echo(f"what fails at {surface}: {action}")
    for trouble in health.troubles:
        click.echo(f"trouble: {printable(trouble)}")
