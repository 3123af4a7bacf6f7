"""Says where a lead stands: the facts of it with people's assessments folded in.

People's last word counts until it is taken back. No score, no finding and no rule of ours sets a
category or a tier; what facts allow is the only thing that stands without a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fanal.model.lead import CONTESTED, CONVICTED, SUSPECT, UNCATEGORISED, Assessment, Lead
from fanal.pipeline import assess as said_of
from fanal.review import people
from fanal.stores.interface import CaseStore

PAYMENT_ONLY, POSSIBLE_MINOR = "payment only", "possible minor"
NOTICES = frozenset({PAYMENT_ONLY, POSSIBLE_MINOR, "shared address"})
"""Flags that are no sign of fraud; any other one is open until two people clear it."""
ACCUSED = frozenset({SUSPECT, CONVICTED, UNCATEGORISED})
"""Categories under which a payment alone never leaves the case."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands by the words of people."""

    id: str
    category: str = UNCATEGORISED
    """People's, else what the facts allow."""
    category_says: str = ""
    tier: str = ""
    """"" until a named officer sets one."""
    tier_says: str = ""
    restriction: str = ""
    """Why its processing is restricted (Directive (EU) 2016/680, articles 16 and 18); else ""."""
    juvenile: str = ""
    """`possible minor` or `adult`, as a person says; "" where nobody does."""
    outcome: str = ""
    """The last one that a receiver told."""
    waits: tuple[str, ...] = ()
    """What people have still to say before it may leave."""
    cleared: Mapping[str, str] = field(default_factory=dict)
    """Flag that two people cleared → its sentence as it was then."""
    assessments: tuple[Assessment, ...] = ()
    """All that people said of it, oldest first, what was taken back too."""
    gone: frozenset[str] = frozenset()
    """Ids of those that are taken back."""


def standing(
    store: CaseStore, ids: Iterable[str], leads: Mapping[str, Lead] | None = None
) -> dict[str, Standing]:
    """Return where leads stand; those that are at hand need not be read again."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, list[Assessment]] = {id_: [] for id_ in wanted}
    for one in store.find(Assessment, order=("act", "when", "id"), among={"about": wanted}):
        found[one.about].append(one)
    known = leads or {}
    return {id_: fold(id_, found[id_], known.get(id_)) for id_ in wanted}


def fold(id_: str, every: Sequence[Assessment], lead: Lead | None = None) -> Standing:
    """Return where a lead stands after these assessments of it, oldest first."""
    words = said_of.standing_of(every)
    last = {one.kind: one for one in words}
    category, category_says = _category(last.get(said_of.CATEGORY), lead)
    tier = last.get(said_of.TIER)
    restriction = last.get(said_of.RESTRICTION)
    is_restricted = restriction is not None and restriction.value == said_of.RESTRICTED
    juvenile = last.get(said_of.JUVENILE)
    outcome = last.get(said_of.OUTCOME)
    cleared, open_ = _fraud(words)
    return Standing(
        id_,
        category,
        category_says,
        tier.value if tier else "",
        _says(tier) if tier else "",
        _says(restriction) if restriction and is_restricted else "",
        juvenile.value if juvenile else "",
        outcome.value if outcome else "",
        (*open_, *(() if tier else ("a named officer has to set its tier",))),
        cleared,
        tuple(every),
        frozenset(one.id for one in every) - frozenset(one.id for one in words),
    )


def may_leave(lead: Lead, stands: Standing) -> str:
    """Return why a lead may not leave the case as what it is; "" where it may."""
    return "; ".join(barriers(lead, stands))


def barriers(lead: Lead, stands: Standing) -> list[str]:
    """Return everything that keeps a lead from leaving the case.

    A record of a payment is no suspect (reference 3.1): of about 7,250 names of a payment portal,
    many were those of people whose cards had been stolen.
    """
    found = []
    if stands.restriction:
        found.append(f"its processing is restricted: {stands.restriction}")
    if is_juvenile(lead, stands):
        found.append("it may be about a minor: that goes its own way, never with the adults")
    if _has(lead, PAYMENT_ONLY) and stands.category in ACCUSED:
        found.append("a payment alone makes nobody a suspect: no access apart from it is known")
    found += [f"open flag: {says}" for says in open_flags(lead, stands)]
    if lead.level == CONTESTED and not all(one.possible for one in lead.countries):
        found.append("its countries are contested and are not told as possible only")
    if not stands.tier:
        found.append("no named officer has set its tier")
    return found


def is_juvenile(lead: Lead, stands: Standing) -> bool:
    """Tell whether a lead may be about a minor; nobody but a person says that it is not."""
    if stands.juvenile:
        return stands.juvenile == said_of.MINOR
    return _has(lead, POSSIBLE_MINOR)


def open_flags(lead: Lead, stands: Standing) -> list[str]:
    """Return the sentences of flags of fraud that are open; what came after a word is open too."""
    return [
        flag.says
        for flag in lead.flags
        if flag.code not in NOTICES and stands.cleared.get(flag.code) != flag.says
    ]


def _has(lead: Lead, code: str) -> bool:
    return any(flag.code == code for flag in lead.flags)


def _category(word: Assessment | None, lead: Lead | None) -> tuple[str, str]:
    if word is not None:
        return word.value, _says(word)
    if lead is not None:
        return lead.category, lead.category_says
    return UNCATEGORISED, ""


def _fraud(words: Iterable[Assessment]) -> tuple[dict[str, str], list[str]]:
    """Return what two people cleared and nobody upholds, and for which a second one is missing."""
    said: dict[str, dict[people.Who, Assessment]] = {}
    for one in words:
        if one.kind == said_of.FRAUD:
            who = people.name_key(one.by), people.login_key(one.login)
            said.setdefault(one.other, {})[who] = one
    cleared, open_ = {}, []
    for flag, by in said.items():
        if any(one.value == said_of.CONFIRMED for one in by.values()):
            continue
        sentences = {str(one.data.get("says", "")) for one in by.values()}
        if people.count(by) > 1 and len(sentences) == 1:
            cleared[flag] = sentences.pop()
        else:
            open_.append(f"a second person, under another login, has to clear {flag!r}")
    return cleared, open_


def _says(one: Assessment) -> str:
    return f"{people.shown(one.by, one.login)}, {one.when[:10]}: {one.grounds}"
