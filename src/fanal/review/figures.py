"""Draws numbers as SVG that reads without colour, in the dark and aloud."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fanal.review.svg import box, figure, line, text

WIDTH = 960
RIGHT = 860
"""Where the longest bar ends; its number stands after it."""
LETTER = 7.0
"""Width of a letter in the figures' usual fonts, on average and rather too much."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: what it counts, and how it is filled (`full`, `half`, `pale`, `open`)."""

    name: str
    count: int
    fill: str = "full"


@dataclass(frozen=True, slots=True)
class Bar:
    """A labelled bar of one or more parts, with a line under it."""

    label: str
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def total(self) -> int:
        """The length of the whole bar."""
        return sum(part.count for part in self.parts)


def bars(key: str, title: str, rows: Sequence[Bar]) -> Markup:
    """Draw bars below each other, all to one scale; `key` must be the page's only one."""
    most = max((row.total for row in rows), default=0)
    left = 24 + LETTER * max((len(row.label) for row in rows), default=0)
    drawn: list[Markup] = []
    top = 4
    for row in rows:
        drawn += _bar(row, left, top, most)
        top += 34 + 20 * (len(_lines(row.parts, left)) + bool(row.note))
    said = "; ".join(_sentence(row) for row in rows)
    return figure(key, title, f"{said}.", (WIDTH, top), drawn)


def histogram(key: str, title: str, counts: Sequence[tuple[int, int]], radius: int) -> Markup:
    """Draw how many contents lie how many bits away, with a line at the radius."""
    last = max(radius + 2, *(bits for bits, _ in counts), 8)
    most = max((count for _, count in counts), default=1)
    start, floor, high = 60, 210, 170
    step = (WIDTH - start - 20) / (last + 1)
    drawn = [line(start, floor, WIDTH - 20, floor, "axis")]
    drawn.append(text(start - 8, floor - high + 5, f"{most:,}", "small end"))
    drawn.append(text(start - 8, floor + 4, "0", "small end"))
    for bits, count in counts:
        tall = max(2.0, high * count / most)
        drawn.append(box(start + bits * step + 1.5, floor - tall, max(step - 3, 1), tall, "full"))
    drawn += [
        text(start + (bits + 0.5) * step, floor + 20, str(bits), "small mid")
        for bits in range(0, last + 1, 5 if last <= 60 else 10)
    ]
    at = start + (radius + 1) * step
    drawn.append(line(at, 14, at, floor, "limit"))
    drawn.append(text(at - 8, 24, f"radius {radius}", "small end strong"))
    drawn.append(text((start + WIDTH) / 2, floor + 44, "bits that differ", "small mid muted"))
    said = ", ".join(f"{bits} bits: {count:,}" for bits, count in counts)
    said = f"The radius is {radius} bits. {said}."
    return figure(key, title, said, (WIDTH, floor + 54), drawn)


def _bar(row: Bar, left: float, top: float, most: int) -> Iterator[Markup]:
    """Yield the label, the parts, the total, the key of the parts and the line under them."""
    yield text(left - 14, top + 17, row.label, "label end")
    scale = (RIGHT - left) / most if most else 0
    at = left
    for part in row.parts:
        if part.count:
            # A part of a millionth still has to be seen.
            wide = max(3.0, part.count * scale)
            yield box(at, top, wide, 24, part.fill)
            at += wide
    yield text(at + 9, top + 17, f"{row.total:,}", "number")
    under = top + 42
    for parts in _lines(row.parts, left):
        yield from _key(parts, left, under)
        under += 20
    if row.note:
        yield text(left, under, row.note, "small muted")


def _lines(parts: Sequence[Part], left: float) -> list[list[Part]]:
    """Return the parts as lines of a key no wider than the figure; a single part needs none."""
    lines: list[list[Part]] = []
    at = float(WIDTH)
    for part in parts if len(parts) > 1 else ():
        if at + _wide(part) > WIDTH:
            lines.append([])
            at = left
        lines[-1].append(part)
        at += _wide(part)
    return lines


def _key(parts: Sequence[Part], left: float, top: float) -> Iterator[Markup]:
    at = left
    for part in parts:
        yield box(at + 0.5, top - 10, 11, 11, part.fill)
        yield text(at + 17, top, _words(part), "small")
        at += _wide(part)


def _words(part: Part) -> str:
    return f"{part.name} {part.count:,}"


def _wide(part: Part) -> float:
    return 34 + LETTER * len(_words(part))


def _sentence(row: Bar) -> str:
    told = f"{row.label}: {row.total:,}"
    if len(row.parts) > 1:
        told += f" ({', '.join(map(_words, row.parts))})"
    return told + (f", {row.note}" if row.note else "")
