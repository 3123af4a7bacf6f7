"""Measures and calibrates a part on pictures of which the truth is known."""

from collections.abc import Mapping
from datetime import date as Date  # noqa: N812 (a type beside an option of that name)
from pathlib import Path
from typing import Any

import click

from fanal.cli.common import (
    Shown,
    counted,
    engine_options,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.errors import UsageError
from fanal.model.calibration import LOGISTIC, METHODS
from fanal.pipeline.facts import printable
from fanal.pipeline.validate import How, Validated, validate_plugin, validate_scores, write

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("pictures", required=False, type=FILE)
@click.option("--plugin", metavar="FOLDER", help="Detector plug-in that is measured.")
@click.option("--scores", type=FILE, help="Scores of a part, with their truth, in place of one.")
@click.option("--part", default="sensor", help="Name of the part that gave the scores (sensor).")
@click.option("--part-version", default="", help="Version of its computation.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the card and the calibrations: new, or with an older card.",
)
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=LOGISTIC,
    help="How scores become likelihood ratios (logistic).",
)
@click.option("--date", default="", help="Date that stands in the card, like 2030-01-31.")
@engine_options
@json_option
def validate(  # noqa: PLR0913, PLR0917 (what is measured, and how)
    pictures: Path | None,
    plugin: str | None,
    scores: Path | None,
    part: str,
    part_version: str,
    out: Path,
    method: str,
    date: str,
    engine: str | None,
    workers: int | None,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Measure a part that gives likelihood ratios, and write its calibration card.

    PICTURES is a list, CSV or JSON lines, of files with their truth: `path`, `truth` (camera or
    generated) and `group` (the device or generator). Nothing is written but into --out.
    """
    how = How(method, _date(date))
    if (scores is None) == (pictures is None) or (pictures is None) != (plugin is None):
        raise UsageError(
            "there is not one thing to measure",
            "fanal validate PICTURES --plugin FOLDER --out DIR, or --scores FILE --out DIR",
        )
    if scores is not None:
        made = validate_scores(
            scores, _word("--part", part), _word("--part-version", part_version), how
        )
    else:
        made = _with_plugin(str(plugin), Path(str(pictures)), how, engine, workers)
    write(made, out)
    print_json(made.card) if as_json else _print(made, out)
    return 3 if made.card["not_measured"] else 0


def _with_plugin(
    folder: str, pictures: Path, how: How, engine: str | None, workers: int | None
) -> Validated:
    progress = Shown()
    try:
        told = settings(engine=engine, workers=workers)
        return validate_plugin(folder, pictures, how, told, progress)
    finally:
        progress.end()


def _date(text: str) -> str:
    try:
        return Date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise UsageError(f"{text!r} is no date", "write it like 2030-01-31") from error


def _word(option: str, text: str) -> str:
    if len(text) > 100 or not text.isprintable():
        raise UsageError(f"{option} is no text of at most 100 characters", "shorten it")
    return text


def _print(made: Validated, out: Path) -> None:
    card = made.card
    first, second = card["sides"]
    rows = [
        ("condition", first, "groups", second, "groups", "Cllr", "min", "log10 LR", "calibration")
    ]
    rows += [_row(each) for each in card["bins"]]
    print_table(rows, frozenset({1, 2, 3, 4, 5, 6}))
    if card["not_measured"]:
        click.echo(f"not measured: {counted(card['not_measured'])}")
    click.echo(f"{len(made.calibrations)} calibrations and the card are in {out}")


def _row(each: Mapping[str, Any]) -> tuple[Any, ...]:
    counts, found, caps = each["counts"], each["measures"], each["caps"]
    return (
        printable(each["condition"] or "any"),
        *(counts["same"], counts["same_groups"], counts["other"], counts["other_groups"]),
        f"{found['cllr']:.3f}" if found else "-",
        f"{found['cllr_min']:.3f}" if found else "-",
        f"{caps['low']:.2f} to {caps['high']:.2f}" if caps else "-",
        each["calibration"]["sha256"][:16] if each["calibration"] else f"none: {each['why']}",
    )
