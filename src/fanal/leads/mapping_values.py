"""Reads what a mapping says of one canonical column: columns, constants, words, forms of times."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fanal.leads.mapping_words import known, pairs, refuse, text, texts, word
from fanal.leads.tables import (
    CARD,
    DATE,
    IBAN,
    IP,
    NUMBER,
    TIME,
    WORDS,
    YES,
    Column,
)
from fanal.leads.times import Form, form_problem

HEX_TEXT, HEX_ADDRESS, NUMBER_ADDRESS = "hex text", "hex address", "number address"
FORMS = (HEX_TEXT, HEX_ADDRESS, NUMBER_ADDRESS)
FILLED, EMPTY = "filled", "empty"
KEYS = ("column", "columns", "joined_by", "constant", "join", "codes", "else", "match", "read_as")
OF_KIND = {
    TIME: ("form", "zone"),
    DATE: ("form", "zone"),
    YES: ("when",),
    NUMBER: ("scale", "decimal"),
}
"""Kind of column → keys that only such a one has."""


@dataclass(frozen=True, slots=True)
class Value:
    """Where the values of one canonical column come from."""

    columns: tuple[str, ...] = ()
    joined_by: str = " "
    constant: str | None = None
    join: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    otherwise: str | None = None
    match: str = ""
    read_as: str = ""
    when: str = ""
    scale: float = 1.0
    decimal: str = "."
    form: Form | None = None


def read_value(place: str, column: Column, given: Any, zone: str) -> Value:
    """Read one value; `zone` holds where it names none."""
    told: Mapping[str, Any] = given if isinstance(given, dict) else {"column": given}
    known(place, told, (*KEYS, *OF_KIND.get(column.kind, ())))
    columns = _columns(place, told)
    constant = text(place, told["constant"]) if "constant" in told else None
    if (constant is None) == (not columns):
        refuse(place, "it names no column and no constant, or both", 'write {column = "…"}')
    if constant is not None and column.kind in {TIME, DATE}:
        refuse(place, "a time is no constant", "name a column")
    if column.kind in {CARD, IBAN} and (constant is not None or len(columns) > 1):
        refuse(place, "numbers of cards and accounts come from one column", "name one column")
    codes = tuple(pairs(f"{place}, codes", told.get("codes", {})))
    otherwise = text(place, told["else"]) if "else" in told else None
    if otherwise is not None and not codes:
        refuse(f"{place}, else", "there are no codes beside it", "add codes")
    _words(place, column, codes, (constant, otherwise))
    return Value(
        columns,
        word(place, told, "joined_by") if "joined_by" in told else " ",
        constant,
        word(place, told, "join"),
        codes,
        otherwise,
        _pattern(place, word(place, told, "match")),
        _one_of(place, told, "read_as", FORMS if column.kind == IP else FORMS[:1]),
        _one_of(place, told, "when", (FILLED, EMPTY)),
        _scale(place, told.get("scale", 1.0)),
        _one_of(place, told, "decimal", (".", ",")) or ".",
        _form(place, told, zone) if column.kind in {TIME, DATE} else None,
    )


def _columns(place: str, told: Mapping[str, Any]) -> tuple[str, ...]:
    if "column" in told and "columns" in told:
        refuse(place, "it has both column and columns", "keep one of them")
    names = texts(place, told.get("columns", told.get("column", [])))
    if not all(names):
        refuse(place, "the name of a column is empty", "name it as it stands in the file")
    return names


def _words(
    place: str,
    column: Column,
    codes: tuple[tuple[str, str], ...],
    further: tuple[str | None, ...],
) -> None:
    allowed = {WORDS: column.words, YES: ("true", "false")}.get(column.kind)
    if allowed is None:
        return
    given = [meant for _, meant in codes] + [each for each in further if each is not None]
    known(place, dict.fromkeys(given), allowed, "value")


def _one_of(place: str, told: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    given = word(place, told, key)
    if given:
        known(f"{place}, {key}", {given: ""}, allowed, "value")
    return given


def _scale(place: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < given < 1e9:
        refuse(f"{place}, scale", f"{given!r} is no factor", "write it like 0.01")
    return float(given)


def _pattern(place: str, given: str) -> str:
    if not given:
        return ""
    if len(given) > 500:
        refuse(f"{place}, match", "it is longer than 500 characters", "say it shorter")
    try:
        groups = re.compile(given).groups
    except re.error as error:
        refuse(f"{place}, match", f"it is no pattern: {error}", "mend it")
    if groups < 1:
        refuse(f"{place}, match", "it has no group", "put what is meant in ( )")
    return given


def _form(place: str, told: Mapping[str, Any], zone: str) -> Form:
    form = word(place, told, "form") or "iso"
    own = word(place, told, "zone")
    if not own and zone and "unix" not in form and "%z" not in form:
        own = zone
    if not own and "%z" in form:
        own = "in the text"
    if wrong := form_problem(form, own):
        refuse(place, wrong, 'write it like {column = "…", form = "iso", zone = "Europe/Vienna"}')
    return Form(form, own)


def forms(values: Mapping[str, Value]) -> Iterator[tuple[str, Form]]:
    """Yield the columns that are times, and their forms."""
    for name, value in values.items():
        if value.form is not None:
            yield name, value.form
