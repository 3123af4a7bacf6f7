"""Names leads and accounts: the same accounts of the same case always have the same lead."""

import hashlib

from fanal.errors import UsageError

BEGINS, LETTERS = "L-", 12
"""How the id of a lead begins, and how many hexadecimal characters follow."""
BETWEEN = "/"
"""Between a site and an account; no name of a site holds it."""


def lead_id(case_id: str, site: str, account: str) -> str:
    """Return the id of the lead whose smallest account this is."""
    spelled = BETWEEN.join((case_id, site, account)).encode("utf-8", "surrogatepass")
    return BEGINS + hashlib.sha256(spelled).hexdigest()[:LETTERS]


LEAD_ID_SQL = (
    f"'{BEGINS}' || left(sha256(concat($case, '{BETWEEN}', site, '{BETWEEN}', account)), {LETTERS})"
)
"""The same for columns `site` and `account`; `$case` is the case."""


def account_name(site: str, account: str) -> str:
    """Return the name by which people and records call an account."""
    return f"{site}{BETWEEN}{account}"


def parts_of(name: str) -> tuple[str, str]:
    """Return the site and the account of such a name."""
    site, between, account = name.partition(BETWEEN)
    if not (site and between and account):
        raise UsageError(f"{name!r} is no account", "write it as SITE/ACCOUNT")
    return site, account
