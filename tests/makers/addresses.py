"""Makes tables of addresses, and works out countries over a small site."""

from contextlib import contextmanager

import numpy as np

from fanal.leads.address_files import read_csv
from fanal.leads.addresses import Table, built, layers_of
from fanal.leads.calculator import Calculator
from fanal.leads.countries import accesses, assign
from fanal.leads.country_rules import rules
from fanal.leads.opening import open_sites
from makers.canonical_site import write_site

EVERY = "240.255.0.0,240.255.0.255,tor\n240.255.1.0,240.255.1.255,vpn\n240.255.2.0,240.255.2.255,"
EVERY += "hosting\n240.255.3.0,240.255.3.255,carrier\n240.255.4.0,240.255.4.255,mobile\n"
"""Rows of a table of networks that has every mark that must be known."""


def table(folder, name, date, text, kind="country"):
    """Read a CSV text and keep it as a table of that day."""
    file = folder / f"{name}-{date}.csv"
    file.write_text(text, "utf-8")
    place = folder / f"{name}-{date}"
    place.mkdir()
    files = built(read_csv(file, kind, rules().countries), place)
    return Table(name, kind, date, place, layers_of(files))


@contextmanager
def worked(folder, tables, doubts=(), persons=None, **rows):
    """Lend a calculator in which the countries of a site's accounts were worked out.

    Every account is a person of its own, called like it, unless `persons` says otherwise.
    """
    site = folder / "site"
    write_site(site, **rows)
    with Calculator(folder, threads=1) as calculator:
        open_sites(calculator, {"zz": site})
        names = {row["account"] for each in rows.values() for row in each if "account" in row}
        named = {name: (persons or {}).get(name, name) for name in sorted(names)}
        calculator.give(
            "person",
            {
                "no": np.arange(len(named)),
                "site": ["zz"] * len(named),
                "account": list(named),
                "lead": list(named.values()),
            },
        )
        accesses(calculator, tables, rules())
        calculator.run(
            "CREATE TABLE payment_doubt AS SELECT site, artefact, raw_table, ref, '' AS code"
            " FROM payment WHERE false"
        )
        for payment, code in doubts:
            calculator.run(
                "INSERT INTO payment_doubt SELECT site, artefact, raw_table, ref, ? FROM payment"
                " WHERE payment = ?",
                (code, payment),
            )
        assign(calculator, tables, rules())
        yield calculator


def reasons(calculator, lead):
    """What is said of a lead: (country, family, strength, rows, caveats)."""
    return sorted(
        calculator.rows(
            "SELECT country, family, strength, rows, caveats FROM lead_reason WHERE lead = ?"
            " ORDER BY country, family",
            (lead,),
        )
    )


def level(calculator, lead):
    """The level of a lead, and each of its countries with whether it is only possible."""
    told = calculator.value("SELECT level FROM lead_level WHERE lead = ?", (lead,))
    countries = calculator.rows(
        "SELECT country, possible FROM lead_country WHERE lead = ? ORDER BY country", (lead,)
    )
    return told or "unassigned", dict(countries)
