"""Flags leads whose accounts say that they were under age at their first known act.

What somebody typed as a birth is no proof, in neither direction: the flag puts a lead aside for
people to look at (reference, PRIO-09: the youngest person warned in a comparable action was 13).
A year without a day counts in the person's favour: who may have been 17 is flagged.
"""

from fanal.leads.calculator import Calculator

MINOR = "possible minor"
ADULT = 18
"""Years from which on somebody is no child (Convention on the Rights of the Child, article 1)."""
_AGE = (
    "date_diff('year', day, CAST(act AS DATE))"
    " - CAST(strftime(act, '%m-%d') < strftime(day, '%m-%d') AS BIGINT)"
)
"""Years between a day of birth and an act."""
_YEAR = "regexp_extract_all(birth_raw, '(?:^|[^0-9])((?:19|20)[0-9][0-9])(?:[^0-9]|$)', 1)"
_SHORT = "regexp_extract(birth_raw, '^ *[0-9]{1,2}[./-][0-9]{1,2}[./-]([0-9]{2}) *$', 1)"
_COUNT = "regexp_extract(birth_raw, '^ *(-?[0-9]{9,10})(?:[.][0-9]*)? *$', 1)"
_DAY = (
    "coalesce(TRY_CAST(regexp_extract(birth_raw, '^ *([0-9]{4}-[0-9]{2}-[0-9]{2})', 1) AS DATE),"
    " CAST(try_strptime(regexp_extract(birth_raw, '^ *((?:19|20)[0-9]{6})(?:[T ]|$)', 1), '%Y%m%d')"
    f" AS DATE), CAST(make_timestamp(TRY_CAST({_COUNT} AS BIGINT) * 1000000) AS DATE))"
)
"""A day of ISO 8601, with or without hyphens, or seconds since 1970."""


def tell_minors(calculator: Calculator) -> None:
    """Add the flag to `flag_deeds`; an account whose birth cannot be read says nothing."""
    calculator.run(
        f"""CREATE OR REPLACE TABLE minor_born AS
        SELECT p.lead, a.site, a.account, a.birth_raw, a.document_check, a.created, a.src,
            {_DAY} AS day, year({_DAY}) AS of_day, {_YEAR} AS years, {_SHORT} AS short
        FROM account a JOIN person p ON p.site = a.site AND p.account = a.account
        WHERE a.birth_raw IS NOT NULL"""  # noqa: S608
    )
    calculator.run(
        """CREATE OR REPLACE TABLE minor_year AS
        SELECT *, coalesce(of_day, CASE WHEN len(list_distinct(years)) = 1
            THEN TRY_CAST(years[1] AS BIGINT) END, 2000 + TRY_CAST(short AS BIGINT)) AS born
        FROM minor_born"""
    )
    acts = " UNION ALL ".join(
        f"SELECT site, account, ts FROM {table} WHERE ts IS NOT NULL"  # noqa: S608
        for table in ("login", "media_event", "payment")
    )
    calculator.run(
        f"""CREATE OR REPLACE TABLE minor_act AS
        SELECT b.*, least(b.created, t.first) AS act FROM minor_year b LEFT JOIN (
            SELECT site, account, min(ts) AS first FROM ({acts})
            SEMI JOIN minor_year USING (site, account) GROUP BY site, account
        ) t ON t.site = b.site AND t.account = b.account WHERE b.born IS NOT NULL"""  # noqa: S608
    )
    calculator.run(
        f"""INSERT INTO flag_deeds SELECT lead, '{MINOR}',
            concat('account ', site, '/', account, ' gives ', left(trim(birth_raw), 40),
                ' as its birth: ', CASE WHEN day IS NULL AND youngest < oldest AND youngest >= 0
                    THEN concat(youngest, ' or ') ELSE '' END, oldest,
                ' years old at its first known act (', strftime(act, '%Y-%m-%d'), ')',
                CASE document_check WHEN 'passed' THEN '; a document of the account was checked'
                    ELSE '; nobody checked that' END), [src]
        FROM (SELECT *, CASE WHEN day IS NULL THEN year(act) - born - 1 ELSE {_AGE} END AS youngest,
            CASE WHEN day IS NULL THEN year(act) - born ELSE {_AGE} END AS oldest
            FROM minor_act WHERE act IS NOT NULL)
        WHERE youngest < {ADULT} AND oldest >= 0"""  # noqa: S608
    )
    for table in ("born", "year", "act"):
        calculator.run(f"DROP TABLE minor_{table}")
