"""Tells in short how the leads of the made-up site stand against the truth."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fanal.demo.site_judge import COMPLETE, OUTCOMES, PLACED, PRECISE, SiteVerdict


def facts(verdict: SiteVerdict) -> dict[str, Any]:
    """Return it for JSON."""
    edges, pairs = verdict.edges, verdict.pairs
    return {
        **asdict(verdict),
        "precision": round(edges.precision, 4),
        "recall": round(edges.recall, 4),
        "pair_precision": round(pairs.precision, 4),
        "pair_recall": round(pairs.recall, 4),
        "placed": round(verdict.placed, 4),
        "safe": verdict.safe,
    }


def lines(verdict: SiteVerdict) -> Iterator[str]:
    """Yield it for people."""
    edges, pairs = verdict.edges, verdict.pairs
    yield (
        f"links of an account with its person: precision {edges.precision:.3f} "
        f"(hoped for {PRECISE}), recall {edges.recall:.3f} ({COMPLETE}); "
        f"{edges.right:,} right of {edges.told:,} told and {edges.true:,} true"
    )
    yield "  each lead matched with at most one person, by most accounts in common"
    yield (
        f"pairs of accounts of one person: precision {pairs.precision:.3f}, "
        f"recall {pairs.recall:.3f}; {pairs.right:,} of {pairs.true:,} true pairs put together"
    )
    tied = pairs.tied_found / pairs.tied if pairs.tied else 1.0
    yield (
        f"  of those that something ties which belongs to one person: recall {tied:.3f}, "
        f"{pairs.tied_found:,} of {pairs.tied:,}; the others share an address, a card or nothing"
    )
    yield f"countries: {verdict.placed:.3f} of leads right or honestly contested ({PLACED})"
    for name in OUTCOMES:
        yield f"  {name}: {verdict.countries.get(name, 0):,}"
    yield f"suspects by facts: {verdict.suspects:,} of {verdict.leads:,} leads"
    yield f"owners of {verdict.cards} stolen cards exported as suspects: {len(verdict.accused)}"
    yield f"persons who only paid or never came exported as suspects: {len(verdict.buyers)}"
    yield f"accounts of such persons in the lead of a suspect, joined wrongly: {verdict.drawn_in}"
    yield f"possible minors exported as suspects among adults: {len(verdict.minors)}"


def rows(verdict: SiteVerdict) -> Iterator[tuple[str, str, str, str]]:
    """Yield leads country by country beside the truth, a head line first."""
    yield "country", "persons live there", "leads", "possible"
    for code, (true, sure, possible) in verdict.by_country.items():
        yield code, f"{true:,}", f"{sure:,}", f"{possible:,}"


def wrongs(verdict: SiteVerdict) -> Iterator[str]:
    """Yield what must never be."""
    for name in verdict.accused:
        yield f"ACCUSED: {name} shows nothing but the owner of a stolen card"
    for name in verdict.buyers:
        yield f"ACCUSED: nobody of {name} ever came"
    for name in verdict.minors:
        yield f"AMONG ADULTS: {name} says that it is a minor's"
