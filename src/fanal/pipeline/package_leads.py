"""Cuts the leads of a package for its country and spells each as the document that is sent."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from fanal.errors import UsageError
from fanal.exchange.harmless import harmless
from fanal.exchange.left_out import Values, without
from fanal.exchange.minimum import Cut, cut, hidden_of_all, linked, of_account, refs
from fanal.formats import lead_json
from fanal.model.lead import Assessment, Lead
from fanal.model.site import Dataset
from fanal.pipeline import assess
from fanal.pipeline.package_words import Known, strangers
from fanal.pipeline.standing import Standing, standing
from fanal.stores.interface import CaseStore

CODE = "H2"
"""No onward sharing without permission, where nobody says otherwise."""
Artefacts = Mapping[tuple[str, str], Mapping[str, Any]]
"""(site, artefact) → what is known of the seized file."""


class Leads(Known, Protocol):
    """Where leads are read; `fanal.leads.book.Book`."""

    def lead(self, id_: str, /) -> Lead | None:
        """Return a lead."""
        ...


@dataclass(frozen=True, slots=True)
class LeadTerms:
    """What holds for one lead of a package; its code is never milder than nothing said: H2."""

    handling: str = CODE
    terms: str = ""
    source: str = lead_json.SOURCE
    information: str = lead_json.UNJUDGED


@dataclass(frozen=True, slots=True)
class Asked:
    """Which package is wanted, for whom and under which terms."""

    package: str
    version: int
    country: str
    """ISO 3166-1 alpha-2, or `EU` for an agency of the Union."""
    recipient: str
    leads: Mapping[str, LeadTerms]
    moment: datetime
    """The time that its files show: the same package at the same time has the same bytes."""
    sender: str = ""
    operation: str = ""
    handling: str = CODE
    terms: str = ""
    reason: str = ""
    """Why it was made; for a later version, what changed."""


@dataclass(frozen=True, slots=True)
class Spelt:
    """The leads of a package: cut, with where they stand, and as documents."""

    cuts: Mapping[str, Cut]
    stands: Mapping[str, Standing]
    documents: Mapping[str, dict[str, Any]]
    evidence: dict[str, Any] = field(default_factory=dict)
    """The seized files that they rest on, and the tables of addresses."""


def spelt(store: CaseStore, asked: Asked, book: Leads) -> Spelt:
    """Return the leads of a package; refuse one that does not name its country."""
    wanted = sorted(asked.leads)
    found = {id_: _lead(book, id_) for id_ in wanted}
    stands = standing(store, wanted, found)
    artefacts = _artefacts(store)
    cuts = _cuts(asked.country, found, book)
    spoken = _spoken(store, cuts.values())
    common = Values(hidden_of_all(cuts.values()))
    documents = {}
    for id_, one in cuts.items():
        words = (*_standing(stands[id_]), *spoken.get(id_, ()))
        texts = [text for word in words for text in (word.grounds, word.value, word.other)]
        hidden = Values(one.hidden | strangers(book, texts, found))
        made = _document(asked, one, stands[id_], words, artefacts)
        documents[id_] = harmless(without(made, common, hidden))
    evidence: dict[str, Any] = harmless(_evidence(cuts.values(), artefacts))
    return Spelt(cuts, stands, documents, evidence)


def _lead(book: Leads, id_: str) -> Lead:
    found = book.lead(id_)
    if found is None:
        raise UsageError(f"there is no lead {id_[:40]!r}", "fanal leads list shows them")
    return found


def _cuts(country: str, found: Mapping[str, Lead], book: Leads) -> dict[str, Cut]:
    """Return each lead, cut for a country."""
    accounts = {of_account(one) for lead in found.values() for one in lead.accounts}
    return {
        id_: cut(lead, country, accounts, list(_others(book, lead, accounts)))
        for id_, lead in found.items()
    }


def _others(book: Leads, lead: Lead, accounts: set[str]) -> Iterator[Lead]:
    """Yield the leads outside the package that a lead is linked to."""
    seen = set()
    for end in linked(lead):
        site, _, account = end.partition("/")
        other = "" if end in accounts else book.of_account(site, account)
        if other and other not in seen and (known := book.lead(other)):
            seen.add(other)
            yield known


def _document(
    asked: Asked,
    one: Cut,
    stands: Standing,
    words: tuple[Assessment, ...],
    artefacts: Artefacts,
) -> dict[str, Any]:
    """Return the document of a cut lead, as its sentences were written."""
    terms = asked.leads[one.lead.id]
    told = lead_json.Told(
        asked.package,
        asked.version,
        asked.country,
        one.possible,
        lead_json.Terms(terms.handling, terms.terms, terms.source, terms.information),
        one.conflict,
        stands.category,
        stands.category_says,
        words,
        {key: str(each.get("sha256", "")) for key, each in artefacts.items()},
    )
    return lead_json.document(one.lead, told)


def _standing(stands: Standing) -> Iterator[Assessment]:
    """Yield what holds of what people said of a lead."""
    return (one for one in stands.assessments if one.id not in stands.gone and not one.undoes)


def _spoken(store: CaseStore, cuts: Iterable[Cut]) -> dict[str, list[Assessment]]:
    """Return lead → what people said of its accounts among each other."""
    lead_of = {of_account(one): cut.lead.id for cut in cuts for one in cut.lead.accounts}
    words = store.find(Assessment, order=("act", "when", "id"), among={"about": sorted(lead_of)})
    found: dict[str, list[Assessment]] = {}
    for one in assess.standing_of(words):
        if lead_of.get(one.other) == lead_of[one.about]:
            found.setdefault(lead_of[one.about], []).append(one)
    return found


def _artefacts(store: CaseStore) -> dict[tuple[str, str], Mapping[str, Any]]:
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for site in store.find(Dataset, order=("act",), kind="site"):
        for one in site.facts.get("artefacts", ()):
            found[site.name, str(one.get("name", ""))] = one
    return found


def _evidence(cuts: Iterable[Cut], artefacts: Artefacts) -> dict[str, Any]:
    """Return the seized files that the leads rest on, and the tables of addresses."""
    every = list(cuts)
    used = sorted({(ref.site, ref.artefact) for one in every for ref in refs(one.lead)})
    told = ("sha256", "size", "reader", "seized_at", "handler", "notes")
    return {
        "artefacts": [
            {"site": site, "artefact": name}
            | {key: artefacts.get((site, name), {}).get(key) for key in told}
            for site, name in used
        ],
        "datasets": sorted(
            {reason.dataset for one in every for reason in one.lead.reasons if reason.dataset}
        ),
    }
