"""A small seized site whose files lie on disk, imported and resolved."""

from pathlib import Path

from fanal.pipeline import leads
from fanal.pipeline.progress import Silent
from fanal.pipeline.site_import import Asked, import_site
from fanal.settings import Settings

MEMBERS = """id,login,mail,made,card
1,zz-one,zz-1@mail.example,2024-01-01 10:00:00,4111 1111 1111 1111
2,zz-<b>two</b>,zz-2@mail.example,2024-01-02 10:00:00,DE89370400440532013000
"""
"""The number of a card and that of an account are the ones that everybody tests with."""
SEEN = """who,what,how,at
1,m-1,view,2024-01-03 10:00:00
1,m-1,download,2024-01-03 10:05:00
2,m-1,view,2024-01-04 10:00:00
"""
MAPPING = """
[site]
name = "zz-shop"
zone = "UTC"

[[artefact]]
name = "members"
file = "members.csv"
seized_at = "2024-02-01"
handler = "zz officer"
[[artefact]]
name = "seen"
file = "seen.csv"

[[account]]
from = "members:members"
account = "id"
username = "login"
email = "mail"
created = {column = "made", form = "iso"}

[[media_event]]
from = "seen:seen"
account = "who"
media = "what"
kind = "how"
ts = {column = "at", form = "iso"}
"""


SETTINGS = Settings(engine="inline")


def seize(folder: Path):
    """Write the files; return the mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "members.csv").write_text(MEMBERS, "utf-8")
    (folder / "seen.csv").write_text(SEEN, "utf-8")
    mapping = folder / "mapping.toml"
    mapping.write_text(MAPPING, "utf-8")
    return mapping


def fill(store, folder: Path, settings=SETTINGS):
    """Import the site and resolve its leads."""
    import_site(store, settings, Asked(seize(folder)), Silent())
    leads.resolve_in(store, settings, Silent())
