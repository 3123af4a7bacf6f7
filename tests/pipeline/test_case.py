"""A case is opened by one writer at a time, and never by accident."""

import getpass
from dataclasses import replace
from pathlib import Path

import pytest

from fanal.errors import CaseError
from fanal.model.item import Exhibit
from fanal.pipeline.case import actor, key_file, reading, writing
from fanal.settings import Settings


def test_a_case_that_is_not_there_is_not_made_by_reading(case):
    with pytest.raises(CaseError, match="there is no case"), reading(case):
        pass
    assert not case.exists()


def test_a_short_act_makes_no_case(case, settings):
    with pytest.raises(CaseError, match="there is no case"), writing(case, settings, run=False):
        pass
    assert not case.exists()


def test_one_writes_while_others_read(case, settings):
    with writing(case, settings) as store:
        with store.act("zz", "write") as act:
            act.put([Exhibit("zz", b"/zz")])
        with pytest.raises(CaseError, match="another run is writing"), writing(case, settings):
            pass
        with reading(case) as other:
            assert other.count(Exhibit) == 1
    with writing(case, settings) as store:
        assert store.count(Exhibit) == 1


def test_who_reads_cannot_write(case, settings):
    with writing(case, settings):
        pass
    with reading(case) as store, pytest.raises(CaseError), store.act("zz", "write"):
        pass


def test_the_key_lies_where_the_settings_say(settings, tmp_path, home):
    assert key_file(settings) == Path(settings.key)
    assert key_file(Settings()) == home / ".fanal" / "signing.key"


def test_who_acts_is_told_or_logged_in(settings):
    assert actor(settings) == "zz-examiner"
    assert actor(replace(settings, actor="")) == getpass.getuser()
