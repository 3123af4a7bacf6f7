"""Logs, tables and mails of the made-up site are what other programs take for such."""

import mailbox
import re
from email.utils import parsedate_to_datetime

import pytest

from fanal.demo import site_logs as logs
from fanal.demo.site_accounts import Opening
from fanal.demo.site_cast import World
from fanal.demo.site_deeds import Life, albums
from fanal.demo.site_dump import reference

WORLD = World(700, 6, (), ())


@pytest.fixture(scope="module")
def opening():
    opening = Opening(WORLD)
    opening.open_all()
    return opening


@pytest.fixture(scope="module")
def life(opening):
    life = Life(WORLD, albums(WORLD))
    life.live(opening.accounts)
    return life


def test_mails_are_a_mailbox(opening, life, tmp_path):
    path = tmp_path / "zz.mbox"
    path.write_bytes(logs.mail(WORLD, opening.accounts, life.payments))
    box = mailbox.mbox(path)
    told = list(box)
    box.close()
    assert len(told) > 10
    addresses = {account.email for account in opening.accounts}
    assert {one["To"] for one in told} <= addresses
    times = [parsedate_to_datetime(one["Date"]) for one in told]
    assert times == sorted(times)
    assert len({one["Message-ID"] for one in told}) == len(told)


def test_every_card_and_bank_payment_is_with_the_processor_once(life):
    text = logs.processor(WORLD, life.payments).decode("cp1252")
    head, *rows = [line.split(";") for line in text.split("\r\n")[:-1]]
    assert tuple(head) == logs.CUSTOMERS
    whole = [row for row in rows if len(row) == len(head)]
    ours = [row[0] for row in whole if row[0].startswith("ZZ")]
    wanted = [reference(paid) for paid in life.payments if paid.card or paid.iban]
    assert ours == wanted
    assert all(len(row[6]) in {0, 6} and len(row[7]) in {0, 4} for row in whole)
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d [AP]M", row[1]) for row in whole)


def test_a_card_is_told_by_the_same_sign_each_time_and_another_by_another():
    assert logs.fingerprint("9") == logs.fingerprint("9") != logs.fingerprint("8")
    assert logs.fingerprint("") == ""


def test_the_web_log_is_in_order_and_holds_programs_and_rubbish(life):
    lines = logs.web_log(WORLD, life.logins, life.acts).decode().splitlines()
    form = r'\S+ - \S+ \[[^\]]+ [+-]\d{4}\] "[A-Z]+ \S+ HTTP/1\.1" \d{3} \d+ "-" "[^"]+"'
    strange = [line for line in lines if not re.fullmatch(form, line)]
    assert len(lines) > 100
    assert len(strange) < len(lines) / 100 + 2
    assert any("zz-crawler" in line for line in lines)


def test_some_sessions_are_of_accounts_that_are_gone(opening, life, tmp_path, monkeypatch):
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    monkeypatch.setattr(logs, "REMOVED", 0.2)
    logs.sessions(tmp_path / "zz.db", WORLD, life.logins)
    with closing(sqlite3.connect(tmp_path / "zz.db")) as base:
        members = [row[0] for row in base.execute("SELECT member FROM sessions")]
    known = {account.id for account in opening.accounts}
    gone = [member for member in members if member not in known]
    assert len(members) - len(gone) == len(life.logins)
    assert 0.1 < len(gone) / len(life.logins) < 0.3
