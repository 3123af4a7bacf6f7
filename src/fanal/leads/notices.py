"""Says of leads what somebody should know who reads why their accounts are one person's."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from fanal.leads.calculator import Calculator

MANY, SHARED_VALUE, HELD_APART = "many accounts", "shared value", "held apart"
SEVERAL_ROWS, NO_ROW = "several rows", "no row"
MANY_ACCOUNTS = 20
"""Accounts of one person above which somebody has to look whether it is one."""
MOST_TOLD = 3
"""Shared values that a notice names."""


def tell_notices(calculator: Calculator) -> None:
    """Make table `flag_persons`: too many accounts, values that join nobody, people's words."""
    calculator.run(
        "CREATE OR REPLACE TABLE flag_persons AS"
        f" SELECT lead, '{MANY}' AS code, concat(count(*), ' accounts are taken for one person''s:"
        " see whether they are') AS says, [] AS refs FROM person GROUP BY lead"
        f" HAVING count(*) > {MANY_ACCOUNTS}"
        " UNION ALL BY NAME"
        f" SELECT lead, '{HELD_APART}' AS code, concat('held apart from others by what a person"
        " said (', count(*), ')') AS says, [] AS refs FROM (SELECT a, b FROM verdict"
        " WHERE value = 'different') AS said JOIN person ON person.no IN (said.a, said.b)"
        " GROUP BY lead"
        " UNION ALL BY NAME"
        f" SELECT lead, if(flag = '{NO_ROW}', '{NO_ROW}', '{SEVERAL_ROWS}') AS code,"
        f" concat(count(*), if(flag = '{NO_ROW}', ' accounts are named by other tables alone',"
        " ' accounts have several rows that differ: the first one counts')) AS says,"
        " min(src, 5) AS refs FROM account JOIN person USING (site, account)"
        " WHERE flag IS NOT NULL GROUP BY lead, flag"
        " UNION ALL BY NAME"
        f" SELECT lead, '{SHARED_VALUE}' AS code, string_agg(says, '; ' ORDER BY says) AS says,"
        " min(refs, 5) AS refs FROM (SELECT lead, concat(what, ' ', left(value, 40), ': shown by ',"
        " accounts, ' accounts (', discounted, '), joins nobody') AS says, min(src) AS refs"
        " FROM value_shared JOIN tied USING (rule, value) JOIN person USING (no)"
        " JOIN rule_told USING (rule) WHERE discounted <> '' AND identity"
        " GROUP BY lead, what, value, accounts, discounted QUALIFY row_number() OVER"
        f" (PARTITION BY lead ORDER BY says) <= {MOST_TOLD}) GROUP BY lead"
    )
