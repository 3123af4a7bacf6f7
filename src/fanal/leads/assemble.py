"""Writes what was resolved as the files of a dataset of leads, each sorted, the same every time."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from fanal.leads.calculator import Calculator
from fanal.leads.joins import find_together, tell_joins
from fanal.leads.opening import REF_TYPE
from fanal.leads.showing import tell_identifiers
from fanal.model.lead import DEEDS, UNASSIGNED, UNCATEGORISED

SITES = "sites.json"
"""Site → names of its artefacts: what the numbers in lists of rows mean."""
FLAG = f"lead VARCHAR, code VARCHAR, says VARCHAR, refs {REF_TYPE}[]"
"""Columns of a table of flags."""
MADE_BEFORE = {
    "network": "ip VARCHAR, day DATE, kind VARCHAR",
    "access_country": "site VARCHAR, account VARCHAR, country VARCHAR, days BIGINT,"
    f" first TIMESTAMP, last TIMESTAMP, src {REF_TYPE}",
    "lead_reason": "lead VARCHAR, country VARCHAR, role VARCHAR, family VARCHAR, strength VARCHAR,"
    ' first VARCHAR, last VARCHAR, "rows" BIGINT, says VARCHAR, dataset VARCHAR,'
    f" caveats VARCHAR[], refs {REF_TYPE}[]",
    "lead_country": "lead VARCHAR, country VARCHAR, possible BOOLEAN",
    "lead_level": "lead VARCHAR, level VARCHAR",
    "flag_countries": FLAG,
    "lead_deed": 'lead VARCHAR, kind VARCHAR, what VARCHAR, "count" BIGINT, first VARCHAR,'
    f" last VARCHAR, says VARCHAR, refs {REF_TYPE}[], data VARCHAR",
    "lead_content": 'lead VARCHAR, basis VARCHAR, "count" BIGINT',
    "lead_category": "lead VARCHAR, category VARCHAR, says VARCHAR",
    "fraud_flag": FLAG,
    "flag_facts": FLAG,
    "flag_persons": FLAG,
    "flag_deeds": FLAG,
}
"""Tables that other steps make, and their columns; where a step had nothing to say, empty."""


def prepare(calculator: Calculator, *names: str) -> None:
    """Make the tables that no step made, of these names or of all, empty."""
    asked = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views()"
    there = {row[0] for row in calculator.rows(asked)}
    for name in names or MADE_BEFORE:
        if name not in there:
            calculator.run(f"CREATE TABLE {name} ({MADE_BEFORE[name]})")


def assemble(
    calculator: Calculator, folder: Path, artefacts: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Write the files; return each with its SHA-256."""
    prepare(calculator)
    find_together(calculator)
    tell_joins(calculator)
    tell_identifiers(calculator)
    for name, sql in FILES.items():
        calculator.write(sql, folder / f"{name}.parquet")
    told = {site: list(names) for site, names in sorted(artefacts.items())}
    (folder / SITES).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", "utf-8")
    names = sorted([*(f"{name}.parquet" for name in FILES), SITES])
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


_COUNTS = ", ".join(f"sum(\"count\") FILTER (kind = '{kind}') AS {kind}" for kind in DEEDS)
_MADE = ("fraud_flag", "flag_facts", "flag_persons", "flag_countries", "flag_deeds")
_PARTS = " UNION ALL ".join(f"SELECT lead, code, says, refs FROM {name}" for name in _MADE)
_FLAGS = (
    f"SELECT DISTINCT lead, code, says, CAST(refs AS {REF_TYPE}[]) AS refs FROM ({_PARTS})"
    " SEMI JOIN lead_deed USING (lead)"
)
FILES = {
    "lead": f"WITH done AS (SELECT lead, min(nullif(first, '')) AS first,"
    f" max(nullif(last, '')) AS last, {_COUNTS} FROM lead_deed GROUP BY lead),"
    " named AS (SELECT lead, count(*) AS accounts, arg_min(username, no) AS username FROM person"
    " LEFT JOIN (SELECT site, account, min(username) AS username FROM account GROUP BY ALL)"
    " USING (site, account) GROUP BY lead),"
    " placed AS (SELECT lead, list({'country': country, 'possible': possible}"
    " ORDER BY possible, country) AS countries FROM lead_country GROUP BY lead),"
    f" flagged AS (SELECT lead, list(DISTINCT code ORDER BY code) AS flags FROM ({_FLAGS})"
    " GROUP BY lead)"
    f" SELECT lead AS id, coalesce(level, '{UNASSIGNED}') AS level,"
    " coalesce(countries, []) AS countries,"
    f" coalesce(category, '{UNCATEGORISED}') AS category, coalesce(says, '') AS category_says,"
    " coalesce(flags, []) AS flags, "
    + ", ".join(f"CAST(coalesce(done.{kind}, 0) AS BIGINT) AS {kind}" for kind in DEEDS)
    + ", coalesce(first, '') AS first, coalesce(last, '') AS last, accounts,"
    " coalesce(username, '') AS username FROM done JOIN named USING (lead)"
    " LEFT JOIN lead_level USING (lead) LEFT JOIN lead_category USING (lead)"
    " LEFT JOIN placed USING (lead) LEFT JOIN flagged USING (lead) ORDER BY id",
    "account": "SELECT lead, own, person.site AS site, person.account AS account,"
    " coalesce(username, '') AS username, coalesce(created_raw, '') AS created_raw,"
    " coalesce(instant(created), '') AS created, src FROM person LEFT JOIN (SELECT site, account,"
    " arg_min(username, src) AS username, arg_min(created_raw, src) AS created_raw,"
    " min(created) AS created, min(src) AS src FROM account GROUP BY site, account)"
    " USING (site, account) ORDER BY lead, site, account",
    "identifier": "SELECT * FROM lead_identifier ORDER BY lead, place, of, value",
    "deed": "SELECT * FROM lead_deed",
    "content": "SELECT * FROM lead_content ORDER BY lead, basis",
    "reason": "SELECT lead, country, role, family, strength, coalesce(first, '') AS first,"
    " coalesce(last, '') AS last, \"rows\", says, coalesce(dataset, '') AS dataset,"
    " coalesce(caveats, []) AS caveats, coalesce(refs, []) AS refs FROM lead_reason"
    " SEMI JOIN lead_deed USING (lead) ORDER BY lead, country, role, family, strength, says",
    "flag": f"{_FLAGS} ORDER BY lead, code, says",
    "join": "SELECT * FROM lead_join SEMI JOIN lead_deed USING (lead)"
    " ORDER BY lead, rank, a, b, says",
    "own": "SELECT own, lead FROM person ORDER BY own",
}
"""File → the answer that is written to it."""
