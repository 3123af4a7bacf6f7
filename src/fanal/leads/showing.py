"""Lists the values by which the persons of leads may be found, and who else shows them."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

import numpy as np

from fanal.leads.calculator import Calculator

ACCOUNT, PAYER = "account", "payer"
MOST_SHOWN = 200
"""Values of one kind that a lead lists: what is confirmed first, then the earliest rows."""
_NAME = "lower(trim(regexp_replace({}, '\\s+', ' ', 'g')))"
_PLACES = (
    # kind, of, value, raw, confirmed, table
    ("username", ACCOUNT, "lower(trim(username))", "username", "false", "account"),
    ("email", ACCOUNT, "email", "email_raw", "email_confirmed", "account"),
    ("phone", ACCOUNT, "phone", "phone_raw", "phone_confirmed", "account"),
    ("name", ACCOUNT, _NAME.format("name_raw"), "name_raw", "document_check = 'passed'", "account"),
    ("recovery address", ACCOUNT, "recovery", "recovery_raw", "false", "account"),
    ("birth", ACCOUNT, "birth_raw", "birth_raw", "document_check = 'passed'", "account"),
    ("name", PAYER, _NAME.format("payer_name"), "payer_name", "false", "payment"),
    ("email", PAYER, "payer_email", "payer_email", "false", "payment"),
    ("card", PAYER, "card_tok", "concat(card_bin, '…', card_last4)", "false", "payment"),
    ("bank account", PAYER, "iban_tok", "iban_tok", "false", "payment"),
    ("wallet", PAYER, "wallet", "wallet", "false", "payment"),
    ("payment reference", PAYER, "psp_ref", "psp_ref", "false", "payment"),
    ("address", ACCOUNT, "ip", "ip", "false", "login"),
)
"""Where each kind of identifier stands."""


def tell_identifiers(calculator: Calculator) -> None:
    """Make table `lead_identifier`: one row a lead, kind, value and whose it is.

    `head` stands for the lead until the end: numbers are grouped faster than names.
    """
    parts = [
        f"SELECT {at} AS place, {value} AS value, no, head, {{'src': src,"
        f" 'raw': coalesce({raw}, {value})}} AS seen, coalesce({confirmed}, false) AS confirmed"
        f" FROM {table} JOIN person USING (site, account) WHERE coalesce({value}, '') <> ''"
        for at, (_, _, value, raw, confirmed, table) in enumerate(_PLACES)
    ]
    calculator.run(
        "CREATE OR REPLACE TABLE shown AS SELECT place, value, no, head, min(seen) AS seen,"
        " bool_or(confirmed) AS confirmed"
        f" FROM ({' UNION ALL '.join(parts)}) GROUP BY place, value, no, head"
    )
    calculator.give(
        "shown_place",
        {
            "place": np.arange(len(_PLACES)),
            "kind": [place[0] for place in _PLACES],
            "of": [place[1] for place in _PLACES],
        },
    )
    for sql in (_CROWD, _MINE, _BUSY, _IDENTIFIER):
        calculator.run(sql)


_CROWD = """
    CREATE OR REPLACE TABLE shown_crowd AS
    SELECT kind, value, count(*) AS everybody FROM (
        SELECT DISTINCT kind, value, no FROM shown JOIN shown_place USING (place)
        WHERE kind IN (SELECT kind FROM shown_place GROUP BY kind HAVING count(*) > 1)
        UNION ALL
        SELECT kind, value, no FROM shown JOIN shown_place USING (place)
        WHERE kind IN (SELECT kind FROM shown_place GROUP BY kind HAVING count(*) = 1)
    ) GROUP BY kind, value HAVING count(*) > 1
"""
_MINE = """
    CREATE OR REPLACE TABLE shown_mine AS
    SELECT head, place, value, min(seen) AS seen, bool_or(confirmed) AS confirmed, count(*) AS own
    FROM shown GROUP BY head, place, value
"""
_BUSY = f"""
    CREATE OR REPLACE TABLE shown_busy AS
    SELECT head, place FROM shown_mine GROUP BY head, place HAVING count(*) > {MOST_SHOWN}
"""
_IDENTIFIER = f"""
    CREATE OR REPLACE TABLE lead_identifier AS
    WITH few AS (
        SELECT * FROM shown_mine ANTI JOIN shown_busy USING (head, place)
        UNION ALL
        SELECT * FROM shown_mine SEMI JOIN shown_busy USING (head, place)
        QUALIFY row_number() OVER (PARTITION BY head, place ORDER BY confirmed DESC, seen, value)
            <= {MOST_SHOWN}
    ),
    led AS (
        SELECT no AS head, lead FROM person WHERE no = head
        AND lead IN (SELECT DISTINCT lead FROM lead_deed)
    )
    SELECT lead, kind, value, seen.raw AS raw, confirmed, of,
        greatest(coalesce(everybody, 1) - own, 0) AS shared, seen.src AS src, place
    FROM few JOIN led USING (head) JOIN shown_place USING (place)
    LEFT JOIN shown_crowd USING (kind, value)
"""
