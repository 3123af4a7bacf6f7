"""Says which concept of UMF each field of a lead speaks of.

UMF, the universal message format (Commission Implementing Decisions (EU) 2023/220 and 2023/221),
and SIENA's own forms are not public. So this is a table for whoever types a lead in, by the names
of the concepts only; nothing here claims to conform to either.
"""

import csv
import io

CONCEPTS = ("person", "means of communication", "organisation", "event", "item", "connection")
"""Concepts of UMF that the table names; `location` and `handling` are sections of the message."""
TABLE = (
    ("lead", "person", "one person, as far as facts tell"),
    ("category", "person", "role of the person; `uncategorised` is no role"),
    ("facts.accounts", "means of communication", "account of a service: site, number, user name"),
    ("facts.identifiers: username", "means of communication", "nick name"),
    ("facts.identifiers: email", "means of communication", "electronic mail"),
    ("facts.identifiers: phone", "means of communication", "telephone number, E.164"),
    ("facts.identifiers: address", "means of communication", "IP address, with its time"),
    ("facts.identifiers: recovery", "means of communication", "mail or telephone"),
    ("facts.identifiers: name", "person", "name; of a payer perhaps another person's"),
    ("facts.identifiers: birth", "person", "date of birth, as the account says"),
    ("facts.identifiers: bank account", "item", "means of payment; a token, not the number"),
    ("facts.identifiers: card", "item", "means of payment; first six and last four digits"),
    ("facts.identifiers: wallet", "item", "means of payment"),
    ("facts.accounts.site", "organisation", "service that was seized"),
    ("facts.deeds", "event", "what was done, when and how often"),
    ("facts.deeds.what", "item", "picture or film by its SHA-256, or a series of them"),
    ("facts.first, facts.last", "event", "time span"),
    ("facts.countries.named", "person", "country, as possible or not"),
    (
        "facts.countries.reasons",
        "event",
        "why a country is named: residence, place of act, payment",
    ),
    ("facts.joined", "connection", "between accounts; `identity` means one person"),
    ("facts.flags", "person", "warning"),
    ("assessments", "person", "assessment of the sender, apart from facts"),
    ("evaluation", "", "4×4: source A, B, C, X and information 1 to 4"),
    ("handling", "", "handling code H0 to H3 and restriction in words"),
    ("from", "item", "seized file: digest, table and first byte of the row"),
)
"""Field of ours, concept, how it is meant there; "" for what belongs to the message."""


def table() -> bytes:
    """Return the table as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("field", "UMF concept", "meant as"))
    writer.writerows(TABLE)
    return out.getvalue().encode("utf-8-sig")
