"""Writes what else was seized of the made-up site: sessions, logs, the processor's table, mail."""

import csv
import hashlib
import io
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fanal.demo import assumptions as take
from fanal.demo.site_cast import DAY, ENDED, Account, World
from fanal.demo.site_deeds import Act, Login, Paid
from fanal.demo.site_dump import ZONE, reference

PROCESSOR_ZONE = ZoneInfo("America/New_York")
"""Where the payment processor keeps its time."""
CUSTOMERS = (
    "reference",
    "paid_at",
    "amount",
    "currency",
    "payer_name",
    "payer_email",
    "first6",
    "last4",
    "iban",
    "fingerprint",
    "billing_country",
    "address_check",
    "state",
    "dispute",
    "funding",
)
"""Columns of the processor's table."""
REMOVED = 0.002
"""For each session, sessions of accounts that the site has removed."""


def sessions(path: Path, world: World, logins: Sequence[Login]) -> None:
    """Write the sessions into an SQLite file; some are of accounts that are gone."""
    random = world.random("sessions")
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute(
            "CREATE TABLE sessions (sid INTEGER PRIMARY KEY, member INTEGER, ip TEXT, "
            "port INTEGER, started INTEGER, ok INTEGER, agent TEXT)"
        )
        rows: list[tuple[object, ...]] = []
        for login in logins:
            told = (login.address, login.port, login.when + take.CLOCK, int(login.done))
            rows.append((len(rows) + 1, login.account, *told, login.agent))
            if random.random() < REMOVED:
                gone = 108 + 8 * random.randrange(world.accounts // 7 + 1)
                rows.append((len(rows) + 1, gone, *told, login.agent))
        base.executemany("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        base.commit()


def processor(world: World, payments: Sequence[Paid]) -> bytes:
    """Return the processor's table of cards, with orders of other shops in it."""
    random = world.random("processor")
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(CUSTOMERS)
    for paid in payments:
        if not (paid.card or paid.iban):
            continue
        writer.writerow(_processed(paid))
        if random.random() < 0.01:
            other = ["XX" + reference(paid)[2:], *_processed(paid)[1:4], "Zz Other", "", "", "", ""]
            writer.writerow([*other, "", "", "", "ok", "", ""])
        if random.random() < 0.001:
            writer.writerow([reference(paid), "zz"])  # a row that was cut
    return out.getvalue().encode("cp1252", "replace")


def _processed(paid: Paid) -> list[str]:
    when = datetime.fromtimestamp(paid.when + 4, PROCESSOR_ZONE)
    return [
        reference(paid),
        when.strftime("%m/%d/%Y %I:%M %p"),
        f"{paid.cents / 100:.2f}".replace(".", ","),
        paid.money,
        paid.name,
        paid.email,
        paid.card[:6],
        paid.card[-4:],
        paid.iban,
        fingerprint(paid.card),
        paid.billing,
        paid.checked,
        "refunded" if paid.back else paid.status,
        "chargeback" if paid.back else "",
        "debit" if paid.iban else "prepaid" if paid.prepaid else "credit",
    ]


def fingerprint(card: str) -> str:
    """Return what the processor tells a card by, instead of its number."""
    return hashlib.sha256(b"zz processor " + card.encode()).hexdigest()[:24] if card else ""


def downloads(world: World, acts: Sequence[Act]) -> bytes:
    """Return what was fetched, one object a line; some lines are cut, some say more."""
    random = world.random("downloads")
    lines = []
    for act in acts:
        if act.kind != "download":
            continue
        told: dict[str, object] = {
            "t": (act.when + take.CLOCK) * 1000 + random.randrange(1000),
            "u": act.account,
            "f": act.file,
            "ip": act.address,
        }
        if random.random() < 0.05:
            told["resumed"] = True
        line = json.dumps(told)
        lines.append(line[:-9] if random.random() < 0.0005 else line)
    return ("\n".join(lines) + "\n").encode()


def web_log(world: World, logins: Sequence[Login], acts: Sequence[Act]) -> bytes:
    """Return the web server's log of the last days, in which programs come as well."""
    random, since = world.random("web log"), ENDED - take.LOG_DAYS * DAY
    found: list[tuple[int, str]] = []
    for login in logins:
        if login.when >= since:
            status, who = (302, str(login.account)) if login.done else (401, "-")
            line = _line(login.address, who, login.when, f"POST /login {status}", login.agent)
            found.append((login.when, line))
    for act in acts:
        if act.when >= since and act.kind == "view":
            request = f"GET /f/{act.file} 200"
            line = _line(act.address, str(act.account), act.when, request, "ZzBrowser/1.0")
            found.append((act.when, line))
    for _ in range(len(found) // 20):
        when = random.randrange(since, ENDED)
        found.append((when, _line("10.0.0.9", "-", when, "GET /robots.txt 404", "zz-crawler/0.1")))
        if random.random() < 0.02:
            found.append((when, "\\x16\\x03\\x01\\x02 zz no request at all"))
    found.sort()
    return ("\n".join(line for _, line in found) + "\n").encode()


def _line(address: str, who: str, when: int, request: str, agent: str) -> str:
    at = datetime.fromtimestamp(when + take.CLOCK, ZONE).strftime("%d/%b/%Y:%H:%M:%S %z")
    asked, _, status = request.rpartition(" ")
    return f'{address} - {who} [{at}] "{asked} HTTP/1.1" {status} 512 "-" "{agent}"'


def mail(world: World, accounts: Sequence[Account], payments: Sequence[Paid]) -> bytes:
    """Return mails that the site sent: passwords and receipts."""
    random = world.random("mail")
    told = [(one.created + 30, one, "zz password") for one in accounts if random.random() < 0.04]
    told += [
        (paid.when + 60, paid.account, f"zz receipt {reference(paid)}")
        for paid in payments
        if random.random() < 0.04
    ]
    parts = []
    for number, (when, account, subject) in enumerate(sorted(told, key=lambda one: one[0])):
        at = datetime.fromtimestamp(when + take.CLOCK, UTC)
        parts.append(
            f"From zz-site {at:%a %b %d %H:%M:%S %Y}\n"
            f"From: zz-site <zz@zz-site.example>\nTo: {account.email}\n"
            f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <zz.{number}@zz-site.example>\n"
            f"Subject: {subject}\nContent-Type: text/plain; charset=utf-8\n\nzz\n\n"
        )
    return "".join(parts).encode()


def digest(text: str) -> str:
    """Return a digest of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
