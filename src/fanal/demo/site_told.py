"""Tells in short how the leads of the made-up site stand against the truth."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from fanal.demo.site_judge import COMPLETE, OUTCOMES, PLACED, PRECISE, SiteVerdict


def facts(verdict: SiteVerdict) -> dict[str, Any]:
    """Return it for JSON."""
    pairs = verdict.pairs
    shares = {"precision": round(pairs.precision, 4), "recall": round(pairs.recall, 4)}
    return {**asdict(verdict), **shares, "placed": round(verdict.placed, 4), "safe": verdict.safe}


def lines(verdict: SiteVerdict) -> Iterator[str]:
    """Yield it for people."""
    pairs = verdict.pairs
    yield (
        f"accounts of one person: precision {pairs.precision:.3f} (hoped for {PRECISE}), "
        f"recall {pairs.recall:.3f} ({COMPLETE}); {pairs.right:,} of {pairs.true:,} true pairs"
    )
    yield (
        f"  of {pairs.tied:,} pairs that something ties which belongs to one person: "
        f"{pairs.tied_found:,}; the others share an address, a card or nothing"
    )
    yield f"countries: {verdict.placed:.3f} of leads right or honestly contested ({PLACED})"
    for name in OUTCOMES:
        yield f"  {name}: {verdict.countries.get(name, 0):,}"
    yield f"owners of {verdict.cards} stolen cards exported as suspects: {len(verdict.accused)}"
    yield f"persons who only paid exported as suspects: {len(verdict.buyers)}"


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
        yield f"ACCUSED: {name} only ever paid"
