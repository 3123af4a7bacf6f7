"""Runs the benchmarks of the README, peers included."""

from importlib import import_module

import click

from fanal.errors import UsageError

PARTS = {
    "end-to-end": "fanal.bench.end_to_end",
    "matching": "fanal.bench.matching",
    "pairs": "fanal.bench.pairs",
    "store": "fanal.bench.store",
    "engines": "fanal.bench.engines",
    "pdq": "fanal.bench.pdq",
    "noise": "fanal.bench.noise",
    "credentials": "fanal.bench.credentials",
    "marks": "fanal.bench.marks",
    "traces": "fanal.bench.traces",
    "features": "fanal.bench.features",
    "effort": "fanal.bench.effort",
    "groups": "fanal.bench.groups",
    "queue": "fanal.bench.queue",
    "desk": "fanal.bench.desk",
    "preview": "fanal.bench.preview",
    "grid": "fanal.bench.grid",
    "leads": "fanal.bench.leads",
    "leads-truth": "fanal.bench.leads_truth",
    "deter": "fanal.bench.deter",
}
SIZES = ("--size", "1000000", "--size", "10000000", "--seconds", "60")
ALL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("end-to-end", ()),
    ("matching", SIZES),
    ("matching", (*SIZES, "--skewed")),
    ("pairs", ()),
    ("queue", ()),
    ("desk", ()),
    ("preview", ()),
    ("store", ()),
    ("engines", ()),
    ("noise", ()),
    ("grid", ()),
    ("leads", ()),
    ("deter", ()),
)
"""What `make bench` runs; `pdq` needs pictures to be named."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("part", type=click.Choice(["all", *PARTS]), default="all")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(part: str, arguments: tuple[str, ...]) -> None:
    """Measure fanal and its peers in one run and print ratios.

    `end-to-end` from file to stored facts, `matching` known hashes, `pairs [--entries N]` near
    pairs within a case and `pairs --turns N` how far turned pictures are apart, `store` what
    storing and a second run cost, `engines` what engines and guards add and a billion files on
    paper,
    `pdq FOLDER…` how far our PDQ is from that of pdqhash, `credentials --corpus DIR` what is found
    of content credentials beside what is true, `marks [--corpus DIR]` what is found of generators'
    marks and what reading them costs,
    `traces [--corpus DIR]` what digests of pixels and traces cost and how often traces speak,
    `features [--corpus DIR]` what local points find that PDQ does not, and what they cost,
    `noise [--corpus DIR] [--port CHECKOUT]` the extractor of sensor noise beside the published
    port, and how bodies are told apart,
    `effort [--contents N] [--seeds N] [--json] [--svg FILE]` how many looks it takes until every
    planted series of a made-up operation has been seen, `groups --corpus DIR` which known groups
    of real files are found, `queue [--contents N]` what ordering a million contents anew costs, and
    one decision, `desk [--contents N] [--rounds N]` what the same queue costs on the server of the
    review desk, `grid [--contents N] [--frames N] [--rounds N]` what the queue's tiles cost a
    browser while they scroll, `leads [--accounts N] [--logins N] [--events N]
    [--payments N] [--rounds N]` what importing a large seized site costs, and resolving it,
    `leads-truth [--accounts N] [--case DIR --truth FILE] [--json]` how
    the leads of a made-up seized site stand against its truth, `preview [--rounds N]` what a
    picture costs at each level beside its decode, and a mosaic beside the perceptual hash, `deter
    [--phrases N] [--length N] [--inside] [--rate N] [--seconds N]` what a decision of prevention
    costs in a process and over HTTP, and while a list is read anew. The peers come with `make
    bench`.
    """
    for name, given in ALL if part == "all" else ((part, arguments),):
        if "--json" not in given:
            click.echo(f"== {name} {' '.join(given)}".rstrip())
        try:
            module = import_module(PARTS[name])
        except ModuleNotFoundError as error:
            raise UsageError(
                f"the peer {error.name} is not installed", "run: make bench"
            ) from error
        module.main(list(given))
