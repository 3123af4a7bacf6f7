"""Proposes pairs of accounts that may be one person's, with the weight of each field in bits.

Needs the extra `er`: Splink, the model of Fellegi and Sunter (1969). It joins nobody: a person
reads a proposal and says so. Nothing here is ever asked for a category, a tier or an order.
"""

# ruff: noqa: S608 (names and values of ours only; what is read is given as a parameter)

import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from fanal.errors import UsageError
from fanal.leads.calculator import Calculator, quoted
from fanal.leads.naming import account_name
from fanal.leads.persons import DIFFERENT
from fanal.model.lead import Joined

PROPOSED = "proposed"
LEAST = 4.0
"""Bits that must speak for one person on the whole."""
MOST = 5_000
"""Pairs that are kept, the strongest first."""
CROWD = 20
"""Accounts that may show a value by which pairs are looked for; a crowd's is left out."""
PRIOR = 1e-4
"""Chance that two accounts drawn at random are one person's, before anything is compared."""
PAIRS, SEED = 200_000, 1
"""Pairs drawn to learn how often fields agree by chance; always the same ones."""
FIELDS = {
    "username": "regexp_replace(lower(strip_accents(username)), '[^\\p{L}]+', '', 'g')",
    "name": "lower(strip_accents(trim(name_raw)))",
    "mailbox": "split_part(lower(email), '@', 1)",
    "phone": "phone",
    "recovery": "lower(recovery)",
    "password_hash": "password_hash",
    "birth": "birth_raw",
}
"""Field that is compared → how it is read from an account; never nationality, language or place."""
EXACT = ("phone", "recovery", "password_hash", "birth", "card")
LIKE = ("username", "name", "mailbox")
"""Fields that agree wholly, nearly (Jaro-Winkler of 0.92) or not; others agree or do not."""
NEAR = 0.92
TRAINED = ("password_hash", "username", "mailbox", "phone")
"""Fields by which pairs are found to learn from; each learns the others."""


def propose(calculator: Calculator, least: float = LEAST) -> list[Joined]:
    """Return the strongest pairs of accounts that no rule and no person has joined or parted.

    Needs `person`, `account`, `payment` and `verdict`.
    """
    if find_spec("splink") is None:
        raise UsageError("proposals need the extra er", "install it: pip install 'fanal[er]'")
    _find_compared(calculator)
    found = _predicted(calculator, least)
    if not found:
        return []
    weights = ", ".join(f"mw_{field}" for field in (*LIKE, *EXACT))
    adjusted = {f"mw_tf_adj_{field}" for field in EXACT} & _columns(calculator, found)
    tf = {field: f"mw_tf_adj_{field}" for field in EXACT if f"mw_tf_adj_{field}" in adjusted}
    more = "".join(f", {name}" for name in tf.values())
    rows = calculator.rows(
        "SELECT one.site, one.account, other.site, other.account, match_weight,"
        f" {weights}{more} FROM {quoted(found)} JOIN person AS one ON one.no = least(no_l, no_r)"
        " JOIN person AS other ON other.no = greatest(no_l, no_r)"
        " WHERE one.lead <> other.lead AND NOT EXISTS (SELECT 1 FROM verdict"
        f" WHERE value = '{DIFFERENT}' AND a = one.no AND b = other.no)"
        " AND match_weight >= $least ORDER BY round(match_weight, 6) DESC, one.no, other.no"
        f" LIMIT {MOST}",
        {"least": least},
    )
    return [_joined(row, tf) for row in rows]


def _joined(row: tuple[Any, ...], adjusted: dict[str, str]) -> Joined:
    a, b = account_name(row[0], row[1]), account_name(row[2], row[3])
    fields = (*LIKE, *EXACT)
    bits = dict(zip(fields, map(float, row[5 : 5 + len(fields)]), strict=True))
    for field, more in zip(adjusted, row[5 + len(fields) :], strict=True):
        bits[field] += float(more)
    weights = {field: round(value, 2) for field, value in bits.items() if round(value, 2)}
    start = round(float(row[4]) - sum(bits.values()), 2)
    says = f"{row[4]:.1f} bits for one person; nobody is joined by it"
    return Joined(a, b, PROPOSED, identity=False, says=says, weights={"before": start, **weights})


def _find_compared(calculator: Calculator) -> None:
    """Make table `compared`: of each account that did something, the fields that are compared."""
    fields = ", ".join(f"nullif({sql}, '') AS {name}" for name, sql in FIELDS.items())
    calculator.run(
        f"CREATE OR REPLACE TABLE compared AS SELECT no, {fields}, card FROM account"
        " JOIN person USING (site, account) LEFT JOIN (SELECT site, account, min(card_tok) AS card"
        " FROM payment GROUP BY site, account) AS paid USING (site, account) ORDER BY no"
    )
    for name in (*FIELDS, "card"):
        calculator.run(
            f"UPDATE compared SET {name} = NULL WHERE {name} IN (SELECT {name} FROM compared"
            f" GROUP BY {name} HAVING count(*) > {CROWD})"
        )


def _predicted(calculator: Calculator, least: float) -> str:
    """Learn the weights without labels and weigh pairs; return the table of them, "" for none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import splink.comparison_library as compare  # noqa: PLC0415 (an extra; slow to import)
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

        blocks = [name for name in (*LIKE, *EXACT) if _pairs(calculator, name)]
        if not blocks:
            return ""
        comparisons: list[Any] = [
            *(compare.JaroWinklerAtThresholds(name, [NEAR]) for name in LIKE),
            *(
                compare.ExactMatch(name).configure(term_frequency_adjustments=True)
                for name in EXACT
            ),
        ]
        told = SettingsCreator(
            link_type="dedupe_only",
            unique_id_column_name="no",
            comparisons=comparisons,
            blocking_rules_to_generate_predictions=[block_on(name) for name in blocks],
            retain_intermediate_calculation_columns=True,
            probability_two_random_records_match=PRIOR,
        )
        linker = Linker(DuckDBAPI(calculator.shared()).register("compared"), told, log_level=50)
        linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
        for name in TRAINED:
            if name in blocks:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    block_on(name), fix_probability_two_random_records_match=True
                )
        predicted = linker.inference.predict(threshold_match_weight=least)
        return str(predicted.physical_name)


def _pairs(calculator: Calculator, name: str) -> bool:
    return bool(
        calculator.value(
            f"SELECT 1 FROM compared WHERE {name} IS NOT NULL GROUP BY {name}"
            " HAVING count(*) > 1 LIMIT 1"
        )
    )


def _columns(calculator: Calculator, table: str) -> set[str]:
    return {row[0] for row in calculator.rows(f"DESCRIBE SELECT * FROM {quoted(table)}")}


def waterfall(one: Joined) -> Iterator[tuple[str, float, float]]:
    """Yield each field of a proposal with its bits and the sum so far, the strongest first."""
    total = one.weights.get("before", 0.0)
    yield "before anything is compared", total, total
    rest = [(name, bits) for name, bits in one.weights.items() if name != "before"]
    for name, bits in sorted(rest, key=lambda pair: (-abs(pair[1]), pair[0])):
        total = round(total + bits, 2)
        yield name, bits, total
