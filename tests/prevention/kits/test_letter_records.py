"""Rows of merge fields are taken whole or refused by place, and never repeated in an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.errors import UsageError
from fanal.prevention.kits.letter_records import read_records
from makers.kits import RECORDS

HEAD = "name,reference,authority,contact"


def read(tmp_path, text):
    path = tmp_path / "records.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_records(path)


def test_rows_are_read_as_a_spreadsheet_writes_them(tmp_path):
    first, second = read(tmp_path, b"\xef\xbb\xbf" + RECORDS.replace("\n", "\r\n").encode())
    assert first["address"] == "Zz Street 1, Zz Town"
    assert second["address"] == ""
    assert second["reference"] == "ZZ-0002"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "lacks name"),
        (HEAD, "has no row"),
        ("name,reference,authority\nzz,zz,zz", "lacks contact"),
        (f"{HEAD},zz-secret\nzz,zz,zz,zz,zz", "column 5 is no merge field"),
        (f"{HEAD},day\nzz,zz,zz,zz,zz", "column 5 is no merge field"),
        (f"{HEAD},name\nzz,zz,zz,zz,zz", "a column twice"),
        (f"{HEAD}\nzz-secret,zz,zz", "row 2: 3 cells"),
        (f"{HEAD}\n,zz,zz,zz", "row 2: name is empty"),
        (f"{HEAD}\nzz,zz,zz,{'zz-secret' * 40}", "row 2: contact is empty, too long"),
        (f"{HEAD}\nzz-secret\u202e,zz,zz,zz", "row 2: name is empty, too long or unreadable"),
        (f"{HEAD},address\nzz,zz,zz,zz,zz-secret offender", "row 2: address has a word"),
        (f"{HEAD}\nSuspect zz-secret,zz,zz,zz", "row 2: name has a word"),
        (f'{HEAD}\n"zz-secret', "is no CSV"),
        (b"\xff\xff", "cannot be read"),
        (f"{HEAD}\n" + "zz,zz,zz,zz\n" * 5_001, "too many rows"),
    ],
)
def test_what_is_wrong_is_told_by_its_place(tmp_path, text, fault):
    with pytest.raises(UsageError, match=fault) as told:
        read(tmp_path, text)
    assert "zz-secret" not in told.value.message + told.value.advice


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_whatever_bytes_come_the_answer_is_rows_or_a_sentence(tmp_path, raw):
    try:
        assert read(tmp_path, raw)
    except UsageError as error:
        told = error.message
        assert "records.csv" in told
