"""Prints what is found of content credentials in the corpus beside what a reference reader said."""

import argparse
import csv
import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.analyzers.credential import Credential
from fanal.bench.timing import table
from fanal.content.handle import Content
from fanal.content.media import media_type
from fanal.errors import UsageError
from fanal.model.evidence import CREDENTIAL, CREDENTIAL_ABSENT
from fanal.model.finding import Finding
from fanal.model.item import FileBody

HERE = Path(__file__).resolve().parents[4] / "shared" / "corpus"
EXPIRED = "signingCredential.expired"
"""Hangs on the day on which it is read, and is left out here as in the facts."""
ASPECTS = ("there", "manifests", "signer", "generator", "actions", "source types", "failures")


@dataclass(frozen=True, slots=True)
class Row:
    """One file: what is true of it and what was found, in the same words."""

    name: str
    truth: Mapping[str, Any]
    found: Mapping[str, Any]
    seconds: float

    @property
    def differing(self) -> tuple[str, ...]:
        """The aspects in which the two differ, of those that the truth speaks of."""
        return tuple(key for key, value in self.truth.items() if self.found.get(key) != value)


def main(arguments: Sequence[str]) -> None:
    """Print one line a file, then the counts."""
    parser = argparse.ArgumentParser(prog="fanal bench credentials")
    parser.add_argument("--corpus", type=Path, default=HERE, help="folder with MANIFEST.csv")
    corpus = parser.parse_args(list(arguments)).corpus
    if not (corpus / "MANIFEST.csv").is_file():
        raise UsageError(f"there is no MANIFEST.csv in {corpus}", "name the corpus: --corpus DIR")
    rows = list(_rows(corpus))
    table([("file", "truth", "found", "differs in", "ms"), *map(_line, rows)])
    spoken = Counter(key for row in rows for key in row.truth)
    differing = Counter(key for row in rows for key in row.differing)
    print()
    counts = [(key, spoken[key] - differing[key], spoken[key]) for key in ASPECTS]
    table([("aspect", "equal", "of"), *counts])
    _print_times(rows)


def _print_times(rows: Sequence[Row]) -> None:
    for word, chosen in (
        ("with a store", [row for row in rows if row.truth["there"] in {"present", "error"}]),
        ("without", [row for row in rows if row.truth["there"] in {"none", "remote-only"}]),
    ):
        if chosen:
            taken = sorted(row.seconds * 1000 for row in chosen)
            median = statistics.median(taken)
            print(f"{word}: {len(taken)} files, median {median:.1f} ms, most {taken[-1]:.1f} ms")


def _line(row: Row) -> tuple[object, ...]:
    found = row.found
    facts = [found["there"], *(str(found.get(key, "")) for key in ("binding", "signature"))]
    return (
        row.name,
        row.truth["there"],
        " / ".join(filter(None, facts)),
        ", ".join(row.differing) or "-",
        f"{row.seconds * 1000:.1f}",
    )


def _rows(corpus: Path) -> Iterator[Row]:
    with (corpus / "MANIFEST.csv").open(encoding="utf-8") as lines:
        every = [
            (row["path"], json.loads(row["ground_truth"] or "{}")) for row in csv.DictReader(lines)
        ]
    for name, told in every:
        if "c2pa" not in told:
            continue
        findings, _ = _look(corpus / name)  # the library is loaded and the file is in memory
        findings, seconds = _look(corpus / name)
        yield Row(name, _truth(told), _found(findings), seconds)


def _look(path: Path) -> tuple[list[Finding], float]:
    with path.open("rb") as stream:
        kind = media_type(stream.read(4096))
    content = Content("", kind, FileBody(os.fsencode(path)))
    begin = time.process_time()
    records = list(Credential().analyze(content))
    taken = time.process_time() - begin
    return [record for record in records if isinstance(record, Finding)], taken


def _truth(told: Mapping[str, Any]) -> dict[str, Any]:
    truth: dict[str, Any] = {"there": told["c2pa"]}
    if told["c2pa"] != "present":
        return truth
    truth["manifests"] = told["manifests"]
    failures = {*told.get("failures", ()), *told.get("ingredient_failures", ())}
    truth["failures"] = sorted(failures - {EXPIRED})
    truth["actions"] = sorted(set(told.get("actions", ())))
    truth["source types"] = sorted(told.get("digital_source_type", ()))
    if "issuer" in told:
        truth["signer"] = [told["issuer"], told["cert_cn"], told["alg"].lower()]
        truth["signer"].append(told.get("signed_at", ""))
    if "claim_generator" in told:
        generator = told["claim_generator"]
        pairs = [[generator, ""]] if isinstance(generator, str) else generator
        truth["generator"] = [[name, version or ""] for name, version in pairs]
    return truth


def _found(findings: Sequence[Finding]) -> dict[str, Any]:
    data = next((one.data for one in findings if one.kind == CREDENTIAL), None)
    if data is None:
        elsewhere = any(one.kind == CREDENTIAL_ABSENT for one in findings)
        return {"there": "remote-only" if elsewhere else "none"}
    if "error" in data:
        return {"there": "error", "binding": data["binding"], "signature": data["signature"]}
    active = next(entry for entry in data["graph"] if entry["label"] == data["active"])
    actions = [action for entry in data["graph"] for action in entry["actions"]]
    failures = {*data["failures"], *data["ingredient_failures"]}
    return {
        "there": "present",
        "binding": data["binding"],
        "signature": data["signature"],
        "manifests": data["readable"],
        "failures": sorted(failures),
        "actions": sorted({action["action"] for action in actions}),
        "source types": sorted({action["source_type"] for action in actions} - {""}),
        "signer": [
            data["issuer"],
            data["common_name"],
            data["algorithm"],
            active["signed_at"],
        ],
        "generator": data["generator"],
    }
