"""Makes up the members of the site: where they live, how they come, what they own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from random import Random

from fanal.demo import assumptions as take
from fanal.demo import site_lands as lands
from fanal.demo.site_cast import BEGAN, DAY, ENDED, Person, World
from fanal.demo.site_lands import ABROAD, LANDS, Land

FAMILY, DORMITORY = 3, 150
"""Members of one family, and of one dormitory, that are on the site."""
_WEIGHTS = tuple(accumulate(land.weight for land in LANDS))


def somewhere(random: Random, other: Land | None = None) -> Land:
    """Return a country, in which somebody lives; not the other one."""
    while True:
        found = random.choices(LANDS, cum_weights=_WEIGHTS)[0]
        if found is not other:
            return found


def pick(random: Random, weights: Mapping[str, float]) -> str:
    """Return one of the names, by their weights."""
    return random.choices(list(weights), list(weights.values()))[0]


class Population:
    """Makes persons one after the other; each owns what nobody else does, but for what is said."""

    def __init__(self, world: World) -> None:
        """Begin with nobody."""
        self.random = world.random("people")
        self.people: list[Person] = []
        self._phones: Counter[str] = Counter()
        self._lent: list[tuple[str, int]] = []
        self._pooled = [lands.wallet(self.random) for _ in range(2)]
        self._households: dict[tuple[str, str], list[int]] = {}

    def person(self, kind: str = "member") -> Person:
        """Return one more person."""
        random, number = self.random, len(self.people)
        land = somewhere(random)
        habit = "tor" if kind == "thief" else pick(random, take.HABITS)
        person = Person(number, kind, land, habit, random.randrange(1 << 30))
        person.lease = random.randint(*take.LEASE)
        person.roams = random.random() < take.ROAMING
        person.name = lands.full_name(random)
        minor = random.random() < take.MINOR
        person.birth = random.randint(2008, 2011) if minor else random.randint(1955, 2004)
        if habit in {"family", "dorm"}:
            self._move_in(person)
        if random.random() < take.TRAVELS:
            first = random.randrange(BEGAN, ENDED - 30 * DAY)
            days = random.randint(*take.TRIP)
            person.trip = (first, first + days * DAY, somewhere(random, land))
        self._money(person)
        self.people.append(person)
        return person

    def _move_in(self, person: Person) -> None:
        """Let somebody live with others of the same country."""
        size = FAMILY if person.habit == "family" else DORMITORY
        live = self._households.setdefault((person.habit, person.land.code), [])
        live.append(person.number)
        person.household = live[(len(live) - 1) // size * size]
        if person.household != person.number:
            head = self.people[person.household]
            person.slot, person.lease = head.slot, head.lease

    def phone(self, person: Person) -> str:
        """Return somebody's telephone number, made up when it is first asked for."""
        if person.phone:
            return person.phone
        random, land = self.random, person.land
        if random.random() < take.PHONE_ABROAD:
            land = somewhere(random, land)
        used = self._phones[land.code]
        self._phones[land.code] += 1
        person.phone, person.phone_land = lands.phone(land, used), land.code
        if random.random() < take.VIRTUAL:
            person.phone, person.phone_land, person.lent = self._borrow(), "", True
        elif random.random() < take.RECYCLED and used:
            person.phone = lands.phone(land, random.randrange(used))
        return person.phone

    def _borrow(self) -> str:
        """Return a number that a service lends to one after another."""
        if not self._lent or self._lent[-1][1] <= 0:
            number = lands.virtual(len(self._lent))
            self._lent.append((number, self.random.randint(*take.VIRTUAL_SHARED)))
        number, left = self._lent[-1]
        self._lent[-1] = (number, left - 1)
        return number

    def _money(self, person: Person) -> None:
        random = self.random
        bank = person.land
        person.app_bank = random.random() < take.APP_BANK
        if person.app_bank:
            bank = ABROAD[1]
        person.iban, person.bank_land = lands.bank_account(bank, person.number), bank.code
        person.card = lands.card(person.number)
        abroad = random.random() < take.CARD_ABROAD
        person.card_land = (somewhere(random, person.land) if abroad else person.land).code
        person.prepaid = random.random() < take.PREPAID
        person.pooled = random.random() < take.POOLED
        person.wallet = random.choice(self._pooled) if person.pooled else lands.wallet(random)

    def relative(self, person: Person) -> Person | None:
        """Return somebody else of the same family, if one is on the site already."""
        if person.habit != "family":
            return None
        found = self._households["family", person.land.code]
        others = [n for n in found if self.people[n].household == person.household]
        return next((self.people[n] for n in others if n != person.number), None)


def counts(world: World, random: Random) -> Iterator[int]:
    """Yield how many accounts each person has, until there are enough."""
    weights = list(take.ACCOUNTS_OF.values())
    left = world.accounts
    while left > 0:
        count = min(left, 1 + random.choices(range(len(weights)), weights)[0])
        yield count
        left -= count
