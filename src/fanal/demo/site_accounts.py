"""Opens the accounts of the made-up site, and ties those of one person by what people reuse."""

from random import Random

from fanal.demo import assumptions as take
from fanal.demo import site_lands as lands
from fanal.demo.site_cast import BEGAN, DAY, ENDED, Account, Payer, Person, World
from fanal.demo.site_people import Population, counts, pick, somewhere

LEAST = 40
"""Accounts of the smallest site that has one of everything that is planted."""


class Opening:
    """Opens accounts, person by person."""

    def __init__(self, world: World) -> None:
        """Begin with none."""
        self.world = world
        self.random = world.random("accounts")
        self.crowd = Population(world)
        self.accounts: list[Account] = []
        self._sold: list[tuple[str, int]] = []
        self._owners = 0

    def open_all(self) -> list[Account]:
        """Return every account, numbered by the time at which it was opened."""
        self._operator()
        for _ in range(round(self.world.accounts * take.SITE_BOTS)):
            self._bot()
        for way in self._stolen_ways():
            self._stolen(way)
        left = max(1, self.world.accounts - len(self.accounts))
        for count in counts(World(left, self.world.seed, (), ()), self.random):
            self._member(count)
        self._seize()
        self.accounts.sort(key=lambda one: one.created)
        for number, account in enumerate(self.accounts):
            account.id = 101 + number + number // 7  # some accounts were removed by the site
        return self.accounts

    def _account(self, person: Person, standing: str) -> Account:
        """Open an account that has nothing in common with any other."""
        random = self.random
        account = Account(person, standing, random.randrange(BEGAN, ENDED - 10 * DAY))
        account.login = f"zz_{random.getrandbits(32):08x}"
        drop = random.random() < take.DISPOSABLE
        account.email = self._mail(lands.DROP if drop else lands.MAIL)
        account.email_ok = random.random() < (0.9 if not drop else 0.6)
        account.language = person.land.language if random.random() < 0.6 else "en"
        lies = random.random() < take.COUNTRY_LIES
        account.said = lands.LANDS[0].code if lies else person.land.code
        if random.random() < take.NAMED:
            right = random.random() < take.NAMED_RIGHT
            account.name = person.name if right else lands.full_name(random)
        account.birth = str(person.birth) if random.random() < 0.5 or person.birth > 2006 else ""
        if random.random() < take.RECOVERY:
            account.recovery = self._mail(lands.MAIL)
        person.accounts.append(account)
        self.accounts.append(account)
        return account

    def _mail(self, services: tuple[str, ...]) -> str:
        return f"zz.{self.random.getrandbits(40):010x}@{self.random.choice(services)}"

    def _member(self, count: int) -> None:
        """Open the accounts of one person: the first, then others that share this or that."""
        random, person = self.random, self.crowd.person()
        first = self._account(person, pick(random, take.STANDING))
        self._identify(first)
        if random.random() < take.SOLD:
            first.recovery = self._bought()
        if first.standing == "buyer" or self._pays(first):
            self._let_pay(first, pick(random, take.METHODS), person.wallet)
            self._partner(first)
        for _ in range(count - 1):
            earlier = random.choice(person.accounts)
            further = self._account(person, "active" if random.random() < 0.85 else "idle")
            way = pick(random, take.TIES)
            self._tie(earlier, further, way)
            if random.random() < take.SECOND_TIE and (second := pick(random, take.TIES)) != way:
                self._tie(earlier, further, second)
            if not further.methods and self._pays(further):
                way = "wallet" if random.random() < 0.5 else "voucher"
                self._let_pay(further, way, lands.wallet(random))

    def _pays(self, account: Account) -> bool:
        return account.standing == "active" and self.random.random() < take.PAYS

    @staticmethod
    def _let_pay(account: Account, way: str, wallet: str) -> None:
        """Let an account pay in one more way."""
        if way not in account.methods:
            account.methods.append(way)
        if way == "wallet" and not account.wallet:
            account.wallet = wallet

    def _identify(self, account: Account) -> None:
        """Give a telephone number and a document, or a number that is none."""
        random, person = self.random, account.person
        if random.random() < take.PHONE:
            account.phone = self.crowd.phone(person)
            account.phone_ok = random.random() < take.PHONE_CONFIRMED or person.lent
        elif random.random() < take.JUNK_PHONE:
            account.phone = random.choice(lands.JUNK)
            account.phone_ok = random.random() < take.PHONE_LIES
        if account.phone and not account.phone_ok:
            account.phone_ok = random.random() < take.PHONE_LIES
        if random.random() < take.DOCUMENT:
            failed = random.random() < take.DOCUMENT_FAILED
            shown = somewhere(random, person.land) if failed else person.land
            account.document, account.checked = shown.code, "failed" if failed else "passed"
            account.name = person.name

    def _bought(self) -> str:
        """Return the recovery address that a seller set for all the accounts that he made."""
        if not self._sold or self._sold[-1][1] <= 0:
            made = self.random.randint(*take.SOLD_BY)
            self._sold.append((self._mail(lands.MAIL), made))
        address, left = self._sold[-1]
        self._sold[-1] = (address, left - 1)
        return address

    def _tie(self, earlier: Account, further: Account, way: str) -> None:
        """Let two accounts of a person have something in common."""
        person = further.person
        if way == "phone":
            earlier.phone = further.phone = self.crowd.phone(person)
            earlier.phone_ok = further.phone_ok = True
        elif way == "recovery":
            way = self._same_recovery(earlier, further)
        elif way in {"wallet", "bank", "card"}:
            self._let_pay(earlier, way, person.wallet)
            if further.wallet and way == "wallet":
                return  # it is paid for from another wallet already
            self._let_pay(further, way, earlier.wallet)
            if earlier.payer:
                further.payer = earlier.payer
        person.ties.append((earlier, further, way))

    def _same_recovery(self, earlier: Account, further: Account) -> str:
        """Let both have one recovery address, or let one have the other's e-mail for that."""
        if self.random.random() < take.RECOVERY_IS_MAIL:
            earlier.email_ok = True
            further.recovery = earlier.email
            return "other's mail"
        earlier.recovery = earlier.recovery or self._mail(lands.MAIL)
        further.recovery = earlier.recovery
        return "recovery"

    def _partner(self, account: Account) -> None:
        """Let somebody else of the family pay."""
        random, other = self.random, self.crowd.relative(account.person)
        if other is None or not {"card", "bank"} & set(account.methods):
            return
        if random.random() < take.PARTNER_PAYS:
            mail = other.accounts[0].email if other.accounts else self._mail(lands.MAIL)
            account.payer = Payer(
                other.name, mail, "", other.land, other.card, other.iban, person=other.number
            )

    def _seize(self) -> None:
        """Say whose each exhibit is: the first the operator's, the others' some members'."""
        first, *others = self.world.exhibits or [""]
        used = [one.person for one in self.accounts if one.standing == "active"]
        members = [one for one in used if one.kind == "member"]
        for exhibit in others:
            self.random.choice(members).exhibits.append(exhibit)
        if first:
            self.crowd.people[0].exhibits.append(first)

    def _operator(self) -> None:
        """Open the accounts with which the operator tried things."""
        person = self.crowd.person("operator")
        person.habit = "hosting"
        made = [
            self._account(person, "test")
            for _ in range(max(3, round(self.world.accounts * take.SITE_TESTS)))
        ]
        for number, account in enumerate(made):
            account.login, account.recovery = f"zz_test_{number:04d}", made[0].email
            account.created = BEGAN + number * 600
            if number:
                person.ties.append((made[0], account, "recovery"))

    def _bot(self) -> None:
        person = self.crowd.person("bot")
        person.habit, person.household = "hosting", -1
        account = self._account(person, "bot")
        account.email = f"zz.bot.{person.number:06d}@{lands.DROP[0]}"
        account.email_ok, account.name, account.recovery = False, "", ""

    def _stolen_ways(self) -> list[str]:
        """Return how each stolen card is used: each way once, then as likely as assumed."""
        many = max(len(take.STOLEN_WAYS), round(self.world.accounts * take.STOLEN))
        rest = many - len(take.STOLEN_WAYS)
        return [*take.STOLEN_WAYS, *(pick(self.random, take.STOLEN_WAYS) for _ in range(rest))]

    def _stolen(self, way: str) -> None:
        """Open an account that a thief pays for with somebody else's card."""
        random, person = self.random, self.crowd.person("thief")
        account = self._account(person, "buyer" if way == "bought only" else "active")
        account.methods, account.document, account.checked = ["card"], "", ""
        payer = self._owner(way, person)
        account.payer = payer
        if way == "thief's account":
            if random.random() < 0.5:
                person.habit = pick(random, {"home": 40, "carrier": 30, "vpn": 20, "tor": 10})
            return
        account.name, account.email, account.said = payer.name, payer.email, payer.land.code
        account.phone, account.phone_ok = payer.phone, False
        account.email_ok = random.random() < take.OWNER_CONFIRMED
        account.language = payer.land.language

    def _owner(self, way: str, thief: Person) -> Payer:
        """Return somebody who was never on the site, and whose card was stolen."""
        random: Random = self.random
        land = somewhere(random, thief.land)
        self._owners += 1
        return Payer(
            lands.full_name(random),
            f"zz.owner.{self._owners:06d}@{random.choice(lands.MAIL)}",
            lands.phone(land, -self._owners),
            land,
            lands.card(10**7 + self._owners),
            stolen=way,
            charged_back=random.random() < take.CHARGED_BACK,
        )
