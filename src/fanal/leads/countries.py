"""Names the countries that a lead may belong to: families of facts, reasons, levels.

Every family of `countries.toml` speaks once for a country, however many rows it has; the rules
there say which level follows. Nothing is guessed, and nothing is a percentage.
"""

from collections.abc import Sequence

from fanal.leads.addresses import Table
from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_access import (
    ACCESS,
    accesses_by_day,
    countries_of_access,
    reasons_of_access,
    spots,
)
from fanal.leads.country_families import FAMILIES, lists_of, possible_sql, reason_sql
from fanal.leads.country_rules import MEDIUM, RANK, STRONG, Family, LevelRule, Rules
from fanal.leads.networks import look_up
from fanal.leads.opening import REF_TYPE
from fanal.leads.shared import shared
from fanal.model.lead import CONTESTED

NAMED = RANK[MEDIUM]


def accesses(calculator: Calculator, tables: Sequence[Table], rules: Rules) -> None:
    """Look every address up; make `network` and `access_country` (needs `person`)."""
    spots(calculator, look_up(calculator, tables, rules), rules)
    accesses_by_day(calculator)
    countries_of_access(calculator)


def assign(calculator: Calculator, tables: Sequence[Table], rules: Rules) -> None:
    """Make `lead_reason`, `lead_country`, `lead_level`, `flag_countries` and `shared_address`."""
    lists_of(calculator, tables, rules)
    calculator.run(
        "CREATE OR REPLACE TABLE lead_reason (lead VARCHAR, country VARCHAR, role VARCHAR,"
        ' family VARCHAR, strength VARCHAR, "first" VARCHAR, "last" VARCHAR, rows BIGINT,'
        f" says VARCHAR, refs {REF_TYPE}[], dataset VARCHAR, caveats VARCHAR[])"
    )
    for name, family in rules.families.items():
        if name == ACCESS:
            reasons_of_access(calculator, rules)
        else:
            calculator.run(f"INSERT INTO lead_reason {reason_sql(family, FAMILIES[name], rules)}")
    _levels(calculator, rules)
    shared(calculator, rules)
    for name in ("told_account", "doubted", "paying"):
        calculator.run(f"DROP TABLE {name}")


def _levels(calculator: Calculator, rules: Rules) -> None:
    """Make `lead_level` and `lead_country`; a lead that is not in the first is unassigned.

    Where no level is reached, countries that may be true all the same are told as possible.
    """
    families = ", ".join(
        f"({literal(one.name)}, {literal(one.group)}, {_alone(one, rules)})"
        for one in rules.families.values()
    )
    strengths = ", ".join(f"({literal(name)}, {rank})" for name, rank in RANK.items())
    calculator.run(
        'CREATE OR REPLACE TEMP TABLE spoken AS SELECT lead, country, count(DISTINCT "group")'  # noqa: S608
        f' FILTER (rank >= {RANK[STRONG]}) AS strong, count(DISTINCT "group") AS medium,'
        " bool_or(rank >= alone) AS alone FROM lead_reason"
        f' JOIN (VALUES {families}) AS f (family, "group", alone) USING (family)'
        f" JOIN (VALUES {strengths}) AS s (strength, rank) USING (strength)"
        f" WHERE rank >= {NAMED} AND country <> '' GROUP BY lead, country"
    )
    cases = " ".join(f"WHEN {_when(rule)} THEN {literal(rule.name)}" for rule in rules.levels)
    calculator.run(
        "CREATE OR REPLACE TABLE lead_level AS SELECT lead, level FROM (SELECT lead,"  # noqa: S608
        f" CASE {cases} END AS level FROM (SELECT lead, count(*) AS named, max(strong) AS strong,"
        " max(medium) AS medium, bool_or(alone) AS alone FROM spoken GROUP BY lead))"
        " WHERE level IS NOT NULL"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE lead_country AS SELECT lead, country,"  # noqa: S608
        f" level = {literal(CONTESTED)} AS possible FROM spoken JOIN lead_level USING (lead)"
        f" UNION ALL SELECT DISTINCT lead, country, true FROM ({possible_sql(rules)} UNION ALL"
        " SELECT lead, country FROM spoken) WHERE lead NOT IN (SELECT lead FROM lead_level)"
    )
    calculator.run("DROP TABLE spoken")


def _alone(family: Family, rules: Rules) -> int:
    """Return the rank from which on a family alone names a country."""
    return RANK[family.strength] if family.name in rules.not_alone else NAMED


def _when(rule: LevelRule) -> str:
    """Return the condition of a level as SQL, of the three numbers of a lead."""
    columns = {STRONG: "strong", MEDIUM: "medium"}
    if rule.countries:
        return f"named >= {rule.countries}"
    reached = " OR ".join(f"{columns[strength]} >= {many}" for strength, many in rule.enough)
    return f"named = 1 AND (alone OR medium >= 2) AND ({reached})"
