"""Errors carry a sentence, advice and the exit code of the manual."""

import pytest

from fanal import errors
from fanal.errors import CanaryMissed, CaseError, FanalError, ListError, UsageError


@pytest.mark.parametrize(
    ("kind", "code"),
    [(FanalError, 1), (UsageError, 2), (CaseError, 1), (ListError, 1), (CanaryMissed, 4)],
)
def test_every_error_has_its_exit_code(kind, code):
    error = kind("what happened", "what to do")
    assert isinstance(error, FanalError)
    assert error.exit_code == code
    assert (str(error), error.message, error.advice) == (
        "what happened",
        "what happened",
        "what to do",
    )
    assert kind("alone").advice == ""


def test_every_error_stands_in_the_tree():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for kind in kinds:
        assert f"{kind.__name__} ({kind.exit_code})" in errors.__doc__
    assert len(kinds) == errors.__doc__.count("(") - errors.__doc__.count("(`")
