"""Resolves a small site without its countries: networks and countries of access are told."""

from contextlib import contextmanager
from datetime import date

from fanal.leads.calculator import Calculator
from fanal.leads.category import find_accesses, tell_categories
from fanal.leads.fraud import find_doubts, find_payers, tell_fraud
from fanal.leads.joins import find_together, tell_joins
from fanal.leads.notices import tell_notices
from fanal.leads.opening import REF_TYPE, open_sites
from fanal.leads.persons import Verdict, find_persons
from makers.canonical_site import write_site

CASE = "zz-case"
TOR, HOSTING = "240.0.9.1", "240.0.9.2"
SINCE = date(2024, 1, 1)
_DEEDS = (
    "SELECT DISTINCT lead, 'came' AS kind FROM login JOIN person USING (site, account)"
    " UNION SELECT lead, 'paid' FROM payment JOIN person USING (site, account)"
    " UNION SELECT lead, CASE kind WHEN 'generate' THEN 'made' WHEN 'upload' THEN 'sent'"
    " WHEN 'comment' THEN 'came' WHEN 'bought' THEN 'came' ELSE 'fetched' END FROM media_event"
    " JOIN person USING (site, account)"
)


def verdict(a, b, value="same", site="zz"):
    """What people said of two accounts of one site."""
    return Verdict((site, a), (site, b), value, f"zz-person: {value}, for zz-grounds")


@contextmanager
def persons(folder, verdicts=(), sites=None, **tables):
    """Lend a calculator in which the accounts of a site, or of several, were put together."""
    folders = {}
    for name, rows in (sites or {"zz": tables}).items():
        write_site(folder / name, **rows)
        folders[name] = folder / name
    with Calculator(folder, threads=1) as calculator:
        open_sites(calculator, folders)
        find_payers(calculator)
        find_persons(calculator, CASE, verdicts)
        yield calculator


@contextmanager
def weighed(folder, came_from=(), since=SINCE, networks=None, **tables):
    """Lend a calculator in which fraud and categories were worked out.

    TOR and HOSTING are what they are called; `came_from` tells (account, country).
    """
    with persons(folder, **tables) as calculator:
        days = {row["ts"][:10] for row in tables.get("login", []) if row["ts"]}
        told = networks if networks is not None else {TOR: "tor", HOSTING: "hosting"}
        calculator.run("CREATE TABLE network (ip VARCHAR, day DATE, kind VARCHAR)")
        for ip, kind in told.items():
            for day in sorted(days):
                calculator.run("INSERT INTO network VALUES (?, ?, ?)", (ip, day, kind))
        calculator.run(
            "CREATE TABLE access_country (site VARCHAR, account VARCHAR, country VARCHAR,"
            f" days BIGINT, first TIMESTAMP, last TIMESTAMP, src {REF_TYPE})"
        )
        for account, country in came_from:
            calculator.run(
                "INSERT INTO access_country (site, account, country, days) VALUES ('zz', ?, ?, 3)",
                (account, country),
            )
        calculator.run(f"CREATE TABLE lead_deed AS {_DEEDS}")
        find_doubts(calculator)
        tell_fraud(calculator)
        find_accesses(calculator, since)
        tell_categories(calculator)
        tell_notices(calculator)
        yield calculator


def groups(calculator):
    """Who is together with whom: sets of `site/account` that are one lead."""
    found = {}
    for site, account, lead in calculator.rows("SELECT site, account, lead FROM person"):
        found.setdefault(lead, set()).add(f"{site}/{account}")
    return sorted(sorted(each) for each in found.values())


def joins(calculator):
    """Every join and link: (a, b, rule, identity), once each."""
    calculator.run("CREATE TABLE IF NOT EXISTS network (ip VARCHAR, day DATE, kind VARCHAR)")
    find_together(calculator)
    tell_joins(calculator)
    return sorted(
        set(calculator.rows("SELECT a, b, rule, identity FROM lead_join ORDER BY a, b, rule"))
    )


def category(calculator, account):
    """What facts allow of the lead of an account, and its flags."""
    lead = calculator.value("SELECT lead FROM person WHERE account = ?", (account,))
    told, says = next(
        calculator.rows("SELECT category, says FROM lead_category WHERE lead = ?", (lead,))
    )
    flags = calculator.rows(
        "SELECT code FROM (SELECT lead, code FROM fraud_flag UNION ALL SELECT lead, code"
        " FROM flag_facts UNION ALL SELECT lead, code FROM flag_persons) WHERE lead = ?",
        (lead,),
    )
    return told, {code for (code,) in flags}, says


def doubts(calculator, account):
    """The doubts of the payments of an account."""
    return {
        code
        for (code,) in calculator.rows(
            "SELECT DISTINCT code FROM payment_doubt JOIN bill USING (site, artefact, raw_table,"
            " ref) WHERE account = ?",
            (account,),
        )
    }
