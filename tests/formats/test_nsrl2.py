import pytest

from fanal.formats import recognize
from fanal.formats.nsrl2 import Nsrl2Reader
from fanal.model.known import KnownHash
from makers import lists


@pytest.fixture
def row() -> str:
    return f'"{lists.digest("sha1", 1)}","{lists.digest("md5", 1)}","0","{{}}",12,7,"362",""\r\n'


def test_a_row_is_read_with_its_name_in_latin_1(reading, row):
    data = (lists.NSRL2_HEADER + "\r\n" + row.format("caf\xe9, 2.jpg")).encode("iso-8859-1")
    assert reading.known("nsrl2", data) == [
        KnownHash(
            sha1=lists.digest("sha1", 1),
            md5=lists.digest("md5", 1),
            fields={
                "CRC32": "0",
                "FileName": "café, 2.jpg",
                "FileSize": "12",
                "ProductCode": "7",
                "OpSystemCode": "362",
            },
        )
    ]
    assert isinstance(recognize(reading.path), Nsrl2Reader)
    assert Nsrl2Reader().profile(reading.path).startswith("SHA-1,MD5,CRC32")


def test_a_stray_quote_costs_one_row(reading, row):
    rows = row.format("a") + '"broken,x\r\n' + row.format("b")
    data = (lists.NSRL2_HEADER + "\r\n" + rows).encode()
    assert [each.fields["FileName"] for each in reading.known("nsrl2", data)] == ["a", "b"]
    assert reading.reasons("nsrl2", data)["quote not closed"] == 1
