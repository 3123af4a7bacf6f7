"""Finds addresses that several persons used in one hour: a link at most, never who it was."""

from fanal.leads.calculator import Calculator
from fanal.leads.country_rules import Rules

SHARED = "shared address"


def shared(calculator: Calculator, rules: Rules) -> None:
    """Make `shared_address` and `flag_countries` from the logins themselves (needs `address`)."""
    calculator.run(
        "CREATE OR REPLACE TABLE hourly AS SELECT p.lead, a.id, a.ip,"
        " date_trunc('hour', l.ts) AS hour, min(struct_pack(ts := l.ts, src := l.src)) AS earliest"
        " FROM login l JOIN address a USING (ip) JOIN person p USING (site, account)"
        " WHERE l.ts IS NOT NULL AND a.id NOT IN (SELECT id FROM special_address) GROUP BY ALL"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE crowded AS SELECT id, hour, count(*) AS persons FROM hourly"
        " GROUP BY id, hour HAVING count(*) > 1"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE shared_address AS SELECT lead, ip, hour, persons - 1 AS others,"
        " earliest.src AS src FROM hourly JOIN crowded USING (id, hour) ORDER BY lead, hour, ip"
    )
    calculator.run(
        f"CREATE OR REPLACE TABLE flag_countries AS SELECT lead, '{SHARED}' AS code,"  # noqa: S608
        " 'others logged in from the same address within the same hour: ' || count(DISTINCT ip)"
        " || ' addresses, ' || count(*) || ' hours, at most ' || max(others) || ' other persons'"
        f" AS says, list(src ORDER BY hour, ip)[1:{rules.refs}] AS refs"
        " FROM shared_address GROUP BY lead ORDER BY lead"
    )
    for name in ("hourly", "crowded"):
        calculator.run(f"DROP TABLE {name}")
