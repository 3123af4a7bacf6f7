"""Says what the facts allow of a lead: `suspect`, or nothing, and the fact that justifies it.

After the reference, 3.1: a payment is no suspect, and having come is no access to material. What is
needed is that the person let generate, sent or fetched something, or paid; besides, no open flag of
fraud; and an access that does not hang on the payment:

* a login that worked, or something that the account did with media;
* from an address that leads somewhere: none of Tor, hosting, VPN, private or reserved networks, at
  a time for which a table of networks is there to tell;
* whose time is known, and lies more than an hour before or after each payment of the person, all
  imprecision of both times granted to the doubt. A payment without a time takes a whole day along.

Where somebody paid and came, apart from it, only through networks that lead to nobody, that is
`payment only` too, for the owner of a card looks the same; unless the site made sure of a phone, a
mailbox or a document, which is a way to them that no payer told. A suspect by facts it is neither
way.

What ties such an access to the account is the site's own record of it, not what a payer said. It
says that somebody used the account, and not who: that is for the address, and for people.
"""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from datetime import date

from fanal.leads.calculator import Calculator
from fanal.model.lead import FETCHED, MADE, PAID, SENT, SUSPECT, UNCATEGORISED

SESSION = 3600
"""Seconds around a payment within which an access belongs to it."""
NOWHERE = "'tor', 'hosting', 'vpn', 'private', 'reserved'"
"""Kinds of networks that lead to nobody."""
DID = "'view', 'download', 'upload', 'comment', 'generate'"
"""Kinds of media events that are an access; `bought` is a payment by another name."""
PAYMENT_ONLY, NO_TRACE = "payment only", "no traceable access"
ACTED = ", ".join(f"'{kind}'" for kind in (MADE, SENT, FETCHED, PAID))
"""Deeds without which an access is nothing but having come."""
WORDS = {
    "login": "logged in",
    "view": "viewed",
    "download": "downloaded",
    "upload": "uploaded",
    "comment": "commented",
    "generate": "let generate",
}
"""What an access was, in words."""
_COME = f"""
    CREATE OR REPLACE VIEW fact_came AS
    SELECT site, account, ts, precision_s, ip, 'login' AS did, src FROM login WHERE outcome = 'ok'
    UNION ALL
    SELECT site, account, ts, precision_s, ip, kind AS did, src FROM media_event
    WHERE kind IN ({DID})
"""
_NOWHERE = f"""
    CREATE OR REPLACE TABLE fact_nowhere AS
    SELECT DISTINCT ip, day FROM network WHERE kind IN ({NOWHERE})
"""
_SINCE = "CREATE OR REPLACE TABLE fact_since AS SELECT CAST($since AS TIMESTAMP) AS since"
_TRACED = """
    CREATE OR REPLACE VIEW fact_traced AS
    SELECT lead, ts, coalesce(precision_s, 1) AS unsure, came.ip AS ip, did, src
    FROM fact_came AS came JOIN person USING (site, account) JOIN fact_since ON came.ts >= since
    ANTI JOIN fact_nowhere AS nowhere
        ON nowhere.ip = came.ip AND nowhere.day = CAST(came.ts AS DATE)
    WHERE came.ip IS NOT NULL
"""
_EARLY = """
    CREATE OR REPLACE TABLE fact_early AS
    SELECT DISTINCT lead FROM fact_came AS came JOIN person USING (site, account)
    JOIN fact_since ON since IS NULL OR came.ts < since WHERE ip IS NOT NULL
"""
_PAYING = f"""
    CREATE OR REPLACE TABLE fact_paying AS
    SELECT lead, ts,
        max(epoch(ts) + coalesce(precision_s, 1) + {SESSION})
            OVER (PARTITION BY lead ORDER BY ts) AS ends,
        min(epoch(ts) - coalesce(precision_s, 1) - {SESSION})
            OVER (PARTITION BY lead ORDER BY ts DESC) AS begins
    FROM (
        SELECT site, account, ts, precision_s FROM payment
        UNION ALL
        SELECT site, account, ts, precision_s FROM media_event WHERE kind = 'bought'
    ) JOIN person USING (site, account)
"""
_UNTIMED = """
    CREATE OR REPLACE TABLE fact_untimed AS
    SELECT lead, count(*) AS lost FROM fact_paying WHERE ts IS NULL GROUP BY lead
"""
_TIMED = """
    CREATE OR REPLACE TABLE fact_timed AS
    SELECT DISTINCT lead, ts, ends, begins FROM fact_paying WHERE ts IS NOT NULL
"""
_APART = """
    CREATE OR REPLACE TABLE {into} AS
    WITH payers AS ({rows}),
    later AS (
        SELECT payers.* FROM payers ASOF LEFT JOIN fact_timed AS near
            ON near.lead = payers.lead AND near.ts <= payers.ts
        WHERE near.ts IS NULL OR epoch(payers.ts) - unsure > ends
    )
    SELECT later.* FROM later ASOF LEFT JOIN fact_timed AS near
        ON near.lead = later.lead AND near.ts >= later.ts
    WHERE near.ts IS NULL OR epoch(later.ts) + unsure < begins
"""
_TRACED_APART = _APART.format(
    into="fact_apart",
    rows="SELECT one.* FROM fact_traced AS one SEMI JOIN fact_paying USING (lead)",
)
_HIDDEN_APART = _APART.format(
    into="fact_hidden",
    rows="SELECT lead, ts, coalesce(precision_s, 1) AS unsure FROM fact_came"
    " JOIN person USING (site, account) SEMI JOIN fact_paying USING (lead)"
    " ANTI JOIN independent USING (lead) WHERE ts IS NOT NULL",
)
_TIED = """
    CREATE OR REPLACE TABLE fact_tied AS
    SELECT DISTINCT lead FROM fact_hidden WHERE lead IN (
        SELECT lead FROM account JOIN person USING (site, account)
        WHERE phone_confirmed OR email_confirmed OR document_check = 'passed'
    )
"""
_TOLD = """
    SELECT lead, count(*) AS times, min(ts) AS first, max(ts) AS last,
        count(DISTINCT CAST(ts AS DATE)) AS days,
        min({'ts': ts, 'did': did, 'ip': ip}) AS one, earliest(ts, src) AS refs
"""
_INDEPENDENT = f"""
    CREATE OR REPLACE TABLE independent AS
    {_TOLD} FROM fact_traced ANTI JOIN fact_paying USING (lead) GROUP BY lead
    UNION ALL
    {_TOLD} FROM fact_apart LEFT JOIN fact_untimed USING (lead) GROUP BY lead, lost
    HAVING days > coalesce(lost, 0)
"""
_DONE = " ".join(f"WHEN '{kind}' THEN '{word}'" for kind, word in WORDS.items())
_CATEGORY = f"""
    CREATE OR REPLACE TABLE lead_category AS
    WITH open AS (
        SELECT lead, string_agg(code, ', ' ORDER BY code) AS codes FROM fraud_flag GROUP BY lead
    ),
    pays AS (SELECT DISTINCT lead FROM fact_paying),
    deeds AS (SELECT lead, bool_or(kind IN ({ACTED})) AS acted FROM lead_deed GROUP BY lead),
    every AS (
        SELECT lead, times, codes, acted, pays.lead IS NOT NULL AS paid,
            tied.lead IS NOT NULL AS is_tied,
            early.lead IS NOT NULL AS is_early,
            concat('somebody with its account ', CASE one.did {_DONE} END, ' from ', one.ip,
                ' (', times, if(times = 1, ' access, ', ' accesses, '),
                strftime(first, '%Y-%m-%d'),
                if(first = last, '', concat(' to ', strftime(last, '%Y-%m-%d'))), '), ',
                if(pays.lead IS NULL, 'and no payment is known', 'apart from every payment')
            ) AS access
        FROM deeds LEFT JOIN independent USING (lead)
        LEFT JOIN open USING (lead) LEFT JOIN pays USING (lead)
        LEFT JOIN fact_early AS early USING (lead) LEFT JOIN fact_tied AS tied USING (lead)
    )
    SELECT lead, paid AND NOT is_tied AS only_paid, times > 0 AS accessed,
        if(times > 0 AND acted AND codes IS NULL, '{SUSPECT}', '{UNCATEGORISED}') AS category,
        CASE
            WHEN times > 0 AND NOT acted THEN concat(access, '; nothing else is known of it')
            WHEN times > 0 AND codes IS NULL THEN access
            WHEN times > 0 THEN concat(access, '; but open: ', codes)
            ELSE concat(
                if(paid AND NOT is_tied, 'a payment, and no access apart from it', 'no access'),
                ' that leads to anybody',
                if(is_early, '; for some, no table of networks is there to tell', ''),
                if(is_tied, '; but the site made sure of a way to reach them', '')
            )
        END AS says
    FROM every
"""
_FLAGS = f"""
    CREATE OR REPLACE TABLE flag_facts AS
    SELECT lead, if(only_paid, '{PAYMENT_ONLY}', '{NO_TRACE}') AS code, says, [] AS refs
    FROM lead_category WHERE NOT coalesce(accessed, false)
"""


def find_accesses(calculator: Calculator, networks_since: date | None) -> None:
    """Make table `independent`: of each lead, its accesses that do not hang on a payment.

    Before `networks_since` no table tells which addresses lead to nobody, so none counts.
    """
    calculator.run(_COME)
    calculator.run(_NOWHERE)
    calculator.run(_SINCE, {"since": networks_since})
    for sql in (_TRACED, _EARLY, _PAYING, _UNTIMED, _TIMED, _TRACED_APART, _INDEPENDENT):
        calculator.run(sql)
    calculator.run(_HIDDEN_APART)
    calculator.run(_TIED)


def tell_categories(calculator: Calculator) -> None:
    """Make table `lead_category`, and `flag_facts` for those who came from nowhere.

    Needs `lead_deed`, `fraud_flag` and `independent`.
    """
    calculator.run(_CATEGORY)
    calculator.run(_FLAGS)
