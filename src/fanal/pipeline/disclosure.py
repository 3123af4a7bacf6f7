"""Writes what a defence must be able to check of one lead: a page to read and the same as JSON."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal import __version__
from fanal.errors import UsageError
from fanal.pipeline.export import written
from fanal.pipeline.why import Why
from fanal.review.page import page


def disclose(told: Why, out: Path, by: str) -> tuple[Path, Path]:
    """Write the page and the JSON beside each other, for their owner; overwrite nothing."""
    targets = out.with_suffix(".html"), out.with_suffix(".json")
    for target in targets:
        if target.exists() or target.is_symlink():
            raise UsageError(f"{target} is there already", "name another file: --out FILE")
    made = datetime.now(UTC).isoformat(timespec="seconds")
    rows = {row.ref: row for row in told.rows}
    html = page("disclosure.html", told=told, rows=rows, made=made, by=by, version=__version__)
    text = json.dumps(facts(told, made, by), ensure_ascii=True, indent=1, sort_keys=True)
    for target, told_so in zip(targets, (html, f"{text}\n"), strict=True):
        with written(target) as draft:
            draft.write(told_so.encode())
    return targets


def facts(told: Why, made: str = "", by: str = "") -> dict[str, Any]:
    """Return all of it as JSON spells it: each row once, statements naming rows by their place."""
    at = {row.ref: number for number, row in enumerate(told.rows)}
    return {
        "case": told.case,
        "lead": dataclasses.asdict(told.lead),
        "standing": {
            "category": told.stands.category,
            "category_says": told.stands.category_says,
            "tier": told.stands.tier,
            "tier_says": told.stands.tier_says,
            "restriction": told.stands.restriction,
            "may_not_leave": list(told.keeps),
        },
        "statements": [
            {
                "part": one.part,
                "says": one.says,
                "rule": one.rule,
                "caveats": list(one.caveats),
                "rows": [at[ref] for ref in one.refs if ref in at],
            }
            for one in told.statements
        ],
        "rows": [dataclasses.asdict(row) for row in told.rows],
        "files": [dataclasses.asdict(file) for file in told.files],
        "sources": [dataclasses.asdict(one) for one in told.sources],
        "rules": [dataclasses.asdict(one) for one in told.rules],
        "assessments": list(told.assessments),
        "overrides": list(told.overrides),
        "warning": told.warning,
        "written": {"at": made, "by": by, "fanal": __version__},
    }
