"""Learns devices by the noise of their sensors, and compares pictures with them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import click

from fanal.cli.common import (
    Shown,
    case_option,
    counted,
    engine_options,
    json_option,
    print_json,
    print_table,
    settings,
)
from fanal.errors import UsageError
from fanal.model.opinion import Device
from fanal.pipeline import devices as known
from fanal.pipeline.case import reading
from fanal.pipeline.device_learn import ENOUGH, Learned
from fanal.pipeline.device_learn import learn as run_learn
from fanal.pipeline.device_pictures import From
from fanal.pipeline.examine import Wanted
from fanal.pipeline.facts import printable
from fanal.stores.interface import Where

SHOWN = 50
"""Agreeing pictures of a device that are printed, the closest."""


@click.group()
def devices() -> None:
    """Learn cameras by their sensors, and find the pictures that they took."""


@devices.command()
@click.argument("name")
@click.argument("sha256", nargs=-1)
@case_option
@click.option("--exhibit", default="", help="Pictures of this exhibit.")
@click.option("--folder", default="", help="Pictures below this folder of an exhibit.")
@click.option("--make", default="", help="Pictures whose camera record names this maker.")
@click.option("--model", default="", help="… this model.")
@click.option("--serial", default="", help="… this serial number of the body.")
@engine_options
@json_option
def learn(  # noqa: PLR0913, PLR0917 (which pictures, and how)
    name: str,
    sha256: tuple[str, ...],
    case: Where,
    exhibit: str,
    folder: str,
    make: str,
    model: str,
    serial: str,
    engine: str | None,
    workers: int | None,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Learn the device NAME of pictures that it took: those named, or those that options choose.

    Ten pictures of an even surface are best, thirty ordinary ones do; five are the least. All must
    be of one body and size, as the camera wrote them.
    """
    wanted = From(sha256, exhibit, folder, make, model, serial)
    if wanted == From():
        raise UsageError(
            "nothing says which pictures", "give --exhibit, --folder, --model … or SHA-256"
        )
    progress = Shown()
    told = settings(engine=engine, workers=workers)
    try:
        done = run_learn(case, told, name, wanted, progress)
    finally:
        progress.end()
    if as_json:
        print_json({**_facts(done.device), "left": dict(done.left)})
    else:
        _print_learned(done)


@devices.command()
@click.argument("sha256", nargs=-1)
@case_option
@click.option("--device", "names", multiple=True, help="Device to compare with (all of them).")
@click.option(
    "--step", "steps", multiple=True, type=click.IntRange(1), help="All of a step of the queue."
)
@click.option("--all", "everything", is_flag=True, help="All pictures of the devices' sizes.")
@engine_options
@json_option
def compare(  # noqa: PLR0913, PLR0917 (what with what, and how)
    sha256: tuple[str, ...],
    case: Where,
    names: tuple[str, ...],
    steps: tuple[int, ...],
    everything: bool,  # noqa: FBT001
    engine: str | None,
    workers: int | None,
    as_json: bool,  # noqa: FBT001
) -> int:
    """Compare pictures (SHA-256, its first characters are enough) with devices of the case.

    The middle of each picture first, the whole where the middle speaks for it. Run again, it goes
    on where it stopped; a pair that was compared is not compared again.
    """
    if not (sha256 or steps or everything):
        raise UsageError("nothing was chosen", "give SHA-256, --step N or --all")
    told = settings(engine=engine, workers=workers)
    progress = Shown()
    try:
        done = known.compare(case, told, names, Wanted(sha256, steps, everything), progress)
    finally:
        progress.end()
    _print_json(done) if as_json else _print_compared(done)
    return 3 if done.gaps else 0


@devices.command(name="list")
@case_option
@json_option
def list_(case: Where, as_json: bool) -> None:  # noqa: FBT001
    """List the devices of the case."""
    with reading(case) as store:
        every = list(store.find(Device, order=("name",)))
        facts = [known.described(store, one, every) for one in every]
    if as_json:
        for one in facts:
            print_json(one)
        return
    head = ("device", "make and model", "size", "pictures", "halves", "compared", "agree")
    rows = [
        (
            printable(str(one["name"])),
            printable(f"{one['make']} {one['model']}".strip()) or "-",
            f"{one['width']}x{one['height']}",
            one["pictures"],
            one["halves"],
            one["compared"],
            len(one["agree"]),
        )
        for one in facts
    ]
    print_table([head, *rows], right=frozenset({3, 4, 5, 6}))


@devices.command()
@click.argument("name")
@case_option
@json_option
def show(name: str, case: Where, as_json: bool) -> None:  # noqa: FBT001
    """Show what is known of one device, and which pictures agree with it."""
    with reading(case) as store:
        (device,) = known.devices_of(store, [name])
        facts = known.described(store, device, list(store.find(Device)))
    if as_json:
        print_json(facts)
        return
    for key in ("name", "make", "model", "serial", "width", "height", "pictures", "flat", "halves"):
        if facts[key] != "":
            click.echo(f"{key:<12}{printable(str(facts[key]))}")
    click.echo(f"{'left out':<12}{counted(facts['left_out']) or '-'}")
    click.echo(f"{'weight':<12}{facts['calibration']['note']}")
    click.echo(f"{'compared':<12}{facts['compared']} pictures, {len(facts['agree'])} agree")
    head = ("sha256", "PCE", "log10 LR")
    rows = [
        (
            one["sha256"][:16],
            f"{one['pce']:,.0f}",
            "-" if one["log10_lr"] is None else one["log10_lr"],
        )
        for one in facts["agree"][:SHOWN]
    ]
    if rows:
        print_table([head, *rows], right=frozenset({1, 2}))
    if len(facts["agree"]) > SHOWN:
        click.echo(f"… and {len(facts['agree']) - SHOWN:,} more: --json gives all")


def _facts(device: Device) -> dict[str, Any]:
    return {
        "name": device.name,
        "make": device.make,
        "model": device.model,
        "serial": device.serial,
        "width": device.width,
        "height": device.height,
        "pictures": list(device.pictures),
        **device.facts,
    }


def _print_learned(done: Learned) -> None:
    device = done.device
    body = f" ({device.make} {device.model})" if device.make or device.model else ""
    click.echo(
        printable(
            f"{device.name}{body}: learned of {len(device.pictures)} pictures of"
            f" {device.width} x {device.height} pixels, {device.facts['flat']} of an even surface"
        )
    )
    click.echo(f"two halves of them agree with PCE {device.facts['halves']:,.0f}")
    if reasons := _grouped(done.left):
        click.echo(f"not used: {counted(reasons)}")
    if done.is_weak:
        click.echo(
            f"a weak reference: take at least {ENOUGH} pictures, of one camera, as it wrote them"
        )
    click.echo("next: fanal devices compare --all")


def _grouped(left: Mapping[str, str]) -> dict[str, int]:
    return dict(Counter(reason.partition(":")[0] for reason in left.values()))


def _print_json(done: known.Compared) -> None:
    print_json(
        {
            "looked": done.looked,
            "other_size": done.other_size,
            "absent": done.absent,
            "devices": [
                {
                    "device": one.device,
                    "wanted": one.wanted,
                    "compared": one.compared,
                    "silent": one.silent,
                    "failed": one.failed,
                    "left": one.left,
                    "agree": one.agree,
                }
                for one in done.tallies
            ],
        }
    )


def _print_compared(done: known.Compared) -> None:
    head = ("device", "chosen", "compared", "agree", "not compared")
    rows = [
        (
            printable(one.device),
            one.wanted,
            one.compared,
            one.agree,
            counted({**one.silent, **one.failed} | ({"not reached": one.left} if one.left else {}))
            or "-",
        )
        for one in done.tallies
    ]
    print_table([head, *rows], right=frozenset({1, 2, 3}))
    click.echo(f"{done.looked:,} pictures looked at now")
    if done.other_size:
        click.echo(f"{done.other_size:,} chosen pictures are of another size or orientation")
    for exhibit, place in done.absent.items():
        click.echo(printable(f"exhibit {exhibit} is not at {place}: bring it there and run again"))
    click.echo("next: fanal devices show NAME    fanal show SHA256")
