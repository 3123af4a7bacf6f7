"""Works out which countries' networks a person used, on how many days, and what takes weight."""

from collections.abc import Mapping

from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_rules import NONE, Rules

ACCESS = "access network"
LABELS = 5
"""Tables of addresses that a reason names; more are counted."""
CAVEATS: Mapping[str, str] = {
    "carrier": "carrier network",
    "hosting": "hosting network",
    "tor": "Tor exit",
    "vpn": "VPN",
}
"""Mark that takes weight → its code among the caveats of a reason."""
TIME = "'%Y-%m-%dT%H:%M:%SZ'"


def accesses_by_day(calculator: Calculator, rules: Rules) -> None:
    """Make `access_day`: what each account did from each address on each day (needs `spot`).

    A login that failed shows nobody's access.
    """
    weightless = _list(rules.weightless)
    sure = _list(rules.subscribers)
    calculator.run(
        "CREATE OR REPLACE TABLE access_day AS WITH done AS ("  # noqa: S608
        " SELECT site, account, ip, ts, src FROM login WHERE outcome IS DISTINCT FROM 'failed'"
        " UNION ALL SELECT site, account, ip, ts, src FROM media_event),"
        " days AS (SELECT d.site, d.account, a.id, d.ts::DATE AS day, count(*) AS rows,"
        " min(struct_pack(ts := d.ts, src := d.src)) AS earliest, max(d.ts) AS latest"
        " FROM done d JOIN address a USING (ip) WHERE d.ts IS NOT NULL GROUP BY ALL)"
        " SELECT p.lead, d.*, CASE WHEN s.special IS NULL THEN coalesce(s.country, '') ELSE ''"
        " END AS country, s.label, s.dated, s.away, s.marks, s.special,"
        " s.special IS NULL AND s.country IS NOT NULL"
        f" AND NOT list_has_any(s.marks, {weightless}) AS bears,"
        f" s.is_known OR list_has_any(s.marks, {sure}) AS is_sure"
        " FROM days d JOIN spot s USING (id, day) JOIN person p USING (site, account)"
    )


def countries_of_access(calculator: Calculator) -> None:
    """Make `access_country`: countries of the addresses that have weight, account by account."""
    calculator.run(
        "CREATE OR REPLACE TABLE access_country AS SELECT site, account, country,"
        " count(DISTINCT day) AS days, min(earliest.ts) AS first, max(latest) AS last,"
        " min(earliest).src AS src FROM access_day WHERE bears"
        " GROUP BY site, account, country ORDER BY site, account, country"
    )


def reasons_of_access(calculator: Calculator, rules: Rules) -> None:
    """Add to `lead_reason` what the networks say that a person came from."""
    family = rules.families[ACCESS]
    marks = ", ".join(f"({literal(mark)}, {literal(code)})" for mark, code in CAVEATS.items())
    calculator.run(
        "CREATE OR REPLACE TEMP TABLE came AS SELECT lead, country,"
        " count(DISTINCT day) FILTER (bears) AS days,"
        " count(DISTINCT day) FILTER (bears AND is_sure) AS sure_days,"
        " count(DISTINCT day) AS all_days, sum(rows) AS all_rows,"
        " sum(rows) FILTER (bears) AS bearing, coalesce(bool_or(bears), false) AS counts"
        " FROM access_day GROUP BY lead, country"
    )
    calculator.run(
        "CREATE OR REPLACE TEMP TABLE came_by AS SELECT a.lead, a.country,"  # noqa: S608
        " min(a.earliest.ts) AS first, max(a.latest) AS last, max(a.away) AS away,"
        f" list(a.earliest ORDER BY a.earliest)[1:{rules.refs}] AS earliest,"
        " list_sort(list(DISTINCT struct_pack(dated := a.dated, label := a.label))"
        " FILTER (a.label IS NOT NULL)) AS tables,"
        f" list_sort(list_distinct(flatten(list({_codes(marks)})))) AS codes"
        " FROM access_day a JOIN came c ON c.lead = a.lead AND c.country = a.country"
        " WHERE a.bears = c.counts GROUP BY a.lead, a.country"
    )
    strength = (
        f"CASE WHEN sure_days >= {rules.days} THEN {literal(family.strength)}"
        f" WHEN days >= {rules.few} THEN {literal(family.lesser)} ELSE {literal(NONE)} END"
    )
    calculator.run(
        f"INSERT INTO lead_reason SELECT lead, country, {literal(family.role)},"  # noqa: S608
        f" {literal(ACCESS)}, {strength}, strftime(first, {TIME}), strftime(last, {TIME}),"
        f" CASE WHEN counts THEN bearing ELSE all_rows END, {_says()},"
        f" list_transform(earliest, lambda one: one.src), {_dataset()}, {_caveats(rules)}"
        " FROM came JOIN came_by USING (lead, country) ORDER BY lead, country"
    )
    for name in ("came", "came_by"):
        calculator.run(f"DROP TABLE {name}")


def _codes(marks: str) -> str:
    """Return what takes weight from one day at one address, as a list of codes."""
    return (
        "CASE WHEN a.bears THEN []::VARCHAR[] WHEN a.special IS NOT NULL"
        " THEN [a.special || ' address'] WHEN a.label IS NULL THEN ['no table before']"
        " WHEN a.country = '' THEN ['in no table'] ELSE list_transform(list_filter(a.marks,"
        f" lambda m: m IN ({_keys()})), lambda m: map_from_entries([{marks}])[m]) END"
    )


def _keys() -> str:
    return ", ".join(map(literal, CAVEATS))


def _says() -> str:
    days = "CASE WHEN counts THEN days ELSE all_days END"
    on = f"({days})::VARCHAR || CASE WHEN ({days}) = 1 THEN ' day' ELSE ' days' END"
    return (
        "CASE WHEN country = '' THEN 'used addresses that name no country on ' || "
        f"{on} ELSE 'used networks of ' || country || ' on ' || {on} END"
    )


def _dataset() -> str:
    labels = "list_transform(tables, lambda one: one.label)"
    return (
        f"coalesce(array_to_string({labels}[1:{LABELS}], ', ') || CASE WHEN len(tables) > {LABELS}"
        f" THEN ' and ' || (len(tables) - {LABELS})::VARCHAR || ' more' ELSE '' END, '')"
    )


def _caveats(rules: Rules) -> str:
    """Return what must be known of a reason, as a list of codes."""
    return (
        "list_sort(list_concat(codes, list_filter(["
        f" CASE WHEN counts AND days < {rules.few} THEN 'single day' END,"
        f" CASE WHEN counts AND days >= {rules.few} AND days < {rules.days} THEN 'few days' END,"
        f" CASE WHEN days >= {rules.days} AND sure_days < {rules.days}"
        " THEN 'kind of network not known' END,"
        f" CASE WHEN country <> '' AND away > {rules.warn} THEN"
        " 'table ' || away::VARCHAR || ' days away' END,"
        " CASE WHEN counts AND bearing < all_rows THEN"
        " (all_rows - bearing)::VARCHAR || ' rows weigh nothing' END"
        "], lambda one: one IS NOT NULL)))"
    )


def _list(words: tuple[str, ...]) -> str:
    return f"[{', '.join(map(literal, words))}]::VARCHAR[]"
