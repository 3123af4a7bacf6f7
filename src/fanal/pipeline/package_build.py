"""Drafts a package: leads of one country for one authority, each with what holds for it."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.exchange.manifest import LONGEST_NAME, LONGEST_TEXT
from fanal.exchange.recipients import own_identity
from fanal.model.desk import Who
from fanal.model.lead import Lead
from fanal.model.package import DRAFT, HANDLING, INFORMATION, SOURCES, Package, Recipient
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.case import key_file, signer
from fanal.pipeline.package_content import Leads, LeadTerms
from fanal.pipeline.packages import OPEN, history, last_sent, rendered
from fanal.pipeline.permitted import permitted
from fanal.pipeline.recipients import active, group, missing
from fanal.pipeline.said import Said, checked
from fanal.pipeline.standing import Standing, may_leave, standing
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

VERB = "package"
EUROPE = "EU"
"""In the place of a country: an agency of the Union, which is told of leads of every country."""
CODE = "H2"
"""Where nobody says otherwise: no onward sharing without permission."""
UNJUDGED = ("X", "4")
"""Where nobody evaluated: source and information cannot be judged; no code is better by itself."""
EVALUATION = "evaluation"
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be sent, to whom, under which terms."""

    country: str
    recipient: str
    leads: tuple[str, ...]
    sender: str
    """How the receiver knows the authority that sends."""
    handling: str = CODE
    terms: str = ""
    of_lead: Mapping[str, LeadTerms] = field(default_factory=dict)
    """What holds for single leads; an evaluation of "" stands for what people said of the lead."""
    operation: str = ""
    corrects: str = ""
    """Package of which this is a new version."""
    skip: bool = False
    """Leave out leads that may not leave, instead of refusing the draft."""


@dataclass(frozen=True, slots=True)
class Built:
    """A draft, and the leads that are not in it."""

    package: Package
    left_out: Mapping[str, str]
    """Lead → why it may not leave."""


def build(store: CaseStore, settings: Settings, said: Said, wanted: Wanted, book: Leads) -> Built:
    """Write a draft; refuse what may not leave, with everything that is missing."""
    said = checked(said)
    permitted(store, said, "package")
    recipient = active(store, wanted.recipient)
    _check(wanted, recipient)
    if lacking := missing(recipient):
        raise UsageError(
            "; ".join(lacking), f"say it: fanal package recipients add {wanted.recipient!r} …"
        )
    leads, left_out = _leads(store, wanted, book)
    before = _corrected(store, wanted) if wanted.corrects else None
    package = _draft(store, settings, said, (wanted, recipient, leads), before)
    made = rendered(store, book, package)  # so that what cannot be written is no draft
    with store.act(said.by, VERB, action="build", package=package.id, account=said.account) as act:
        losses = tuple(asdict(one) for one in made.losses)
        kept = replace(package, number=act.number, losses=losses)
        act.put([kept, noted(said, kept, "drafted")])
    return Built(kept, left_out)


def noted(said: Said, package: Package, what: str, **more: Any) -> Any:
    """Return the line of the audit log for one event of a package."""
    who = Who(said.account, said.by, (), "")
    says = (
        f"package {package.id} version {package.version} for {package.recipient}"
        f" ({package.country}), {len(package.leads):,} leads: {what}"
    )
    data = {
        "package": package.id,
        "version": package.version,
        "recipient": package.recipient,
        "country": package.country,
        "leads": sorted(package.leads),
    }
    return audit_record(who, Doing(f"{VERB} {what}", says, purpose=said.reason, data=data | more))


def reply_key(settings: Settings) -> Path:
    """Return the file of the key that replies are encrypted to: beside the signing key."""
    key = key_file(settings)
    return key.with_name(f"{key.name}.age")


def guarded(
    store: CaseStore, ids: Iterable[str], country: str, book: Leads
) -> Iterator[tuple[Lead, Standing, str]]:
    """Yield each lead, where it stands, and why it may not go to that country; "" where it may."""
    wanted = list(dict.fromkeys(ids))
    leads: dict[str, Lead] = {}
    for id_ in wanted:
        found = book.lead(id_)
        if found is None:
            raise UsageError(f"there is no lead {id_[:40]!r}", "fanal leads list shows them")
        leads[id_] = found
    stands = standing(store, wanted, leads)
    for id_, lead in leads.items():
        named = sorted(one.country for one in lead.countries)
        if country != EUROPE and country not in named:
            why = f"it names {', '.join(named) or 'no country'} and not {country}"
        else:
            why = may_leave(lead, stands[id_])
        yield lead, stands[id_], why


def _check(wanted: Wanted, recipient: Recipient) -> None:
    if recipient.country != wanted.country:
        raise UsageError(
            f"{recipient.name!r} is an authority of {recipient.country}, not of {wanted.country}",
            "a package goes to an authority of the country that its leads name",
        )
    for name, text in (("sender", wanted.sender), ("operation", wanted.operation)):
        if not text.isprintable() or len(text) > LONGEST_NAME or (name == "sender" and not text):
            raise UsageError(f"the {name} must be a printable name", "give it: --sender NAME")
    _check_terms("the package", wanted.handling, wanted.terms)
    for lead, about in wanted.of_lead.items():
        _check_terms(lead, about.handling, about.terms)
        if {about.source, about.information} != {""} and not (
            about.source in SOURCES and about.information in INFORMATION
        ):
            raise UsageError(
                f"{lead}: {about.source}{about.information} is no evaluation",
                "A, B, C or X and 1 to 4, such as X4",
            )
    if not wanted.leads:
        raise UsageError("a package has one lead at least", "name leads, or --all of the country")
    if unknown := wanted.of_lead.keys() - set(wanted.leads):
        raise UsageError(f"{min(unknown)} is no lead of this package", "name it as a lead, too")


def _check_terms(what: str, handling: str, terms: str) -> None:
    if handling not in HANDLING:
        raise UsageError(f"{what}: there is no handling code {handling!r}", ", ".join(HANDLING))
    if not terms.isprintable() or len(terms) > LONGEST_TEXT:
        raise UsageError(f"{what}: the terms must be printable", "write them on one line")
    if handling == "H3" and not terms.strip():
        raise UsageError(
            f"{what}: H3 is a restriction in words", "say it: --terms TEXT, or ID=H3:TEXT"
        )


def _leads(
    store: CaseStore, wanted: Wanted, book: Leads
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Return what is said of each lead of the package, and which leads may not be in it."""
    taken: dict[str, dict[str, Any]] = {}
    left: dict[str, str] = {}
    for lead, stands, why in guarded(store, wanted.leads, wanted.country, book):
        if why:
            left[lead.id] = why
        else:
            taken[lead.id] = _about(lead, stands, wanted)
    if left and (not wanted.skip or not taken):
        few = "; ".join(f"{id_}: {why}" for id_, why in list(left.items())[:SHOWN])
        more = f"; and {len(left) - SHOWN:,} more" if len(left) > SHOWN else ""
        raise UsageError(f"not all of these leads may leave: {few}{more}", "leave them out")
    return taken, left


def _about(lead: Lead, stands: Standing, wanted: Wanted) -> dict[str, Any]:
    given = wanted.of_lead.get(lead.id)
    words = [
        one
        for one in stands.assessments
        if one.kind == EVALUATION and not one.other and not one.undoes and one.id not in stands.gone
    ]
    source, information = (words[-1].source, words[-1].information) if words else UNJUDGED
    return {
        "handling": given.handling if given else wanted.handling,
        "terms": given.terms if given else wanted.terms,
        "source": (given and given.source) or source,
        "information": (given and given.information) or information,
        **standing_for(lead, stands, wanted.country),
    }


def standing_for(lead: Lead, stands: Standing, country: str) -> dict[str, Any]:
    """Return what a manifest says of a lead by itself: if that changes, a draft is made anew."""
    here = [one for one in lead.countries if country in {one.country, EUROPE}]
    possible = any(one.possible for one in here)
    others = sorted({one.country for one in lead.countries} - {country}) if possible else []
    return {"category": stands.category, "possible": possible, "others": others}


def _corrected(store: CaseStore, wanted: Wanted) -> Package:
    """Return the version that was sent last; refuse where another one is being prepared."""
    sent, now = last_sent(store, wanted.corrects), history(store, wanted.corrects)[-1]
    if now.state in OPEN:
        raise UsageError(
            f"version {now.version} of {now.id} is {now.state} and was not sent yet",
            "send it, or let a supervisor refuse it",
        )
    if (sent.country, sent.recipient) != (wanted.country, wanted.recipient):
        raise UsageError(
            f"{sent.id} went to {sent.recipient} ({sent.country})",
            "a correction goes to the same authority",
        )
    return sent


def _draft(
    store: CaseStore,
    settings: Settings,
    said: Said,
    what: tuple[Wanted, Recipient, dict[str, dict[str, Any]]],
    before: Package | None,
) -> Package:
    wanted, recipient, leads = what
    rule = group(recipient)
    now = datetime.now(UTC).replace(microsecond=0).isoformat()
    versions = [one.version for one in history(store, before.id)] if before else [0]
    data = {
        "time": now,
        "operation": wanted.operation,
        "sender": {
            "name": wanted.sender,
            "age_key": str(own_identity(reply_key(settings)).to_public()),
            "signing_key": signer(settings).public,
        },
        "recipient": {
            "name": recipient.name,
            "age_key": recipient.age_key,
            "signing_key": recipient.signing_key,
        },
        "supersedes": before.manifest if before else "",
        "withdrawn": sorted(before.leads.keys() - leads.keys()) if before else [],
        "notes": [rule.note] if rule.note else [],
        "transfer": {"group": rule.name, "rule": rule.rule, "source": rule.source}
        | dict(recipient.transfer),
        "drafted": {"by": said.by, "login": said.account},
    }
    return Package(
        before.id if before else f"p-{secrets.token_hex(6)}",
        0,
        max(versions) + 1,
        wanted.country,
        wanted.recipient,
        DRAFT,
        wanted.handling,
        wanted.terms,
        leads,
        "",
        "",
        (),
        said.reason,
        said.by,
        said.account,
        now,
        data,
    )
