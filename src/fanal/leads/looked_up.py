"""What Python knows of values and SQL does not: each distinct value is asked about once."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from fanal.leads import ip
from fanal.leads.calculator import Calculator
from fanal.leads.identifiers import PROVIDERS, Phone, email, phone
from fanal.leads.mapping_values import HEX_ADDRESS, NUMBER_ADDRESS
from fanal.leads.wallets import wallets

PART = 50_000
"""Values that are asked about at once."""
Row = tuple[str | None, ...]
Ask = Callable[[Sequence[str]], Iterable[Row]]
EMAILS, PHONES, ADDRESSES, WALLETS = "email", "phone", "address", "wallet"
COLUMNS = {
    EMAILS: ("VARCHAR",),
    PHONES: ("VARCHAR", "VARCHAR", "VARCHAR", "VARCHAR"),
    ADDRESSES: ("VARCHAR", "UBIGINT", "UBIGINT", "INTEGER", "VARCHAR"),
    WALLETS: ("VARCHAR", "VARCHAR", "BOOLEAN"),
}
"""What is told of a value: `v1`, `v2` … in a table that has the value itself as `raw`."""


def look_up(calculator: Calculator, values: str, what: str, name: str, told: str = "") -> None:
    """Make the table `name` of what is known of each value that the query yields.

    `told` is the region of phones, or how addresses are written.
    """
    kinds = COLUMNS[what]
    made = ", ".join(f"v{at} {kind}" for at, kind in enumerate(kinds, 1))
    calculator.run(f"CREATE TABLE {name} (raw VARCHAR, {made})")
    found = calculator.columns(values)
    raw = [str(value) for value in next(iter(found.values())).tolist()]
    ask: Ask = partial(
        {EMAILS: _emails, PHONES: _phones, ADDRESSES: _addresses}.get(what, _wallets), told
    )
    for start in range(0, len(raw), PART):
        part = raw[start : start + PART]
        columns = list(zip(part, *_turned(ask(part), len(kinds)), strict=False))
        _insert(calculator, name, columns)


def _turned(rows: Iterable[Row], width: int) -> list[list[str | None]]:
    kept = list(rows)
    return [[row[at] for row in kept] for at in range(width)]


def _insert(calculator: Calculator, name: str, rows: Sequence[Row]) -> None:
    columns = {f"g{at}": list(values) for at, values in enumerate(zip(*rows, strict=True))}
    calculator.give(f"{name}_part", columns)
    calculator.run(f"INSERT INTO {name} SELECT * FROM {name}_part")  # noqa: S608
    calculator.run(f"DROP TABLE {name}_part")


def _emails(_told: str, values: Sequence[str]) -> Iterable[Row]:
    return ((email(value),) for value in values)


def _phones(region: str, values: Sequence[str]) -> Iterable[Row]:
    for value in values:
        read = phone(value, region)
        if isinstance(read, Phone):
            yield read.text, read.region or None, read.kind, None
        else:
            yield None, None, None, read


def _addresses(read_as: str, values: Sequence[str]) -> Iterable[Row]:
    read = {HEX_ADDRESS: ip.packed, NUMBER_ADDRESS: ip.number}.get(read_as, ip.address)
    for value in values:
        found = read(value)
        if isinstance(found, str):
            yield None, None, None, None, found
        else:
            port = None if found.port is None else str(found.port)
            yield found.text, str(found.high), str(found.low), port, None


def _wallets(_told: str, values: Sequence[str]) -> Iterable[Row]:
    for text, chain, good in wallets(values):
        yield text, chain or None, None if good is None else str(good).lower()


def give_providers(calculator: Calculator) -> None:
    """Make the table of providers whose addresses have several spellings."""
    domain, same, dots = zip(*PROVIDERS, strict=True)
    columns = {"domain": domain, "same": same, "dots": [str(each).lower() for each in dots]}
    calculator.give("provider", columns)


def hint(address: str) -> str:
    """Return an expression of how providers with several spellings would spell an address."""
    local = f"split_part(split_part({address}, '@', 1), '+', 1)"
    found = f"SELECT CASE WHEN dots = 'true' THEN replace({local}, '.', '') ELSE {local} END"
    return f"({found} || '@' || same FROM provider WHERE domain = split_part({address}, '@', 2))"
