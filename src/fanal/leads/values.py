"""Values that accounts have in common: which make one person, which only link, which say nothing.

What a public letter box, a placeholder or a crowd shows is marked and joins nobody.
"""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from tomllib import loads

from fanal.leads.calculator import Calculator, literal

MOST_SHARING = 5
"""Accounts that may show a value; one that more show is a placeholder, a service or a crowd's."""
MOST_TYPED = 3
"""Accounts that may show a recovery address, which nobody confirmed: more are a seller's stock."""
SHORTEST_WALLET = 20
"""Letters of a wallet's address, at least; what is shorter is a word."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What two accounts may have in common, and whether that makes them one person."""

    name: str
    identity: bool
    what: str
    """Kind of the value, for people."""
    rows: str
    """SQL: site, account, value, src."""
    most: int = MOST_SHARING


_SOUND = (
    "payment ANTI JOIN (SELECT * FROM payer WHERE differs) AS other"
    " USING (site, artefact, raw_table, ref) WHERE status = 'ok' AND chargeback IS NOT TRUE"
    " AND billing_checked IS DISTINCT FROM 'failed'"
)
"""Payments of which nothing shows that another person's account was used."""
OTHERS = "recovery address is the other's confirmed e-mail"
RULES: tuple[Rule, ...] = (
    Rule(
        "same confirmed phone",
        True,  # noqa: FBT003
        "phone",
        "SELECT site, account, phone AS value, src FROM account WHERE phone_confirmed",
    ),
    Rule(
        "same confirmed e-mail",
        True,  # noqa: FBT003
        "email",
        "SELECT site, account, email AS value, src FROM account WHERE email_confirmed",
    ),
    Rule(
        "same recovery address",
        True,  # noqa: FBT003
        "recovery address",
        "SELECT site, account, recovery AS value, src FROM account"
        " WHERE recovery_kind IS DISTINCT FROM 'text'",
        MOST_TYPED,
    ),
    Rule(
        OTHERS,
        True,  # noqa: FBT003
        "recovery address",
        "SELECT site, account, recovery AS value, src FROM account"
        " WHERE recovery_kind IS DISTINCT FROM 'text' UNION ALL"
        " SELECT site, account, email, src FROM account WHERE email_confirmed",
        MOST_TYPED,
    ),
    Rule(
        "same account holder",
        True,  # noqa: FBT003
        "bank account",
        f"SELECT site, account, iban_tok AS value, src FROM {_SOUND}",
    ),
    Rule(
        "same wallet",
        True,  # noqa: FBT003
        "wallet",
        f"SELECT site, account, wallet AS value, src FROM {_SOUND}"
        f" AND length(wallet) >= {SHORTEST_WALLET}",
    ),
    Rule(
        "same bank account, payer in doubt",
        False,  # noqa: FBT003
        "bank account",
        "SELECT site, account, iban_tok AS value, src FROM payment",
    ),
    Rule(
        "same wallet, payer in doubt",
        False,  # noqa: FBT003
        "wallet",
        "SELECT site, account, wallet AS value, src FROM payment",
    ),
    Rule(
        "same card",
        False,  # noqa: FBT003
        "card",
        "SELECT site, account, card_tok AS value, src FROM payment",
    ),
    Rule(
        "same phone, not confirmed",
        False,  # noqa: FBT003
        "phone",
        "SELECT site, account, phone AS value, src FROM account",
    ),
    Rule(
        "same e-mail, not confirmed",
        False,  # noqa: FBT003
        "email",
        "SELECT site, account, email AS value, src FROM account",
    ),
    Rule(
        "same password hash",
        False,  # noqa: FBT003
        "password hash",
        "SELECT site, account, password_hash AS value, src FROM account",
    ),
    Rule(
        "same username",
        False,  # noqa: FBT003
        "username",
        "SELECT site, account, lower(trim(username)) AS value, src FROM account",
    ),
    Rule(
        "same device",
        False,  # noqa: FBT003
        "device",
        "SELECT site, account, device AS value, src FROM login WHERE outcome = 'ok'",
    ),
)
"""In the order of their strength: the first that two accounts share is told first."""
TOGETHER = "same address in the same hour"
"""The rule of links between accounts that logged in from one address within one hour."""


def find_shared(calculator: Calculator) -> None:
    """Make tables `tied` (who shows a value) and `value_shared` (how many, and whether it counts).

    `tied(rule, value, no, src)`: one row a rule, value and account; src is the earliest row.
    `value_shared(rule, value, accounts, discounted)`: discounted is "" or why it joins nobody.
    """
    parts = [
        f"SELECT {at} AS rule, site, account, value, src FROM ({rule.rows})"
        " WHERE value IS NOT NULL AND value <> ''"
        for at, rule in enumerate(RULES)
    ]
    calculator.run(f"CREATE OR REPLACE VIEW value_row AS {' UNION ALL '.join(parts)}")
    calculator.run(
        "CREATE OR REPLACE TABLE value_often AS SELECT rule, value FROM value_row"
        " GROUP BY rule, value HAVING count(*) > 1"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE tied AS SELECT rule, value, no, min(src) AS src FROM value_row"
        " SEMI JOIN value_often USING (rule, value) JOIN acct USING (site, account)"
        " GROUP BY rule, value, no"
    )
    calculator.run(
        "CREATE OR REPLACE TABLE value_shared AS SELECT rule, value, accounts,"
        f" CASE WHEN {_placeholder()} THEN 'placeholder' WHEN {_public()} THEN 'public letter box'"
        f" WHEN accounts > {_most()} THEN 'shown by many' ELSE '' END AS discounted"
        " FROM (SELECT rule, value, count(*) AS accounts FROM tied GROUP BY ALL)"
        " WHERE accounts > 1"
    )


def _rules_of(*kinds: str) -> str:
    return ", ".join(str(at) for at, rule in enumerate(RULES) if rule.what in kinds)


def _most() -> str:
    told = " ".join(f"WHEN {at} THEN {rule.most}" for at, rule in enumerate(RULES))
    return f"CASE rule {told} END"


def _placeholder() -> str:
    """Return the condition under which a phone is none: the same digit throughout, or a row."""
    return (
        f"rule IN ({_rules_of('phone')}) AND (regexp_matches(value, '(0{{6}}|1{{6}}|2{{6}}|3{{6}}"
        "|4{6}|5{6}|6{6}|7{6}|8{6}|9{6}|123456|654321)') )"
    )


def _public() -> str:
    domains = ", ".join(map(literal, sorted(public_boxes())))
    return (
        f"rule IN ({_rules_of('email', 'recovery address')})"
        f" AND split_part(lower(value), '@', -1) IN ({domains})"
    )


def public_boxes() -> frozenset[str]:
    """Return domains whose letter boxes anybody may read."""
    text = (files("fanal.leads") / "public_boxes.toml").read_text("utf-8")
    told: Mapping[str, list[str]] = loads(text)
    return frozenset(told["domains"])
