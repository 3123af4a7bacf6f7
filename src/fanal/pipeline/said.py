"""Who says something of a case, and why: checked before it becomes a record."""

import os
import pwd
from dataclasses import dataclass

from fanal.errors import UsageError
from fanal.review import people

LONGEST_REASON = 2_000
LONGEST_NAME = 200
JOINERS = "\u200c\u200d"
"""Unprintable letters that Persian and the scripts of India need (Unicode 16, chapter 23.2)."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who speaks, and why."""

    reason: str
    by: str
    """The person."""
    account: str
    """The login name, as the machine knows it and not as the person says."""


def login() -> str:
    """Return the login name of whoever runs this process, whatever the environment says."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a user that only the kernel knows
        return f"uid {number}"


def checked(said: Said) -> Said:
    """Return who speaks and why, without spaces around; refuse what says nothing or hides."""
    reason, by, account = said.reason.strip(), said.by.strip(), said.account.strip()
    if not any(map(str.isalnum, reason)):
        raise UsageError("a decision needs a reason in words", "give one: --reason TEXT")
    if len(reason) > LONGEST_REASON:
        raise UsageError(
            f"the reason has {len(reason):,} characters", f"at most {LONGEST_REASON:,} are kept"
        )
    if not reason.translate(dict.fromkeys(map(ord, JOINERS))).isprintable():
        raise UsageError(
            "the reason holds characters that cannot be printed, such as the end of a line",
            "write it on one line",
        )
    if not (people.name_key(by) and by.isprintable() and len(by) <= LONGEST_NAME):
        raise UsageError(
            "the name of who decides must be printable, with a letter or number in it, and"
            f" {LONGEST_NAME} characters long at most",
            "give it: --by NAME, or the setting actor",
        )
    if not people.login_key(account):
        raise UsageError(
            "nobody knows under which login this is decided", "log in and run it again"
        )
    return Said(reason, by, account)
