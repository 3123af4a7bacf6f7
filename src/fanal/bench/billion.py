"""One page on paper: a billion files, from what one file was measured to cost."""

from dataclasses import dataclass

FILES = 1_000_000_000
CORES = 16
"""Cores of one machine on the paper."""
WIRE = 1.1e9
"""Bytes a second that one machine reads over ten-gigabit Ethernet."""
MACHINES = (1, 3, 10, 20)


@dataclass(frozen=True, slots=True)
class Measured:
    """What one file costs."""

    size: float
    """Bytes to read."""
    worker: float
    """Processor seconds in a worker: read, digest, decode, hash."""
    parent: float
    """Processor seconds in the one process that lists, asks and writes."""
    stored: float
    """Bytes in the case."""


def page(name: str, told: Measured) -> str:
    """Return the page."""
    one = (
        f"{told.size / 1000:,.0f} kB to read",
        f"{told.worker * 1000:.2f} ms in a worker",
        f"{told.parent * 1000:.2f} ms in the process that writes",
        f"{told.stored:,.0f} B in the case",
    )
    whole = (
        f"{told.size * FILES / 1e12:,.0f} TB to read",
        f"{told.worker * FILES / 3600:,.0f} core-hours of workers",
        f"{told.stored * FILES / 1e12:.2f} TB in the case",
    )
    return "\n".join(
        (
            f"{FILES:,} files of {name} on paper; a machine has {CORES} cores and 10 Gbit/s",
            f"  one file: {', '.join(one)}",
            f"  all: {', '.join(whole)}",
            "",
            "  machines  hours to decode  to write  to read  in all  GB/s  bottleneck",
            *(_row(machines, told) for machines in MACHINES),
            "",
        )
    )


def _row(machines: int, told: Measured) -> str:
    decode = told.worker * FILES / 3600 / (machines * CORES)
    write = told.parent * FILES / 3600
    wire = told.size * FILES / (WIRE * machines) / 3600
    hours, bottleneck = max(
        (decode, "decoding"), (write, "the one process that writes"), (wire, "the network")
    )
    rate = told.size * FILES / (hours * 3600) / 1e9
    cells = (
        f"{decode:15,.0f}",
        f"{write:8,.0f}",
        f"{wire:7,.0f}",
        f"{hours:6,.0f}",
        f"{rate:4.1f}",
    )
    return f"  {machines:8}  {'  '.join(cells)}  {bottleneck}"
