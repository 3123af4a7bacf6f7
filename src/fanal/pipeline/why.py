"""Tells how a lead came about: every statement, its rule, its tables, its rows, its bytes.

What is told is what a defence must be able to check (reference, LAW-18): the files with their
digests, each row read again from its bytes where the file is there, the rules that fired, the
tables of addresses with their dates, what people assessed, and where they overrode a proposal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.leads import category
from fanal.leads.country_rules import rules as country_rules
from fanal.model.lead import Lead, Ref
from fanal.model.site import Dataset
from fanal.pipeline import assess, checklist, leads
from fanal.pipeline.addresses import ADDRESSES
from fanal.pipeline.progress import Progress
from fanal.pipeline.reread import Artefacts, File, Row
from fanal.pipeline.standing import Standing, barriers, standing
from fanal.settings import Settings
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a lead, the rule behind it, and the rows that it rests on."""

    part: str
    """`account`, `identifier`, `deed`, `country`, `flag`, `join`, `link`."""
    says: str
    rule: str
    """Which rule made it, and of which table of addresses."""
    refs: tuple[Ref, ...]
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Something that the lead was made from, besides rows."""

    kind: str
    name: str
    date: str
    sha256: str
    says: str


@dataclass(frozen=True, slots=True)
class Why:
    """How a lead came about."""

    case: str
    lead: Lead
    stands: Standing
    statements: tuple[Statement, ...]
    rows: tuple[Row, ...]
    """Each row once, in the order in which statements name them."""
    files: tuple[File, ...]
    sources: tuple[Source, ...]
    rules: tuple[Source, ...]
    assessments: tuple[dict[str, Any], ...]
    overrides: tuple[str, ...]
    keeps: tuple[str, ...]
    """What keeps it from leaving the case."""
    warning: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which lead, and where its files lie."""

    lead: Lead
    folder: Path | None = None
    """Folder of the seized files, if they do not lie where they lay."""


def why(store: CaseStore, settings: Settings, asked: Asked, progress: Progress) -> Why:
    """Gather all of it, and read the rows again."""
    lead = asked.lead
    stands = standing(store, [lead.id], {lead.id: lead})[lead.id]
    statements = tuple(statements_of(lead))
    artefacts = Artefacts(store, settings, asked.folder, progress)
    refs = list(dict.fromkeys(ref for one in statements for ref in one.refs if ref.artefact))
    rows = artefacts.rows(refs)
    names = dict.fromkeys((ref.site, ref.artefact) for ref in refs)
    files = [artefacts.file(*name) for name in names]
    return Why(
        store.case_id,
        lead,
        stands,
        statements,
        tuple(rows[ref] for ref in refs),
        tuple(file for file in files if file is not None),
        tuple(_sources(store, {site for site, _ in names})),
        tuple(_rules(store)),
        tuple(_assessments(stands)),
        tuple(_overrides(stands)),
        tuple(barriers(lead, stands)),
        leads.warning(store),
    )


def statements_of(lead: Lead) -> Iterator[Statement]:
    """Yield every statement of a lead with its rule and its rows."""
    for account in lead.accounts:
        says = f"account {account.site}/{account.id} {account.username}".rstrip()
        yield Statement("account", says, "as the site's table has it", (account.ref,))
    for one in lead.identifiers:
        sure = "confirmed by the site" if one.confirmed else "not confirmed"
        whose = "of a payer, who may be another person" if one.of == "payer" else "of its account"
        says = f"{one.kind} {one.value} (as it stands: {one.raw}), {whose}, {sure}"
        shared = (f"{one.shared:,} other accounts show it",) if one.shared else ()
        yield Statement("identifier", says, "normalised to be compared", (one.ref,), shared)
    for deed in lead.deeds:
        how = _how(deed.data)
        yield Statement("deed", f"{deed.kind}: {deed.says}", how, deed.refs)
    for reason in lead.reasons:
        country = reason.country or "no country"
        rule = f"{reason.family}, {reason.strength} for {reason.role}"
        table = f"; {reason.dataset}" if reason.dataset else ""
        says = f"{country}: {reason.says}"
        yield Statement("country", says, rule + table, reason.refs, reason.caveats)
    for flag in lead.flags:
        yield Statement("flag", f"{flag.code}: {flag.says}", f"flag {flag.code}", flag.refs)
    for joined in lead.joins:
        part = "join" if joined.identity else "link"
        says = f"{joined.a} and {joined.b}: {joined.says}"
        yield Statement(part, says, joined.rule, joined.refs)


def _how(data: Any) -> str:
    """Return how media were joined to contents of the case."""
    told = data.get("joined") or {}
    if not told:
        return "counted of the rows of the site"
    ways = ", ".join(f"{count:,} by {how}" for how, count in sorted(told.items()))
    check = "; what PDQ joined is a link to be checked by a person" if data.get("check") else ""
    return f"joined to contents of the case: {ways}{check}"


def _sources(store: CaseStore, sites: set[str]) -> Iterator[Source]:
    """Yield the sites, tables of addresses and leads that this one was made from."""
    for kind in (leads.SITE, ADDRESSES, leads.LEADS):
        for name, one in leads.latest(store, kind).items():
            if kind != leads.SITE or name in sites:
                yield Source(kind, name, one.date, one.sha256, _told(one))


def _told(one: Dataset) -> str:
    """Return who made a dataset, when, and under which words."""
    first = one.text.strip().splitlines()[0][:200] if one.kind == ADDRESSES and one.text else ""
    made = f"imported by {one.by} at {one.when}"
    return f"{made}; {first}" if first else made


def _rules(store: CaseStore) -> Iterator[Source]:
    """Yield the rules that were applied, each with what tells its version."""
    yield Source("rules", "persons", "", "", f"version {leads.RULES}: each join names its rule")
    digest = country_rules().sha256
    yield Source("rules", "countries", "", digest, "families and strengths: countries.toml")
    says = " ".join((category.__doc__ or "").split())
    yield Source("rules", "category by facts", "", "", says)
    found = checklist.current(store)
    if found is not None:
        kept, made = found
        yield Source("checklist", made.name, "", kept.sha256, f"signed by {kept.signer}")


def _assessments(stands: Standing) -> Iterator[dict[str, Any]]:
    """Yield what people said, oldest first; apart from facts, what was taken back marked so."""
    for one in stands.assessments:
        yield {
            "id": one.id,
            "kind": one.kind,
            "other": one.other,
            "value": one.value,
            "grounds": one.grounds,
            "source": one.source,
            "information": one.information,
            "by": one.by,
            "login": one.login,
            "when": one.when,
            "undoes": one.undoes,
            "taken_back": one.id in stands.gone and not one.undoes,
            "data": dict(one.data),
        }


def _overrides(stands: Standing) -> Iterator[str]:
    """Yield where a person went another way than was proposed or than the facts allow."""
    gone = stands.gone
    for one in stands.assessments:
        back = ", taken back since" if one.id in gone else ""
        who = f"{one.by}, {one.when[:10]}{back}: {one.grounds}"
        if one.kind == assess.TIER and one.data.get("differs"):
            yield f"tier {one.value} where {one.data.get('proposed', '')} was proposed; {who}"
        elif one.kind == assess.CATEGORY and not one.undoes:
            yield f"category {one.value}; {who}"
        elif one.kind == assess.FRAUD and one.value == assess.CLEARED:
            yield f"flag {one.other} cleared; {who}"
        elif one.undoes:
            yield f"{one.kind} {one.undoes} taken back; {who}"


def lines(told: Why) -> Iterator[str]:
    """Yield it as text, a line each: statements with their rows, then what stands behind all."""
    rows = {row.ref: row for row in told.rows}
    for one in told.statements:
        yield f"{one.part}  {one.says}"
        yield f"    rule: {one.rule}" + (f" [{', '.join(one.caveats)}]" if one.caveats else "")
        for ref in one.refs:
            if ref in rows:
                yield from (f"    {line}" for line in _row(rows[ref]))
    yield ""
    for file in told.files:
        yield f"file {file.site}/{file.name}: {file.path}, {file.size:,} bytes, {file.reader}"
        yield f"    SHA-256 {file.sha256}; now: {file.state}"
        yield from (f"    {note}" for note in file.notes)
    for source in (*told.sources, *told.rules):
        of = f", of {source.date}" if source.date else ""
        digest = f", SHA-256 {source.sha256}" if source.sha256 else ""
        yield f"{source.kind} {source.name}{of}{digest}: {source.says}"
    yield from _people(told)


def _people(told: Why) -> Iterable[str]:
    yield ""
    yield f"category: {told.stands.category}: {told.stands.category_says}"
    yield f"tier: {told.stands.tier or 'none'} {told.stands.tier_says}".rstrip()
    for one in told.assessments:
        back = " (taken back)" if one["taken_back"] else ""
        code = f" {one['source']}{one['information']}".rstrip()
        about = f" of {one['other']}" if one["other"] else ""
        value = f"takes back {one['undoes']}" if one["undoes"] else one["value"]
        yield (
            f"assessment {one['id']}: {one['kind']}{about}: {value}{back}{code};"
            f" {one['by']} (login {one['login']}), {one['when']}: {one['grounds']}"
        )
    yield from (f"override: {one}" for one in told.overrides)
    yield from (f"may not leave: {one}" for one in told.keeps)
    if told.warning:
        yield told.warning


def _row(row: Row) -> Iterator[str]:
    ref = row.ref
    at = f"byte {ref.ref:,}, {ref.size:,} bytes" if ref.size else f"row {ref.ref:,}"
    yield f"{ref.site}/{ref.artefact}, {ref.table}, {at}; file {row.sha256[:16]}; {row.state}"
    if row.values:
        yield "    " + ", ".join(f"{column}={value}" for column, value in row.values)
    if row.bytes_sha256:
        yield f"    SHA-256 of these bytes {row.bytes_sha256}"
