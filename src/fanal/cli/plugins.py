"""Says what a detector plug-in is, and whether it passes its self-test."""

from dataclasses import asdict
from typing import Any

import click

from fanal.analyzers.detector_folder import Plugin
from fanal.cli.common import json_option, print_json, print_table, settings
from fanal.pipeline.facts import printable
from fanal.pipeline.plugins import checked


@click.group()
def plugins() -> None:
    """Check detector plug-ins that a laboratory brings."""


@plugins.command()
@click.argument("folder")
@json_option
def check(folder: str, as_json: bool) -> None:  # noqa: FBT001
    """Say what a plug-in is, run its self-test in a guarded worker, and list its calibrations.

    A plug-in that is not taken ends with exit code 2 and a sentence that says why.
    """
    told = _told(checked(folder, settings()))
    if as_json:
        print_json(told)
        return
    identity = told["identity"]
    print_table(
        [
            ("detector", printable(f"{identity['name']} {identity['version']}")),
            ("author", printable(identity["author"])),
            ("licence", printable(identity["licence"])),
            ("trained on", printable(identity["training"])),
            ("model", told["model_sha256"]),
            ("version", told["version"]),
            ("input", _input(told["input"])),
            ("domain", _domain(told["domain"])),
            ("self-test", "passed"),
        ]
    )
    for each in told["calibrations"]:
        click.echo(
            f"calibrated for {printable(each['condition'] or 'any')}: log10 LR"
            f" {each['cap_low']:.2f} to {each['cap_high']:.2f}, {each['counts'].get('same', 0)}"
            f" generated, {each['counts'].get('other', 0)} camera,"
            f" {each['date'] or 'no date'}, {each['sha256'][:16]}"
        )
    if not told["calibrations"]:
        click.echo("no calibration: it will weigh nothing (fanal validate makes one)")


def _told(plugin: Plugin) -> dict[str, Any]:
    manifest = plugin.manifest
    return {
        "name": plugin.name,
        "version": plugin.version,
        "identity": asdict(manifest.identity),
        "model_sha256": plugin.model_sha256,
        "recipe": plugin.recipe,
        "input": asdict(manifest.input),
        "output": asdict(manifest.output),
        "domain": asdict(manifest.domain),
        "aggregation": manifest.aggregation,
        "selftest": "passed",
        "calibrations": [
            {
                "condition": condition,
                "cap_low": made.cap_low,
                "cap_high": made.cap_high,
                "counts": dict(made.counts),
                "method": made.method,
                "date": made.date,
                "list": made.digest,
                "sha256": made.sha256(),
            }
            for condition, made in sorted(plugin.calibrations.items())
        ],
    }


def _input(told: dict[str, Any]) -> str:
    if told["policy"] == "crop":
        return f"up to {told['count']} crops of {told['size']} pixels"
    if told["policy"] == "whole":
        return f"whole pictures of up to {told['size']} pixels a side"
    return f"the middle square scaled to {told['size']} pixels, which wears traces away"


def _domain(told: dict[str, Any]) -> str:
    parts = [f"from {told['least_side']} pixels a side"]
    parts += [", ".join(told["formats"])] if told["formats"] else []
    parts += ["photographs only"] if told["photographic_only"] else []
    parts += [f"silent in {', '.join(told['abstain'])}"] if told["abstain"] else []
    return printable("; ".join(parts))
