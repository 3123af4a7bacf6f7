"""Only totals come back: a file that speaks of searches or persons is refused whole."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.prevention.kits.adverts import Advert
from fanal.prevention.kits.campaign import (
    CAUTIONS,
    COLUMNS,
    Row,
    read_statistics,
    table,
    totals,
)

HEAD = ",".join(COLUMNS)
ADVERTS = {
    code: Advert(code, country, "de", variant, "zz", "zz", "zz", reviewed=False, sha256="")
    for code, country, variant in (
        ("aa11", "DE", "help"),
        ("bb22", "DE", "harm"),
        ("cc33", "AT", "help"),
    )
}
GOOD = f"""{HEAD}
2026-11-01,DE,aa11,1000,30,12.50
2026-11-02,DE,aa11,1000,10,7.25
2026-11-01,DE,bb22,500,0,0
2026-11-01,AT,cc33,0,0,0
"""


def read(tmp_path, *texts):
    paths = []
    for at, text in enumerate(texts):
        paths.append(tmp_path / f"stats{at}.csv")
        paths[-1].write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_statistics(paths, ADVERTS)


def test_totals_are_added_up_by_country_language_and_wording(tmp_path):
    found = {(one.country, one.variant): one for one in totals(read(tmp_path, GOOD), ADVERTS)}
    help_ = found["DE", "help"]
    assert (help_.days, help_.impressions, help_.clicks) == (2, 2000, 40)
    assert help_.cost == Decimal("19.75")
    assert help_.rate == pytest.approx(0.02)
    assert found["AT", "help"].rate is None
    assert len(found) == 3


def test_columns_may_stand_in_any_order_and_case(tmp_path):
    shuffled = "Cost,Clicks,Impressions,Variant,Country,Day\n1.5,1,2,aa11,DE,2026-11-01\n"
    (row,) = read(tmp_path, b"\xef\xbb\xbf" + shuffled.encode())
    assert row == Row(date(2026, 11, 1), "DE", "aa11", 2, 1, Decimal("1.5"))


def test_days_are_written_for_an_analysis_over_time(tmp_path):
    rows = read(tmp_path, GOOD)
    head, first, *_ = table(rows, ADVERTS).splitlines()
    assert head == '"day","country","locale","variant","impressions","clicks","cost"'
    assert first == '"2026-11-01","DE","de","help","1000","30","12.50"'


SEARCHES = ["Search term", "search_query", "Keyword", "Suchbegriff", "match type", "mot-clé"]
SEARCHES += ["trefwoord", "palabra clave", "consulta", "słowo kluczowe", "sökord", "Phrase"]
PERSONS = ["user_id", "gclid", "IP", "ip address", "E-mail", "device", "session", "client id"]
PERSONS += ["Age", "gender", "city", "URL", "hour", "Name", "cookie", "phone"]


@pytest.mark.parametrize(
    ("column", "what"),
    [
        *((one, "looks like searches or keywords") for one in SEARCHES),
        *((one, "looks like persons, devices or visits") for one in PERSONS),
        ("zz-secret", "is not one of those that totals have"),
        ("", "is not one of those that totals have"),
    ],
)
def test_a_column_of_searches_or_persons_refuses_the_whole_file(tmp_path, column, what):
    text = f"{HEAD},{column}\n2026-11-01,DE,aa11,1,1,1,zz-secret\n"
    with pytest.raises(UsageError, match=f"column 7 {what}; nothing was read") as told:
        read(tmp_path, GOOD, text)
    assert "zz-secret" not in told.value.message + told.value.advice
    assert "delete this file" in told.value.advice


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("2026-11-01,DE,zz-secret,1,1,1", "variant is no code"),
        ("2026-11-01,AT,aa11,1,1,1", "country is not the one"),
        ("zz-secret,DE,aa11,1,1,1", "row 2: day is a day"),
        ("2026-02-30,DE,aa11,1,1,1", "row 2: day is no day of the calendar"),
        ("2026-11-01,DE,aa11,zz-secret,1,1", "whole numbers"),
        ("2026-11-01,DE,aa11,-1,1,1", "whole numbers"),
        ("2026-11-01,DE,aa11,1.5,1,1", "whole numbers"),
        ("2026-11-01,DE,aa11,1,2,1", "more clicks than impressions"),
        ("2026-11-01,DE,aa11,1,1,zz-secret", "cost is a number"),
        ("2026-11-01,DE,aa11,1,1,1e9", "cost is a number"),
        ("2026-11-01,DE,aa11,1,1", "has 5 cells"),
        ("2026-11-01,DE,aa11,1,1,1\n2026-11-01,DE,aa11,1,1,1", "row 3: this day and code"),
        ('"zz-secret', "is no CSV"),
        ("", "no row of statistics"),
    ],
)
def test_a_cell_that_is_no_total_refuses_the_whole_file(tmp_path, row, fault):
    with pytest.raises(UsageError, match=fault) as told:
        read(tmp_path, f"{HEAD}\n{row}")
    assert "zz-secret" not in told.value.message + told.value.advice


def test_a_file_that_lacks_a_column_or_is_no_text_is_refused(tmp_path):
    with pytest.raises(UsageError, match="lacks a column"):
        read(tmp_path, "day,country,variant,impressions,clicks\n")
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path, b"\xff\xfe\x00")


def test_the_numbers_come_with_what_they_cannot_show():
    told = " ".join(CAUTIONS)
    assert "the same person may appear several times" in told
    assert "cannot show" in told


@given(
    st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**8)), max_size=20
    )
)
def test_no_sum_is_lost(numbers):
    rows = [
        Row(date(2026, 1, 1), "DE", "aa11", *sorted((a, b), reverse=True), Decimal(c) / 100)
        for a, b, c in numbers
    ]
    found = totals(rows, ADVERTS)
    assert sum(one.impressions for one in found) == sum(max(a, b) for a, b, _ in numbers)
    assert (
        sum((one.cost for one in found), Decimal(0)) == Decimal(sum(c for *_, c in numbers)) / 100
    )
