"""What rows of accounts and payments say of countries: one family of facts each, as SQL.

Each family yields lead, country, rank of strength, time, caveats and row of every fact; a rank of
nothing keeps the fact in sight, with the reason why it has no weight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from fanal.leads.addresses import APP_BANK, ISSUER, Table, rows_sql
from fanal.leads.calculator import Calculator, literal
from fanal.leads.country_rules import MEDIUM, RANK, WEAK, Family, Rules

UNCONFIRMED = "payer not confirmed"
"""The one doubt of a payment that leaves it some weight."""
ANOTHER = "payer may be another person"
"""Caveat of a payment that names a country as possible."""
REAL = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.UNKNOWN,
}
"""Kinds of numbers that are a line in a country; others can be had from anywhere."""
TIME = "'%Y-%m-%dT%H:%M:%SZ'"
ACCOUNT = "created AS ts, {caveats} AS caveats, src, rid, '' AS label FROM told_account"
PAYMENT = "ts, {caveats} AS caveats, src, rid, issuer_label AS label FROM paying"


@dataclass(frozen=True, slots=True)
class Facts:
    """How rows of a family are read, and what a sentence says of them."""

    country: str
    """SQL of the country."""
    rank: str
    """SQL of the rank, doubts of a payment aside: {full} and {less} are those of the family."""
    caveats: str
    """SQL of a list of codes."""
    source: str
    says: str
    """{country} and {rows} are filled in."""
    lesser: str = ""
    """The sentence where the full strength is not reached; "" for the same one."""


def _paid(rank: str) -> str:
    """Return the rank of a payment: doubts take it, a payer that nothing confirms leaves little."""
    return (
        f"CASE WHEN len(codes) > 0 THEN 0 WHEN unconfirmed THEN least({rank}, {RANK[WEAK]})"
        f" ELSE {rank} END"
    )


def _doubts(more: str = "NULL") -> str:
    told = (
        f"CASE WHEN unconfirmed THEN {literal(UNCONFIRMED)} END",
        f"CASE WHEN is_possible THEN {literal(ANOTHER)} END",
        more,
    )
    listed = f"list_concat(codes, [{', '.join(told)}])"
    return f"list_filter({listed}, lambda one: one IS NOT NULL)"


_CHECKED = (
    "CASE billing_checked WHEN 'confirmed' THEN NULL WHEN 'failed' THEN 'billing check failed'"
    " ELSE 'billing country not checked' END"
)
_DOCUMENT = (
    "CASE document_check WHEN 'passed' THEN []::VARCHAR[] WHEN 'failed'"
    " THEN ['document check failed'] ELSE ['document not checked'] END"
)
_PHONE = (
    "CASE WHEN is_virtual THEN ['virtual number'] WHEN phone_confirmed THEN []::VARCHAR[]"
    " ELSE ['phone not confirmed'] END"
)
FAMILIES: Mapping[str, Facts] = {
    "identity document": Facts(
        "country_document",
        "CASE WHEN document_check = 'passed' THEN {full} ELSE {less} END",
        _DOCUMENT,
        ACCOUNT,
        "an identity document or checked address of {country}",
    ),
    "bank account": Facts(
        "bank_country",
        "CASE WHEN app_bank THEN {less} ELSE {full} END",
        _doubts("CASE WHEN app_bank THEN 'bank of several countries' END"),
        PAYMENT,
        "paid from a bank account of {country}",
    ),
    "billing address": Facts(
        "billing_country",
        "CASE WHEN billing_checked = 'confirmed' THEN {full} ELSE {less} END",
        _doubts(_CHECKED),
        PAYMENT,
        "paid with a billing address in {country}, which the processor confirmed",
        "paid with a billing address in {country}",
    ),
    "phone": Facts(
        "phone_region",
        "CASE WHEN is_virtual THEN 0 WHEN phone_confirmed THEN {full} ELSE {less} END",
        _PHONE,
        ACCOUNT,
        "confirmed a phone number of {country} by a code",
        "gave a phone number of {country}",
    ),
    "card issuer": Facts(
        "issuer_country",
        "CASE WHEN prepaid OR issuer_prepaid THEN {less} ELSE {full} END",
        _doubts("CASE WHEN prepaid OR issuer_prepaid THEN 'prepaid card' END"),
        PAYMENT,
        "paid with a card issued in {country}",
    ),
    "e-mail domain": Facts(
        "domain_country", "{full}", "[]::VARCHAR[]", ACCOUNT, "an e-mail domain of {country}"
    ),
    "interface language": Facts(
        "language_country",
        "{full}",
        "[]::VARCHAR[]",
        ACCOUNT,
        "the site's pages in the language of {country}",
    ),
    "currency": Facts(
        "currency_country", "{full}", _doubts(), PAYMENT, "paid in the currency of {country}"
    ),
    "country told": Facts(
        "country_said", "{full}", "[]::VARCHAR[]", ACCOUNT, "the account says {country}"
    ),
}
"""Family of `countries.toml` → its facts; access networks have a module of their own."""


def reason_sql(family: Family, facts: Facts, rules: Rules) -> str:
    """Return the rows of `lead_reason` of one family as SQL."""
    plain = _plain(family, facts)
    rank = _paid(plain) if facts.source == PAYMENT else plain
    source = facts.source.format(caveats=facts.caveats)
    names = " ".join(f"WHEN {number} THEN {literal(name)}" for name, number in RANK.items())
    words = [
        f"replace({literal(each)}, '{{country}}', country)"
        for each in (facts.says, facts.lesser or facts.says)
    ]
    full = RANK[family.strength]
    label = "coalesce(max(label), '')" if family.name == "card issuer" else "''"
    return (
        f"WITH fact AS (SELECT lead, {facts.country} AS country, {rank} AS rank, {source}),"  # noqa: S608
        " groups AS (SELECT lead, country, rank, count(*) AS rows, min(ts) AS first,"
        " max(ts) AS last, list_transform(list_sort(list(struct_pack(rid := rid, src := src)))"
        f"[1:{rules.refs}], lambda one: one.src) AS refs,"
        f" flatten(list(caveats)) AS caveats, {label} AS dataset FROM fact"
        " WHERE country IN (SELECT code FROM country_code) GROUP BY lead, country, rank),"
        " best AS (SELECT lead, country, max(rank) AS rank, sum(rows)::BIGINT AS all_rows"
        " FROM groups GROUP BY lead, country)"
        f" SELECT lead, country, {literal(family.role)}, {literal(family.name)},"
        f" CASE rank {names} END, coalesce(strftime(first, {TIME}), ''),"
        f" coalesce(strftime(last, {TIME}), ''), rows,"
        f" CASE WHEN rank >= {full} THEN {words[0]} ELSE {words[1]} END, refs,"
        " dataset, list_sort(list_concat(list_distinct(caveats),"
        " CASE WHEN all_rows > rows THEN [(all_rows - rows)::VARCHAR || ' rows weigh nothing']"
        " ELSE [] END)) FROM best JOIN groups USING (lead, country, rank)"
    )


def possible_sql(rules: Rules) -> str:
    """Return leads and countries that only the doubt about a payer keeps from being named."""
    parts = [
        f"SELECT lead, {facts.country} AS country FROM paying"  # noqa: S608
        f" WHERE is_possible AND {_plain(rules.families[name], facts)} >= {RANK[MEDIUM]}"
        for name, facts in FAMILIES.items()
        if facts.source == PAYMENT
    ]
    return (
        f"SELECT DISTINCT lead, country FROM ({' UNION ALL '.join(parts)})"  # noqa: S608
        " WHERE country IN (SELECT code FROM country_code)"
    )


def _plain(family: Family, facts: Facts) -> str:
    return facts.rank.format(full=RANK[family.strength], less=RANK[family.lesser])


def lists_of(calculator: Calculator, tables: Sequence[Table], rules: Rules) -> None:
    """Make `told_account` and `paying`: accounts and payments with what is looked up of them."""
    _codes(calculator, rules)
    _issuers(calculator, tables)
    _app_banks(calculator, tables)
    _virtual(calculator)
    calculator.run(
        "CREATE OR REPLACE TABLE told_account AS SELECT p.lead, a.country_document,"  # noqa: S608
        f" {_numbered('a', 'created')}"
        " a.document_check, a.phone_region, a.country_said, a.created, a.src,"
        " coalesce(a.phone_confirmed, false) AS phone_confirmed, v.phone IS NOT NULL AS is_virtual,"
        " d.country AS domain_country,"
        " upper(regexp_extract(a.language,"
        " '^[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})(?:[-_.]|$)', 1)) AS language_country"
        " FROM account a JOIN person p USING (site, account)"
        " LEFT JOIN virtual_phone v ON v.phone = a.phone"
        " LEFT JOIN domain d ON d.domain = upper(regexp_extract(a.email, '\\.([A-Za-z]{2})$', 1))"
    )
    _payments(calculator, rules)


def _payments(calculator: Calculator, rules: Rules) -> None:
    """Make `paying`: payments with their doubts, and whether those leave a country possible."""
    doubts = ", ".join(map(literal, rules.doubts))
    calculator.run(
        "CREATE OR REPLACE TABLE doubted AS SELECT site, artefact, raw_table, ref,"  # noqa: S608
        f" list_sort(list(DISTINCT code) FILTER (code <> {literal(UNCONFIRMED)})) AS codes,"
        f" bool_or(code = {literal(UNCONFIRMED)}) AS unconfirmed FROM payment_doubt GROUP BY ALL"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE paying AS SELECT *, (unconfirmed OR len(codes) > 0) AND"  # noqa: S608
        f" len(list_filter(codes, lambda one: one NOT IN ({doubts}))) = 0 AS is_possible FROM ("
        f"SELECT p.lead, m.ts, m.src, {_numbered('m', 'ts')} m.bank_country,"
        " coalesce(m.app_bank, false)"
        " OR coalesce(m.bank_code IN (SELECT bank FROM app_bank), false) AS app_bank,"
        " m.billing_country, m.billing_checked,"
        " coalesce(m.prepaid, false) AS prepaid,"
        " coalesce(i.country, m.issuer_country) AS issuer_country, i.label AS issuer_label,"
        " coalesce(i.prepaid, false) AS issuer_prepaid, c.country AS currency_country,"
        " coalesce(d.unconfirmed, false) AS unconfirmed,"
        " list_sort(list_distinct(list_filter(list_concat(coalesce(d.codes, []), ["
        " CASE WHEN m.chargeback THEN 'chargeback' END,"
        " CASE m.status WHEN 'failed' THEN 'payment failed' WHEN 'refunded' THEN 'refunded' END]),"
        " lambda one: one IS NOT NULL))) AS codes"
        " FROM payment m JOIN person p USING (site, account)"
        " LEFT JOIN doubted d USING (site, artefact, raw_table, ref)"
        " LEFT JOIN currency c ON c.currency = upper(m.currency)"
        " ASOF LEFT JOIN issuer i ON i.bin = substr(m.card_bin, 1, 6) AND m.ts::DATE >= i.date)"
    )


def _numbered(row: str, time: str) -> str:
    """Return a number that orders rows by time, and by where they stand."""
    place = ", ".join(f"{row}.{name}" for name in (time, "site", "artefact", "raw_table", "ref"))
    return f"row_number() OVER (ORDER BY {place}) AS rid,"


def _codes(calculator: Calculator, rules: Rules) -> None:
    """Make small tables of country codes, domains and currencies."""
    called = {code: code for code in rules.countries - rules.sold_domains} | dict(rules.domains)
    for name, column, told in (
        ("country_code", "code", {code: code for code in rules.countries}),
        ("domain", "domain", called),
        ("currency", "currency", rules.currencies),
    ):
        calculator.give(
            name, {column: sorted(told), "country": [told[one] for one in sorted(told)]}
        )


def _issuers(calculator: Calculator, tables: Sequence[Table]) -> None:
    """Make `issuer`: who issued cards that begin so, from each day on."""
    calculator.run(
        "CREATE OR REPLACE TEMP TABLE issuer"
        " (bin VARCHAR, country VARCHAR, prepaid BOOLEAN, date DATE, label VARCHAR)"
    )
    for table in sorted(tables, key=lambda one: (one.date, one.name)):
        if table.kind == ISSUER:
            calculator.run(
                "INSERT INTO issuer SELECT bin, country, prepaid, ?, ?"  # noqa: S608
                f" FROM ({rows_sql(table, ISSUER)})",
                (table.date, table.label),
            )


def _app_banks(calculator: Calculator, tables: Sequence[Table]) -> None:
    """Make `app_bank`: country and code of banks that serve customers of several countries."""
    calculator.run("CREATE OR REPLACE TEMP TABLE app_bank (bank VARCHAR)")
    for table in tables:
        if table.kind == APP_BANK:
            told = rows_sql(table, APP_BANK)
            calculator.run(f"INSERT INTO app_bank SELECT bank FROM ({told})")  # noqa: S608


def _virtual(calculator: Calculator) -> None:
    """Make `virtual_phone`: confirmed numbers that belong to no line of a country."""
    numbers = calculator.rows(
        "SELECT DISTINCT phone FROM account WHERE phone_confirmed AND phone IS NOT NULL"
        " ORDER BY phone"
    )
    calculator.give("virtual_phone", {"phone": [one for (one,) in numbers if is_virtual(one)]})


def is_virtual(phone: str) -> bool:
    """Tell whether a number (E.164) is of a kind that can be had from anywhere."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(phone)) not in REAL
    except NumberParseException:
        return False
