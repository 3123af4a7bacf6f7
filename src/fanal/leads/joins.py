"""Says of each lead why its accounts are one person, and which other accounts are linked to it."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from fanal.leads.calculator import Calculator, literal
from fanal.leads.opening import REF_TYPE
from fanal.leads.values import MOST_SHARING, TOGETHER

SAID = "a person said so"
"""The rule of a join that a person made."""
APART = "a person said that they are different"
HIDDEN = "'card', 'bank account', 'password hash'"
"""Values of which only the beginning is shown."""
MOST_LINKS = 50
"""Links of one rule that a lead shows; how many there are is counted."""


def find_together(calculator: Calculator) -> None:
    """Make table `together`: accounts that logged in from one address within one hour.

    Addresses of networks that many share say nothing, nor do hours in which more than
    MOST_SHARING accounts came: so no crowd makes a pair of everybody with everybody.
    """
    calculator.run(
        "CREATE OR REPLACE TABLE together AS WITH hours AS (SELECT ip, date_trunc('hour', ts) AS"
        " hour, no, min(src) AS src FROM login JOIN acct USING (site, account)"
        " ANTI JOIN network ON network.ip = login.ip AND network.day = CAST(login.ts AS DATE)"
        " WHERE login.ip IS NOT NULL AND ts IS NOT NULL AND outcome = 'ok' GROUP BY ALL),"
        " few AS (SELECT * FROM hours QUALIFY count(*) OVER (PARTITION BY ip, hour)"
        f" BETWEEN 2 AND {MOST_SHARING})"
        " SELECT one.no AS a, other.no AS b, count(*) AS shared, min(one.ip) AS value,"
        " min(one.src) AS a_src, min(other.src) AS b_src FROM few AS one JOIN few AS other"
        " ON one.ip = other.ip AND one.hour = other.hour AND one.no < other.no GROUP BY ALL"
    )


def tell_joins(calculator: Calculator) -> None:
    """Make table `lead_join`: one row a lead and pair of accounts, strongest rule first."""
    calculator.run(
        "CREATE OR REPLACE TABLE join_told AS"
        f" SELECT a, b, -1 AS rule, {literal(SAID)} AS name, value = 'same' AS identity, says,"
        f" CAST([] AS {REF_TYPE}[]) AS refs FROM verdict"
        " UNION ALL BY NAME SELECT a, b, rule, name, identity, concat('both show the ', what, ' ',"
        f" CASE WHEN what IN ({HIDDEN}) THEN left(value, 12) ELSE value END,"
        " CASE WHEN shared > 1 THEN concat(' and ', shared - 1, ' more') ELSE '' END) AS says,"
        " [a_src, b_src] AS refs FROM pair"
        f" UNION ALL BY NAME SELECT a, b, 1000 AS rule, {literal(TOGETHER)} AS name,"
        " false AS identity, concat('both came from ', value, ' within one hour, in ', shared,"
        " ' hour', CASE WHEN shared > 1 THEN 's' ELSE '' END) AS says, [a_src, b_src] AS refs"
        " FROM together"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE lead_join AS WITH every AS (SELECT join_told.*,"
        " concat(one.site, '/', one.account) AS a_name, one.lead AS a_lead,"
        " concat(other.site, '/', other.account) AS b_name, other.lead AS b_lead"
        " FROM join_told JOIN person AS one ON one.no = join_told.a"
        " JOIN person AS other ON other.no = join_told.b),"
        " sided AS (SELECT unnest(list_distinct([a_lead, b_lead])) AS lead, * FROM every)"
        " SELECT lead, a_name AS a, b_name AS b, name AS rule, rule AS rank,"
        " identity AND a_lead = b_lead AS identity, CASE WHEN identity AND a_lead <> b_lead"
        f" THEN concat(says, {literal(f'; not joined: {APART}')}) ELSE says END AS says, refs"
        " FROM sided QUALIFY row_number() OVER"
        f" (PARTITION BY lead, rank ORDER BY a, b, says) <= {MOST_LINKS}"
    )
