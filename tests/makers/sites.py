"""Reads the files of the made-up site by other means than the program's: for checks beside it."""

import ast
import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path


def dumped(folder: Path) -> dict[str, list[tuple]]:
    """Table → rows of the dump; a statement without its end is left out."""
    text = (folder / "dump.sql").read_bytes().decode("utf-8", "replace")
    tables: dict[str, list[tuple]] = {}
    for name, body in re.findall(r"^INSERT INTO `(\w+)` VALUES (.*);$", text, re.MULTILINE):
        literal = re.sub(r"(?<=[(,])NULL(?=[,)])", "None", body)
        tables.setdefault(name, []).extend(ast.literal_eval(f"[{literal}]"))
    return tables


def columns(folder: Path) -> dict[str, list[str]]:
    """Table → its columns, as the dump creates it."""
    text = (folder / "dump.sql").read_bytes().decode("utf-8", "replace")
    found = re.findall(r"CREATE TABLE `(\w+)` \((.*?)\n\)", text, re.DOTALL)
    return {name: re.findall(r"^  `(\w+)`", body, re.MULTILINE) for name, body in found}


def members(folder: Path) -> dict[str, dict]:
    """Account → what the first whole row of it says."""
    names = columns(folder)["members"]
    found: dict[str, dict] = {}
    for row in dumped(folder)["members"]:
        if len(row) == len(names):
            found.setdefault(str(row[0]), dict(zip(names, row, strict=True)))
    return found


def sessions(folder: Path) -> list[tuple]:
    """Return member, address, second, success and program of each login."""
    with closing(sqlite3.connect(folder / "site.db")) as base:
        return base.execute("SELECT member, ip, started, ok, agent FROM sessions").fetchall()


def processed(folder: Path) -> list[dict]:
    """Return the whole rows of the processor's table."""
    text = (folder / "processor.csv").read_bytes().decode("cp1252")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    return [row for row in rows if row["funding"] is not None]


def fetched(folder: Path) -> list[dict]:
    """Return the whole lines of the downloads."""
    found = []
    for line in (folder / "downloads.jsonl").read_text().splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def truth(folder: Path) -> tuple[dict, list[dict], list[dict]]:
    """Return the first line of the truth, the persons and the stolen cards."""
    lines = [json.loads(line) for line in (folder / "site-truth.jsonl").read_text().splitlines()]
    people = [line for line in lines if "person" in line]
    return lines[0], people, [line for line in lines if "stolen" in line]
