"""Proposes a mapping for files that nobody has described yet; what is unsure stays a comment.

A proposal is read and completed by a person. The zone of times is never proposed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fanal.leads.proposing_fit import Choice, fits
from fanal.leads.proposing_values import Looks, looks

_INSERTED = re.compile(r"[^A-Za-z0-9._-]+")
HEAD = """\
# A proposal, made of names and of samples of the values. Check every line: what is taken says why;
# what is unsure is a comment with what else it could be. An import refuses the file until every
# time has a zone: of times that name none, only a person who knows the server can say it.
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One table of a file: its columns and some of its values."""

    table: str
    rows: int
    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    """Of each column."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One file as its reader sees it."""

    file: str
    """As the mapping will name it."""
    reader: str
    tables: tuple[Sample, ...]
    refused: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def quoted(text: str) -> str:
    """Return a text as TOML's basic string, in plain ASCII whatever it holds."""
    spelled = "".join(_letter(letter) for letter in text)
    return f'"{spelled}"'


def _letter(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if " " <= letter <= "~":
        return letter
    number = 0xFFFD if 0xD800 <= ord(letter) < 0xE000 else ord(letter)
    return f"\\U{number:08x}" if number > 0xFFFF else f"\\u{number:04x}"


def said(text: str, most: int = 120) -> str:
    """Return a text for a comment: one line, nothing that could end it or move a cursor."""
    return quoted(text[:most])[1:-1]


def artefact_names(files: Sequence[LookedAt]) -> list[str]:
    """Return what each file will be called: its own name as far as that is one, once each."""
    names: list[str] = []
    for each in files:
        stem = each.file.replace("\\", "/").rpartition("/")[2].partition(".")[0]
        name = _INSERTED.sub("-", stem).strip("-._")[:40] or "file"
        number = 1
        while name in names:
            number += 1
            name = f"{name.rpartition('-')[0] if number > 2 else name}-{number}"
        names.append(name)
    return names


def proposal(site: str, files: Sequence[LookedAt]) -> str:
    """Return the text of a mapping of these files."""
    names = artefact_names(files)
    parts = [HEAD, *_site(site)]
    for name, each in zip(names, files, strict=True):
        parts += _artefact(name, each)
    for name, each in zip(names, files, strict=True):
        for sample in each.tables:
            parts += _table(name, each, sample)
    return "\n".join(parts) + "\n"


def _site(site: str) -> Iterator[str]:
    yield "[site]"
    yield f"name = {quoted(_INSERTED.sub('-', site).strip('-._')[:60] or 'site')}"
    yield 'zone = ""  # FILL IN the zone of its clock, like "Europe/Copenhagen" or "UTC"'
    yield "# clock_offset_s = 0     # how far its clock was ahead of UTC, where that was measured"
    yield '# clock_measured_by = ""'
    yield '# clock_measured_at = ""'
    yield "# from = 2020-01-01      # no time of this site can be earlier"
    yield "# to = 2026-01-01        # nor later"
    yield '# phone_region = "DK"    # where telephone numbers without a country code belong'


def _artefact(name: str, file: LookedAt) -> Iterator[str]:
    yield ""
    yield "[[artefact]]"
    yield f"name = {quoted(name)}"
    yield f"file = {quoted(file.file)}"
    yield f"reader = {quoted(file.reader)}"
    yield '# seized_at = ""'
    yield '# handler = ""'
    for reason, count in sorted(file.refused.items()):
        yield f"# refused: {said(reason)}: {count:,}"
    for note in file.notes:
        yield f"# note: {said(note, 200)}"


def _table(name: str, file: LookedAt, sample: Sample) -> Iterator[str]:
    seen = {
        column: looks(values) for column, values in zip(sample.columns, sample.values, strict=True)
    }
    found = fits(sample.table, seen)
    yield ""
    yield f"# {said(sample.table)} of {said(name)}: {sample.rows:,} rows"
    yield from _warned(seen)
    if not found:
        yield "# not taken: nothing says what it is; columns: " + _listed(seen)
        return
    best, *others = found
    close = [each.into for each in others if each.score > best.score - 2]
    unsure = bool(close) or not best.whole
    if close:
        yield f"# UNSURE: it could be {best.into} or {' or '.join(close)}; it is left out until"
        yield "# somebody takes the marks away"
    elif unsure:
        yield f"# UNSURE: taken for {best.into}, but what that needs is unsure; left out until then"
    mark = "# " if unsure else ""
    yield f"{mark}[[{best.into}]]  # {best.why}"
    yield f"{mark}from = {quoted(f'{name}:{sample.table}')}"
    if file.reader == "weblog":
        yield f"{mark}# where = {{user = {{filled = true}}}}  # or which requests are meant"
    for choice in best.choices:
        yield from _line(choice, mark)
    rest = [column for column in seen if column not in best.used]
    if rest:
        yield "# not taken: " + _listed({column: seen[column] for column in rest})


def _line(choice: Choice, mark: str) -> Iterator[str]:
    """Yield the line of one canonical column; each possibility is a comment where it is unsure."""
    if choice.sure:
        yield f"{mark}{choice.column} = {_value(choice.options[0])}  # {choice.why}"
        return
    yield f"# UNSURE, {choice.column}: {choice.why}"
    for option in choice.options:
        yield f"# {choice.column} = {_value(option)}"


def _value(option: Mapping[str, object]) -> str:
    """Spell a value of the mapping."""
    if option.keys() == {"column"}:
        return quoted(str(option["column"]))
    return f"{{{', '.join(f'{_key(key)} = {_spelled(each)}' for key, each in option.items())}}}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else quoted(key)


def _spelled(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{quoted(key)} = {_spelled(each)}" for key, each in value.items())
        return f"{{{inner}}}"
    return repr(value) if isinstance(value, float) else quoted(str(value))


def _warned(seen: Mapping[str, Looks]) -> Iterator[str]:
    for column, each in seen.items():
        if each.cards:
            yield (
                f"# WARNING, {said(column)}: {each.cards} of {each.filled} values hold what passes"
                " for the number of a card; it is cut to its first 6 and last 4 digits at import"
            )


def _listed(seen: Mapping[str, Looks]) -> str:
    told = []
    for column, each in list(seen.items())[:60]:
        kinds = sorted(each.kinds - {"number", "six", "four", "hash"})
        what = (", ".join(kinds) or "text") if each.filled else "empty"
        told.append(f"{said(column, 60)} ({what})")
    if len(seen) > 60:
        told.append(f"and {len(seen) - 60} more")
    return ", ".join(told) or "none"
