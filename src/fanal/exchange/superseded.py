"""Shows what a later version of a package takes back: struck through, value by value."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from fanal.exchange.manifest import RECALL, Manifest

MOST = 5_000
"""Lines of a page."""
LONGEST = 400
"""Characters of a value on it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One value of the earlier version."""

    file: str
    where: str
    """Path of the value inside the file, keys joined by dots."""
    was: str
    now: str | None
    """None where the later version does not have it."""

    @property
    def is_gone(self) -> bool:
        """Tell whether it counts no more."""
        return self.was != self.now


def compared(
    old: Mapping[str, bytes], new: Mapping[str, bytes], manifest: Manifest
) -> Iterator[Line]:
    """Yield each value of the earlier version; of a recall, none of them counts any more."""
    for name, data in sorted(old.items()):
        if not name.endswith(".json"):
            continue
        was = dict(values(_read(data)))
        now = dict(values(_read(new[name]))) if name in new and manifest.kind != RECALL else {}
        for where, value in was.items():
            yield Line(name, where, value, now.get(where))


def values(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value of a JSON document with its path, as text."""
    parts: Iterator[tuple[str, Any]]
    if isinstance(value, dict):
        parts = iter(value.items())
    elif isinstance(value, list):
        parts = ((str(at), one) for at, one in enumerate(value))
    else:
        yield where, value if isinstance(value, str) else json.dumps(value)
        return
    for key, one in parts:
        yield from values(one, f"{where}.{key}" if where else key)


def page(before: Manifest, after: Manifest, lines: Sequence[Line]) -> bytes:
    """Return a page that shows the earlier version, what counts no more struck through."""
    shown = lines[:MOST]
    rows = "\n".join(_row(line) for line in shown)
    left = f"<p>{len(lines) - MOST:,} further values are not shown.</p>" if lines[MOST:] else ""
    what = "is recalled" if after.kind == RECALL else f"is superseded by version {after.version}"
    gone = ", ".join(f"<del>{_text(lead)}</del>" for lead in after.withdrawn)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{_text(before.id)} version {before.version} {what}</title>
<style>body{{font:16px/1.4 sans-serif;margin:2em}}td,th{{text-align:left;vertical-align:top;
padding:.2em .8em .2em 0}}del{{color:#a00}}ins{{color:#060}}</style></head><body>
<h1>{_text(before.id)} version {before.version} {what}</h1>
<p>Reason: {_text(after.reason)}</p>
<p>Leads that are withdrawn: {gone or "none"}</p>
<table><thead><tr><th>file</th><th>value</th><th>was</th><th>is</th></tr></thead><tbody>
{rows}
</tbody></table>
{left}
</body></html>
""".encode()


def _row(line: Line) -> str:
    was, now = _text(line.was), "" if line.now is None else _text(line.now)
    cells = (f"<del>{was}</del>", f"<ins>{now}</ins>" if now else "") if line.is_gone else (was, "")
    names = (_text(line.file), _text(line.where))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in (*names, *cells))}</tr>"


def _text(text: str) -> str:
    """Return text that can neither act nor turn a line around."""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return escape("".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in cut))


def _read(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return "not readable as JSON"
