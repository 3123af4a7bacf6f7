"""Counts what each person did on the sites, from the sites' own rows alone."""

from fanal.leads.calculator import Calculator
from fanal.leads.opening import MOST_REFS

_KINDS = (
    ("made", "media_event", "kind = 'generate'", "let generate"),
    ("sent", "media_event", "kind = 'upload'", "uploaded"),
    ("fetched", "media_event", "kind IN ('view', 'download')", "viewed or downloaded"),
    ("paid", "payment", "status = 'ok'", "paid"),
    ("came", "login", "outcome = 'ok'", "logged in"),
)


def plain_deeds(calculator: Calculator) -> None:
    """Make table `lead_deed`: one row a lead and kind of deed."""
    parts = [
        f"SELECT lead, '{kind}' AS kind, '' AS what, count(*) AS \"count\","  # noqa: S608
        " coalesce(instant(min(ts)), '') AS first, coalesce(instant(max(ts)), '') AS last,"
        f" concat('{says}, ', count(*), ' times') AS says,"
        f" list(src ORDER BY ts, src)[:{MOST_REFS}] AS refs, '{{}}' AS data"
        f" FROM {table} JOIN person USING (site, account) WHERE {where} GROUP BY lead"
        for kind, table, where, says in _KINDS
    ]
    calculator.run(f"CREATE OR REPLACE TABLE lead_deed AS {' UNION ALL '.join(parts)}")
