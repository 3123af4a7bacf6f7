"""Keeps the signed checklist of a case, people's answers to it, and the tiers that officers set.

Items and answers are shown first, the proposed tier second, and a named officer sets it; what was
proposed, what was set and why stay together (reference, PRIO-06). Nothing here answers by itself.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from fanal.custody.sign import Signer, public_key
from fanal.errors import CaseError, UsageError
from fanal.model.lead import Assessment, Lead
from fanal.model.review import Priorities
from fanal.pipeline import assess
from fanal.pipeline.assess import Further
from fanal.pipeline.priorities import SignedFile, read_part
from fanal.pipeline.said import Said
from fanal.pipeline.standing import Standing
from fanal.review.checklist import (
    INSUFFICIENT,
    LARGEST,
    SCREEN,
    YES,
    Checklist,
    Item,
    Proposal,
    parse,
    propose,
    verified,
)
from fanal.stores.interface import CaseStore

VERB = "checklist"
NOT_ASKED = assess.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Answered:
    """An item and what people answered."""

    item: Item
    value: str
    word: Assessment | None
    """The word that counts; None where nobody answered."""
    shows: Mapping[str, str]
    """Fields of the lead that the item shows beside its question."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A checklist of one lead: items first, the proposed tier second."""

    name: str
    digest: str
    order: tuple[str, ...]
    """The tiers, the most urgent first."""
    answers: tuple[Answered, ...]
    proposal: Proposal


def set_checklist(store: CaseStore, actor: str, given: SignedFile) -> Priorities:
    """Keep a checklist whose signature holds; from now on it counts, and none before it does."""
    text = read_part(given.rules, LARGEST)
    key = public_key(read_part(given.key, 4096))
    if not key:
        raise UsageError(
            f"{given.key} is no public Ed25519 key",
            "make it: openssl pkey -in KEY.pem -pubout -out PUBLIC.pem",
        )
    record = verified(text, read_part(given.signature, 4096), key)
    with store.act(actor, VERB, set=record.sha256, name=record.name, signer=key) as act:
        act.put([record])
    return record


def sign(given: SignedFile) -> str:
    """Sign a checklist with a private key that is there, and write the signature; return the key.

    A bad checklist is refused before anybody signs it.
    """
    text = read_part(given.rules, LARGEST)
    parse(text)
    if not given.key.is_file():
        raise UsageError(
            f"there is no key {given.key}",
            "make one: openssl genpkey -algorithm ed25519 -out KEY.pem",
        )
    signer = Signer.from_file(given.key)
    if given.signature.exists():
        raise UsageError(f"{given.signature} is there already", "name another file: --out FILE")
    given.signature.write_bytes(bytes.fromhex(signer.sign(text)))
    return signer.public


def current(store: CaseStore) -> tuple[Priorities, Checklist] | None:
    """Return the checklist that counts, its signature checked anew; None where none was set."""
    digest = _Log.of(store).digest
    if not digest:
        return None
    for kept in store.find(Priorities, sha256=digest):
        text = kept.text.encode("utf-8")
        if verified(text, bytes.fromhex(kept.signature), kept.signer) == kept:
            return kept, parse(text)
    raise CaseError(
        f"the checklist {digest[:16]} cannot be trusted any more",
        "check the case: fanal audit verify; set one again: fanal leads checklist add",
    )


def needed(store: CaseStore) -> tuple[Priorities, Checklist]:
    """Return the checklist that counts, or say how to set one."""
    found = current(store)
    if found is None:
        raise UsageError(
            "the case has no checklist of an authority",
            "set one: fanal leads checklist add FILE --signature SIG --key PUBLIC.pem",
        )
    return found


def sheet(store: CaseStore, lead: Lead, stands: Standing) -> Sheet:
    """Return the checklist of a lead as people answered it, and the tier that follows."""
    kept, checklist = needed(store)
    return filled(kept.sha256, checklist, lead, stands)


def filled(digest: str, checklist: Checklist, lead: Lead | None, stands: Standing) -> Sheet:
    """Return a checklist with the answers that count for a lead."""
    words = [one for one in assess.standing_of(stands.assessments) if one.kind == assess.ANSWER]
    answers = tuple(_answered(item, words, lead) for item in checklist.items)
    told = {one.item.id: one.value for one in answers}
    order = checklist.order
    return Sheet(checklist.name, digest, order, answers, propose(checklist, told))


def _answered(item: Item, words: Sequence[Assessment], lead: Lead | None) -> Answered:
    """Return the answer that counts: the last one to just this question.

    A `yes` of the child-safety screen counts until whoever looks into it takes it back.
    """
    mine = [one for one in words if one.other == item.id and one.data.get("asks") == item.asks]
    word = mine[-1] if mine else None
    if item.family == SCREEN:
        word = next((one for one in reversed(mine) if one.value == YES), word)
    shows = {field: _shown(lead, field) for field in item.shows} if lead else {}
    return Answered(item, word.value if word else NOT_ASKED, word, shows)


def _shown(lead: Lead, field: str) -> str:
    """Return a field of a lead that an item may show; nothing is made of it."""
    name, _, kind = field.partition(".")
    if name == "deeds":
        return f"{sum(deed.count for deed in lead.deeds if deed.kind == kind):,}"
    if name == "content":
        return ", ".join(f"{count:,} {basis}" for basis, count in sorted(lead.content.items()))
    if name == "accounts":
        return f"{len(lead.accounts):,}"
    return str(getattr(lead, name))


def answer(
    store: CaseStore, said: Said, lead: Lead, told: tuple[str, str], more: Further = assess.PLAIN
) -> Assessment:
    """Record a person's answer (item, value) on a lead."""
    kept, checklist = needed(store)
    item = checklist.item(told[0])
    data = {
        **more.data,
        "asks": item.asks,
        "checklist": kept.sha256,
        "accounts": accounts(lead),
    }
    further = Further(item.id, more.source, more.information, data)
    return assess.assess(store, said, assess.ANSWER, lead.id, told[1], further)


def set_tiers(
    store: CaseStore,
    said: Said,
    leads: Sequence[tuple[Lead, Standing]],
    tier: str,
) -> list[Assessment]:
    """Record the tier that a named officer sets for leads, beside what was proposed of each.

    Where it is another one than proposed a reason is needed; while the child-safety screen says yes
    only the first tier can be set: the answer is taken back first, or it holds.
    """
    kept, checklist = needed(store)
    order = checklist.order
    if tier not in order:
        raise UsageError(f"there is no tier {tier[:40]!r}", f"one of: {', '.join(order)}")
    sheets = [filled(kept.sha256, checklist, lead, stands) for lead, stands in leads]
    made = []
    for (lead, _), told in zip(leads, sheets, strict=True):
        proposal = told.proposal
        if proposal.screen and tier != order[0]:
            raise UsageError(
                f"{lead.id}: the child-safety screen says yes, which lifts it to {order[0]!r}"
                " regardless of everything else",
                "if an answer is wrong, take it back first: fanal leads assess --undo ID",
            )
        differs = tier != proposal.tier
        if differs and not said.reason.strip():
            raise UsageError(
                f"{lead.id}: {proposal.tier!r} is proposed; another tier needs a reason",
                "give one: --reason TEXT",
            )
        why = said if said.reason.strip() else Said(_as_proposed(told), said.by, said.account)
        data = _tier_data(lead, told, differs=differs)
        made.append(assess.made(why, assess.TIER, lead.id, tier, Further(data=data)))
    assess.write(store, made_by(said, made), made)
    return made


def made_by(said: Said, made: Sequence[Assessment]) -> Said:
    """Return who wrote these, with the reason of the first."""
    return Said(made[0].grounds, said.by, said.account) if made else said


def _as_proposed(told: Sheet) -> str:
    return f"as proposed by the checklist {told.name}: {'; '.join(told.proposal.says)}"[:2000]


def _tier_data(lead: Lead, told: Sheet, *, differs: bool) -> dict[str, Any]:
    return {
        "accounts": accounts(lead),
        "proposed": told.proposal.tier,
        "differs": differs,
        "checklist": told.digest,
        "answers": {one.item.id: one.value for one in told.answers},
        "missing": list(told.proposal.missing),
    }


def accounts(lead: Lead) -> list[str]:
    """Return the accounts of a lead as assessments keep them."""
    return [f"{one.site}/{one.id}" for one in lead.accounts]


def effective(stands: Standing, told: Sheet) -> tuple[str, str]:
    """Return the tier that a lead is worked on in, and why: it is lifted at once by the screen."""
    if told.proposal.screen:
        return told.order[0], told.proposal.says[0]
    if stands.tier in told.order:
        return stands.tier, stands.tier_says
    return INSUFFICIENT, "no named officer has set its tier"


@dataclass(slots=True)
class _Log:
    """Which checklist the log says counts."""

    digest: str = ""
    read: int = 0

    @classmethod
    def of(cls, store: CaseStore) -> "_Log":
        """Read it, of a case that was read before only what is new."""
        with _READING:
            log = _READ.setdefault(store, cls())
            for leaf in store.history(log.read):
                log.read = leaf.number
                if leaf.verb == VERB:
                    log.digest = str(leaf.details.get("set", ""))
            return log


_READ: WeakKeyDictionary[CaseStore, _Log] = WeakKeyDictionary()
_READING = threading.Lock()


def spelled(checklist: Checklist) -> Iterable[str]:
    """Yield what a checklist says, one line each."""
    yield f"name: {checklist.name}"
    for tier in checklist.tiers:
        within = f", within {tier.hours:,} hours" if tier.hours else ""
        yield f"tier {tier.name}: {tier.says}{within}"
    yield f"tier {INSUFFICIENT}: stands above {checklist.tiers[-1].name}"
    for item in checklist.items:
        lifts = checklist.tiers[0].name if item.family == SCREEN else item.lifts
        notes = [
            *([f"yes lifts to {lifts}"] if lifts else []),
            *([] if item.needed else ["not needed"]),
            *([f"shows {', '.join(item.shows)}"] if item.shows else []),
        ]
        yield f"{item.id} ({item.family}): {item.asks}" + (
            f" [{'; '.join(notes)}]" if notes else ""
        )
    for rule in checklist.rules:
        yield f"{rule.least} times yes among {', '.join(rule.of)} lift to {rule.tier}: {rule.says}"
