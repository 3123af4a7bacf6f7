"""A lead is told down to the bytes of its rows, which are read again where the file is there."""

import hashlib
import json
import shutil
import sqlite3
from html.parser import HTMLParser

import pytest

from fanal.errors import UsageError
from fanal.model.lead import Ref
from fanal.model.site import Dataset
from fanal.pipeline import leads
from fanal.pipeline.assess import assess, take_back
from fanal.pipeline.disclosure import disclose, facts
from fanal.pipeline.progress import Silent
from fanal.pipeline.reread import AGAIN, Artefacts, hidden
from fanal.pipeline.why import Asked, lines, why
from fanal.settings import Settings
from makers.cases import opened
from makers.deciding import said
from makers.seized import MEMBERS, fill


@pytest.fixture
def settings(tmp_path):
    return Settings(engine="inline", key=str(tmp_path / "key"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A case whose files nobody changes."""
    folder = tmp_path_factory.mktemp("why")
    with_store = opened(folder / "case")
    fill(with_store, folder / "files", Settings(engine="inline", key=str(folder / "key")))
    with_store.close()
    return folder / "case"


@pytest.fixture
def store(made, tmp_path):
    with_store = opened(shutil.copytree(made, tmp_path / "case"))
    yield with_store
    with_store.close()


@pytest.fixture
def moving(tmp_path, settings):
    """A case with files of its own."""
    with_store = opened(tmp_path / "case")
    fill(with_store, tmp_path / "files", settings)
    yield with_store
    with_store.close()


def lead_of(store, account):
    with leads.book(store) as book:
        return book.lead(book.of_account("zz-shop", account))


def told(store, settings, account="1", folder=None):
    return why(store, settings, Asked(lead_of(store, account), folder), Silent())


def test_each_statement_leads_to_bytes_that_are_read_again(store, settings):
    found = told(store, settings)
    rows = {row.ref: row for row in found.rows}
    account = found.statements[0]
    (ref,) = account.refs
    data = MEMBERS.encode()[ref.ref : ref.ref + ref.size]
    assert data.startswith(b"1,zz-one,")
    assert rows[ref].state == AGAIN
    assert rows[ref].bytes_sha256 == hashlib.sha256(data).hexdigest()
    assert rows[ref].sha256 == hashlib.sha256(MEMBERS.encode()).hexdigest()
    assert "zz-1@mail.example" in [value for _, value in rows[ref].values]
    assert all(ref in rows for one in found.statements for ref in one.refs)


def test_it_says_which_rule_table_and_file_and_who_seized_it(store, settings):
    found = told(store, settings)
    assert {one.part for one in found.statements} >= {"account", "identifier", "deed"}
    assert all(one.rule for one in found.statements)
    files = {file.name: file for file in found.files}
    assert (files["members"].handler, files["members"].seized_at) == ("zz officer", "2024-02-01")
    assert files["members"].reader.startswith("csv")
    assert {one.kind for one in found.sources} == {"site", "leads"}
    assert any(one.name == "countries" and len(one.sha256) == 64 for one in found.rules)
    text = "\n".join(lines(found))
    assert "read again" in text
    assert "byte 24, " in text


def test_no_number_of_a_card_or_bank_account_is_shown(store, settings):
    for account in ("1", "2"):
        text = json.dumps(facts(told(store, settings, account)))
        for number in ("4111 1111 1111 1111", "4111111111111111", "DE89370400440532013000"):
            assert number not in text
    assert hidden("4111 1111 1111 1111") == "411111******1111"
    assert hidden("DE89 3704 0044 0532 0130 00") == "DE…3000"
    assert hidden(None) == "NULL"
    assert hidden("x" * 400).endswith("(400 characters)")


def test_a_file_that_is_not_at_its_place_is_told_and_found_elsewhere(moving, settings, tmp_path):
    moved = tmp_path / "mounted"
    (tmp_path / "files").rename(moved)
    found = told(moving, settings)
    assert all("not at its place" in row.state for row in found.rows)
    assert all(row.values == () for row in found.rows)
    assert all(row.state == AGAIN for row in told(moving, settings, folder=moved).rows)


def test_nothing_is_read_from_a_file_that_is_another_one(moving, settings, tmp_path):
    path = tmp_path / "files" / "members.csv"
    path.write_text(MEMBERS.replace("zz-one", "zz-two"), "utf-8")
    row = next(row for row in told(moving, settings).rows if row.ref.artefact == "members")
    assert "another one: its SHA-256" in row.state
    assert row.values == ()
    path.write_text(MEMBERS + "\n", "utf-8")
    row = next(row for row in told(moving, settings).rows if row.ref.artefact == "members")
    assert "its size differs" in row.state


def test_what_people_said_and_overrode_is_told_apart_from_facts(store, settings):
    lead = lead_of(store, "1")
    word = assess(store, said("Anna"), "category", lead.id, "witness")
    take_back(store, said("Béla"), word.id)
    found = told(store, settings)
    assert [one["taken_back"] for one in found.assessments] == [True, False]
    assert any("category witness" in one and "taken back since" in one for one in found.overrides)
    assert any(one.startswith("category j-") for one in found.overrides)
    assert found.stands.category == lead.category
    assert "a named officer has to set its tier" in found.keeps


def test_a_row_of_a_database_is_read_again_by_its_number(store, settings, tmp_path):
    path = tmp_path / "site.db"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE zz (id INTEGER PRIMARY KEY, name TEXT)")
        made.execute("INSERT INTO zz VALUES (7, 'zz-seven')")
    made.close()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told_of = {"name": "db", "path": str(path), "sha256": digest, "size": path.stat().st_size}
    facts_ = {"artefacts": [told_of | {"reader": "sqlite 1"}]}
    with store.act("zz", "import site") as act:
        act.put([Dataset("site", "zz-db", "", digest, "", facts_, "zz", {}, "zz", "2026-01-01")])
    known, missing = Ref("zz-db", "db", "zz", 7, 0), Ref("zz-db", "db", "zz", 8, 0)
    other = Ref("zz-db", "none", "zz", 7, 0)
    rows = Artefacts(store, settings, None, Silent()).rows([known, missing, other, known])
    assert rows[known].values == (("id", "7"), ("name", "zz-seven"))
    assert rows[missing].state == "not read: there is no such row"
    assert rows[other].state == "the case names no such file"


class Seen(HTMLParser):
    """Notes the elements of a page."""

    def __init__(self):
        super().__init__()
        self.tags = set()

    def handle_starttag(self, tag, _):
        self.tags.add(tag)


def test_a_defence_gets_a_page_and_the_same_as_json(store, settings, tmp_path):
    """LAW-18."""
    found = told(store, settings, "2")
    page, data = disclose(found, tmp_path / "zz", "Anna")
    text = page.read_text("utf-8")
    seen = Seen()
    seen.feed(text)
    assert not seen.tags & {"b", "script", "img"}, "a user name acts on no page"
    assert "zz-&lt;b&gt;two&lt;/b&gt;" in text
    assert found.rows[0].bytes_sha256 in text
    read = json.loads(data.read_text("utf-8"))
    assert read["lead"]["id"] == found.lead.id
    assert read["statements"][0]["rows"] == [0]
    assert read["rows"][0]["bytes_sha256"] == found.rows[0].bytes_sha256
    assert read["files"][0]["sha256"]
    with pytest.raises(UsageError, match="there already"):
        disclose(found, tmp_path / "zz", "Anna")
