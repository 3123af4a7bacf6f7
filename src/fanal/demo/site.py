"""Builds the seized site of the made-up operation: its files, address tables, mapping and truth."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fanal.demo import site_logs as logs
from fanal.demo import site_networks as nets
from fanal.demo.site_accounts import LEAST, Opening
from fanal.demo.site_cast import NOTHING, Account, Known, World
from fanal.demo.site_deeds import Life, albums
from fanal.demo.site_dump import ACTS, FILES, GENERATIONS, MEMBERS, PAY, PM, Dump, cut, table
from fanal.demo.site_mapping import MAPPING
from fanal.demo.site_truth import NAME as TRUTH
from fanal.demo.site_truth import document
from fanal.errors import UsageError

VERSION = 7
"""Goes up when the same seed and size make other bytes than before."""
MARKER = ".fanal-site"
MOST = 50_000
"""Accounts of the full site."""
TABLES = (
    (f"countries-{nets.EARLIER}.csv", "country", nets.EARLIER),
    (f"countries-{nets.LATER}.csv", "country", nets.LATER),
    (f"networks-{nets.EARLIER}.csv", "network", nets.EARLIER),
)
"""File, kind and day of each table of addresses."""


@dataclass(frozen=True, slots=True)
class Site:
    """A made-up seized site on disk."""

    folder: Path
    mapping: Path
    tables: tuple[tuple[Path, str, str], ...]
    """File, kind and day of each table of addresses."""
    truth: Path


def build_site(
    folder: Path,
    accounts: int,
    seed: int = 1,
    known: Known = NOTHING,
) -> Site:
    """Write a site of so many accounts into a folder of its own; one that is there is kept.

    The same numbers and known contents give the same bytes.
    """
    if accounts < LEAST:
        raise UsageError(f"a site of {accounts} accounts is too small", f"ask for {LEAST} or more")
    world = World(accounts, seed, known.contents, known.models, known.exhibits)
    site = Site(
        folder,
        folder / "mapping.toml",
        tuple((folder / "addresses" / name, kind, day) for name, kind, day in TABLES),
        folder / TRUTH,
    )
    said = json.dumps({"version": VERSION, "made of": hash_of(world)})
    marker = folder / MARKER
    if marker.is_file() and marker.read_text("utf-8") == said:
        return site
    _clear(folder)
    _write(site, world)
    marker.write_text(said, "utf-8")
    return site


def hash_of(world: World) -> str:
    """Return what tells a world from another."""
    known = "\n".join(f"{one.sha256} {one.md5} {one.pdq} {one.series}" for one in world.contents)
    named = " ".join((*world.models, *world.exhibits))
    return logs.digest(f"{world.accounts} {world.seed}\n{known}\n{named}")


def _clear(folder: Path) -> None:
    """Make room, where nothing of anybody else is."""
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise UsageError(
                f"{folder} holds something that is not an earlier site",
                "name a folder that does not exist yet",
            )
        shutil.rmtree(folder)
    (folder / "addresses").mkdir(parents=True)
    (folder / MARKER).write_text("unfinished", "utf-8")


def _write(site: Site, world: World) -> None:
    opening = Opening(world)
    accounts = opening.open_all()
    media = albums(world)
    life = Life(world, media)
    life.live(accounts)
    folder = site.folder
    (folder / "dump.sql").write_bytes(_dump(world, accounts, life))
    logs.sessions(folder / "site.db", world, life.logins)
    (folder / "access.log").write_bytes(logs.web_log(world, life.logins, life.acts))
    (folder / "processor.csv").write_bytes(logs.processor(world, life.payments))
    (folder / "downloads.jsonl").write_bytes(logs.downloads(world, life.acts))
    (folder / "mail.mbox").write_bytes(logs.mail(world, accounts, life.payments))
    site.mapping.write_text(MAPPING, "utf-8")
    _write_tables(site, world, life.networks)
    about = {"accounts": world.accounts, "seed": world.seed}
    site.truth.write_bytes(document(about, opening.crowd.people))


def _dump(world: World, accounts: Sequence[Account], life: Life) -> bytes:
    """Return the site's database, the end of which is missing."""
    dump = Dump(world)
    parts = [b"-- MySQL dump 10.13  Distrib 8.0.36\n/*!40101 SET NAMES utf8mb4 */;\n"]
    parts += table("members", MEMBERS, dump.members(accounts))
    parts += table("files", FILES, dump.files(life.media))
    parts += table("pay", PAY, dump.pay(life.payments))
    parts += table("generations", GENERATIONS, dump.generations(life.acts))
    parts += table("pm", PM, dump.pm(accounts))
    parts += table("acts", ACTS, dump.acts(life.acts))
    return cut(b"".join(parts))


def _write_tables(site: Site, world: World, networks: nets.Networks) -> None:
    """Write the tables of addresses."""
    for path, kind, day in site.tables:
        if kind == "country":
            later = day == nets.LATER
            rows = [",".join(row) for row in nets.country_table(networks, world.seed, later=later)]
            head = "start,end,country"
        else:
            rows = [",".join(row) for row in nets.network_table(networks)]
            head = "start,end,kind,name"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
