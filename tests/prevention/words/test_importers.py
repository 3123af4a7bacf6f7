"""Lists of others become word lists, whole or not at all, and without a word told."""

import json
import stat

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.errors import FanalError, ListError, UsageError
from fanal.prevention.words.importers import Layout, convert, write
from fanal.prevention.words.terms import read_entries
from makers.words import shares

CSV = "Nr;Wort;Art;Rest\r\n7;\u201ezz lampe\u201c;high;x\r\n;;;\r\n9;=zz hafen;low;x\r\n"
COLUMNS = {"pattern": "Wort", "id": "Nr", "severity": "Art"}


def read(imported, *, support=False):
    return read_entries(imported.data, "zz", is_support=support)


def test_a_phrase_a_line_keeps_its_line_as_its_name():
    made = convert(b"zz lamp\r\n\r\n# zz\nzz lamp\n  zz table \n", "zz", Layout())
    told = [(one.id, one.pattern, one.kind) for one in read(made)]
    assert told == [
        ("row-1", "zz lamp", "phrase"),
        ("row-3", "# zz", "phrase"),
        ("row-5", "zz table", "phrase"),
    ]
    assert (made.entries, made.empty, made.twice) == (3, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", ";,\t|")
def test_columns_are_found_by_their_names(encoding, mark):
    data = CSV.replace(";", mark).encode(encoding)
    made = convert(data, "zz", Layout(COLUMNS, {"kind": "token", "source_ref": "zz list"}))
    told = [(one.id, one.pattern, one.severity, one.kind, one.source_ref) for one in read(made)]
    assert told == [
        ("7", "\u201ezz lampe\u201c", "high", "token", "zz list"),
        ("9", "=zz hafen", "low", "token", "zz list"),
    ]


def test_a_support_list_has_its_audience():
    made = convert(b"zz worried\n", "zz", Layout(same={"audience": "family"}))
    assert read(made, support=True)[0].audience == "support_family"


@pytest.mark.parametrize(
    ("data", "layout", "told"),
    [
        (b"qvwxzj;high\nkpqvfy;low\n", Layout(COLUMNS), "does not name all of these columns"),
        (CSV.replace("low", "qvwxzj").encode(), Layout(COLUMNS), "row 4: its severity"),
        (CSV.replace("9", "7").encode(), Layout(COLUMNS), "row 4: its id is there already"),
        (b"lamp\n" + b"q" * 501, Layout(), "row 2: its pattern is empty or longer"),
        (b"qvwxzj\xff", Layout(), "not in this encoding"),
        (b"qvwxzj", Layout(encoding="zz"), "not in this encoding"),
        (b'a,b\n"qvwxzj', Layout({"pattern": "a"}), "is no CSV"),
        (b"\n\n", Layout(), "holds no phrase"),
    ],
)
def test_what_is_at_fault_is_told_by_row_and_never_by_word(data, layout, told):
    with pytest.raises(ListError) as error:
        convert(data, "zz.txt", layout)
    said = f"{error.value.message} {error.value.advice}"
    assert told in said
    assert error.value.__cause__ is None
    assert not any(shares(said, one) for one in ("qvwxzj", "kpqvfy", "qqqqqq", "hafen"))


@given(st.binary(max_size=60) | st.text('a,;"\n\r|= ', max_size=40).map(str.encode))
def test_whatever_comes_is_converted_or_refused(data):
    for layout in (Layout(), Layout({"pattern": "a"}), Layout(encoding="latin-1")):
        try:
            made = convert(data, "zz", layout)
        except FanalError:
            continue
        assert len(read(made)) == made.entries


def test_a_list_is_written_for_its_owner_alone_and_never_over_another(tmp_path):
    made = convert(b"zz lamp\n", "zz", Layout())
    out = tmp_path / "a.jsonl"
    write(made, out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert json.loads(out.read_bytes())["pattern"] == "zz lamp"
    with pytest.raises(UsageError, match="is there already"):
        write(made, out)
    with pytest.raises(UsageError, match="cannot be written"):
        write(made, tmp_path / "nowhere" / "a.jsonl")


def test_an_encrypted_list_opens_with_every_identity_it_was_made_for(tmp_path):
    made, out = convert(b"zz lamp\n", "zz", Layout()), tmp_path / "a.jsonl.age"
    keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
    write(made, out, [str(one.to_public()) for one in keys])
    assert b"lamp" not in out.read_bytes()
    assert all(pyrage.decrypt(out.read_bytes(), [one]) == made.data for one in keys)
    for where, recipients in ((out, []), (tmp_path / "b.jsonl", ["age1zz"])):
        with pytest.raises(UsageError, match="belong together"):
            write(made, where, recipients)
    with pytest.raises(UsageError, match="no age recipient"):
        write(made, tmp_path / "c.age", ["age1zz"])
    assert not (tmp_path / "c.age").exists()
