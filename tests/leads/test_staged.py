import pytest

from fanal.leads.calculator import Calculator, literal
from fanal.leads.mapping import read_mapping
from fanal.leads.raw_query import NO_CODE, NO_ROW, SEVERAL, RawQuery
from fanal.leads.spool import Hidden, Spool
from fanal.leads.staged import MISSING, Staging
from fanal.leads.tables import TABLES
from makers.site_rows import parts

HEAD = '[site]\nname = "zz"\nzone = "UTC"\n[[artefact]]\nname = "a"\nfile = "a"\n'
PAYMENT = """
[[payment]]
from = "a:pay"
join.u = {from = "a:users", on = {"us'er" = "name"}}
where."k\\"ind" = "x"
account = {join = "u", column = "id"}
card = "pan"
status = {column = "state", codes = {"1" = "ok"}}
ts = "at"
"""
USERS = [{"name": "zz", "id": "7"}, {"name": "yy", "id": "8"}, {"name": "yy", "id": "9"}]


def pay(**more):
    row = {"us'er": "zz", 'k"ind': "x", "pan": None, "state": "1", "at": "2024-01-01"}
    return {**row, **more}


@pytest.fixture
def opened(tmp_path):
    with Calculator(tmp_path) as calculator:
        mapping = read_mapping(HEAD + PAYMENT)
        hidden = Hidden(b"zz", "", frozenset())
        spool = Spool(calculator, tmp_path / "raw", mapping.wanted, mapping.roles(), hidden)
        rows = [
            pay(),
            pay(state="9"),
            pay(at="2024-13-01"),
            pay(pan="4111111111111112"),
            pay(**{"us'er": "yy"}),
            pay(**{"us'er": "xx"}),
            pay(**{"us'er": None}),
            pay(**{'k"ind': "y"}),
        ]
        spool.take(0, "a", [*parts("users", USERS), *parts("pay", rows)])
        yield calculator, spool, mapping


def test_a_query_of_raw_rows_speaks_in_our_names_only(opened):
    calculator, spool, mapping = opened
    sql = RawQuery(calculator, spool, mapping.sources[0]).sql()
    assert "us'er" not in sql
    assert 'k"ind' not in sql
    shown = "n, x_account, q_account, q_status"
    found = list(
        calculator.rows(f"SELECT {shown} FROM ({sql}) ORDER BY n")  # noqa: S608
    )
    assert found == [
        (0, "7", None, None),
        (1, "7", None, NO_CODE),
        (2, "7", None, None),
        (3, "7", None, None),
        (4, None, SEVERAL, None),
        (5, None, NO_ROW, None),
        (6, None, None, None),
    ]


def test_a_stage_says_of_every_value_why_it_is_not_there(opened, tmp_path):
    calculator, spool, mapping = opened
    stage = Staging(calculator, spool, mapping, tmp_path).stage(mapping.sources[0])
    assert stage.assumed == {"ts": "UTC, as the mapping says"}
    table = f"read_parquet({literal(str(stage.path))})"
    columns = [row[0] for row in calculator.rows(f"DESCRIBE FROM {table}")]
    assert set(TABLES["payment"].into) < set(columns)
    shown = "refused, p_status, s_status, p_ts, s_ts, p_card, s_card"
    found = list(
        calculator.rows(
            f"SELECT {shown} FROM {table} ORDER BY n"  # noqa: S608
        )
    )
    assert found == [
        (None, None, None, None, None, None, None),
        (None, NO_CODE, None, None, None, None, None),
        (None, None, None, "not of the form iso", "2024-13-01", None, None),
        (None, None, None, None, None, "no number of a card", None),
        (SEVERAL, None, None, None, None, None, None),
        (NO_ROW, None, None, None, None, None, None),
        (MISSING["account"], None, None, None, None, None, None),
    ]
