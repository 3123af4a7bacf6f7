"""What a person says of their session is theirs: one file for its owner, none for anybody else."""

import stat

import pytest

from fanal.errors import UsageError
from fanal.pipeline.check_in import ANSWERS, FOLDER, file_of, keep, kept, remove
from fanal.settings import Settings


@pytest.fixture
def told(tmp_path):
    return Settings.from_environment({}).changed({"home": str(tmp_path / "home")})


def test_answers_are_kept_for_one_and_removed_by_one(told):
    assert kept(told, "zz-a") == []
    keep(told, "zz-a", ANSWERS[0])
    keep(told, "zz-a", ANSWERS[2])
    keep(told, "zz-b", ANSWERS[1])
    assert [one["answer"] for one in kept(told, "zz-a")] == [ANSWERS[2], ANSWERS[0]]
    remove(told, "zz-a")
    remove(told, "zz-a")
    assert kept(told, "zz-a") == []
    assert [one["answer"] for one in kept(told, "zz-b")] == [ANSWERS[1]]


def test_only_its_owner_may_read_the_file(told, tmp_path):
    keep(told, "zz-a", ANSWERS[0])
    path = file_of(told, "zz-a")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.parent == tmp_path / "home" / FOLDER
    assert "zz-a" not in path.name
    assert "zz-a" not in path.read_text()


def test_what_is_no_answer_is_refused(told):
    for login, answer in (("zz-a", "zz"), ("zz-a", ""), ("", ANSWERS[0])):
        with pytest.raises(UsageError):
            keep(told, login, answer)
    assert not file_of(told, "zz-a").exists()


def test_a_line_that_was_cut_off_is_passed_over(told):
    keep(told, "zz-a", ANSWERS[0])
    with file_of(told, "zz-a").open("a") as out:
        out.write('{"when": "2026\n[]\n\xff\n')
    keep(told, "zz-a", ANSWERS[1])
    assert [one["answer"] for one in kept(told, "zz-a")] == [ANSWERS[1], ANSWERS[0]]
