import csv
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import ListError
from fanal.formats import recognize
from fanal.formats.vics import VicsReader, series_text
from fanal.model.known import KnownHash
from makers import lists

MD5, SHA1, SHA256 = (lists.digest(kind, 1) for kind in ("md5", "sha1", "sha256"))
PDQ = "0f" * 32


@pytest.fixture
def one(reading):
    """Reads a list of one Media record and returns its entry."""

    def read(**fields) -> KnownHash:
        (known,) = reading.known("vics", lists.vics([{"MD5": MD5, **fields}]))
        return known

    return read


@pytest.mark.parametrize("category", range(10))
def test_no_category_is_lost_to_its_truth(one, category):
    assert one(Category=category).category == str(category)
    assert one(Category=str(category)).category == str(category)


@pytest.mark.parametrize(
    ("category", "text"), [(None, ""), ("", ""), ("zz-unknown", "zz-unknown"), (2.0, "2.0")]
)
def test_categories_of_other_types(one, category, text):
    assert one(Category=category).category == text
    assert one().category == ""


@given(order=st.permutations(["MD5", "SHA1", "Category", "Series", "MediaFiles", "Tags"]))
def test_members_come_in_any_order(reading, order):
    row = {"MD5": MD5, "SHA1": SHA1, "Category": 0, "Series": "zz", "MediaFiles": [], "Tags": True}
    (known,) = reading.known("vics", lists.vics([{name: row[name] for name in order}]))
    assert known == KnownHash(
        md5=MD5, sha1=SHA1, category="0", series="zz", fields={"MediaFiles": [], "Tags": True}
    )


@pytest.mark.parametrize("header", ["odata.metadata", "@odata.context"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("rows", [1, 2000])
def test_value_may_come_before_the_header(reading, header, bom, rows):
    says = lists.VICS_1 if header == "odata.metadata" else lists.VICS_2
    value = [lists.media(n) for n in range(rows)]
    data = bom + json.dumps({"value": value, header: says}).encode()
    assert VicsReader.recognizes(data[:4096], "x")
    assert [each.md5 for each in reading.known("vics", data)] == [
        lists.digest("md5", n) for n in range(rows)
    ]
    assert VicsReader().profile(reading.path) == says


def test_a_name_in_the_rows_is_not_taken_for_the_header(reading):
    lie = '", "odata.metadata": "lie'
    row = {"MD5": MD5, "Comments": lie, "x": '"odata.metadata": "lie"'}
    data = json.dumps({"pad": "x" * 70_000, "odata.metadata": lists.VICS_1, "value": [row]})
    reading.all("vics", data.encode())
    assert VicsReader().profile(reading.path) == lists.VICS_1


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3"])
@pytest.mark.parametrize("media_first", [True, False])
def test_cases_of_every_version(reading, version, media_first):
    header = f"http://github.com/ICMEC/ProjectVic/DataModels/{version}.xml#Cases"
    media = {"Media": [lists.media(1), lists.media(2)]}
    rest = {"CaseID": "zz", "TotalMediaFiles": 99, "CaseMetadata": [{"PropertyName": "x"}]}
    case = {**media, **rest} if media_first else {**rest, **media}
    data = json.dumps({"odata.metadata": header, "value": [case, {**rest, "Media": None}]}).encode()
    assert reading.reasons("vics", data) == {}
    assert [each.category for each in reading.known("vics", data)] == ["1", "2"]
    assert isinstance(recognize(reading.path), VicsReader)


def test_a_null_md5_leaves_the_other_hash(reading):
    (known,) = reading.known("vics", lists.vics([{"MD5": None, "SHA1": SHA1.upper()}]))
    assert (known.md5, known.sha1) == ("", SHA1)
    assert reading.reasons("vics", lists.vics([{"MD5": None, "MediaID": 1}])) == {"no hash": 1}


def test_every_hash_refused_is_counted(reading):
    rows = [
        {"MD5": "d41d8cd98f00b204e9800998ecf8427e", "SHA1": SHA1},
        {"MD5": MD5, "SHA1": "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {"MD5": MD5[:-1], "SHA1": "g" * 40},
        {"MD5": MD5, "AlternativeHashes": [{"HashName": "PDQ", "HashValue": "0f"}]},
        7,
    ]
    assert reading.reasons("vics", lists.vics(rows)) == {
        "zero-length file: md5": 1,
        "zero-length file: sha1": 1,
        "wrong length: md5": 1,
        "not hexadecimal: sha1": 1,
        "wrong length: pdq": 1,
        "not an object": 1,
    }
    assert len(reading.known("vics", lists.vics(rows))) == 3


def test_duplicates_are_kept(reading):
    assert len(reading.known("vics", lists.vics([lists.media(1)] * 3))) == 3


@pytest.mark.parametrize("name", ["PDQ", "pdq", "Pdq"])
def test_alternative_hashes(one, name):
    hashes = [
        {"HashName": name, "HashValue": PDQ.upper(), "MD5": MD5},
        {"HashName": "SHA256", "HashValue": SHA256.upper()},
        {"HashName": "PhotoDNA", "HashValue": "A" * 192},
        {"HashName": None},
        "no hash",
    ]
    known = one(AlternativeHashes=hashes)
    assert (known.pdq, known.sha256) == (PDQ, SHA256)
    assert known.fields == {"AlternativeHashes": hashes}


def test_unknown_fields_are_kept_as_they_are(one):
    fields = {
        "PhotoDNA": "A" * 192,
        "Tags": True,
        "IsSuspected": "true",
        "MediaSize": "488",
        "Exifs": [{"PropertyName": "GPS", "PropertyValue": "1° North"}],
        "zz-unknown": {"deep": [1, 2.5, None, False]},
        "DateUpdated": "/Date(1700000000000)/",
        "nothing": None,
    }
    assert one(**fields).fields == fields


@pytest.mark.parametrize(
    ("said", "victim"),
    [(True, True), (False, False), ("true", True), ("False", False), ("y", True), ("n", False)],
)
def test_victim_identified(one, said, victim):
    known = one(VictimIdentified=said)
    assert known.victim_identified is victim
    assert known.fields == {}


def test_a_victim_flag_that_cannot_be_read_is_kept_and_counted(reading):
    data = lists.vics([{"MD5": MD5, "VictimIdentified": "perhaps"}, {"MD5": MD5, "SHA1": None}])
    first, second = reading.known("vics", data)
    assert first.victim_identified is second.victim_identified is None
    assert first.fields == {"VictimIdentified": "perhaps"}
    assert reading.reasons("vics", data) == {"not yes or no: VictimIdentified": 1}


def test_series_as_text_object_or_list(one):
    assert one(Series="zz").series == "zz"
    assert one(Series="zz").fields == {}
    assert one(Series={"Name": "zz", "Id": 3}).series == "zz"
    assert one(Series={"Name": "zz", "Id": 3}).fields == {"Series": {"Name": "zz", "Id": 3}}
    assert one(Series=["a", {"SeriesName": "b"}]).series == "a; b"
    assert one(Series=None).series == series_text(None) == ""
    assert json.loads(one(Series={"Id": 3}).series) == {"Id": 3}
    assert series_text(12) == "12"


def test_miniatures_are_dropped(one):
    assert one(Miniature="A" * 4000, Comments="zz").fields == {"Comments": "zz"}


def test_a_row_with_endless_places_keeps_its_hashes(reading):
    files = [{"FileName": f"{n}.jpg", "FilePath": "zz"} for n in range(12_000)]
    data = lists.vics([{"MediaFiles": files, "MD5": MD5, "Category": 0}, lists.media(2)])
    tracemalloc.start()
    first, second = reading.known("vics", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (first.md5, first.category, first.fields) == (MD5, "0", {})
    assert second.md5 == lists.digest("md5", 2)
    assert peak < len(data) + 4_000_000  # the bytes of the list themselves are this test's
    assert reading.reasons("vics", data) == {"field not kept: MediaFiles": 1}


def test_a_list_cut_in_a_row_gives_what_came_before(reading):
    data = lists.vics([lists.media(n) for n in range(1000)])
    found = reading.all("vics", data[: len(data) // 2])
    assert [each.md5 for each in found[:-1]] == [
        lists.digest("md5", n) for n in range(len(found) - 1)
    ]
    assert found[-1].reason == "file ends early: the text is cut"
    assert found[-1].row == len(found)
    assert len(found) > 490


def test_a_damaged_row_costs_that_row(reading):
    data = lists.vics([lists.media(n) for n in range(3)]).replace(b'"MediaID": 1', b'"MediaID": @1')
    assert len(reading.known("vics", data)) == 3
    assert reading.reasons("vics", data) == {"field not kept: other": 1}


def test_nothing_at_all_is_a_list_error(reading):
    with pytest.raises(ListError):
        reading.all("vics", b'{"odata.metadata": "x')
    assert reading.all("vics", lists.vics([])) == []


def test_the_public_lists_of_nist(corpus):
    with (corpus.parent / "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        facts = {row[0]: row for row in csv.reader(manifest)}
    for path in corpus.glob("NSRL-CAID-*.json"):
        said = json.loads(next(c for c in facts[f"hashlists/{path.name}"] if c.startswith("{")))
        found = list(recognize(path).read(path))
        assert len(found) == said["records"]
        assert found[0].md5 == said["first_md5"]
        assert {each.category for each in found} == {str(n) for n in said["categories"]}
        assert "1.2.xml#Media" in VicsReader().profile(path)
        # The whole list, parsed at once, is the oracle.
        whole = json.loads(path.read_bytes())["value"]
        assert [(k.md5, k.sha1, k.fields["MediaFiles"]) for k in found] == [
            (row["MD5"], row["SHA1"], row["MediaFiles"]) for row in whole
        ]
