"""Cuts a lead down to what one country may be told of it: no more than concerns that country.

Directive (EU) 2016/680, articles 4(1)(c) and 7(2): what is sent is not excessive, and comes with
what its receiver needs to judge how accurate it is.
"""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from phonenumbers import NumberParseException, parse, region_code_for_number

from fanal.errors import UsageError
from fanal.model.lead import KEPT, Account, Deed, Identifier, Joined, Lead, Reason, Ref
from fanal.model.package import Loss

UNION = "EU"
"""An agency of the Union: it sees how the countries fit together, so none is left out for it."""
LOCATING = frozenset({"phone", "bank account", "card", "address", "document", "payment reference"})
"""Kinds of identifiers that lead to one country: its authorities alone can ask who is behind."""
DEVICES = frozenset({"exhibits", "exhibit", "devices", "holders"})
"""Fields of a deed that name seized things, which may be another person's."""
_SOMEWHERE = "an exhibit"
_SAME = rf"{_SOMEWHERE} holds the same (file|\d+ files)"
_HELD = re.compile(rf"; {_SAME}(, {_SAME})*( and \d+ more exhibits)?")
_MODEL = re.compile(rf"^{_SOMEWHERE}(, {_SOMEWHERE})* holds? the model")
"""How `fanal.leads.deed_rows` tells which exhibits hold what a deed is about."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A lead for one country, what may stand in none of its texts, and what was taken away."""

    lead: Lead
    possible: bool
    conflict: tuple[Reason, ...]
    """Why others are named, without rows, dates or words: country, role, family, strength."""
    hidden: frozenset[str]
    losses: tuple[Loss, ...]


def cut(lead: Lead, country: str, accounts: AbstractSet[str], others: Iterable[Lead] = ()) -> Cut:
    """Return what a country may be told of a lead.

    `accounts` are those of the package (`site/account`): links to any other are cut to nothing.
    `others` are leads outside it that this one is linked to: their values stand in no sentence.
    """
    named = {one.country: one.possible for one in lead.countries}
    if country not in named and country != UNION:
        raise UsageError(
            f"the lead {lead.id} names {', '.join(sorted(named)) or 'no country'}, not {country}",
            "a package holds leads of its own country only",
        )
    possible = named.get(country, False)
    shown = possible and len(named) > 1
    identifiers = tuple(
        one for one in lead.identifiers if not shown or _concerns(one, lead, country)
    )
    reasons, conflict = _reasons(lead.reasons, named, country) if shown else (lead.reasons, ())
    joins = tuple(_join(one) for one in lead.joins if {one.a, one.b} <= accounts)
    kept = replace(
        lead,
        identifiers=identifiers,
        reasons=reasons,
        joins=joins,
        deeds=tuple(_deed(one) for one in lead.deeds),
    )
    hidden = _values(set(lead.identifiers) - set(identifiers), ()) | _strangers(lead, others)
    hidden |= {name for deed in lead.deeds if deed.kind != KEPT for name in _exhibits(deed)}
    hidden -= {name for deed in lead.deeds if deed.kind == KEPT for name in _exhibits(deed)}
    return Cut(kept, possible, conflict, hidden - _own(kept), tuple(_losses(lead, shown=shown)))


def hidden_of_all(cuts: Iterable[Cut]) -> frozenset[str]:
    """Return what was taken from any of these leads and is shown by none of them."""
    every = list(cuts)
    taken = frozenset(text for one in every for text in one.hidden)
    return taken - {text for one in every for text in _own(one.lead)}


def of_account(account: Account) -> str:
    """Return how joins call an account."""
    return f"{account.site}/{account.id}"


def linked(lead: Lead) -> tuple[str, ...]:
    """Return the accounts that a lead is linked to and that are not its own."""
    own = {of_account(one) for one in lead.accounts}
    return tuple(sorted({end for one in lead.joins for end in (one.a, one.b)} - own))


def _concerns(one: Identifier, lead: Lead, country: str) -> bool:
    """Tell whether an identifier points to the country, or to none in particular."""
    if one.value.startswith("+") and one.of != "payer" and (plan := phone_country(one.value)):
        return plan == country
    if one.kind in LOCATING or one.of == "payer":
        rows = {ref for reason in lead.reasons if reason.country == country for ref in reason.refs}
        return one.ref in rows
    return True


def phone_country(number: str) -> str:
    """Return the country of a number's plan; "" where it has none."""
    try:
        return region_code_for_number(parse(number)) or ""
    except NumberParseException:
        return ""


def _reasons(
    reasons: Iterable[Reason], named: Mapping[str, bool], country: str
) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    own, conflict = [], []
    for one in reasons:
        if one.country == country:
            own.append(one)
        elif one.country in named:
            bare = replace(one, first="", last="", rows=0, says="", refs=(), dataset="")
            conflict.append(replace(bare, caveats=()))
    return tuple(own), tuple(conflict)


def _join(one: Joined) -> Joined:
    return replace(one, weights={})


def _deed(one: Deed) -> Deed:
    """Return a deed without seized things that other people may have held."""
    if one.kind == KEPT or not DEVICES & set(one.data):
        return one
    says = one.says
    for name in sorted(_exhibits(one), key=lambda name: (-len(name), name)):
        says = says.replace(f"exhibit {name}", _SOMEWHERE)
    says = _HELD.sub("; the case holds the same", _MODEL.sub("the case holds the model", says))
    return replace(
        one, says=says, data={name: each for name, each in one.data.items() if name not in DEVICES}
    )


def _exhibits(one: Deed) -> set[str]:
    """Return the names of the seized things that a deed tells of."""
    found = set()
    for name in DEVICES & set(one.data):
        told = one.data[name]
        for each in told if isinstance(told, (list, tuple)) else [told]:
            found.add(str(each.get("exhibit", "") if isinstance(each, Mapping) else each))
    return found - {""}


def _strangers(lead: Lead, others: Iterable[Lead]) -> frozenset[str]:
    found: frozenset[str] = frozenset(linked(lead))
    for other in others:
        found |= _values(other.identifiers, other.accounts) | {other.id}
    return found


def _values(identifiers: Iterable[Identifier], accounts: Iterable[Account]) -> frozenset[str]:
    texts = {text for one in identifiers for text in (one.value, one.raw)}
    texts |= {text for one in accounts for text in (one.username, of_account(one))}
    return frozenset(text.strip() for text in texts if text.strip())


def _own(lead: Lead) -> frozenset[str]:
    return _values(lead.identifiers, lead.accounts) | {lead.id}


def _losses(lead: Lead, *, shown: bool) -> Iterable[Loss]:
    """Yield what was taken away: of how many leads, never how many values or links."""
    if shown:
        yield Loss(
            "identifiers",
            1,
            "those that point to another country, or that no reason ties to this one,"
            " are not handed over",
        )
        yield Loss("reasons", 1, "why other countries are named stands here without rows and words")
    if any(one.weights for one in lead.joins):
        yield Loss("joins.weights", 1, "weights of proposals stay with the case")
    if any(DEVICES & set(one.data) for one in lead.deeds if one.kind != KEPT):
        yield Loss("deeds.exhibits", 1, "seized things may be another person's; ask the sender")
    yield Loss("joins", 1, "links to accounts that are not in this package are not handed over")


def refs(lead: Lead) -> tuple[Ref, ...]:
    """Return every row that a lead rests on, each once, in order."""
    found = [
        *(one.ref for one in lead.accounts),
        *(one.ref for one in lead.identifiers),
        *(ref for deed in lead.deeds for ref in deed.refs),
        *(ref for reason in lead.reasons for ref in reason.refs),
        *(ref for flag in lead.flags for ref in flag.refs),
        *(ref for join in lead.joins for ref in join.refs),
    ]
    return tuple(sorted(set(found), key=lambda r: (r.site, r.artefact, r.table, r.ref, r.size)))
