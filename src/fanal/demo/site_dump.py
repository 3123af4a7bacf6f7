"""Writes the made-up site's own database as a MySQL dump, with the dirt that dumps have."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from fanal.demo import assumptions as take
from fanal.demo.site_cast import ENDED, Account, Content, World
from fanal.demo.site_deeds import TOKENS, Act, Paid

ZONE = ZoneInfo("Europe/Berlin")
"""Where the site's machine keeps its time; its dump names no zone."""
ROWS = 200
"""Rows of one INSERT."""
MEMBERS = (
    "id int, login varchar(40), email varchar(120), email_ok tinyint, phone varchar(30), "
    "phone_ok tinyint, full_name varchar(80), birth varchar(10), lang char(2), country char(2), "
    "pw char(40), recovery varchar(120), doc_country char(2), doc_check varchar(8), "
    "last_ip varchar(40), created datetime"
)
FILES = (
    "id int, name varchar(80), sha256 char(64), md5 char(32), pdq char(64), album varchar(40), "
    "model varchar(40), model_hash varchar(64)"
)
PAY = (
    "id int, member int, kind varchar(10), cents int, cur char(3), wallet varchar(60), "
    "iban varchar(40), bank_kind varchar(8), txn_ref varchar(20), note text, at datetime"
)
GENERATIONS = "id int, member int, token varchar(40), file int, model varchar(40), at datetime"
PM = "id int, sender int, receiver int, at datetime, size int, has_file tinyint"
ACTS = "id int, member int, file int, kind varchar(10), ip varchar(40), at datetime"
Value = str | int | bytes | None


def written(value: Value) -> bytes:
    """Return a value as a dump has it."""
    if value is None:
        return b"NULL"
    if isinstance(value, int):
        return b"%d" % value
    raw = value if isinstance(value, bytes) else value.encode()
    return b"'" + raw.replace(b"\\", b"\\\\").replace(b"'", b"\\'") + b"'"


def local(when: int) -> str:
    """Return a time as the site's fast clock told it in its zone, without the zone."""
    return datetime.fromtimestamp(when + take.CLOCK, ZONE).strftime("%Y-%m-%d %H:%M:%S")


def table(name: str, columns: str, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a table's text."""
    yield f"\nDROP TABLE IF EXISTS `{name}`;\nCREATE TABLE `{name}` (\n".encode()
    told = (part.strip().partition(" ") for part in columns.split(", "))
    yield ",\n".join(f"  `{column}` {kind}" for column, _, kind in told).encode()
    yield b"\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"
    batch: list[bytes] = []
    for row in rows:
        batch.append(b"(" + b",".join(map(written, row)) + b")")
        if len(batch) == ROWS:
            yield _insert(name, batch)
            batch = []
    if batch:
        yield _insert(name, batch)


def _insert(name: str, rows: Sequence[bytes]) -> bytes:
    return b"INSERT INTO `%s` VALUES %s;\n" % (name.encode(), b",".join(rows))


class Dump:
    """One dump of a site's database."""

    def __init__(self, world: World) -> None:
        """Take the numbers that its dirt is drawn from."""
        self.random = world.random("dump")
        self.models = world.models

    def members(self, accounts: Sequence[Account]) -> Iterator[Sequence[Value]]:
        """Yield the accounts; some rows are cut, some stand there twice."""
        random = self.random
        again: list[list[Value]] = []
        for account in accounts:
            row = self._member(account)
            if random.random() < take.HALF_ROWS:
                account.lost = True
                yield row[:7]
                continue
            if random.random() < take.DOUBLE_IDS:
                again.append([*row[:2], f"zz.old.{account.id}@zz-mail.example", 0, *row[4:]])
            yield row
        yield from again

    def _member(self, account: Account) -> list[Value]:
        random = self.random
        name = wrongly(random, account.name) if account.name else None
        return [
            account.id,
            account.login,
            account.email.upper() if random.random() < 0.05 else account.email,
            int(account.email_ok),
            typed(random, account.phone) or None,
            int(account.phone_ok),
            name,
            account.birth,
            account.language,
            account.said,
            f"{random.getrandbits(160):040x}",
            account.recovery or None,
            account.document or None,
            account.checked or None,
            "10.0.0.5",  # the address of the machine before it, for everybody
            local(account.created),
        ]

    def files(self, media: Sequence[Content]) -> Iterator[Sequence[Value]]:
        """Yield the media; the table knows of each file what the site once worked out."""
        random = self.random
        kinds, weights = list(take.DIGEST_KNOWN), list(take.DIGEST_KNOWN.values())
        for number, content in enumerate(media):
            known = random.choices(kinds, weights)[0]
            known = "md5" if known == "pdq" and not content.pdq else known
            known = "sha256" if known == "md5" and not content.md5 else known
            model, digest = self._model(content, number)
            yield (
                number,
                f"zz-{number:06d}.jpg",
                content.sha256 if known == "sha256" else None,
                content.md5 if known == "md5" else None,
                nearly(random, content.pdq) if known == "pdq" else None,
                content.series,
                model,
                digest,
            )

    def _model(self, content: Content, number: int) -> tuple[str | None, str | None]:
        if not (content.generated and self.models):
            return None, None
        at = number % len(self.models)
        digest = self.models[at]
        short = self.random.random() < take.SHORT_DIGEST
        return f"zz-model-{at:02d}", digest[:10] if short else digest

    def pay(self, payments: Sequence[Paid]) -> Iterator[Sequence[Value]]:
        """Yield the payments as the site noted them; some notes hold a whole card number."""
        random = self.random
        for paid in payments:
            note = f"zz paid {paid.card}" if paid.card and random.random() < 0.005 else None
            yield (
                paid.number,
                paid.account.id,
                paid.method,
                paid.cents,
                paid.money,
                paid.wallet or None,
                paid.iban or None,
                ("app" if paid.app else "bank") if paid.iban else None,
                reference(paid),
                note,
                local(paid.when),
            )

    def generations(self, acts: Sequence[Act]) -> Iterator[Sequence[Value]]:
        """Yield what was made, each with its prompt, which is a token."""
        random = self.random
        for number, act in enumerate(one for one in acts if one.kind == "generate"):
            token = f"zz-token-{random.randrange(TOKENS):04d}"
            model = f"zz-model-{act.file % max(1, len(self.models)):02d}"
            yield number + 1, act.account, token, act.file, model, local(act.when)

    def pm(self, accounts: Sequence[Account]) -> Iterator[Sequence[Value]]:
        """Yield that messages were sent, and nothing of what they said."""
        random = self.random
        used = [one for one in accounts if one.standing == "active"]
        for number in range(len(used) // 2):
            sender, receiver = random.choice(used), random.choice(used)
            when = random.randrange(max(sender.created, receiver.created), ENDED)
            size, attached = random.randrange(20, 4000), int(random.random() < 0.1)
            yield number + 1, sender.id, receiver.id, local(when), size, attached

    @staticmethod
    def acts(acts: Sequence[Act]) -> Iterator[Sequence[Value]]:
        """Yield what was done with files, but for what other tables and logs tell."""
        kept = (one for one in acts if one.kind in {"view", "comment", "upload"})
        for number, act in enumerate(kept):
            yield number + 1, act.account, act.file, act.kind, act.address, local(act.when)


def reference(paid: Paid) -> str:
    """Return what both the site and the processor call a payment."""
    return f"ZZ{paid.number * 7919 % 10**7:07d}"


def wrongly(random: Random, text: str) -> str | bytes:
    """Return a text, seldom in another encoding, or in one that was taken for another."""
    if random.random() >= take.MOJIBAKE:
        return text
    if random.random() < 0.5:
        return text.encode("cp1250", "replace")
    return text.encode().decode("cp1252", "replace")


def typed(random: Random, phone: str) -> str:
    """Return a telephone number as people type it."""
    if random.random() < 0.7:
        return phone
    mark = random.choice((" ", "-", ".", " / "))
    return f"{phone[:3]}{mark}{phone[3:6]}{mark}{phone[6:]}" if phone else ""


def nearly(random: Random, pdq: str) -> str:
    """Return a perceptual hash as another program works it out: a few bits differ."""
    bits = int(pdq, 16)
    for _ in range(random.randrange(8)):
        bits ^= 1 << random.randrange(256)
    return f"{bits:064x}"


def cut(text: bytes) -> bytes:
    """Return a dump whose end is missing: the last statement ends within a row."""
    start = text.rindex(b"INSERT INTO `acts`")
    return text[: start + (len(text) - start) * 2 // 3]
