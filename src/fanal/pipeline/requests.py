"""Prepares requests for subscriber data, has them signed by a second person, and writes them out.

UK inspectors describe staff who convert every time stamp and have a colleague check it again before
a subscriber is asked for: a wrong time zone finds the wrong house.
"""

import csv
import hashlib
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fanal.content.pages import environment
from fanal.custody.spelling import canonical
from fanal.errors import UsageError
from fanal.formats.csv_writer import harmless
from fanal.leads.calculator import Calculator
from fanal.leads.country_rules import rules
from fanal.leads.requests import NOBODY, Clock, Sheet, Sheets, Site, lay_out
from fanal.model.desk import Who
from fanal.model.lead import Assessment, Lead
from fanal.model.site import Dataset
from fanal.pipeline.addresses import DATASETS, tables
from fanal.pipeline.assess import REQUEST, Further, assess, key_of, standing_of
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.export import refuse_place, written
from fanal.pipeline.said import Said, checked
from fanal.pipeline.standing import Standing, standing
from fanal.review import people
from fanal.stores.interface import CaseStore

PREPARED, SIGNED = "prepared", "signed"
MOST_LINES = 2_000
"""Lines of one request; a provider is asked of more in another one."""
LONGEST = 500
COLUMNS = (
    *("ip", "port", "utc_site_clock", "utc_corrected", "precision_s", "raw_time", "zone_assumed"),
    *("clock", "what", "singles_out", "missing", "destination", "legal_basis", "deadline"),
    *("country", "provider", "address_table", "site", "artefact", "table", "byte", "size"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sheet of a lead becomes a request, and what a person says of it."""

    country: str
    provider: str
    destination: str
    """Server that was reached: address or name, and port; the provider needs it to look up."""
    legal_basis: str
    deadline: str
    """Day until which an answer is wanted."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands."""

    prepared: Assessment
    signed: Assessment | None

    @property
    def sheet(self) -> Mapping[str, Any]:
        """Return what was prepared."""
        told: Mapping[str, Any] = self.prepared.data["sheet"]
        return told

    @property
    def sha256(self) -> str:
        """Return the digest of what was prepared, which the second person signs."""
        return hashlib.sha256(canonical(dict(self.sheet)).encode()).hexdigest()


def sheets(store: CaseStore, lead: Lead) -> Sheets:
    """Return what providers could be asked of a lead, by country and provider."""
    sites = _sites(store)
    tabs = tables(store)
    with tempfile.TemporaryDirectory() as place:
        seen = (*(site.folder for site in sites.values()), *(table.folder for table in tabs))
        with Calculator(Path(place), *seen) as calculator:
            accounts = [(one.site, one.id) for one in lead.accounts]
            return lay_out(calculator, sites, accounts, tabs, rules())


def prepare(store: CaseStore, said: Said, lead: Lead, wanted: Wanted) -> Assessment:
    """Record one sheet of a lead as a request that waits for a second person."""
    _check(wanted)
    _refuse_restricted(lead.id, standing(store, [lead.id], {lead.id: lead})[lead.id])
    found = [
        one
        for one in sheets(store, lead).sheets
        if (one.country, one.provider) == (wanted.country, wanted.provider)
    ]
    if not found:
        raise UsageError(
            f"lead {lead.id} has no line for {wanted.provider!r} in {wanted.country!r}",
            f"see what it has: fanal leads requests list {lead.id}",
        )
    sheet = _sheet(found, wanted)
    more = Further(data={"sheet": sheet, "lead": lead.id})
    return assess(store, said, REQUEST, lead.id, PREPARED, more)


def requests(store: CaseStore) -> dict[str, Request]:
    """Return the requests of the case by id, the oldest first."""
    said = standing_of(store.find(Assessment, kind=REQUEST, order=("when",)))
    signed = {one.other: one for one in said if one.value == SIGNED}
    return {one.id: Request(one, signed.get(one.id)) for one in said if one.value == PREPARED}


def request(store: CaseStore, id_: str) -> Request:
    """Return one request."""
    if found := requests(store).get(id_):
        return found
    raise UsageError(f"there is no request {id_[:40]!r}", "see: fanal leads requests list")


def sign(store: CaseStore, said: Said, id_: str) -> Assessment:
    """Record that a second person, under another login, checked every line of a request."""
    said = checked(said)
    found = request(store, id_)
    if found.signed:
        raise UsageError(
            f"request {id_} is signed already", "write it out: fanal leads requests export"
        )
    first = found.prepared
    if (
        people.count([key_of(first), (people.name_key(said.by), people.login_key(said.account))])
        < 2
    ):
        raise UsageError(
            f"request {id_} was prepared by {people.shown(first.by, first.login)}",
            "another person checks and signs it, under a login of their own",
        )
    _refuse_restricted(first.about, standing(store, [first.about])[first.about])
    more = Further(other=id_, data={"sha256": found.sha256, "lead": first.about})
    return assess(store, said, REQUEST, first.about, SIGNED, more)


def export(store: CaseStore, said: Said, id_: str, out: Path, *, force: bool = False) -> list[Path]:
    """Write a signed request as a page and as CSV beside it; the log comes before the names."""
    said = checked(said)
    found = request(store, id_)
    if found.signed is None:
        raise UsageError(
            f"nobody has signed request {id_}", "a second person: fanal leads requests sign"
        )
    if found.signed.data["sha256"] != found.sha256:
        raise UsageError(
            f"request {id_} is not what was signed", "check the case: fanal audit verify"
        )
    about = found.prepared.about
    _refuse_restricted(about, standing(store, [about])[about])
    files = {out.with_suffix(".html"): _page(found), out.with_suffix(".csv"): _table(found)}
    for path in files:
        refuse_place(store, path, force=force)
    html, table = files
    with written(html) as page, written(table) as rows:
        page.write(files[html])
        rows.write(files[table])
        told = {"request": id_, "lead": found.prepared.about, "sha256": found.sha256}
        digests = {html.name: page.sha256.hexdigest(), table.name: rows.sha256.hexdigest()}
        doing = Doing("export request", "wrote a request out", purpose=said.reason, data=told)
        with store.act(said.by, "export request", **told, files=digests) as act:
            act.put([audit_record(Who(said.account, said.by, (), ""), doing)])
    return list(files)


def _refuse_restricted(lead: str, stands: Standing) -> None:
    if stands.restriction:
        raise UsageError(
            f"lead {lead} is restricted: {stands.restriction}", "nobody is asked about it"
        )


def _check(wanted: Wanted) -> None:
    for what, text in (
        ("the destination that was reached", wanted.destination),
        ("a legal basis", wanted.legal_basis),
    ):
        if not any(map(str.isalnum, text)) or not text.isprintable() or len(text) > LONGEST:
            raise UsageError(
                f"a request needs {what}, filled in by a person",
                f"at most {LONGEST} letters on one line",
            )
    try:
        date.fromisoformat(wanted.deadline)
    except ValueError as error:
        raise UsageError(
            f"{wanted.deadline!r} is no day", "write until when an answer is wanted: 2026-12-24"
        ) from error


def _sites(store: CaseStore) -> dict[str, Site]:
    found = {one.name: one for one in store.find(Dataset, kind="site")}
    return {
        name: Site(
            store.files(f"{DATASETS}/{one.folder}", one.files),
            [str(artefact["name"]) for artefact in one.facts.get("artefacts", ())],
            [
                Clock(each["offset_s"], each["by"], each["at"])
                for each in one.facts.get("clocks", ())
            ],
        )
        for name, one in sorted(found.items())
    }


def _sheet(found: Sequence[Sheet], wanted: Wanted) -> dict[str, Any]:
    lines = [line for one in found for line in one.lines]
    if len(lines) > MOST_LINES:
        raise UsageError(
            f"that are {len(lines):,} lines, and a request has at most {MOST_LINES:,}",
            "ask of one account: part the lead, or choose another provider",
        )
    return {
        **asdict(wanted),
        "asn": found[0].asn,
        "lines": [asdict(line) for line in sorted(lines, key=lambda line: (line.utc, line.ip))],
    }


def _page(found: Request) -> bytes:
    sheet, signed = found.sheet, found.signed
    told = {
        **sheet,
        "id": found.prepared.id,
        "lead": found.prepared.about,
        "sha256": found.sha256,
        "cannot": sum(line["singles_out"] == NOBODY for line in sheet["lines"]),
        "prepared": found.prepared,
        "signed": signed,
    }
    made = environment("fanal.leads").get_template("request.html").render(sheet=told)
    return made.encode()


def _table(found: Request) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for cells in _cells(found.sheet):
        writer.writerow([harmless("" if cell is None else str(cell)) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _cells(sheet: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    for line in sheet["lines"]:
        ref = line["ref"]
        yield (
            *(line["ip"], line["port"], line["utc"], line["corrected"], line["precision_s"]),
            *(line["raw"], line["zone"], line["clock"], line["what"], line["singles_out"]),
            *("; ".join(line["missing"]), sheet["destination"], sheet["legal_basis"]),
            *(sheet["deadline"], sheet["country"], sheet["provider"], line["table"]),
            *(ref["site"], ref["artefact"], ref["table"], ref["ref"], ref["size"]),
        )
