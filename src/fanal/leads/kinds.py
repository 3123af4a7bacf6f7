"""What becomes of each kind of column, in SQL: values that are compared, and why some are not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fanal.leads import tables
from fanal.leads.calculator import literal
from fanal.leads.identifiers import PLAIN_EMAIL_SQL, PLAIN_LENGTH
from fanal.leads.ip import IPV4_SQL, MAPPED
from fanal.leads.looked_up import ADDRESSES, EMAILS, PHONES, WALLETS, hint
from fanal.leads.mapping_values import EMPTY, FILLED, HEX_ADDRESS, NUMBER_ADDRESS, Value
from fanal.leads.spool import APART
from fanal.leads.tables import Column

TRUE = ("1", "t", "true", "yes", "y", "0x01")
FALSE = ("0", "f", "false", "no", "n", "0x00")
"""What sites write for yes and no; anything else needs codes."""
_ZERO_DATE = r"0000-00-00.*"


@dataclass(frozen=True, slots=True)
class Asked:
    """Values that Python must be asked about: a query's `WHERE`, and what is joined for it."""

    what: str
    table: str
    where: str
    """Over `x_NAME`."""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of one column."""

    into: Mapping[str, str]
    """Column of the file → expression."""
    problem: str = "NULL"
    """Expression of why the value is not taken; NULL where it is, or where there is none."""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A column of a source: its name, what the table says of it, and what the mapping says."""

    name: str
    column: Column
    value: Value
    number: int
    """Of the source, so that tables of different sources are called differently."""
    region: str
    """Of phones that name no country."""

    @property
    def x(self) -> str:
        """Return the column that holds its text."""
        return f"x_{self.name}"

    def table(self, what: str) -> str:
        """Return the name of the table of what Python knows of its values."""
        return f"k{self.number}_{self.name}_{what}"


def told(given: Given) -> Told:
    """Return what becomes of a column that is no time."""
    return KINDS.get(given.column.kind, _text)(given)


def _text(given: Given) -> Told:
    ((name, _),) = given.column.into
    return Told({name: given.x})


def _yes(given: Given) -> Told:
    ((name, _),) = given.column.into
    x = given.x
    if given.value.when:
        empty = f"({x} IS NULL OR regexp_full_match({x}, {literal(_ZERO_DATE)}))"
        return Told({name: {FILLED: f"NOT {empty}", EMPTY: empty}[given.value.when]})
    yes, no = (", ".join(map(literal, words)) for words in (TRUE, FALSE))
    read = f"CASE WHEN lower({x}) IN ({yes}) THEN true WHEN lower({x}) IN ({no}) THEN false END"
    return Told({name: read}, _unless(x, read, "neither yes nor no"))


def _country(given: Given) -> Told:
    ((name, _),) = given.column.into
    x = f"trim({given.x})"
    return Told(
        {name: f"CASE WHEN regexp_full_match({x}, '[A-Za-z]{{2}}') THEN upper({x}) ELSE {x} END"}
    )


def _words(given: Given) -> Told:
    ((name, _),) = given.column.into
    x = f"lower(trim({given.x}))"
    words = ", ".join(map(literal, given.column.words))
    read = f"CASE WHEN {x} IN ({words}) THEN {x} END"
    return Told({name: read}, _unless(given.x, read, "a word that the mapping has no code for"))


def _number(given: Given) -> Told:
    ((name, _),) = given.column.into
    x = f"trim({given.x})"
    if given.value.decimal == ",":
        x = f"replace({x}, ',', '.')"
    good = f"regexp_full_match({x}, '[+-]?[0-9]{{1,15}}([.][0-9]{{1,10}})?')"
    read = f"CASE WHEN {good} THEN round(TRY_CAST({x} AS DOUBLE) * {given.value.scale!r}, 8) END"
    return Told({name: read}, _unless(given.x, read, "no number"))


def _whole(given: Given) -> Told:
    ((name, kind),) = given.column.into
    good = f"regexp_full_match({given.x}, '[0-9]{{1,18}}')"
    read = f"CASE WHEN {good} THEN TRY_CAST({given.x} AS {kind}) END"
    if given.column.kind == tables.PORT:
        read = f"CASE WHEN {read} BETWEEN 1 AND 65535 THEN {read} END"
    return Told({name: read}, _unless(given.x, read, "no number"))


def _digest(given: Given) -> Told:
    ((name, _),) = given.column.into
    x = f"regexp_replace(lower(trim({given.x})), '^0x', '')"
    good = f"regexp_full_match({x}, '[0-9a-f]{{{given.column.words[0]}}}')"
    read = f"CASE WHEN {good} THEN {x} END"
    return Told({name: read}, _unless(given.x, read, "no digest of that kind"))


def _email(given: Given) -> Told:
    raw, *names = (name for name, _ in given.column.into)
    read, asked = _email_of(given)
    told = {raw: given.x, names[0]: read}
    if len(names) > 1:
        told[names[1]] = hint(read)
    return Told(told, _unless(given.x, read, "no e-mail address"), (asked,))


def _email_of(given: Given, among: str = "true") -> tuple[str, Asked]:
    x = f"lower(trim({given.x}))"
    plain = (
        f"(length({x}) <= {PLAIN_LENGTH} AND regexp_full_match({x}, {literal(PLAIN_EMAIL_SQL)}))"
    )
    table = given.table(EMAILS)
    where = f"{among} AND NOT {plain}"
    return f"CASE WHEN {plain} THEN {x} ELSE {table}.v1 END", Asked(EMAILS, table, where)


def _phone(given: Given) -> Told:
    raw, number, region, kind = (name for name, _ in given.column.into)
    table = given.table(PHONES)
    told = {raw: given.x, number: f"{table}.v1", region: f"{table}.v2", kind: f"{table}.v3"}
    return Told(told, f"{table}.v4", (Asked(PHONES, table, "true", given.region),))


def _recovery(given: Given) -> Told:
    raw, name, kind = (name for name, _ in given.column.into)
    has_at = f"contains({given.x}, '@')"
    address, ask_email = _email_of(given, has_at)
    phones = given.table(PHONES)
    ask_phone = Asked(PHONES, phones, f"NOT {has_at}", given.region)
    text = f"lower(trim({given.x}))"
    number = f"CASE WHEN NOT {has_at} THEN {phones}.v1 END"
    mail = f"CASE WHEN {has_at} THEN {address} END"
    return Told(
        {
            raw: given.x,
            name: f"coalesce({mail}, {number}, {text})",
            kind: f"CASE WHEN {mail} IS NOT NULL THEN 'email' WHEN {number} IS NOT NULL"
            f" THEN 'phone' WHEN {given.x} IS NOT NULL THEN 'text' END",
        },
        asked=(ask_email, ask_phone),
    )


def _address(given: Given) -> Told:
    names = [name for name, _ in given.column.into]
    x, table = f"trim({given.x})", given.table(ADDRESSES)
    plain = f"regexp_full_match({x}, {literal(IPV4_SQL)})"
    if given.value.read_as in {HEX_ADDRESS, NUMBER_ADDRESS}:
        plain = "false"
    part = "CAST(split_part({x}, '.', {at}) AS UBIGINT)"
    a, b, c, d = (part.format(x=x, at=at) for at in range(1, 5))
    low = f"({MAPPED} + {a} * 16777216 + {b} * 65536 + {c} * 256 + {d})::UBIGINT"
    read = (
        f"CASE WHEN {plain} THEN {x} ELSE {table}.v1 END",
        f"CASE WHEN {plain} THEN 0::UBIGINT ELSE {table}.v2 END",
        f"CASE WHEN {plain} THEN {low} ELSE {table}.v3 END",
    )
    told = dict(zip(names, read, strict=False))
    if len(names) > 1:
        told["port"] = f"{table}.v4"
    asked = Asked(ADDRESSES, table, f"NOT {plain}", given.value.read_as)
    return Told(told, f"{table}.v5", (asked,))


def _parts(given: Given) -> Told:
    names = given.column.into
    told = {
        name: f"TRY_CAST(nullif(split_part({given.x}, chr({ord(APART)}), {at}), '') AS {kind})"
        for at, (name, kind) in enumerate(names, 1)
    }
    unreadable = f"chr({ord(APART)}) || chr({ord(APART)})"
    what = "no number of a card" if given.column.kind == tables.CARD else "no IBAN"
    return Told(told, f"CASE WHEN {given.x} = {unreadable} THEN {literal(what)} END")


def _wallet(given: Given) -> Told:
    table = given.table(WALLETS)
    names = [name for name, _ in given.column.into]
    told = {name: f"{table}.v{at}" for at, name in enumerate(names, 1)}
    return Told(told, asked=(Asked(WALLETS, table, "true"),))


def _unless(x: str, read: str, why: str) -> str:
    return f"CASE WHEN {x} IS NOT NULL AND {read} IS NULL THEN {literal(why)} END"


KINDS: dict[str, Callable[[Given], Told]] = {
    tables.YES: _yes,
    tables.COUNTRY: _country,
    tables.WORDS: _words,
    tables.NUMBER: _number,
    tables.WHOLE: _whole,
    tables.PORT: _whole,
    tables.DIGEST: _digest,
    tables.EMAIL: _email,
    tables.PHONE: _phone,
    tables.RECOVERY: _recovery,
    tables.IP: _address,
    tables.CARD: _parts,
    tables.IBAN: _parts,
    tables.WALLET: _wallet,
}
