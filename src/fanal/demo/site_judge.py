"""Compares the leads of the made-up site with what is true of its members."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from fanal.demo.site_truth import IDENTIFY, SiteTruth, StolenCard, TruePerson
from fanal.leads.rows import LeadRow
from fanal.model.lead import SUSPECT, UNASSIGNED, Lead
from fanal.pipeline.standing import Standing, may_leave

JUDGED = frozenset({"member", "thief"})
"""Kinds of persons whose countries are judged; a program has none, the operator is known."""
PRECISE, COMPLETE, PLACED = 0.99, 0.9, 0.97
"""What is hoped for: precision and recall of links of accounts with persons, and the share of
leads with right countries."""
WELL = (
    "named alone",
    "contested, the true one among them",
    "unassigned, the true one told as possible",
    "unassigned, and no row tells",
)
BADLY = ("unassigned, though rows tell", "wrong, told as possible", "wrong, told as sure")
OUTCOMES = (*WELL, *BADLY)
"""How the countries of a lead stand against the truth."""


class Leads(Protocol):
    """Where the leads are read; `fanal.leads.book.Book`."""

    def accounts(self) -> list[tuple[str, str, str]]:
        """Return site, account and lead of every account."""
        ...

    def page(self, *, count: int) -> list[LeadRow]:
        """Return lines of the table of leads; all of them where count is 0."""
        ...

    def lead(self, name: str, /) -> Lead | None:
        """Return a lead whole."""
        ...

    def with_identifier(self, kind: str, value: str, /) -> Sequence[str]:
        """Return the leads that show an identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Edges:
    """Links of an account with a person, after each lead was matched with at most one person.

    The lead and the person with most accounts in common are matched first; then the next. What a
    lead tells are its accounts, if it was matched; what is true are all accounts of persons.
    """

    true: int
    told: int
    right: int

    @property
    def precision(self) -> float:
        """Return the share of links told that are true."""
        return self.right / self.told if self.told else 1.0

    @property
    def recall(self) -> float:
        """Return the share of true links that were told."""
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of accounts: truly of one person, put together, and both."""

    true: int
    found: int
    right: int
    tied: int
    """True pairs that something ties which belongs to one person alone."""
    tied_found: int

    @property
    def precision(self) -> float:
        """Return the share of pairs put together that are one person's."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Return the share of pairs of one person that were put together."""
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """How the leads stand against the truth."""

    edges: Edges
    pairs: Pairs
    countries: Mapping[str, int]
    """One of OUTCOMES → leads."""
    by_country: Mapping[str, tuple[int, int, int]]
    """Country → persons that truly live there and did something, leads for it, possible ones."""
    cards: int
    """Stolen cards."""
    accused: tuple[str, ...]
    """Leads that may leave as suspects though all they show is the owner of a stolen card."""
    buyers: tuple[str, ...]
    """Leads that may leave as suspects though none of their persons ever came."""
    minors: tuple[str, ...] = ()
    """Leads that may leave as suspects though one of their accounts says that it is a minor's."""
    leads: int = 0
    suspects: int = 0
    """Leads that facts allow to call suspects: with none, nobody could be accused."""
    drawn_in: int = 0
    """Accounts of persons that never came, in leads of suspects that did: joined wrongly."""
    not_judged: int = 0
    """Leads of programs, of the operator, and of accounts that the site had removed."""
    missed: Mapping[str, int] = field(default_factory=dict)
    """How persons came whose countries are named badly → leads."""

    @property
    def placed(self) -> float:
        """Return the share of leads whose countries are right, or honestly contested."""
        judged = sum(self.countries.values())
        return sum(self.countries.get(name, 0) for name in WELL) / judged if judged else 1.0

    @property
    def safe(self) -> bool:
        """Tell whether nobody is accused who only lost a card or only paid, and no minor leaves."""
        return not (self.accused or self.buyers or self.minors)


def judge_site(book: Leads, truth: SiteTruth, site: str) -> SiteVerdict:
    """Return how the leads of a book stand against the truth of one site."""
    case = _Case(book, truth, site)
    countries, missed = case.countries()
    return SiteVerdict(
        case.edges(),
        case.pairs(),
        countries,
        case.by_country(),
        len(truth.stolen),
        tuple(sorted(case.accused())),
        tuple(sorted(case.buyers())),
        tuple(sorted(case.minors())),
        leads=len(case.rows),
        suspects=sum(row.category == SUSPECT for row in case.rows),
        drawn_in=case.drawn_in(),
        not_judged=len(case.rows) - sum(countries.values()),
        missed=missed,
    )


class _Case:
    """What the book says, beside what is true."""

    def __init__(self, book: Leads, truth: SiteTruth, site: str) -> None:
        self.book, self.truth = book, truth
        self.lead_of = {account: lead for at, account, lead in book.accounts() if at == site}
        self.rows = book.page(count=0)
        self.person_of = {
            account: person
            for person in truth.people
            for account in person.accounts
            if account not in person.lost
        }
        self.members: dict[str, list[str]] = defaultdict(list)
        for account, lead in self.lead_of.items():
            self.members[lead].append(account)

    @cached_property
    def whose(self) -> Mapping[str, TruePerson]:
        """Return whose a lead is: of the person that most of its accounts are of."""
        found = {}
        for lead in self.members:
            people = self._people(lead)
            counts = Counter(person.person for person in people)
            if counts:
                first = min(counts, key=lambda name: (-counts[name], name))
                found[lead] = next(one for one in people if one.person == first)
        return found

    def edges(self) -> Edges:
        """Match leads with persons, and count the links of accounts; those of programs are none."""
        shared: Counter[tuple[str, str]] = Counter()
        for lead, accounts in self.members.items():
            for one in accounts:
                person = self.person_of.get(one)
                if person is not None and person.kind != "bot":
                    shared[lead, person.person] += 1
        matched: dict[str, str] = {}
        right = told = 0
        taken: set[str] = set()
        for (lead, name), count in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
            if lead not in matched and name not in taken:
                matched[lead] = name
                taken.add(name)
                right += count
                told += sum(one in self.person_of for one in self.members[lead])
        true = sum(person.kind != "bot" for person in self.person_of.values())
        return Edges(true, told, right)

    def pairs(self) -> Pairs:
        """Count pairs of accounts; those of two programs are neither right nor wrong."""
        found = right = 0
        for lead in self.members:
            people = self._people(lead)
            bots = sum(person.kind == "bot" for person in people)
            found += _pairs(len(people)) - _pairs(bots)
            counts = Counter(person.person for person in people if person.kind != "bot")
            right += sum(map(_pairs, counts.values()))
        true = tied = tied_found = 0
        for person in self.truth.people:
            known = [one for one in person.accounts if one not in person.lost]
            true += _pairs(len(known))
            for group in _tied(known, person.ties):
                tied += _pairs(len(group))
                leads = Counter(self.lead_of.get(one, one) for one in group)
                tied_found += sum(map(_pairs, leads.values()))
        return Pairs(true, found, right, tied, tied_found)

    def countries(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """Count how the countries of leads stand, and how those came whose do not stand well."""
        counts = dict.fromkeys(OUTCOMES, 0)
        missed: Counter[str] = Counter()
        for row in self.rows:
            person = self.whose.get(row.id)
            if person is None or person.kind not in JUDGED:
                continue
            outcome = outcome_of(row, person, self.members[row.id])
            counts[outcome] += 1
            if outcome in BADLY:
                missed[f"{outcome}: {person.habit}"] += 1
        return counts, dict(sorted(missed.items()))

    def by_country(self) -> Mapping[str, tuple[int, int, int]]:
        """Count persons that live in each country and leads that name it."""
        judged = [row for row in self.rows if self._judged(row.id)]
        true = Counter(self.whose[row.id].country for row in judged)
        named = [one for row in judged for one in row.countries]
        sure = Counter(one.country for one in named if not one.possible)
        possible = Counter(one.country for one in named if one.possible)
        return {
            code: (true[code], sure[code], possible[code])
            for code in sorted({*true, *sure, *possible})
        }

    def _judged(self, lead: str) -> bool:
        person = self.whose.get(lead)
        return person is not None and person.kind in JUDGED

    def accused(self) -> Iterable[str]:
        """Return the leads that may leave as suspects and show the owner of a stolen card."""
        asked: dict[str, list[StolenCard]] = defaultdict(list)
        for card in self.truth.stolen:
            names = {self.lead_of.get(card.account, "")}
            names.update(self.book.with_identifier("email", card.email))
            names.update(self.book.with_identifier("phone", card.phone))
            for name in names - {""}:
                asked[name].append(card)
        for name, cards in asked.items():
            lead = self.book.lead(name)
            if lead and leaves_as_suspect(lead) and any(_shows(lead, card) for card in cards):
                yield name

    def buyers(self) -> Iterable[str]:
        """Return the leads that may leave as suspects though none of their persons ever came."""
        for row in self.rows:
            people = self._people(row.id)
            if row.category != SUSPECT or not people or any(person.came for person in people):
                continue
            lead = self.book.lead(row.id)
            if lead and leaves_as_suspect(lead):
                yield row.id

    def minors(self) -> Iterable[str]:
        """Return the leads of minors that may leave as suspects, among adults."""
        for row in self.rows:
            if row.category == SUSPECT and any(one.minor for one in self._people(row.id)):
                lead = self.book.lead(row.id)
                if lead and leaves_as_suspect(lead):
                    yield row.id

    def drawn_in(self) -> int:
        """Count accounts of persons that never came, in leads of suspects that did."""
        found = 0
        for row in self.rows:
            people = self._people(row.id)
            if row.category == SUSPECT and any(person.came for person in people):
                found += sum(not person.came for person in people)
        return found

    def _people(self, lead: str) -> list[TruePerson]:
        """Return whose the accounts of a lead are, account by account."""
        return [self.person_of[one] for one in self.members[lead] if one in self.person_of]


def leaves_as_suspect(lead: Lead) -> bool:
    """Tell whether a lead may be exported as a suspect once all that people must say is said."""
    told = Standing(lead.id, lead.category, lead.category_says, tier="any")
    return lead.category == SUSPECT and not may_leave(lead, told)


def outcome_of(row: LeadRow, person: TruePerson, accounts: Iterable[str]) -> str:
    """Return how the countries of a lead of these accounts stand against where its person lives."""
    named = {one.country: one.possible for one in row.countries}
    if not named:
        return BADLY[0] if person.tells(accounts) else WELL[3]
    if person.country not in named:
        return BADLY[1] if all(named.values()) else BADLY[2]
    if row.level == UNASSIGNED:
        return WELL[2]
    return WELL[0] if len(named) == 1 else WELL[1]


def _shows(lead: Lead, card: StolenCard) -> bool:
    """Tell whether a lead shows the owner of a card as the person of its accounts."""
    if card.in_owners_name and any(one.id == card.account for one in lead.accounts):
        return True
    return any(
        one.of == "account" and one.value in {card.email, card.phone} for one in lead.identifiers
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _tied(accounts: Sequence[str], ties: Iterable[tuple[str, str, str]]) -> list[set[str]]:
    """Return the accounts of a person in groups that hang together by what identifies."""
    group = {one: {one} for one in accounts}
    for a, b, way in ties:
        if way in IDENTIFY and a in group and b in group and group[a] is not group[b]:
            joined = group[a] | group[b]
            group.update(dict.fromkeys(joined, joined))
    return list({id(one): one for one in group.values()}.values())
