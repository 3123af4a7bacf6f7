import csv
import io

import pytest

from fanal.formats.csv_writer import COLUMNS, CsvWriter
from fanal.model.package import Sighting
from makers import lists


def facts(number: int = 1, **more) -> dict:
    return {
        "sha256": lists.digest("sha256", number),
        "sha1": lists.digest("sha1", number),
        "md5": lists.digest("md5", number),
        "size": 0,
        "media_type": "image/jpeg",
        "width": 640,
        "height": None,
        "pdq": "0f" * 32,
        "pdq_quality": 100,
        "locations": [
            {"exhibit": "17", "path": "DCIM/0042.jpg", "modified": "2025-01-02T03:04:05Z"},
            {"exhibit": "18", "path": "b, c.jpg", "modified": None, "path_hex": "62ff"},
        ],
        "matches": [{"list": "zz", "kind": "harmless", "via": "pdq", "distance": 3, "entry": 7}],
        "origin": {"state": "inconclusive", "findings": [{"says": "zz"}]},
        "victim_state": "treat_as_real",
        "series": None,
        "queue": {"step": 2, "rank": 5, "reason": "on no list"},
        "problems": ["zz-a", "zz-b"],
        **more,
    }


def written(*items: dict) -> tuple[list[dict], dict[str, int], bytes]:
    out = io.BytesIO()
    losses = CsvWriter().write(map(Sighting, items), out)
    text = out.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return rows, {loss.field: loss.items for loss in losses}, out.getvalue()


def test_one_row_a_place():
    rows, losses, data = written(facts())
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 3
    assert tuple(rows[0]) == COLUMNS
    assert [(row["exhibit"], row["path"], row["path_hex"]) for row in rows] == [
        ("17", "DCIM/0042.jpg", ""),
        ("18", "b, c.jpg", "62ff"),
    ]
    first = rows[0]
    assert (first["size"], first["height"], first["series"]) == ("0", "", "")
    assert first["matches"] == "zz:harmless:pdq:3"
    assert first["origin_state"] == "inconclusive"
    assert (first["queue_step"], first["queue_rank"]) == ("2", "5")
    assert first["problems"] == "zz-a; zz-b"
    assert losses == {"origin.findings": 1, "matches.entry": 1}


def test_an_item_without_a_place_has_a_row():
    rows, _, _ = written(facts(locations=[]))
    assert [row["path"] for row in rows] == [""]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", 'a"=1', "a\n=1", "a,@x", "＝1"],
)
def test_no_name_becomes_a_formula(name):
    rows, losses, _ = written(facts(locations=[{"exhibit": "1", "path": name}]))
    path = rows[0]["path"]
    assert path != name
    assert path.replace("'", "") == name
    assert path[0] not in "=+-@\t\r＝"
    assert bytes.fromhex(rows[0]["path_hex"]) == name.encode()
    assert losses["path"] == 1


def test_names_that_are_no_text_are_written():
    rows, _, _ = written(facts(locations=[{"exhibit": "1", "path": "a\udcff", "path_hex": "61ff"}]))
    assert (rows[0]["path"], rows[0]["path_hex"]) == ("a?", "61ff")


def test_missing_facts_are_empty_cells():
    rows, losses, _ = written({"sha256": "00"})
    assert rows[0]["sha256"] == "00"
    assert {value for name, value in rows[0].items() if name != "sha256"} == {""}
    assert losses == {}


def test_the_manual_names_every_column(pytestconfig):
    manual = (pytestconfig.rootpath / "docs" / "formats" / "csv.md").read_text(encoding="utf-8")
    assert all(f"`{column}`" in manual for column in COLUMNS)
