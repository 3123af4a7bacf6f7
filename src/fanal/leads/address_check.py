"""Looks ranges of a table up in it again: whoever does not find his own is not to be trusted."""

import tempfile
from pathlib import Path

from fanal.leads.addresses import APP_BANK, ISSUER, SYSTEMS, Table, ranges_sql
from fanal.leads.calculator import Calculator

PLANTED = 200
"""Ranges of each layer that are looked up: the first, the last, and others evenly between."""


def planted_missed(table: Table) -> tuple[int, int]:
    """Return how many addresses of the table's own ranges were looked up, and how many missed.

    The last address of a range is looked up, which an unsorted or overlapping table would miss.
    """
    asked = missed = 0
    with tempfile.TemporaryDirectory() as place, Calculator(Path(place), table.folder) as used:
        for layer in table.layers:
            if layer in {APP_BANK, ISSUER} or layer.startswith(SYSTEMS):
                continue
            used.run(f"CREATE OR REPLACE TABLE ranges AS {ranges_sql(table, layer)}")
            used.run(
                "CREATE OR REPLACE TABLE planted AS SELECT last AS n, says"
                " FROM (SELECT *, row_number() OVER (ORDER BY first) - 1 AS spot,"
                " count(*) OVER () AS many FROM ranges)"
                " WHERE spot % greatest(many // ?, 1) = 0 OR spot = many - 1",
                (PLANTED,),
            )
            found = used.value(
                "SELECT count(*) FROM planted p ASOF JOIN ranges r ON p.n >= r.first"
                " WHERE p.n <= r.last AND p.says = r.says"
            )
            many = used.value("SELECT count(*) FROM planted")
            asked, missed = asked + many, missed + many - found
    return asked, missed
