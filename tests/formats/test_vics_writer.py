import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.formats import recognize
from fanal.formats.vics import VicsReader
from fanal.formats.vics_writer import VicsWriter
from fanal.model.package import Sighting
from makers import lists

NOW = datetime(2025, 2, 26, 12, 0, tzinfo=UTC)
PDQ = "0f" * 32


def facts(number: int = 1, **more) -> dict:
    return {
        "sha256": lists.digest("sha256", number),
        "sha1": lists.digest("sha1", number),
        "md5": lists.digest("md5", number),
        "size": 12,
        "media_type": "image/jpeg",
        "pdq": PDQ,
        "locations": [
            {"exhibit": "17", "path": "DCIM/a b/0042.jpg", "modified": "2025-01-02T03:04:05Z"},
            {"exhibit": "18", "path": "zz.jpg", "modified": None},
        ],
        "origin": {"state": "inconclusive", "findings": []},
        "victim_state": "treat_as_real",
        "series": "zz-series",
        **more,
    }


def written(*items: dict, profile: str = "US", **case) -> tuple[dict, dict[str, int]]:
    out = io.BytesIO()
    losses = VicsWriter(profile, case, moment=NOW).write(map(Sighting, items), out)
    return json.loads(out.getvalue()), {loss.field: loss.items for loss in losses}


def media_of(*items: dict) -> list[dict]:
    return written(*items)[0]["value"][0]["Media"]


def test_the_whole_of_a_small_case():
    document, losses = written(facts(), CaseID="zz-id", CaseNumber="zz-1", ContactName=None)
    md5 = lists.digest("md5", 1).upper()
    assert document == {
        "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/"
        "US/$metadata#Cases",
        "value": [
            {
                "CaseID": "zz-id",
                "CaseNumber": "zz-1",
                "SourceApplicationName": "fanal",
                "TotalMediaFiles": 1,
                "TotalPrecategorized": 0,
                "Media": [
                    {
                        "MediaID": 1,
                        "Category": None,
                        "MD5": md5,
                        "SHA1": lists.digest("sha1", 1).upper(),
                        "MediaSize": 12,
                        "MimeType": "image/jpeg",
                        "Series": "zz-series",
                        "IsPrecategorized": False,
                        "DateUpdated": "2025-02-26T12:00:00.000Z",
                        "AlternativeHashes": [
                            {
                                "HashName": "SHA256",
                                "HashValue": lists.digest("sha256", 1),
                                "MD5": md5,
                            },
                            {"HashName": "PDQ", "HashValue": PDQ, "MD5": md5},
                        ],
                        "MediaFiles": [
                            {
                                "MD5": md5,
                                "FileName": "0042.jpg",
                                "FilePath": "DCIM/a b",
                                "Written": "2025-01-02T03:04:05Z",
                                "SourceID": "17",
                            },
                            {"MD5": md5, "FileName": "zz.jpg", "FilePath": "", "SourceID": "18"},
                        ],
                        "MediaMetadata": [
                            {
                                "MD5": md5,
                                "PropertyName": "fanal:origin_state",
                                "PropertyValue": "inconclusive",
                            },
                            {
                                "MD5": md5,
                                "PropertyName": "fanal:victim_state",
                                "PropertyValue": "treat_as_real",
                            },
                        ],
                    }
                ],
            }
        ],
    }
    assert losses == {"victim_state": 1}


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("identified", True),
        ("known_unidentified", False),
        ("treat_as_real", None),
        ("no_real_person_found", None),
        (None, None),
    ],
)
def test_only_what_people_said_of_the_victim_is_said(state, said):
    assert media_of(facts(victim_state=state))[0].get("VictimIdentified") is said


def test_an_md5_is_written_once_and_the_second_content_is_counted():
    twin = facts(2, md5=lists.digest("md5", 1))
    document, losses = written(facts(1), twin, facts(1), facts(3), facts(4, md5=""))
    media = document["value"][0]["Media"]
    assert [each["MediaID"] for each in media] == [1, 2]
    assert [each["MD5"].lower() for each in media] == [lists.digest("md5", n) for n in (1, 3)]
    assert losses["item"] == 1
    out = io.BytesIO()
    lost = VicsWriter("US", {}).write(map(Sighting, [facts(1), twin]), out)
    assert any("different SHA-256" in loss.note for loss in lost)


def test_what_has_no_home_is_counted():
    finding = {"analyzer": "zz", "version": "1", "says": "seen", "log10_lr": 2.0}
    item = facts(
        width=1,
        height=0,
        pdq_quality=0,
        matches=[{"list": "zz", "distance": 3}],
        queue={"step": 2},
        problems=["zz"],
        origin={"state": "camera", "findings": [finding]},
        locations=[{"exhibit": "1", "path": "a\ufffd", "path_hex": "61ff"}],
    )
    document, losses = written(item, facts(2))
    assert losses == {
        "width": 1,
        "height": 1,
        "pdq_quality": 1,
        "matches": 1,
        "queue": 1,
        "problems": 1,
        "origin.findings.log10_lr": 1,
        "locations.path_hex": 1,
        "victim_state": 2,
    }
    said = {
        (each["PropertyName"], each["PropertyValue"])
        for each in document["value"][0]["Media"][0]["MediaMetadata"]
    }
    assert ("fanal:finding", "zz 1: seen") in said


def test_imported_fields_are_written_back_but_never_a_picture_or_a_category():
    imported = {
        "PhotoDNA": "A" * 192,
        "Tags": True,
        "IsSuspected": "true",
        "zz-unknown": {"deep": [1, {"Thumbnail": "AAAA", "kept": 2}]},
        "Exifs": [{"PropertyName": "zz", "PropertyValue": "1"}],
        "Miniature": "AAAA",
        "Category": 1,
        "MediaID": 99,
        "odata.id": "Media(zz)",
        "RelativeFilePath": "zz.jpg",
        "MediaFiles": [{"FileName": "elsewhere.jpg"}],
        "AlternativeHashes": [
            {"HashName": "PhotoDNA", "HashValue": "B"},
            {"HashName": "pdq", "HashValue": "old"},
        ],
        "MediaMetadata": [
            {"PropertyName": "fanal:origin_state", "PropertyValue": "camera"},
            {"PropertyName": "zz", "PropertyValue": "kept"},
        ],
    }
    document, losses = written(facts(vics=imported))
    media = document["value"][0]["Media"][0]
    assert media["PhotoDNA"] == "A" * 192
    assert (media["Tags"], media["IsSuspected"], media["Exifs"]) == (
        True,
        "true",
        imported["Exifs"],
    )
    assert media["zz-unknown"] == {"deep": [1, {"kept": 2}]}
    assert (media["Category"], media["MediaID"]) == (None, 1)
    assert [each["HashName"] for each in media["AlternativeHashes"]] == [
        "SHA256",
        "PDQ",
        "PhotoDNA",
    ]
    said = [(each["PropertyName"], each["PropertyValue"]) for each in media["MediaMetadata"]]
    assert said.count(("fanal:origin_state", "camera")) == 0
    assert ("zz", "kept") in said
    assert [each["FileName"] for each in media["MediaFiles"]] == ["0042.jpg", "zz.jpg"]
    assert not {"Miniature", "odata.id", "RelativeFilePath"} & set(media)
    assert (losses["vics.MediaFiles"], losses["vics.Miniature"]) == (1, 1)


PATH = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(
    numbers=st.lists(st.integers(0, 99), unique=True, max_size=4),
    path=PATH,
    series=PATH.filter(bool),
    fields=st.dictionaries(
        st.sampled_from(["Tags", "Comments", "IsDistributed", "zz"]),
        st.booleans() | PATH | st.integers() | st.lists(st.integers(), max_size=2),
    ),
)
def test_what_is_written_is_read_again(reading, numbers, path, series, fields):
    items = [
        facts(n, series=series, vics=fields, locations=[{"exhibit": "1", "path": path}])
        for n in numbers
    ]
    with reading.path.open("wb") as out:
        VicsWriter("UK", {}).write(map(Sighting, items), out)
    assert isinstance(recognize(reading.path), VicsReader)
    assert "/UK/" in VicsReader().profile(reading.path)
    known = list(VicsReader().read(reading.path))
    assert [(k.md5, k.sha1, k.sha256, k.pdq, k.series) for k in known] == [
        (i["md5"], i["sha1"], i["sha256"], i["pdq"], series) for i in items
    ]
    for each in known:
        assert {name: each.fields[name] for name in fields} == fields
        (file,) = each.fields["MediaFiles"]
        joined = file["FilePath"].rstrip("/") + "/" + file["FileName"]
        assert joined.lstrip("/") == path.lstrip("/") or "//" in path or path.endswith("/")
        assert (each.category, each.victim_identified) == ("", None)


def test_surrogates_do_not_stop_the_list():
    media = media_of(facts(locations=[{"exhibit": "1", "path": "a\udcff"}]))
    assert media[0]["MediaFiles"][0]["FileName"] == "a?"


def test_a_time_elsewhere_is_written_in_utc():
    east = datetime.fromisoformat("2025-01-01T01:00:00+02:00")
    out = io.BytesIO()
    VicsWriter("US", {}, moment=east).write([Sighting(facts())], out)
    assert b'"DateUpdated":"2024-12-31T23:00:00.000Z"' in out.getvalue()
