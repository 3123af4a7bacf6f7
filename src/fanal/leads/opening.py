"""Opens the canonical tables of all sites of a case as one view each."""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from collections.abc import Mapping
from pathlib import Path

from fanal.leads.calculator import Calculator, literal, quoted

ROW = (
    ("artefact", "INTEGER"),
    ("raw_table", "VARCHAR"),
    ("ref", "BIGINT"),
    ("size", "BIGINT"),
)
"""What says of every row where it stands."""


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (word.partition(":") for word in text.split())
    return (*((name, kind or "VARCHAR") for name, _, kind in pairs), *ROW)


TABLES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "account": _columns(
        "account username email_raw email email_confirmed:BOOLEAN phone_raw phone phone_region"
        " phone_confirmed:BOOLEAN name_raw birth_raw language country_said country_document"
        " document_check password_hash recovery_raw recovery created_raw created:TIMESTAMP"
    ),
    "login": _columns(
        "account ip ip_hi:UBIGINT ip_lo:UBIGINT port:INTEGER ts_raw ts:TIMESTAMP"
        " precision_s:DOUBLE zone outcome device"
    ),
    "payment": _columns(
        "payment account method amount:DOUBLE currency card_bin card_last4 card_tok prepaid:BOOLEAN"
        " iban_tok bank_country app_bank:BOOLEAN wallet psp_ref payer_name payer_email"
        " billing_country billing_checked status chargeback:BOOLEAN ts_raw ts:TIMESTAMP"
        " precision_s:DOUBLE zone"
    ),
    "media_event": _columns(
        "event account media kind ip ts_raw ts:TIMESTAMP precision_s:DOUBLE zone"
    ),
    "media": _columns(
        "media name sha256 sha1 md5 pdq series_said model model_digest basis basis_by basis_method"
        " basis_date"
    ),
    "message_meta": _columns(
        "message from_account to_account ts_raw ts:TIMESTAMP bytes:BIGINT has_attachment:BOOLEAN"
    ),
}
"""Canonical table → its columns and their types."""


def open_sites(calculator: Calculator, sites: Mapping[str, Path]) -> None:
    """Make one view a table over all sites: column `site` first, and `src` for lists of rows.

    A site that lacks a table or a column has no rows, or no values, there.
    """
    for macro in MACROS:
        calculator.run(f"CREATE OR REPLACE MACRO {macro}")
    for table, columns in TABLES.items():
        parts = [
            _selected(calculator, site, folder / f"{table}.parquet", columns)
            for site, folder in sorted(sites.items())
            if (folder / f"{table}.parquet").is_file()
        ]
        parts = parts or [f"{_empty(columns)} WHERE false"]
        calculator.run(f"CREATE OR REPLACE VIEW {table} AS {' UNION ALL '.join(parts)}")


def _selected(
    calculator: Calculator, site: str, file: Path, columns: tuple[tuple[str, str], ...]
) -> str:
    read = f"read_parquet({literal(str(file.resolve()))})"
    there = {row[0] for row in calculator.rows(f"DESCRIBE SELECT * FROM {read}")}
    taken = ", ".join(
        f"CAST({quoted(name) if name in there else 'NULL'} AS {kind}) AS {quoted(name)}"
        for name, kind in columns
    )
    return (
        f"SELECT {literal(site)} AS site, {taken}, {{'site': {literal(site)},"
        " 'artefact': CAST(artefact AS INTEGER), 'raw_table': raw_table,"
        f" 'ref': CAST(ref AS BIGINT), 'size': CAST(size AS BIGINT)}} AS src FROM {read}"
    )


def _empty(columns: tuple[tuple[str, str], ...]) -> str:
    taken = ", ".join(f"CAST(NULL AS {kind}) AS {quoted(name)}" for name, kind in columns)
    return f"SELECT '' AS site, {taken}, {NO_REF} AS src"


REF_TYPE = "STRUCT(site VARCHAR, artefact INTEGER, raw_table VARCHAR, ref BIGINT, size BIGINT)"
"""Type of `src`: where a row stands."""
NO_REF = f"CAST(NULL AS {REF_TYPE})"
MOST_REFS = 5
"""Rows that a statement names, the earliest first."""
MACROS = (
    "instant(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%SZ')",
    (
        "earliest(moment, src) AS list_transform("
        f"min({{'moment': moment, 'src': src}}, {MOST_REFS}), lambda each: each.src)"
    ),
)
"""`instant`: a time as ISO 8601; `earliest`: the first rows of a group, always the same."""
