"""Asks every reader about every text, and joins what several carriers say of one run."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from fanal.analyzers.marks import comfy, infotext, invoke, labels, novelai, programs, services
from fanal.analyzers.marks.graph import Graph, editor, executed
from fanal.analyzers.marks.record import Input, Mark, Record, once
from fanal.analyzers.marks.values import Loaded, Value, load_json
from fanal.model.evidence import TAG

MOST_TEXTS = 512
"""Texts looked at of one file, those inside others included."""
MOST_RECORDS = 8
MOST_GRAPHS = 6
_COMPARED = ("sampler", "steps", "cfg", "size", "model")
_PREFIX = re.compile(r"\s{0,8}(workflow|prompt)\s?:\s?(?=\{)", re.IGNORECASE)
_INNER = (
    *("prompt", "workflow", "parameters", "Comment", "generation_data", "sd-metadata", "Dream"),
    *("invokeai_metadata", "invokeai_graph", "Title", "Description", "Source", "Software"),
    *("Generation time", "extraMetadata", "parameters-json", "fooocus_scheme"),
)
"""Members of an object that stand for the texts of a PNG, where a program had only one place."""


@dataclass(slots=True)
class Found:
    """What the readers said of one file."""

    records: list[Record] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    comments: list[Value] = field(default_factory=list)
    """Records of NovelAI as they stand, to check their signatures."""
    problems: list[str] = field(default_factory=list)
    ran: list[tuple[Value, Graph, Loaded]] = field(default_factory=list)
    drawn: list[tuple[Value, Graph, Loaded]] = field(default_factory=list)

    def problem(self, sentences: Sequence[str]) -> None:
        """Note what was not read, each sentence once."""
        for sentence in sentences:
            if sentence not in self.problems and len(self.problems) < 8:
                self.problems.append(sentence)


def recognise(values: Sequence[Value]) -> Found:
    """Return what is recognised in the texts of a file."""
    found = Found()
    waiting = deque((value, 0) for value in values[:MOST_TEXTS])
    beside = list(values[:MOST_TEXTS])
    looked = 0
    while waiting and looked < MOST_TEXTS:
        value, depth = waiting.popleft()
        looked += 1
        inner = list(_one(found, value, beside)) if _may_say(value) else []
        if inner and depth < 2:
            beside = inner + beside
            waiting.extendleft((each, depth + 1) for each in reversed(inner))
    if waiting:
        found.problem((f"more than {MOST_TEXTS} texts: the rest was not looked at",))
    _separate_texts(found, values)
    _graphs(found)
    if (mark := services.civitai(values)) is not None:
        found.marks.append(mark)
    return _joined(found)


def _may_say(value: Value) -> bool:
    return len(value.text) > 1


def _one(found: Found, value: Value, beside: Sequence[Value]) -> Iterator[Value]:
    """Ask the readers about one text; yield the texts inside it."""
    prefix = _PREFIX.match(value.text)
    if prefix is not None:
        key = f"{value.key} ({prefix[1].lower()})"
        value = value.inner(value.text[prefix.end() :], key)
    loaded = load_json(value.text)
    if loaded is not None:
        problems = loaded.problems if loaded.value is None else ()
        found.problem(tuple(f"{value.where}: {problem}" for problem in problems))
    if loaded is not None and isinstance(loaded.value, dict):
        yield from _object(found, value, loaded, beside)
        return
    for mark in (labels.source_type(value), labels.credit(value), _label(value)):
        if mark is not None:
            found.marks.append(mark)
            return
    record = infotext.read(value) or invoke.dream(value)
    if record is None:
        record = next((made for read in services.READERS if (made := read(value, beside))), None)
    _keep(found, record)


def _label(value: Value) -> Mark | None:
    return labels.tc260(value) if "AIGC" in value.text[:4096] else None


def _keep(found: Found, made: Record | Mark | None) -> None:
    if isinstance(made, Record):
        if len(found.records) < MOST_RECORDS:
            found.records.append(made)
        else:
            found.problem((f"more than {MOST_RECORDS} records: the rest is not told",))
    elif made is not None:
        found.marks.append(made)


def _object(found: Found, value: Value, loaded: Loaded, beside: Sequence[Value]) -> Iterator[Value]:
    told: Mapping[str, Any] = loaded.value
    if (mark := labels.tc260(value)) is not None:
        found.marks.append(mark)
        return
    if _graph(found, value, loaded, told):
        yield from _texts_in(value, told, ("extraMetadata",))
        return
    record = _record(value, told, beside)
    if record is not None:
        problems = (*record.doubts, *loaded.problems)
        _keep(found, replace(record, doubts=tuple(dict.fromkeys(problems))))
        if record.tool == novelai.TOOL:
            found.comments.append(value)
        return
    inside = [name for name in ("prompt", "workflow") if isinstance(told.get(name), dict)]
    for name in inside:
        _graph(found, value.inner("", f"{value.key} ({name})"), loaded, told[name])
    yield from _texts_in(value, told, _INNER)


def _texts_in(value: Value, told: Mapping[str, Any], names: Sequence[str]) -> Iterator[Value]:
    for name in names:
        inner = told.get(name)
        if isinstance(inner, str) and len(inner) > 1:
            yield value.inner(inner, name)


def _graph(found: Found, value: Value, loaded: Loaded, told: Any) -> bool:
    if len(found.ran) + len(found.drawn) >= MOST_GRAPHS:
        found.problem((f"more than {MOST_GRAPHS} graphs: the rest was not read",))
        return False
    if (ran := executed(told)) is not None:
        found.ran.append((value, ran, loaded))
        return True
    if (drawn := editor(told)) is not None:
        # What is kept for the editor's traces is the graph's own object.
        found.drawn.append((value, drawn, Loaded(told, loaded.problems)))
        return True
    return False


def _record(value: Value, told: Mapping[str, Any], beside: Sequence[Value]) -> Record | None:
    for read in programs.READERS:
        if (made := read(value, told)) is not None:
            return made
    return (
        invoke.metadata(value, told)
        or invoke.graph(value, told)
        or novelai.comment(value, told, beside)
        or programs.diffusers(value, told)
    )


def _separate_texts(found: Found, values: Sequence[Value]) -> None:
    """Read a record of Easy Diffusion that is spread over texts of their own."""
    texts = {each.key: each.text for each in values if each.carrier == "PNG text"}
    record = programs.easy_diffusion(values[0], texts) if texts else None
    if record is not None:
        own = tuple(each for each in values if each.carrier == "PNG text")[:8]
        _keep(found, replace(record, values=own))


def _graphs(found: Found) -> None:
    """Make one record of a graph that ran and the editor's drawing of it."""
    ran = _distinct(found.ran)
    for place in range(max(len(ran), 1 if found.drawn else 0)):
        first = ran[place : place + 1]
        drawn = found.drawn[place : place + 1]
        if not first and not drawn:
            continue
        values = [value for value, _, _ in (*first, *drawn)]
        told = [loaded for _, _, loaded in (*first, *drawn)]
        one = first[0][1] if first else None
        made = comfy.record(values, one, drawn[0][1] if drawn else None, told)
        _keep(found, made)


def _distinct(ran: Sequence[tuple[Value, Graph, Loaded]]) -> list[tuple[Value, Graph, Loaded]]:
    kept: list[tuple[Value, Graph, Loaded]] = []
    for each in ran:
        if all(each[1].nodes != other[1].nodes for other in kept):
            kept.append(each)
    return kept[:2]


def _joined(found: Found) -> Found:
    """Join records of one run, and drop tags that a record of the same program makes needless."""
    records: list[Record] = []
    for record in sorted(found.records, key=_rank):
        at = next((at for at, other in enumerate(records) if _same_run(other, record)), None)
        if at is None:
            records.append(record)
        else:
            records[at] = _one_of(records[at], record)
    found.records = [_with_doubt(record, records) for record in records]
    tools = {record.tool for record in records}
    found.marks = _marks(found.marks, tools)
    return found


def _rank(record: Record) -> tuple[bool, bool]:
    """Put what says most first: a bare command line and a text without a program come last."""
    return _is_unnamed(record), record.facts.get("format") == "InvokeAI Dream"


def _is_unnamed(record: Record) -> bool:
    return any(doubt.startswith("no program is named") for doubt in record.doubts)


def _same_run(first: Record, second: Record) -> bool:
    """Tell whether two records tell of one run: one program, or one that names none, one seed."""
    seeds = first.facts.get("seed"), second.facts.get("seed")
    if first.tool == second.tool:
        return None in seeds or seeds[0] == seeds[1]
    return _is_unnamed(second) and seeds[0] is not None and seeds[0] == seeds[1]


def _one_of(first: Record, second: Record) -> Record:
    unnamed = "no program is named"
    doubts = [each for each in (*first.doubts, *second.doubts) if not each.startswith(unnamed)]
    differ = [name for name in _COMPARED if _differs(first, second, name)]
    if differ and first.tool == second.tool:
        doubts.append(f"two carriers of this record disagree: {', '.join(differ)}")
    return Record(
        first.tool,
        (*first.values, *second.values),
        {**second.facts, **first.facts},
        {**second.words, **first.words},
        tuple(_inputs_of(first.inputs, second.inputs)),
        once([*first.add_ons, *second.add_ons]),
        tuple(dict.fromkeys(doubts)),
    )


def _differs(first: Record, second: Record, name: str) -> bool:
    one, other = first.facts.get(name), second.facts.get(name)
    return one is not None and other is not None and one != other


def _inputs_of(first: Sequence[Input], second: Sequence[Input]) -> Iterator[Input]:
    """Yield the inputs of two records of one run: the only one of a role in both is one picture."""
    left = list(second)
    for each in first:
        same = [other for other in left if _same_picture(each, other, first, second)]
        if same:
            other = same[0]
            left.remove(other)
            facts, doubts = {**other.facts, **each.facts}, tuple({*each.doubts, *other.doubts})
            file, derives = each.file or other.file, each.derives or other.derives
            yield Input(each.role, each.how, file, derives, facts, doubts)
        else:
            yield each
    yield from left


def _same_picture(
    one: Input, other: Input, first: Sequence[Input], second: Sequence[Input]
) -> bool:
    if one.file and other.file:
        return one.file == other.file
    alone = [sum(each.role == one.role for each in all_) == 1 for all_ in (first, second)]
    return one.role == other.role and all(alone)


def _with_doubt(record: Record, records: Sequence[Record]) -> Record:
    others = [each for each in records if each is not record and each.tool == record.tool]
    if not others:
        return record
    doubt = f"another record of {record.tool} in this file tells of another run"
    return replace(record, doubts=(*record.doubts, doubt))


def _marks(marks: Sequence[Mark], tools: set[str]) -> list[Mark]:
    kept: dict[tuple[str, str], Mark] = {}
    for mark in marks:
        tool = mark.facts.get("tool", "")
        if mark.kind == TAG and tool in tools and not mark.facts.get("job_ids"):
            continue
        key = (mark.kind, tool or mark.says)
        before = kept.get(key)
        if before is None:
            kept[key] = mark
        else:
            facts = {**mark.facts, **before.facts}
            kept[key] = replace(before, facts=facts, values=(*before.values, *mark.values))
    return list(kept.values())
