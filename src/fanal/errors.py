"""The errors a run may end with, each with advice and an exit code.

    FanalError (1)
    ├── UsageError (2)        the call was wrong: say what to type
    ├── CaseError (1)         the case folder cannot be used
    ├── ListError (1)         a known list cannot be read at all
    ├── PackageError (1)      a package that came or goes is not as it must be
    └── CanaryMissed (4)      a planted item was not found: nothing may be trusted

A bad *item* is never an exception but a record (`fanal.model.failure.Failure`).
"""


class FanalError(Exception):
    """What happened, to what, and what to do about it."""

    exit_code = 1

    def __init__(self, message: str, advice: str = "") -> None:
        """Keep the sentence for the user and the advice that goes with it."""
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(FanalError):
    """The call was wrong; the advice says what to type."""

    exit_code = 2


class CaseError(FanalError):
    """The case cannot be opened, is locked or does not hold what is asked for."""


class ListError(FanalError):
    """A known list could not be read at all."""


class PackageError(FanalError):
    """A package is not as it must be; nothing was taken from it, or nothing was sent."""


class CanaryMissed(FanalError):  # noqa: N818 (what happened, in the field's words)
    """A planted item was not found again, so no result of this run may be trusted."""

    exit_code = 4
