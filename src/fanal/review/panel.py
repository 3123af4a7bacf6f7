"""Writes what is known of one item as text: where it comes from, and what people decided."""

from collections.abc import Iterator, Mapping
from typing import Any

from fanal.review.panel_facts import (
    CAUTION,
    CONFLICT,
    NO_MATCH,
    RESEMBLANCE,
    VERDICTS,
    Evidence,
    Panel,
    laid_out,
)

__all__ = ["CAUTION", "VERDICTS", "panel", "victim"]


def panel(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the panel for the public object of an item."""
    told = laid_out(facts)
    yield from _verdict(told)
    for part in told.parts:
        yield f"  {part.title}"
        for line in part.lines:
            yield from _line(line)
        if not part.lines:
            yield f"    – {part.missing}"
    yield f"  {RESEMBLANCE}"
    yield from (f"    • {match}" for match in told.matches)
    if not told.matches:
        yield f"    – {NO_MATCH}"
    yield f"  what would change this: {told.change}"


def victim(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the victim's track stands, and what people said, in the order they said it."""
    told = facts["decisions"]
    yield f"victim: {facts['victim_state'].replace('_', ' ')}"
    yield f"  {told['says'] if told else 'nobody has decided: treated as real'}"
    for one in told["events"] if told else ():
        what = (one["victim_state"] or f"takes back {one['undoes']}").replace("_", " ")
        with_ = f", with {one['via']}" if one["via"] else ""
        gone = "  (taken back)" if one["undone"] else ""
        yield f"    • {one['when']}  {one['by']} (login {one['account']}): {what}{with_}{gone}"
        yield f"      {one['reason']}  [{one['id']}]"
    for why in told["ignored"] if told else ():
        yield f"    – counts for nothing: {why}"


def _verdict(told: Panel) -> Iterator[str]:
    yield f"origin: {told.words}{f' ({told.grade})' if told.grade else ''}"
    for one in told.propositions:
        yield f"  {one['code']}  {one['grade']:<18}{one['says']}"
    if told.is_conflict:
        yield f"  {CONFLICT}"
    if told.is_generated:
        yield f"  {CAUTION}"


def _line(line: Evidence) -> Iterator[str]:
    towards = f" → {', '.join(line.supports)} over {', '.join(line.over)}" * bool(line.supports)
    ratio = f", about {line.ratio} times more probable" if line.ratio else ""
    yield f"    • {line.says}"
    yield f"      {line.strength}{towards}{ratio}  [{line.by}]"
    for doubt in line.doubts:
        yield f"      could be wrong: {doubt}"
