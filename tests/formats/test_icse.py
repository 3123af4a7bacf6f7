import pytest

from fanal.formats import recognize
from fanal.formats.icse import IcseReader
from makers import lists

MD5, SHA1 = lists.digest("md5", 1), lists.digest("sha1", 1)


def row(victim: str, md5: str = MD5) -> str:
    return f"{md5};{SHA1};;zz-1;y;{victim};n;zz-series;3;n;image;y"


def data(*rows: str) -> bytes:
    return "\r\n".join([lists.ICSE_HEADER, *rows, ""]).encode()


@pytest.mark.parametrize(
    ("said", "victim"),
    [
        ("y", True),
        ("Yes", True),
        ("T", True),
        ("true", True),
        ("n", False),
        ("NO", False),
        ("f", False),
        ("false", False),
        ("", None),
    ],
)
def test_the_victim_column(reading, said, victim):
    (known,) = reading.known("icse", data(row(said)))
    assert known.victim_identified is victim
    assert (known.md5, known.sha1, known.series) == (MD5, SHA1, "zz-series")
    assert known.fields == {
        "Image ID": "zz-1",
        "Is distributed": "y",
        "Offender identified": "n",
        "Number of submissions": "3",
        "File Available": "n",
        "Media Type": "image",
        "Baseline": "y",
    }


def test_a_victim_that_cannot_be_read_is_kept_and_counted(reading):
    (known,) = reading.known("icse", data(row("?")))
    assert known.victim_identified is None
    assert known.fields["Victim identified"] == "?"
    assert reading.reasons("icse", data(row("?"))) == {"not yes or no: Victim identified": 1}


def test_a_bad_hash_leaves_the_other(reading):
    (known,) = reading.known("icse", data(row("n", MD5[1:])))
    assert (known.md5, known.sha1) == ("", SHA1)
    assert reading.reasons("icse", data(row("n", MD5[1:]))) == {"wrong length: md5": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_hides_nothing(reading, encoding):
    text = data(row("n")).decode().encode(encoding)
    assert len(reading.known("icse", text)) == 1
    assert isinstance(recognize(reading.path), IcseReader)
    assert IcseReader().profile(reading.path) == lists.ICSE_HEADER


def test_only_the_exact_header_is_icse(reading):
    other = lists.ICSE_HEADER.replace(";Baseline", "").encode()
    assert not IcseReader.recognizes(other, "x")


def test_a_cut_row_is_not_taken(reading):
    whole = data(row("n"), row("y", lists.digest("md5", 2)))
    found = reading.all("icse", whole[:-20])
    assert [type(each).__name__ for each in found] == ["KnownHash", "Refused"]
    assert found[1].reason == "file ends early: the last row is cut"
