"""`fanal deter new`: a folder to begin with."""

from importlib.resources import files
from pathlib import Path

import click

from fanal.errors import UsageError

FILES = ("deter.toml", "terms.csv", "support.csv")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Write a configuration and two lists with a made-up token each, to begin with.

    No list of words comes with fanal: yours go into terms.csv, or into files that deter.toml names.
    """
    held = [name for name in FILES if (folder / name).exists()]
    if held:
        raise UsageError(f"{folder} has {held[0]} already", "name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(files("fanal.prevention").joinpath("sample", name).read_bytes())
    click.echo(f"{folder} has {', '.join(FILES)}; look at them, then")
    click.echo(f"  fanal deter check {folder / 'deter.toml'}")
    click.echo(f"  fanal deter serve {folder / 'deter.toml'}")
