"""Puts together what a package holds: every file of it, as bytes, and what was left out.

Whether a lead may leave the case at all is asked before (`fanal.pipeline.standing.may_leave`);
here it is cut down to what its receiver's country may be told, and written in every format.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC
from typing import Any

from fanal import __version__
from fanal.content import countries
from fanal.errors import UsageError
from fanal.exchange import brief, opener, umf
from fanal.exchange.harmless import harmless
from fanal.exchange.support import support
from fanal.formats import case_uco, lead_csv, lead_json
from fanal.model.package import HANDLING, Loss
from fanal.pipeline import package_items
from fanal.pipeline.package_leads import Asked, Leads, LeadTerms, Spelt, spelt
from fanal.stores.interface import CaseStore

__all__ = ["Asked", "LeadTerms", "Leads", "PackageContent", "content"]


@dataclass(frozen=True, slots=True)
class PackageContent:
    """Every file of a package but its manifest, and what was left out of them."""

    files: dict[str, bytes]
    losses: tuple[Loss, ...]


@dataclass(slots=True)
class _Sum:
    """Losses of several leads and formats, those of one name and note added up."""

    counts: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, format_: str, losses: Iterable[Loss]) -> None:
        """Add what a format lost."""
        for one in losses:
            key = format_, one.field, one.note
            self.counts[key] = self.counts.get(key, 0) + one.items

    def losses(self) -> Iterator[Loss]:
        """Yield each loss with the format that it belongs to."""
        for (format_, name, note), items in self.counts.items():
            yield Loss(f"{format_}: {name}", items, note)


def content(store: CaseStore, asked: Asked, book: Leads) -> PackageContent:
    """Return what the package holds; refuse a lead that does not name its country."""
    _check(asked)
    leads = spelt(store, asked, book)
    lost = _Sum()
    for id_, one in leads.cuts.items():
        lost.add("package", one.losses)
        lost.add("lead", lead_json.losses(one.lead, leads.stands[id_].assessments))
    files = _read_by_programs(store, asked, leads, lost)
    losses = tuple(lost.losses())
    files |= _read_by_people(asked, leads, losses)
    files["losses.json"] = _json({"losses": [asdict(one) for one in losses]})
    files["README.txt"] = opener.readme(_label(asked), files)
    return PackageContent(dict(sorted(files.items())), losses)


def _read_by_programs(store: CaseStore, asked: Asked, leads: Spelt, lost: _Sum) -> dict[str, bytes]:
    """Return the leads as JSON, CSV and CASE, and the contents that they concern as VICS."""
    files = {_file(id_): lead_json.spelt(each) for id_, each in leads.documents.items()}
    files["leads.csv"], csv_losses = lead_csv.write(
        [(_file(id_), each) for id_, each in leads.documents.items()]
    )
    lost.add("csv", csv_losses)
    contents = harmless(package_items.items(store, leads.documents.values()))
    lists, vics_losses = package_items.vics(contents, asked.package, asked.moment)
    lost.add("vics", vics_losses)
    files |= lists
    files["case.jsonld"], case_losses = case_uco.package(
        harmless(_head(asked)) | {"made_with": __version__},
        leads.documents.values(),
        contents,
        leads.evidence,
    )
    lost.add("case", case_losses)
    files["evidence.json"] = _json(leads.evidence)
    files["umf.csv"] = umf.table()
    return files


def _read_by_people(asked: Asked, leads: Spelt, losses: Iterable[Loss]) -> dict[str, bytes]:
    """Return the brief in both forms, and where people find help."""
    help_ = support(asked.country, asked.moment.astimezone(UTC).date()).told()
    told = {
        "head": harmless(_head(asked)),
        "leads": list(leads.documents.values()),
        "support": help_ | {"country": countries.name(asked.country)},
        "losses": [asdict(one) for one in losses],
        "evidence": leads.evidence,
    }
    return {
        "brief.html": brief.html(told),
        "brief.pdf": brief.pdf(told, asked.moment),
        "support.json": _json(help_),
    }


def _head(asked: Asked) -> dict[str, Any]:
    return {
        "package": asked.package,
        "version": asked.version,
        "country": countries.name(asked.country),
        "recipient": asked.recipient,
        "sender": asked.sender,
        "operation": asked.operation,
        "handling": lead_json.handling(lead_json.Terms(asked.handling, asked.terms)),
        "moment": asked.moment.astimezone(UTC).isoformat(timespec="seconds"),
        "reason": asked.reason,
    }


def _label(asked: Asked) -> dict[str, str]:
    terms = f" ({asked.terms})" if asked.terms else ""
    return {
        "package": asked.package,
        "version": str(asked.version),
        "country": countries.name(asked.country).upper(),
        "handling": f"Handling {asked.handling}: {HANDLING[asked.handling]}{terms}",
    }


def _check(asked: Asked) -> None:
    if not asked.leads:
        raise UsageError("a package without a lead says nothing", "name leads")
    for code in (asked.handling, *(one.handling for one in asked.leads.values())):
        if code not in HANDLING:
            raise UsageError(f"there is no handling code {code!r}", ", ".join(HANDLING))
    if asked.moment.tzinfo is None:
        raise UsageError("the time of a package needs its zone")


def _file(id_: str) -> str:
    return f"leads/{id_}.json"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, indent=1).encode() + b"\n"
