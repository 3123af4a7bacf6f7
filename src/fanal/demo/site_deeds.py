"""Tells what the members of the made-up site do there: come, look, fetch, send, let make, pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from fanal.demo import assumptions as take
from fanal.demo import site_networks as nets
from fanal.demo.site_cast import BEGAN, DAY, ENDED, MOVED, Account, Content, Person, World
from fanal.demo.site_lands import LANDS, Land

KINDS = {"view": 55, "download": 30, "comment": 6, "upload": 3, "generate": 6}
"""Of 100 deeds of one login, which they are."""
AGENTS = ("ZzBrowser/1.0", "ZzBrowser/2.4 (Mobile)", "ZzTorBrowser/13")
TOKENS = 900
"""Prompts that the site's generator was given: each a neutral token."""
PRICES = (500, 1000, 1500, 2500)
"""In hundredths."""


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody came."""

    account: int
    address: str
    port: int
    when: int
    """Seconds, UTC, as they truly were."""
    done: bool
    agent: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something was done with a file."""

    account: int
    file: int
    kind: str
    when: int
    address: str


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment."""

    number: int
    account: Account
    method: str
    cents: int
    money: str
    when: int
    card: str
    iban: str
    bank: str
    wallet: str
    name: str
    email: str
    billing: str
    checked: str
    """`Y`, `N` or "" as the processor says of the billing address."""
    status: str
    back: bool
    prepaid: bool
    app: bool


class Life:
    """Lets the accounts of a site be used."""

    def __init__(self, world: World, media: tuple[Content, ...]) -> None:
        """Begin before the first."""
        self.random = world.random("deeds")
        self.networks = nets.networks(world.seed)
        self.media = media
        self.logins: list[Login] = []
        self.acts: list[Act] = []
        self.payments: list[Paid] = []

    def live(self, accounts: list[Account]) -> None:
        """Let each account be used as it is."""
        for account in accounts:
            if account.standing != "buyer":
                self._come(account)
            for method in account.methods:
                self._pay(account, method)
            self._show(account)

    def _times(self, account: Account) -> Iterator[int]:
        """Yield when somebody comes."""
        random = self.random
        if account.standing == "idle":
            if random.random() < 0.5:
                yield account.created + 60
            return
        mean = take.LOGINS if account.standing == "active" else 2
        last = min(ENDED, account.created + random.randint(5, 300) * DAY)
        for _ in range(1 + int(random.expovariate(1 / mean))):
            yield random.randrange(account.created + 60, last)

    def _come(self, account: Account) -> None:
        random, person = self.random, account.person
        for when in self._times(account):
            address, home = self._address(person, when)
            done = random.random() < 0.96
            agent = AGENTS[2] if person.habit == "tor" else AGENTS[random.randrange(2)]
            port = random.randrange(1024, 65536)
            self.logins.append(Login(account.id, address, port, when, done, agent))
            person.came = person.came or done
            if home and done:
                account.days.add(when // DAY)
            if done and account.standing == "active":
                self._do(account.id, address, when)

    def _do(self, account: int, address: str, when: int) -> None:
        random, kinds = self.random, list(KINDS)
        weights = list(KINDS.values())
        for _ in range(int(random.expovariate(1 / take.DEEDS_OF_LOGIN))):
            when += 1 + int(random.expovariate(1 / 40))
            file = int(len(self.media) * random.random() ** 2.5)
            kind = random.choices(kinds, weights)[0]
            self.acts.append(Act(account, file, kind, when, address))

    def _address(self, person: Person, when: int) -> tuple[str, bool]:
        """Return from where somebody comes, and whether that tells of the country at home."""
        random = self.random
        if person.trip and person.trip[0] <= when < person.trip[1]:
            return self._line(person.trip[2], person.slot ^ person.trip[0], 0, when), False
        habit = person.habit
        if habit == "vpn at times":
            habit = "vpn" if random.random() < 0.5 else "home"
        elif habit in {"home", "family", "dorm"} and random.random() < 0.12:
            habit = "carrier"
        if habit in {"tor", "vpn", "hosting"}:
            return nets.spelt(self._elsewhere(person, habit)), False
        if habit == "carrier":
            own = nets.roaming(person.slot) if person.roams else nets.carrier(person.land)
            return nets.spelt(own), not person.roams
        if habit == "dorm":
            return nets.spelt(nets.dormitory(person.land, person.household)), True
        if person.slot % 10 < 3 and random.random() < 0.5:
            return nets.sixth(person.land, person.slot), True
        lease = (when - BEGAN) // (person.lease * DAY)
        return self._line(person.land, person.slot, lease, when), True

    def _elsewhere(self, person: Person, habit: str) -> int:
        """Return an address of a network that says nothing of who comes through it."""
        random = self.random
        if habit == "tor":
            return random.choice(self.networks.tor)
        if habit == "vpn":
            return nets.hidden(random.choice(LANDS), random.randrange(40))
        return nets.hosted(person.land, person.slot)

    def _line(self, land: Land, slot: int, lease: int, when: int) -> str:
        """Return the address that a line has during a lease."""
        place = self.networks.line(land.code, slot >> 7, moved=when >= MOVED)
        host = (slot * 2654435761 + lease * 40503 * 977) >> 5
        return nets.spelt(place.first + host % (place.last - place.first))

    def _pay(self, account: Account, method: str) -> None:
        random = self.random
        stolen = bool(account.payer and account.payer.stolen)
        many = 1 + int(random.expovariate(1 / take.PAYMENTS)) if not stolen else 1
        for _ in range(many):
            when = random.randrange(account.created + 300, ENDED)
            self.payments.append(self._payment(account, method, when))

    def _payment(self, account: Account, method: str, when: int) -> Paid:
        random, person, payer = self.random, account.person, account.payer
        land = payer.land if payer else person.land
        by_card, by_bank = method == "card", method == "bank"
        card = (payer.card if payer else person.card) if by_card else ""
        bank_land = (payer.land.code if payer else person.bank_land) if by_bank else ""
        iban = ((payer.iban if payer else person.iban) or person.iban) if by_bank else ""
        failed = random.random() < take.BILLING_FAILED
        back = bool(payer and payer.charged_back)
        own = by_card or by_bank
        checked = ("N" if failed else "Y") if by_card else ""
        status = "failed" if random.random() < 0.04 and not back else "ok"
        self._show_payment(account, iban, "N" if failed or back else checked)
        return Paid(
            len(self.payments) + 1,
            account,
            method,
            random.choice(PRICES),
            person.land.money if own else "EUR",
            when,
            card,
            iban,
            bank_land,
            account.wallet if method == "wallet" else "",
            (payer.name if payer else person.name) if own else "",
            (payer.email if payer else account.email) if own else "",
            land.code if own else "",
            checked,
            status,
            back,
            person.prepaid and by_card and payer is None,
            person.app_bank and by_bank and payer is None,
        )

    @staticmethod
    def _show_payment(account: Account, iban: str, checked: str) -> None:
        """Note what a payment truly shows of where the person of the account lives."""
        person, payer = account.person, account.payer
        if payer and payer.land is not person.land:
            return
        if iban and not person.app_bank:
            account.shown.add("bank account")
        if checked == "Y":
            account.shown.add("billing country")

    @staticmethod
    def _show(account: Account) -> None:
        """Note what the account truly shows of where its person lives."""
        person = account.person
        own = account.payer is None or not account.payer.stolen
        same = account.phone_ok and account.phone == person.phone != ""
        if own and same and person.phone_land == person.land.code:
            account.shown.add("phone")
        if account.checked == "passed":
            account.shown.add("document")


def albums(world: World) -> tuple[Content, ...]:
    """Return the media of the site: files of the case, and those that only the site had."""
    random = world.random("media")
    contents = list(world.contents)
    random.shuffle(contents)
    strangers = max(60, world.accounts // 25)
    own = [_stranger(random, number) for number in range(strangers)]
    every = [*contents[: max(40, world.accounts // 12)], *own]
    random.shuffle(every)
    return tuple(every)


def _stranger(random: Random, number: int) -> Content:
    bits = random.getrandbits
    return Content(
        f"{bits(256):064x}",
        f"{bits(128):032x}",
        f"{bits(256):064x}",
        f"zz-album-{number // 20:04d}",
    )
