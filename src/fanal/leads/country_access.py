"""Works out which countries' networks a person used, on how many days, and what takes weight.

Of every access one number is kept: its time, where its row stands and at which byte. The least of
such numbers is the earliest row, and the rows that a reason names are the least ones.
"""

from collections.abc import Mapping

import numpy as np

from fanal.errors import FanalError
from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_rules import NONE, Rules
from fanal.leads.networks import RESERVED, Looked, Numbers, bits

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
EARLIEST = 1 << 52
"""Added to the microseconds since 1970, so that earlier times are no negative numbers."""
SOURCES = 1 << 11
"""Raw tables of all sites together, at most."""
DAY = "date_diff('day', DATE '1970-01-01', ts::DATE)"
TIME = "'%Y-%m-%dT%H:%M:%SZ'"
ROWS = (
    "SELECT site, account, ip, ts, src FROM login WHERE outcome IS DISTINCT FROM 'failed'"
    " UNION ALL SELECT site, account, ip, ts, src FROM media_event"
)
"""Accesses; a login that failed shows nobody's."""


def spots(calculator: Calculator, looked: Looked, rules: Rules) -> None:
    """Make `spot`: of each address on each day its country, and whether that has weight.

    `network` are the addresses and days that belong to no subscriber of one country.
    """
    told = looked.spots
    needed = bits(rules.needed)
    why = _why(looked, rules)
    sure = ((told.layers & needed) == needed) | ((told.marks & bits(rules.subscribers)) != 0)
    calculator.give(
        "spot",
        {
            "id": told.id.astype(np.int32),
            "day": told.day.astype(np.int32),
            "place": np.where(told.special < 0, told.country, -1).astype(np.int16),
            "tab": told.tab.astype(np.int16),
            "bears": why == 0,
            "is_sure": (why == 0) & sure,
            "why": why.astype(np.int32),
        },
    )
    special = np.unique(told.id[told.special >= 0])
    calculator.give("special_address", {"id": special.astype(np.int32)})
    _names(calculator, looked)
    _networks(calculator, looked, rules)


def codes(rules: Rules) -> list[str]:
    """Return the codes of all that takes weight from an address on a day, one bit each."""
    special = sorted({f"{name} address" for name, _, _ in rules.special})
    return ["no table before", "in no table", *(CAVEATS[m] for m in rules.weightless), *special]


def _why(looked: Looked, rules: Rules) -> Numbers:
    """Return the codes that hold for each address and day, as bits; 0 where it has weight."""
    told, names = looked.spots, codes(rules)
    why = np.where(told.tab < 0, 1, np.where(told.country < 0, 2, 0))
    for mark in rules.weightless:
        why[(told.marks & bits([mark])) != 0] |= 1 << names.index(CAVEATS[mark])
    for number, (name, _, _) in enumerate(rules.special):
        why[told.special == number] = 1 << names.index(f"{name} address")
    return why


def _names(calculator: Calculator, looked: Looked) -> None:
    """Make `spot_country` and `spot_tab`: what stands behind the numbers."""
    calculator.give(
        "spot_country",
        {
            "place": np.arange(len(looked.countries), dtype=np.int16),
            "country": list(looked.countries),
        },
    )
    calculator.give(
        "spot_tab",
        {
            "tab": np.arange(len(looked.tables), dtype=np.int16),
            "label": [table.label for table in looked.tables],
            "date": [table.date for table in looked.tables],
        },
    )


def _networks(calculator: Calculator, looked: Looked, rules: Rules) -> None:
    """Make `network`: addresses and days with a mark that takes weight, or special ones."""
    told = looked.spots
    reserved = np.array([name in RESERVED for name, _, _ in rules.special] or [False])
    kinds = {mark: (told.marks & bits([mark])) != 0 for mark in rules.weightless}
    kinds["reserved"] = (told.special >= 0) & reserved[told.special]
    kinds["private"] = (told.special >= 0) & ~reserved[told.special]
    at = np.concatenate([np.flatnonzero(mask) for mask in kinds.values()])
    names = np.repeat(np.arange(len(kinds)), [int(mask.sum()) for mask in kinds.values()])
    calculator.give("network_kind", {"number": np.arange(len(kinds)), "kind": list(kinds)})
    calculator.give("network_at", {"id": told.id[at], "day": told.day[at], "number": names})
    calculator.run(
        "CREATE OR REPLACE TABLE network AS SELECT ip, DATE '1970-01-01' + day::INTEGER AS day,"
        " kind FROM network_at JOIN network_kind USING (number) JOIN address USING (id)"
        " ORDER BY ip, day, kind"
    )
    calculator.run("DROP TABLE network_at")


def accesses_by_day(calculator: Calculator) -> None:
    """Make `access_day`: accesses of each account, by country, day and what they weigh."""
    calculator.run(
        "CREATE OR REPLACE TABLE access_source AS SELECT row_number() OVER"
        " (ORDER BY site, artefact, raw_table) - 1 AS source, * FROM (SELECT DISTINCT"
        " src.site AS site, src.artefact AS artefact, src.raw_table AS raw_table"
        " FROM (SELECT src FROM login UNION ALL SELECT src FROM media_event))"
    )
    if (many := calculator.value("SELECT count(*) FROM access_source")) >= SOURCES:
        raise FanalError(
            f"the sites have {many:,} tables of accesses",
            f"fewer than {SOURCES:,} can be told apart",
        )
    calculator.run(
        f"CREATE OR REPLACE TABLE access_day AS WITH done AS ({ROWS})"  # noqa: S608
        " SELECT no, place, day, tab, bears, is_sure, why, count(*) AS rows, min(key) AS key,"
        " arg_min(size, key) AS size, max(us) AS latest FROM (SELECT p.no, s.place, s.day, s.tab,"
        " s.bears, s.is_sure, s.why, d.src.size AS size, epoch_us(d.ts) AS us,"
        f" ((epoch_us(d.ts) + {EARLIEST})::UHUGEINT << 75) | (f.source::UHUGEINT << 64)"
        " | d.src.ref::UHUGEINT AS key FROM done d JOIN address a USING (ip)"
        f" JOIN spot s ON s.id = a.id AND s.day = {DAY} JOIN person p USING (site, account)"
        " JOIN access_source f ON f.site = d.src.site AND f.raw_table = d.src.raw_table"
        " AND f.artefact = d.src.artefact WHERE d.ts IS NOT NULL) GROUP BY ALL"
    )


def countries_of_access(calculator: Calculator) -> None:
    """Make `access_country`: countries of the addresses that have weight, account by account."""
    calculator.run(
        "CREATE OR REPLACE TABLE access_country AS SELECT site, account, country, days FROM ("
        " SELECT no, place, count(*) AS days FROM (SELECT no, place, day FROM access_day"
        " WHERE bears GROUP BY no, place, day) GROUP BY no, place)"
        " JOIN person USING (no) JOIN spot_country USING (place)"
    )


def reasons_of_access(calculator: Calculator, rules: Rules) -> None:
    """Add to `lead_reason` what the networks say that a person came from."""
    family = rules.families[ACCESS]
    _summed(calculator)
    _refs(calculator, rules)
    _labels(calculator, rules)
    strength = (
        f"CASE WHEN sure_days >= {rules.days} THEN {literal(family.strength)}"
        f" WHEN days >= {rules.few} THEN {literal(family.lesser)} ELSE {literal(NONE)} END"
    )
    calculator.run(
        "INSERT INTO lead_reason SELECT p.lead, coalesce(country, '') AS country,"  # noqa: S608
        f" {literal(family.role)}, {literal(ACCESS)}, {strength},"
        f" strftime({_moment('key')}, {TIME}), strftime(make_timestamp(latest), {TIME}),"
        f" CASE WHEN counts THEN bearing ELSE all_rows END, {_says()},"
        " refs, dataset,"
        f" {_caveats(rules)} FROM access_sum JOIN access_refs USING (l, place)"
        " JOIN access_label USING (tabs) JOIN access_codes USING (why)"
        " JOIN person p ON p.no = l LEFT JOIN spot_country USING (place)"
    )
    made = ("sum", "refs", "label", "codes", "day", "lead", "lead_day")
    for name in made:
        calculator.run(f"DROP TABLE access_{name}")


def _summed(calculator: Calculator) -> None:
    """Make `access_lead_day`, one row a person, country and day, and `access_sum` of them.

    Where some rows have weight, only those are told of; else all are, with what took it.
    """
    calculator.run(
        "CREATE OR REPLACE TABLE access_lead AS"
        " SELECT no, min(no) OVER (PARTITION BY lead) AS l FROM person"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE access_lead_day AS SELECT l, place, day, tab,"
        " bool_or(bears) AS bears, bool_or(is_sure) AS is_sure, sum(rows) AS all_rows,"
        " coalesce(sum(rows) FILTER (bears), 0) AS bearing, bit_or(why) AS why,"
        " min(key) FILTER (bears) AS key, arg_min(size, key) FILTER (bears) AS size,"
        " min(key) AS any_key, arg_min(size, key) AS any_size,"
        " max(latest) FILTER (bears) AS latest, max(latest) AS any_latest"
        " FROM access_day JOIN access_lead USING (no) GROUP BY l, place, day, tab"
    )
    many = int(calculator.value("SELECT count(*) FROM spot_tab"))
    tabs = f"bitstring_agg(tab, -1, {max(many, 1)})"
    away = "max(day - date_diff('day', DATE '1970-01-01', t.date::DATE))"
    calculator.run(
        "CREATE OR REPLACE TABLE access_sum AS SELECT l, place, bool_or(bears) AS counts,"  # noqa: S608
        " count(*) FILTER (bears) AS days, count(*) FILTER (is_sure) AS sure_days,"
        " count(*) AS all_days, sum(all_rows)::BIGINT AS all_rows,"
        " sum(bearing)::BIGINT AS bearing,"
        " CASE WHEN bool_or(bears) THEN 0 ELSE bit_or(why) END AS why,"
        " CASE WHEN bool_or(bears) THEN max(latest) ELSE max(any_latest) END AS latest,"
        f" CASE WHEN bool_or(bears) THEN {away} FILTER (bears) ELSE {away} END AS away,"
        f" (CASE WHEN bool_or(bears) THEN {tabs} FILTER (bears) ELSE {tabs} END)::VARCHAR AS tabs"
        " FROM access_lead_day LEFT JOIN spot_tab t USING (tab) GROUP BY l, place"
    )


def _refs(calculator: Calculator, rules: Rules) -> None:
    """Make `access_refs`: the rows that each reason names, the earliest of its days first."""
    at = f"names[((one.key >> 64) & {SOURCES - 1}::UHUGEINT)::BIGINT + 1]"
    ref = f"(one.key & {(1 << 64) - 1}::UHUGEINT)::BIGINT"
    row = (
        f"struct_pack(site := {at}.site, artefact := {at}.artefact,"
        f" raw_table := {at}.raw_table, ref := {ref}, size := one.size)"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE access_refs AS SELECT l, place, rows[1].key AS key,"  # noqa: S608
        f" list_transform(rows, lambda one: {row}) AS refs FROM (SELECT l, place,"
        f" list_sort(list(struct_pack(key := key, size := size)))[1:{rules.refs}] AS rows"
        " FROM (SELECT l, place, key, size FROM access_lead_day WHERE bears UNION ALL"
        " SELECT l, place, any_key, any_size FROM access_lead_day"
        " JOIN access_sum s USING (l, place) WHERE NOT s.counts) GROUP BY l, place),"
        " (SELECT list(struct_pack(site := site, artefact := artefact, raw_table := raw_table)"
        " ORDER BY source) AS names FROM access_source)"
    )


def _labels(calculator: Calculator, rules: Rules) -> None:
    """Make `access_label` and `access_codes`: what stands behind sets of tables and of codes."""
    labels = [label for (label,) in calculator.rows("SELECT label FROM spot_tab ORDER BY tab")]
    sets = [text for (text,) in calculator.rows("SELECT DISTINCT tabs FROM access_sum ORDER BY 1")]
    told = []
    for text in sets:
        named = [labels[at - 1] for at, bit in enumerate(text) if bit == "1" and at]
        more = f" and {len(named) - LABELS} more" if len(named) > LABELS else ""
        told.append(", ".join(named[:LABELS]) + more)
    calculator.give("access_label", {"tabs": sets, "dataset": told})
    names = codes(rules)
    whys = [why for (why,) in calculator.rows("SELECT DISTINCT why FROM access_sum ORDER BY 1")]
    words = ["|".join(n for at, n in enumerate(names) if why >> at & 1) for why in whys]
    calculator.give("access_codes", {"why": np.array(whys, np.int32), "codes": words})


def _moment(key: str) -> str:
    return f"make_timestamp((({key} >> 75)::HUGEINT - {EARLIEST})::BIGINT)"


def _says() -> str:
    days = "CASE WHEN counts THEN days ELSE all_days END"
    on = f"({days})::VARCHAR || CASE WHEN ({days}) = 1 THEN ' day' ELSE ' days' END"
    return (
        f"CASE WHEN country IS NULL THEN 'used addresses that name no country on ' || {on}"
        f" ELSE 'used networks of ' || country || ' on ' || {on} END"
    )


def _caveats(rules: Rules) -> str:
    """Return what must be known of a reason, as a list of codes."""
    return (
        "list_sort(list_filter(list_concat(string_split(codes, '|'), ["
        f"CASE WHEN counts AND days < {rules.few} THEN 'single day' END,"
        f" CASE WHEN counts AND days >= {rules.few} AND days < {rules.days} THEN 'few days' END,"
        f" CASE WHEN days >= {rules.days} AND sure_days < {rules.days}"
        " THEN 'kind of network not known' END,"
        f" CASE WHEN country IS NOT NULL AND away > {rules.warn} THEN"
        " 'table ' || away::VARCHAR || ' days away' END,"
        " CASE WHEN counts AND bearing < all_rows THEN"
        " (all_rows - bearing)::VARCHAR || ' rows weigh nothing' END]),"
        " lambda one: one <> ''))"
    )
