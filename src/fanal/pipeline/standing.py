"""Says where a lead stands: the facts of it with people's assessments folded in.

People's last word counts until it is taken back. No score, no finding and no rule of ours sets a
category or a tier; what facts allow is the only thing that stands without a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fanal.errors import UsageError
from fanal.leads.book import Book
from fanal.leads.fraud import FRAUD
from fanal.leads.naming import lead_id, parts_of
from fanal.leads.rows import LeadRow
from fanal.model.lead import CONTESTED, CONVICTED, PAID, SUSPECT, UNCATEGORISED, Assessment, Lead
from fanal.pipeline import assess as said_of
from fanal.pipeline import leads as resolved
from fanal.review import people
from fanal.stores.interface import CaseStore

PAYMENT_ONLY, POSSIBLE_MINOR = "payment only", "possible minor"
ACCUSED = frozenset({SUSPECT, CONVICTED, UNCATEGORISED})
"""Categories under which a payment alone never leaves the case."""
FOLLOWS = (said_of.RESTRICTION, said_of.JUVENILE)
"""What follows every account that it was said of, also where accounts were parted since."""


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
    tier_waits: str = ""
    """Of these, why its tier has to be set."""
    cleared: Mapping[str, str] = field(default_factory=dict)
    """Flag that two people cleared → its sentence as it was then."""
    assessments: tuple[Assessment, ...] = ()
    """All that people said of it, oldest first, what was taken back too."""
    gone: frozenset[str] = frozenset()
    """Ids of those that are taken back."""


Known = Lead | LeadRow
"""What a caller may have at hand."""


def standing(
    store: CaseStore,
    ids: Iterable[str],
    leads: Mapping[str, Known] | None = None,
    book: Book | None = None,
) -> dict[str, Standing]:
    """Return where leads stand; leads and a book that are at hand are not opened again.

    What was said of a lead that was joined to another since is said of that one.
    """
    wanted, known = list(dict.fromkeys(ids)), leads or {}
    with _book(store, book, needed=any(id_ not in known for id_ in wanted)) as opened:
        facts: dict[str, Known | None] = {}
        owner: dict[str, list[str]] = {}
        for id_ in wanted:
            one = known.get(id_)
            facts[id_] = one if one or opened is None else opened.lead(id_)
            for name in _names(store.case_id, id_, facts[id_], opened):
                owner.setdefault(name, []).append(id_)
    found: dict[str, list[Assessment]] = {id_: [] for id_ in wanted}
    for word in _said(store, owner):
        about = {word.about, *(_own(store.case_id, word) if word.kind in FOLLOWS else ())}
        for id_ in dict.fromkeys(id_ for name in sorted(about) for id_ in owner.get(name, ())):
            found[id_].append(word)
    return {id_: fold(id_, found[id_], facts[id_]) for id_ in wanted}


@contextmanager
def _book(store: CaseStore, given: Book | None, *, needed: bool) -> Iterator[Book | None]:
    """Lend the book that is given; else, where it is needed, one of its own, if there is any."""
    if given is not None or not needed:
        yield given
        return
    try:
        opened = resolved.book(store)
    except UsageError:
        yield None
        return
    with opened:
        yield opened


def _names(case_id: str, id_: str, known: Known | None, book: Book | None) -> set[str]:
    """Return every id that a lead may have had."""
    if isinstance(known, Lead):
        return {id_, *(lead_id(case_id, one.site, one.id) for one in known.accounts)}
    return {id_, *(book.names(id_) if book else ())}


def _said(store: CaseStore, names: Iterable[str]) -> list[Assessment]:
    """Return what was said of these ids, and what follows accounts, in the order of writing."""
    found: dict[str, tuple[int, Assessment]] = {}
    for among in ({"about": sorted(names)}, {"kind": FOLLOWS}):
        order = ("act", "when", "id")
        acts = store.columns(Assessment, "act", order=order, among=among)
        for (act,), one in zip(acts, store.find(Assessment, order=order, among=among), strict=True):
            found[one.id] = act, one
    return [one for _, one in sorted(found.values(), key=lambda told: (told[0], told[1].when))]


def _own(case_id: str, one: Assessment) -> Iterator[str]:
    """Yield the own ids of the accounts that an assessment was about."""
    for account in one.data.get("accounts") or ():
        yield lead_id(case_id, *parts_of(str(account)))


def fold(id_: str, every: Sequence[Assessment], lead: Known | None = None) -> Standing:
    """Return where a lead stands after these assessments of it, oldest first."""
    words = said_of.standing_of(every)
    last = {one.kind: one for one in words}
    category, category_says = _category(last.get(said_of.CATEGORY), lead)
    tier, outcome = last.get(said_of.TIER), last.get(said_of.OUTCOME)
    restriction = _upheld(words, said_of.RESTRICTION, said_of.RESTRICTED)
    juvenile = _upheld(words, said_of.JUVENILE, said_of.MINOR) or _adult(
        last.get(said_of.JUVENILE), lead
    )
    cleared, open_ = _fraud(words)
    tier_waits = _tier_waits(tier, lead)
    return Standing(
        id_,
        category,
        category_says,
        tier.value if tier else "",
        _says(tier) if tier else "",
        _says(restriction) if restriction else "",
        juvenile.value if juvenile else "",
        outcome.value if outcome else "",
        (*open_, *((tier_waits,) if tier_waits else ())),
        tier_waits,
        cleared,
        tuple(every),
        frozenset(one.id for one in every) - frozenset(one.id for one in words),
    )


def _upheld(words: Iterable[Assessment], kind: str, value: str) -> Assessment | None:
    """Return the last word that says so and that no later one about all its accounts ends.

    What was said of one account must not end with what is said of another that joined it since.
    """
    upheld: list[Assessment] = []
    for one in words:
        if one.kind == kind and one.value == value:
            upheld.append(one)
        elif one.kind == kind:
            upheld = [other for other in upheld if not _covers(one, other)]
    return upheld[-1] if upheld else None


def _adult(word: Assessment | None, lead: Known | None) -> Assessment | None:
    """Return the word that a person is an adult; it says nothing of accounts that joined since."""
    return word if word is not None and not _joined_since(word, lead) else None


def _covers(later: Assessment, earlier: Assessment) -> bool:
    """Tell whether a word is about everything that an earlier one was about."""
    before = set(earlier.data.get("accounts") or ())
    if before and (now := set(later.data.get("accounts") or ())):
        return before <= now
    return later.about == earlier.about


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
    if is_payment_only(lead) and stands.category in ACCUSED:
        found.append("a payment alone makes nobody a suspect: no access apart from it is known")
    found += [f"open flag: {says}" for says in open_flags(lead, stands)]
    if lead.level == CONTESTED and not all(one.possible for one in lead.countries):
        found.append("its countries are contested and are not told as possible only")
    if stands.tier_waits:
        found.append(stands.tier_waits)
    return found


def is_payment_only(lead: Lead) -> bool:
    """Tell whether nothing but payments speaks of a lead."""
    return _has(lead, PAYMENT_ONLY) or all(deed.kind == PAID for deed in lead.deeds)


def is_juvenile(lead: Known, stands: Standing) -> bool:
    """Tell whether a lead may be about a minor; nobody but a person says that it is not."""
    if stands.juvenile:
        return stands.juvenile == said_of.MINOR
    return _has(lead, POSSIBLE_MINOR)


def open_flags(lead: Lead, stands: Standing) -> list[str]:
    """Return the sentences of flags of fraud that are open; what came after a word is open too."""
    return [
        flag.says
        for flag in lead.flags
        if flag.code in FRAUD and stands.cleared.get(flag.code) != flag.says
    ]


def _has(lead: Known, code: str) -> bool:
    if isinstance(lead, Lead):
        return any(flag.code == code for flag in lead.flags)
    return code in lead.flags


def _tier_waits(tier: Assessment | None, lead: Known | None) -> str:
    """Return why a tier has to be set, or set again: more accounts joined the lead since."""
    if tier is None:
        return "a named officer has to set its tier"
    later = _joined_since(tier, lead)
    if not later:
        return ""
    more = "1 more account" if later == 1 else f"{later} more accounts"
    return f"its tier was set before {more} joined it: a named officer has to set it again"


def _joined_since(word: Assessment, lead: Known | None) -> int:
    """Return how many accounts a lead has that it had not when this was said of it."""
    if not isinstance(lead, Lead) or "accounts" not in word.data:
        return 0
    then = set(word.data["accounts"])
    return sum(f"{one.site}/{one.id}" not in then for one in lead.accounts)


def _category(word: Assessment | None, lead: Known | None) -> tuple[str, str]:
    if word is not None:
        return word.value, _says(word)
    if lead is None:
        return UNCATEGORISED, ""
    return lead.category, lead.category_says if isinstance(lead, Lead) else ""


def _fraud(words: Iterable[Assessment]) -> tuple[dict[str, str], list[str]]:
    """Return what two people cleared and nobody upholds, and for which a second one is missing."""
    said: dict[str, dict[people.Who, Assessment]] = {}
    for one in words:
        if one.kind == said_of.FRAUD:
            said.setdefault(one.other, {})[said_of.key_of(one)] = one
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
