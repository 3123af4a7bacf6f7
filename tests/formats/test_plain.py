import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.formats import recognize
from fanal.formats.plain import PlainReader
from fanal.model.known import KnownHash
from makers import lists

DIGESTS = {kind: lists.digest(kind, 1) for kind in ("md5", "sha1", "sha256")} | {"pdq": "0f" * 32}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [("MD5", "md5"), ("sha-1", "sha1"), ("SHA 256", "sha256"), ("Pdq", "pdq"), ("sha_1", "sha1")],
)
def test_any_delimiter_and_spelling(reading, delimiter, name, kind):
    rows = [["file", name, "note"], ["a.jpg", DIGESTS[kind].upper(), "zz"]]
    data = "\n".join(delimiter.join(row) for row in rows) + "\n"
    (known,) = reading.known("plain", data.encode())
    assert known == KnownHash(**{kind: DIGESTS[kind]}, fields={"file": "a.jpg", "note": "zz"})
    assert isinstance(recognize(reading.path), PlainReader)
    assert PlainReader().profile(reading.path) == delimiter.join(rows[0])


def test_category_series_and_victim(reading):
    data = f"md5,Category,Series name,Victim-Identified\n{DIGESTS['md5']},0,zz,no\n"
    (known,) = reading.known("plain", data.encode())
    assert known == KnownHash(
        md5=DIGESTS["md5"], category="0", series="zz", victim_identified=False
    )
    odd = data.replace(",no", ",?").encode()
    assert reading.known("plain", odd)[0].fields == {"Victim-Identified": "?"}
    assert reading.reasons("plain", odd) == {"not yes or no: victim identified": 1}


def test_one_column_is_enough(reading):
    assert len(reading.known("plain", f"sha256\n{DIGESTS['sha256']}\n".encode())) == 1


def test_cells_beyond_the_header_are_kept(reading):
    (known,) = reading.known("plain", f"md5,a\n{DIGESTS['md5']},1,2,3\n".encode())
    assert known.fields == {"a": "1", "column 3": "2", "column 4": "3"}


def test_every_row_refused_is_counted(reading):
    empty = "d41d8cd98f00b204e9800998ecf8427e"
    data = f"md5,sha1\n{empty},{DIGESTS['sha1']}\n,\nxyz,\n{'g' * 32},\n"
    assert reading.reasons("plain", data.encode()) == {
        "zero-length file: md5": 1,
        "no hash": 1,
        "wrong length: md5": 1,
        "not hexadecimal: md5": 1,
    }
    assert len(reading.known("plain", data.encode())) == 1


def test_a_column_that_does_not_say_which_hash(reading):
    sha256 = [lists.digest("sha256", n) for n in range(40)]
    pdq = [f"{((1 << 128) - 1) << n:064x}" for n in range(40)]
    listed = ["File,Hash", f"a,{DIGESTS['md5']}", f"b,{DIGESTS['sha1']}", "c,abc", "d,"]
    for values, kind in ((sha256, "sha256"), (pdq, "pdq")):
        data = "\n".join([*listed, *(f"x,{value}" for value in values), ""]).encode()
        known = reading.known("plain", data)
        assert [known[0].md5, known[1].sha1] == [DIGESTS["md5"], DIGESTS["sha1"]]
        assert [getattr(each, kind) for each in known[2:]] == values
        assert reading.reasons("plain", data) == {"wrong length: hash": 1, "no hash": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings(reading, encoding):
    data = f"md5,name\n{DIGESTS['md5']},ümlaut\n".encode(encoding)
    (known,) = reading.known("plain", data)
    assert known.md5 == DIGESTS["md5"]
    assert isinstance(recognize(reading.path), PlainReader)


def test_an_enemy_costs_only_his_rows(reading):
    good = f"{DIGESTS['md5']},x\n"
    data = "md5,name\n" + good + '"\n' + good + "x" * 200_000 + "\n" + good + "\0\0\n" + good
    known = reading.known("plain", data.encode())
    assert len(known) == 4
    assert set(reading.reasons("plain", data.encode())) <= {
        "quote not closed",
        "wrong length: md5",
        "row too long",
        "no hash",
    }


def test_a_cut_last_row_is_not_taken(reading):
    data = f"md5,name,note\n{DIGESTS['md5']},a,b\n".encode()
    found = reading.all("plain", data + DIGESTS["md5"].encode())
    assert found[-1].reason == "file ends early: the last row is cut"
    assert len(found) == 2
    assert reading.reasons("plain", data.rstrip()) == {"last row has no line end": 1}


def test_headers_without_a_hash_are_not_ours():
    for head in (b"name,size\n", b"sha512,name\n", lists.NSRL2_HEADER.encode()):
        assert not PlainReader.recognizes(head, "x.csv")
    assert not PlainReader.recognizes(",".join(["md5"] * 600).encode(), "x.csv")


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 99), st.text(alphabet=st.sampled_from('ab",;\n='), max_size=9)),
        max_size=5,
    )
)
def test_what_the_csv_module_writes_is_read(reading, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["note", "md5"], *([note, lists.digest("md5", n)] for n, note in rows)])
    known = reading.known("plain", out.getvalue().encode())
    assert [(k.md5, k.fields.get("note", "")) for k in known] == [
        (lists.digest("md5", n), note) for n, note in rows
    ]


def test_the_public_table_of_test_pictures(corpus):
    path = corpus / "PDQMD5TestData.csv"
    found = list(recognize(path).read(path))
    with path.open(newline="", encoding="utf-8-sig") as table:
        rows = list(csv.DictReader(table))
    assert [(k.pdq or k.md5, k.fields["FilePath"]) for k in found] == [
        (row["Hash"].lower(), row["FilePath"]) for row in rows
    ]
