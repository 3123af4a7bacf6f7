import tracemalloc
from xml.etree import ElementTree as ET

import pytest

from fanal.errors import ListError
from fanal.formats import recognize
from fanal.formats.ncmec import NcmecReader
from fanal.model.known import KnownHash
from makers import lists

MD5, SHA1, PDQ = lists.digest("md5", 1), lists.digest("sha1", 1), "0f" * 32
SPACE = "https://hashsharing.ncmec.org/hashsharing/v2"


def document(inside: str, root: str = f'<queryResult xmlns="{SPACE}">') -> bytes:
    closing = root.split(maxsplit=1)[0].replace("<", "</").rstrip(">") + ">"
    return f"{root}<images>{inside}</images>{closing}".encode()


def entry(fingerprints: str, kind: str = "image", more: str = "") -> str:
    return (
        f'<{kind}><member id="42">zz</member><id>zz-1</id>{more}'
        f"<fingerprints>{fingerprints}</fingerprints></{kind}>"
    )


@pytest.mark.parametrize("kind", ["image", "video"])
def test_every_hash_of_images_and_videos_is_taken(reading, kind):
    prints = f"<md5> {MD5.upper()} </md5><sha1>{SHA1}</sha1><pdq>{PDQ}</pdq><pdna>AA</pdna>"
    more = "<classification>A1</classification><timestamp>2025-01-01T00:00:00Z</timestamp>"
    assert reading.known("ncmec", document(entry(prints, kind, more))) == [
        KnownHash(
            md5=MD5,
            sha1=SHA1,
            pdq=PDQ,
            category="A1",
            fields={
                "kind": kind,
                "member": {"@id": "42", "text": "zz"},
                "id": "zz-1",
                "timestamp": "2025-01-01T00:00:00Z",
                "fingerprints": {"pdna": "AA"},
            },
        )
    ]


def test_fingerprints_elsewhere_and_deletions_are_counted(reading):
    inside = (
        entry(f'<md5>{MD5}</md5><tmk-pdqf href="/x"/><zz-1 href="/y"/>')
        + entry('<ssvh-pdna href="/z"/>')
        + entry("<md5>d41d8cd98f00b204e9800998ecf8427e</md5>")
        + entry("")
        + "<deletedImage><id>a</id></deletedImage><deletedVideo><id>b</id></deletedVideo>"
    )
    data = document(inside + "<paging><next>/v2/x</next></paging>")
    assert len(reading.known("ncmec", data)) == 1
    assert reading.reasons("ncmec", data) == {
        "fingerprint elsewhere: tmk-pdqf": 1,
        "fingerprint elsewhere: other": 1,
        "fingerprint elsewhere: ssvh-pdna": 1,
        "zero-length file: md5": 1,
        "no hash": 1,
        "deleted upstream": 2,
        "continues on another page": 1,
    }


@pytest.mark.parametrize(
    "root", ["<queryResult>", '<q:queryResult xmlns:q="urn:zz">', '<queryResult xmlns="urn:v3">']
)
def test_any_namespace(reading, root):
    assert len(reading.known("ncmec", document(entry(f"<md5>{MD5}</md5>"), root))) == 1
    assert isinstance(recognize(reading.path), NcmecReader)


def test_utf_16_and_byte_order_marks(reading):
    text = '<?xml version="1.0"?>' + document(entry(f"<md5>{MD5}</md5>")).decode()
    for encoding in ("utf-8-sig", "utf-16"):
        assert len(reading.known("ncmec", text.encode(encoding))) == 1
        assert isinstance(recognize(reading.path), NcmecReader)


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    ],
)
def test_entities_are_never_expanded(reading, dtd):
    with pytest.raises(ListError, match="entities"):
        reading.all("ncmec", dtd.encode() + document(entry("<md5>&a;</md5>")))


@pytest.mark.parametrize(
    "bomb",
    ["<x>" * 100_000, "".join(f"<x{n}/>" for n in range(100_000)), "<x y='" + "a" * (1 << 25)],
)
def test_a_bomb_ends_the_list_and_keeps_what_came_before(reading, bomb):
    found = reading.all("ncmec", document(entry(f"<md5>{MD5}</md5>") + " " * 70_000 + bomb))
    assert [type(each).__name__ for each in found] == ["KnownHash", "Refused"]
    assert found[1].reason.startswith("file ends early: ")


def test_an_endless_entry_is_bounded(reading):
    data = document(
        entry(f"<md5>{MD5}</md5>" + "<pdna>A</pdna>" * 60_000 + "<zz>" + "A" * 10**6 + "</zz>")
    )
    reading.path.write_bytes(data)
    tracemalloc.start()
    found = list(NcmecReader().read(reading.path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0].md5 == MD5
    assert [each.reason for each in found[1:]] == ["field not kept: other"]
    assert peak < 6_000_000


def test_a_cut_document_gives_what_came_before(reading):
    data = document("".join(entry(f"<md5>{lists.digest('md5', n)}</md5>") for n in range(1000)))
    found = reading.all("ncmec", data[: len(data) // 2])
    assert [each.md5 for each in found[:-1]] == [
        lists.digest("md5", n) for n in range(len(found) - 1)
    ]
    assert len(found) > 490
    assert found[-1].reason == "file ends early: the text is cut or damaged"


def test_the_public_answers(corpus):
    for path in corpus.glob("ncmec_entries*.xml"):
        found = list(recognize(path).read(path))
        # The whole tree at once is the oracle; these files are small and harmless.
        tree = ET.fromstring(path.read_bytes())  # noqa: S314
        space = {"n": SPACE}
        for field in ("md5", "sha1"):
            listed = [each.text for each in tree.iterfind(f".//n:fingerprints/n:{field}", space)]
            known = [each for each in found if isinstance(each, KnownHash)]
            assert [getattr(each, field) for each in known] == listed
        gone = len(
            tree.findall(".//n:deletedImage", space) + tree.findall(".//n:deletedVideo", space)
        )
        reasons = [each.reason for each in found if not isinstance(each, KnownHash)]
        assert reasons.count("deleted upstream") == gone
        assert NcmecReader().profile(path).startswith(SPACE)
    for path in corpus.glob("ncmec_status*.xml"):
        with pytest.raises(ListError):
            recognize(path)


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a [<!ATTLIST image b CDATA 'c'>]>" + NcmecReader.example[39:],
        b"<queryResult><!--" + b"<" * (5 << 20),
    ],
    ids=["document type", "comment"],
)
def test_what_multiplies_or_has_no_end_is_given_up(reading, data):
    with pytest.raises(ListError, match=r"document type|absurd length"):
        reading.all("ncmec", data)
