"""Commands for an operator's own lists, run so that no word of them may be told."""

import pytest

from makers.program import called
from makers.terms import written
from makers.words import shares

HIDDEN = "qvwxzj kpqvfy"


@pytest.fixture
def hidden():
    """What lists and samples hold, and no output may."""
    return HIDDEN


@pytest.fixture
def run(capsys):
    """Call `fanal deter lists …` and return its exit code and what it told."""

    def ran(*arguments):
        code = called("deter", "lists", *map(str, arguments))
        told = capsys.readouterr()
        assert not shares(told.out + told.err, HIDDEN)
        return code, told.out, told.err

    return ran


@pytest.fixture
def terms(tmp_path):
    return written(tmp_path / "a.csv", HIDDEN, "zz-lamp", langs="de en", steps_off="digits")
