"""The query of one source: its raw rows, with one text for each column that the mapping names."""

from collections.abc import Iterable

from fanal.errors import FanalError, UsageError
from fanal.leads.calculator import Calculator, literal
from fanal.leads.mapping import Condition, Join, Source
from fanal.leads.mapping_values import HEX_TEXT, Value
from fanal.leads.mapping_words import known, refuse
from fanal.leads.spool import Spool

NO_CODE = "a value that the mapping has no code for"
NO_ROW, SEVERAL = "no row where one is joined", "several rows where one is joined"


class RawQuery:
    """Makes the query; refuses columns and patterns that cannot be."""

    def __init__(self, calculator: Calculator, spool: Spool, source: Source) -> None:
        """Take where raw rows are."""
        self._calculator = calculator
        self._spool = spool
        self._source = source
        self._place = (source.artefact, source.table)
        self._names = spool.columns(self._place)
        self._joins = {name: f"j{at}" for at, name in enumerate(source.joins)}
        """Join of the mapping → how it is called in SQL."""

    def sql(self) -> str:
        """Return it: `a`, `n`, `ref`, `size`; `x_NAME`, and in `q_NAME` why that is missing."""
        source = self._source
        self._check()
        shown = [f"r.{name}" for name in ("a", "n", "ref", "size")]
        for name, value in source.values.items():
            text, problem = self._text(f"{source.place}, {name}", value)
            shown += [f"{text} AS x_{name}", f"{problem} AS q_{name}"]
        raw = self._spool.table(self._place, self._needed())
        joins = "".join(self._joined(join) for join in source.joins.values())
        where = " AND ".join(self._condition(each) for each in source.where) or "true"
        return f"SELECT {', '.join(shown)} FROM {raw} r{joins} WHERE {where}"  # noqa: S608

    def _needed(self) -> list[str]:
        """Return the columns of our own table that are used, in our words."""
        used = [each.column for each in self._source.where]
        used += [mine for join in self._source.joins.values() for mine, _ in join.on]
        for value in self._source.values.values():
            used += () if value.join else value.columns
        return list(dict.fromkeys(self._names[column] for column in used))

    def _check(self) -> None:
        source = self._source
        self._check_table(f"{source.place}, from", self._place)
        for name, value in source.values.items():
            join = source.joins.get(value.join)
            place = (join.artefact, join.table) if join else self._place
            self._check_columns(f"{source.place}, {name}", place, value.columns)
        for each in source.where:
            self._check_columns(f"{source.place}, where", self._place, (each.column,))
        for name, join in source.joins.items():
            at = f"{source.place}, join {name}"
            self._check_table(at, (join.artefact, join.table))
            self._check_columns(at, self._place, (mine for mine, _ in join.on))
            self._check_columns(at, (join.artefact, join.table), (other for _, other in join.on))

    def _check_table(self, at: str, place: tuple[str, str]) -> None:
        """Refuse a table without rows: nobody could tell it from one with another name."""
        if not self._spool.rows(place):
            artefact, table = place
            seen = dict.fromkeys(self._spool.seen(artefact), "")
            if table in seen or not seen:
                why = "; ".join(self._spool.refused(artefact)) or "take it out"
                refuse(at, f"the table {table!r} of {artefact} has no rows", why)
            known(at, {table: ""}, seen, f"table of {artefact}")

    def _check_columns(self, at: str, place: tuple[str, str], columns: Iterable[str]) -> None:
        names = self._spool.all_columns(place)
        known(at, dict.fromkeys(columns), names, f"column of {place[1]}")

    def _text(self, at: str, value: Value) -> tuple[str, str]:
        """Return expressions of a value's text and of why it has none."""
        if value.constant is not None:
            return literal(value.constant), "NULL"
        text, problem = self._read(at, value, self._columns(value))
        if value.join:
            many = f"{self._joins[value.join]}.many"
            on = self._source.joins[value.join].on
            keys = " AND ".join(f"r.{self._names[mine]} IS NOT NULL" for mine, _ in on)
            problem = (
                f"CASE WHEN {many} > 1 THEN {literal(SEVERAL)}"
                f" WHEN {many} IS NULL AND {keys} THEN {literal(NO_ROW)} ELSE {problem} END"
            )
            text = f"CASE WHEN {many} = 1 THEN {text} END"
        return text, problem

    def _columns(self, value: Value) -> list[str]:
        if not value.join:
            return [f"r.{self._names[column]}" for column in value.columns]
        join = self._source.joins[value.join]
        theirs = self._spool.columns((join.artefact, join.table))
        return [f"{self._joins[value.join]}.{theirs[column]}" for column in value.columns]

    def _read(self, at: str, value: Value, columns: list[str]) -> tuple[str, str]:
        text = f"nullif({columns[0]}, '')"
        if len(columns) > 1:
            text = f"nullif(concat_ws({literal(value.joined_by)}, {', '.join(columns)}), '')"
        if value.read_as == HEX_TEXT:
            is_hex = f"regexp_full_match({text}, '0x([0-9a-fA-F]{{2}})*')"
            text = f"CASE WHEN {is_hex} THEN TRY(decode(unhex(substr({text}, 3)))) ELSE {text} END"
        if value.match:
            self._check_pattern(at, value.match)
            text = f"nullif(regexp_extract({text}, {literal(value.match)}, 1), '')"
        return _coded(text, value) if value.codes else (text, "NULL")

    def _check_pattern(self, at: str, pattern: str, group: int = 1) -> None:
        try:
            self._calculator.run(f"SELECT regexp_extract('', {literal(pattern)}, {group})")
        except FanalError as error:
            raise UsageError(
                f"mapping, {at}, match: {pattern!r} is no pattern of RE2", "say it simpler"
            ) from error

    def _joined(self, join: Join) -> str:
        """Return the join of another table, of which each key counts once or not at all."""
        theirs = self._spool.columns((join.artefact, join.table))
        keys = list(dict.fromkeys(theirs[other] for _, other in join.on))
        values = self._source.values.values()
        picked = {
            theirs[name] for value in values if value.join == join.name for name in value.columns
        }
        further = sorted(picked - set(keys))
        raw = self._spool.table((join.artefact, join.table), [*keys, *further])
        own = self._joins[join.name]
        on = " AND ".join(
            f"r.{self._names[mine]} = {own}.{theirs[other]}" for mine, other in join.on
        )
        told = ", ".join((*keys, "count(*) AS many", *(f"min({one}) AS {one}" for one in further)))
        grouped = f"SELECT {told} FROM {raw} GROUP BY {', '.join(keys)}"  # noqa: S608
        return f" LEFT JOIN ({grouped}) {own} ON {on}"

    def _condition(self, each: Condition) -> str:
        column = f"r.{self._names[each.column]}"
        parts = []
        if each.among:
            parts.append(f"{column} IN ({_listed(each.among)})")
        if each.none_of:
            parts.append(f"({column} IS NULL OR {column} NOT IN ({_listed(each.none_of)}))")
        if each.match:
            self._check_pattern(f"{self._source.place}, where", each.match, group=0)
            parts.append(f"regexp_matches({column}, {literal(each.match)})")
        if each.filled is not None:
            parts.append(f"(nullif({column}, '') IS {'NOT ' if each.filled else ''}NULL)")
        return f"coalesce({' AND '.join(parts) or 'true'}, false)"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(map(literal, values))


def _coded(text: str, value: Value) -> tuple[str, str]:
    cases = "".join(f" WHEN {literal(raw)} THEN {literal(meant)}" for raw, meant in value.codes)
    if value.otherwise is not None:
        otherwise = f"CASE WHEN {text} IS NOT NULL THEN {literal(value.otherwise)} END"
        return f"CASE {text}{cases} ELSE {otherwise} END", "NULL"
    listed = _listed(raw for raw, _ in value.codes)
    other = f"{text} IS NOT NULL AND {text} NOT IN ({listed})"
    return f"CASE {text}{cases} END", f"CASE WHEN {other} THEN {literal(NO_CODE)} END"
