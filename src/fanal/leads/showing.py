"""Lists the values by which the persons of leads may be found, and who else shows them."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from fanal.leads.calculator import Calculator

ACCOUNT, PAYER = "account", "payer"
MOST_SHOWN = 200
"""Values of one kind that a lead lists; of addresses, those seen last."""
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
    """Make table `lead_identifier`: one row a lead, kind, value and whose it is."""
    parts = [
        f"SELECT {at} AS place, '{kind}' AS kind, '{of}' AS of, {value} AS value,"
        f" coalesce({raw}, {value}) AS raw, coalesce({confirmed}, false) AS confirmed, no, lead,"
        f" src FROM {table} JOIN person USING (site, account) WHERE coalesce({value}, '') <> ''"
        for at, (kind, of, value, raw, confirmed, table) in enumerate(_PLACES)
    ]
    calculator.run(
        "CREATE OR REPLACE TABLE shown AS SELECT kind, of, value, lead, no, min(place) AS place,"
        " arg_min(raw, src) AS raw, bool_or(confirmed) AS confirmed, min(src) AS src,"
        f" max(src) AS latest FROM ({' UNION ALL '.join(parts)}) GROUP BY kind, of, value, lead, no"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE lead_identifier AS WITH crowd AS (SELECT kind, value,"
        " count(DISTINCT no) AS everybody FROM shown GROUP BY kind, value),"
        " mine AS (SELECT lead, kind, of, value, min(place) AS place, arg_min(raw, src) AS raw,"
        " bool_or(confirmed) AS confirmed, min(src) AS src, count(DISTINCT no) AS own"
        " FROM shown SEMI JOIN lead_deed USING (lead) GROUP BY lead, kind, of, value)"
        " SELECT lead, kind, value, raw, confirmed, of, everybody - own AS shared, src, place"
        " FROM mine JOIN crowd USING (kind, value) QUALIFY row_number() OVER"
        f" (PARTITION BY lead, kind, of ORDER BY confirmed DESC, src, value) <= {MOST_SHOWN}"
    )
