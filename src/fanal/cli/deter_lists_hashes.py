"""`fanal deter lists hashes`: makes a hash list ready for uploads to be compared with."""

import shutil
from pathlib import Path

import click

from fanal import formats
from fanal.cli.common import Shown, json_option, print_json
from fanal.errors import ListError, UsageError
from fanal.matching import build_list
from fanal.matching.folders import digest_of
from fanal.prevention.uploads import HEAD, RADIUS, write_head


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="New folder to build.")
@click.option(
    "--radius",
    default=RADIUS,
    show_default=True,
    type=click.IntRange(0, 31),
    help="Most bits of a PDQ hash that uploads may be compared with.",
)
@json_option
def hashes(file: Path, out: Path, radius: int, as_json: bool) -> None:  # noqa: FBT001
    """Build a hash list (VICS, NCMEC, ThreatExchange, CSV …) for `[hashes] lists`.

    Writes the folder OUT and beside it OUT.json, which the configuration names. Only lists whose
    entries must be refused belong here: a list of harmless files would refuse harmless files.
    """
    if out.suffix or out.exists() or out.with_name(out.name + HEAD).exists():
        raise UsageError(f"{out} is there already, or has a dot", "name a new folder without a dot")
    reader = formats.recognize(file)
    progress = Shown()
    progress.step(f"reading {file.name}")
    built = build_list(reader.read(file), out, radius)
    progress.end()
    if not built.entries:
        shutil.rmtree(out)
        raise ListError(f"{file} holds no entry", "is it the right file?")
    told = {
        "entries": built.entries,
        "rows": built.rows,
        "refused": built.refused,
        "format": reader.name,
        "radius": radius,
        "sha256": digest_of(file),
    }
    head = write_head(out, told | {"files": built.files})
    if as_json:
        print_json(told | {"head": str(head)})
        return
    click.echo(f"{built.entries:,} entries of {built.rows:,} rows, read as {reader.name}")
    for reason, count in sorted(built.refused.items()):
        click.echo(f"{count:,} refused: {reason}")
    click.echo(f"name {head} in the configuration: [hashes] lists")
