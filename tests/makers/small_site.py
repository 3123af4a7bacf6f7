"""A seized site of two small files, and a mapping of it."""

from pathlib import Path

MAPPING = """
[site]
name = "zz-harbour"
zone = "UTC"
clock_offset_s = 12
clock_measured_by = "Zz Examiner"

[[artefact]]
name = "shop"
file = "users.csv"
reader = "csv"
options = {table = "users"}
seized_at = "2025-02-26"
handler = "Zz Examiner"

[[artefact]]
name = "log"
file = "logins.jsonl"
reader = "jsonl"
options = {table = "logins"}

[[account]]
from = "shop:users"
account = "id"
username = "name"

[[payment]]
from = "shop:users"
where.pan = {filled = true}
account = "id"
card = "pan"

[[login]]
from = "log:logins"
account = "user"
ip = "ip"
ts = "at"
"""
USERS = "id,name,pan\n1,zz-one,4111111111111111\n2,zz-two,\n2,zz-other,\n"
LOGINS = (
    '{"user": 1, "ip": "240.0.0.1", "at": "2025-01-02 03:04:05"}\n'
    '{"user": 1, "ip": "240.0.0.1", "at": "2025-13-02 03:04:05"}\n'
    '{"user": 3, "ip": "zz\\u001b[31m", "at": "2025-01-02 03:04:05"}\n'
    "{\n"
)


def small_site(folder: Path, mapping: str = MAPPING, users: str = USERS) -> Path:
    """Write the files and return the mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users.csv").write_text(users)
    (folder / "logins.jsonl").write_text(LOGINS)
    (folder / "mapping.toml").write_text(mapping)
    return folder / "mapping.toml"
