"""Finds payments that may have been made with another person's details, and says what shows it.

Of about 7,250 names of a payment portal (Operation Ore) many belonged to people whose cards had
been stolen. So details of a payer never stand for the person behind an account, and what speaks for
fraud stays open until people close it.
"""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from fanal.leads.calculator import Calculator

CHARGEBACK = "chargeback"
CHECK_FAILED = "billing check failed"
REFUNDED = "refunded"
PAYER_DIFFERS = "payer differs"
CARD_SHARED = "card on several persons"
CARD_TESTED = "card tested"
ELSEWHERE = "billing country elsewhere"
FRAUD: dict[str, str] = {
    CHARGEBACK: "the payment was charged back",
    CHECK_FAILED: "the processor's check of the billing address failed",
    REFUNDED: "the payment was refunded",
    PAYER_DIFFERS: "the payer's name or e-mail is another one than the account's",
    CARD_SHARED: "the same card paid for accounts of several persons",
    CARD_TESTED: "cards were tried out: failed, tiny or changing attempts within a short time",
    ELSEWHERE: "the billing country is none of those that the person came from",
}
"""Code of a flag of fraud → what it says; each stays open until people close it."""
NOT_CONFIRMED = "payer not confirmed"
"""Doubt, not fraud: nothing that the site made sure of agrees with the payer's details."""
ATTEMPTS, FAILED_ATTEMPTS, TINY, CARDS = 3, 2, 2.0, 3
"""So many attempts within an hour, so many of them failed or all up to this amount; so many
different cards of one account on one day: somebody tries out cards."""
_LETTERS = "regexp_replace(lower(strip_accents({})), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')"
_MACROS = (
    f"words_of(name) AS string_split(nullif(trim({_LETTERS.format('name')}), ''), ' ')",
    (
        "same_word(x, y) AS x = y OR (length(x) = 1 AND starts_with(y, x))"
        " OR (length(y) = 1 AND starts_with(x, y))"
    ),
    (
        "all_in(few, many) AS len(list_filter(few, lambda x:"
        " len(list_filter(many, lambda y: same_word(x, y))) = 0)) = 0"
    ),
    (
        "is_name(name, username) AS len(words_of(name)) > 1 AND NOT regexp_matches(name,"
        " '[0-9_@#]') AND lower(trim(name)) <> lower(trim(coalesce(username, '')))"
    ),
    (
        "same_name(a, b) AS (all_in(words_of(a), words_of(b)) OR all_in(words_of(b), words_of(a)))"
        " AND len(list_filter(words_of(a), lambda x: NOT regexp_full_match(x, '[a-z0-9]')"
        " AND list_contains(words_of(b), x))) > 0"
    ),
)


_PAYER = """
    CREATE OR REPLACE TABLE payer AS
    WITH compared AS (
        SELECT payment.site, payment.artefact, payment.raw_table, payment.ref,
            CASE WHEN payer_name = name_raw AND words_of(name_raw) IS NOT NULL THEN true
                WHEN same_name(payer_name, name_raw) THEN true
                WHEN document_check = 'passed' OR is_name(name_raw, username)
                THEN same_name(payer_name, name_raw) END AS named,
            document_check = 'passed' AS checked,
            CASE WHEN payer_email IS NOT NULL AND coalesce(email, recovery) IS NOT NULL
                THEN coalesce(lower(payer_email) = lower(email), false)
                    OR coalesce(lower(payer_email) = lower(recovery), false) END AS mailed,
            email_confirmed AND lower(payer_email) = lower(email) AS sure
        FROM payment JOIN account USING (site, account)
        WHERE payer_name IS NOT NULL OR payer_email IS NOT NULL
    )
    SELECT site, artefact, raw_table, ref,
        coalesce(NOT coalesce(bool_or(named), bool_or(mailed)), false) AS differs,
        if(bool_or(named) IS NULL, 'e-mail', 'name') AS compared,
        coalesce(bool_or(sure), false) OR coalesce(bool_or(named AND checked), false) AS confirmed
    FROM compared GROUP BY site, artefact, raw_table, ref
"""


def find_payers(calculator: Calculator) -> None:
    """Make table `payer`: of payments that tell one, whether it is another, or made sure of.

    Names differ where neither holds all words of the other, an initial standing for a word, or
    where only initials agree; what is no name of a person (one word, digits, the username) and was
    not checked agrees or says nothing.
    Where names say nothing, e-mail addresses are asked. Both are compared with the account's own.
    """
    for macro in _MACROS:
        calculator.run(f"CREATE OR REPLACE MACRO {macro}")
    calculator.run(_PAYER)


def find_doubts(calculator: Calculator) -> None:
    """Make table `payment_doubt`: a row a payment and doubt (needs `person`, `access_country`)."""
    _find_tested(calculator)
    calculator.run(
        "CREATE OR REPLACE TABLE came_from AS SELECT DISTINCT lead, country FROM access_country"
        " JOIN person USING (site, account)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE bill AS SELECT payment.*, lead, compared, coalesce(differs, false)"
        " AS differs, coalesce(confirmed, false) AS confirmed, CAST(ts AS DATE) AS day FROM payment"
        " JOIN person USING (site, account) LEFT JOIN payer USING (site, artefact, raw_table, ref)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE shared_card AS SELECT card_tok FROM bill"
        " WHERE card_tok IS NOT NULL GROUP BY card_tok HAVING count(DISTINCT lead) > 1"
    )
    doubts = (
        (CHARGEBACK, "WHERE chargeback"),
        (CHECK_FAILED, "WHERE billing_checked = 'failed'"),
        (
            REFUNDED,
            (
                "WHERE status = 'refunded'"
                " OR (lead, amount) IN (SELECT lead, -amount FROM bill WHERE amount > 0)"
            ),
        ),
        (PAYER_DIFFERS, "WHERE differs"),
        (NOT_CONFIRMED, "WHERE NOT confirmed"),
        (CARD_SHARED, "SEMI JOIN shared_card USING (card_tok)"),
        (CARD_TESTED, "SEMI JOIN tested USING (site, account, day) WHERE method = 'card'"),
        (
            ELSEWHERE,
            (
                "SEMI JOIN came_from USING (lead) ANTI JOIN came_from AS same"
                " ON same.lead = bill.lead AND same.country = billing_country"
                " WHERE billing_country IS NOT NULL"
            ),
        ),
    )
    parts = [
        f"SELECT site, artefact, raw_table, ref, '{code}' AS code FROM bill {where}"
        for code, where in doubts
    ]
    calculator.run(
        "CREATE OR REPLACE TABLE payment_doubt AS SELECT DISTINCT * FROM"
        f" ({' UNION ALL '.join(parts)})"
    )


def _find_tested(calculator: Calculator) -> None:
    """Make table `tested`: accounts and days on which cards were tried out."""
    hour = (
        "(PARTITION BY site, account ORDER BY ts"
        " RANGE BETWEEN INTERVAL 1 HOUR PRECEDING AND CURRENT ROW)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE tested AS WITH tries AS (SELECT site, account,"
        " CAST(ts AS DATE) AS day, count(*) OVER once AS attempts,"
        " count(*) FILTER (status = 'failed') OVER once AS failed,"
        " max(amount) OVER once AS most, min(amount) OVER once AS least FROM payment"
        f" WHERE method = 'card' AND ts IS NOT NULL WINDOW once AS {hour})"
        f" SELECT DISTINCT site, account, day FROM tries WHERE attempts >= {ATTEMPTS}"
        f" AND (failed >= {FAILED_ATTEMPTS} OR (most <= {TINY} AND least < most))"
        " UNION SELECT site, account, CAST(ts AS DATE) AS day FROM payment"
        " WHERE method = 'card' AND ts IS NOT NULL AND card_tok IS NOT NULL"
        f" GROUP BY ALL HAVING count(DISTINCT card_tok) >= {CARDS}"
    )


def tell_fraud(calculator: Calculator) -> None:
    """Make table `fraud_flag`: of each lead and code, how many payments show it, and which."""
    calculator.give("fraud_told", {"code": list(FRAUD), "text": list(FRAUD.values())})
    calculator.run(
        "CREATE OR REPLACE TABLE fraud_flag AS SELECT lead, code, concat(min(text),"
        f" CASE code WHEN '{PAYER_DIFFERS}' THEN concat(': compared by ',"
        " string_agg(DISTINCT compared, ' and ' ORDER BY compared)) ELSE '' END, ' (', count(*),"
        " CASE WHEN count(*) = 1 THEN ' payment)' ELSE ' payments)' END) AS says,"
        " earliest(ts, src) AS refs FROM payment_doubt JOIN fraud_told USING (code)"
        " JOIN bill USING (site, artefact, raw_table, ref) GROUP BY lead, code"
    )
