"""Whoever looks at a draft is in the log before anything is written, and looks at what would go."""

import pytest

from fanal.errors import UsageError
from fanal.model.desk import AuditRecord
from fanal.pipeline.case import writing
from fanal.pipeline.package_acts import refuse
from fanal.pipeline.package_build import build
from fanal.pipeline.package_look import look
from makers.packages import ANNA, BERT, LEAD, OTHER, case, quick, ready, wanted
from makers.packages import settings as told

__all__ = ["case", "quick"]
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def store(case, settings):
    with writing(case, settings) as opened:
        yield opened


@pytest.fixture
def book(store):
    return ready(store)


@pytest.fixture
def draft(store, book):
    return build(store, told(), ANNA, wanted(), book).package


def test_it_is_written_whole_for_its_owner_only(store, book, draft, tmp_path):
    made = look(store, BERT, draft.id, tmp_path / "look", book)
    found = {
        path.relative_to(tmp_path / "look").as_posix(): path.read_bytes()
        for path in (tmp_path / "look").rglob("*")
        if path.is_file()
    }
    assert found == made.files
    assert (tmp_path / "look/leads" / f"{LEAD}.json").stat().st_mode & 0o777 == 0o600
    (line,) = store.find(AuditRecord, action="package looked at")
    assert (line.login, line.data["leads"], line.purpose) == ("bert", [LEAD, OTHER], BERT.reason)
    assert line.data["manifest"] == made.digest


def test_nothing_is_written_in_a_bad_place_or_without_a_reason(store, book, draft, tmp_path):
    (tmp_path / "there").mkdir()
    for folder in (tmp_path / "there", store.folder / "look", tmp_path / "no" / "look"):
        with pytest.raises(UsageError):
            look(store, BERT, draft.id, folder, book)
    with pytest.raises(UsageError, match="reason"):
        look(store, type(BERT)("", "bert", "bert"), draft.id, tmp_path / "look", book)
    assert not (tmp_path / "look").exists()
    assert not list(store.find(AuditRecord, action="package looked at"))


def test_only_a_draft_is_looked_at(store, book, draft, tmp_path):
    refuse(store, BERT, draft.id)
    with pytest.raises(UsageError, match="is refused"):
        look(store, BERT, draft.id, tmp_path / "look", book)
