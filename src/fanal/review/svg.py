"""Writes the shapes of a figure as SVG, and the figure about them, which is also read aloud."""

from collections.abc import Sequence

from markupsafe import Markup


def figure(
    key: str, title: str, said: str, size: tuple[float, float], drawn: Sequence[Markup]
) -> Markup:
    """Return a figure of a width and a height; `key` must be the page's only one."""
    head = Markup(
        '<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
        ' aria-labelledby="{key}-title {key}-desc">'
        '<title id="{key}-title">{title}</title><desc id="{key}-desc">{said}</desc>{drawn}</svg>'
    )
    width, height = size
    marks = Markup("").join(drawn)
    return head.format(width=width, height=height, key=key, title=title, said=said, drawn=marks)


def box(left: float, top: float, wide: float, tall: float, fill: str) -> Markup:
    """Return a rectangle."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(
        f"{left:.1f}", f"{top:.1f}", f"{wide:.1f}", f"{tall:.1f}", fill
    )


def text(left: float, top: float, words: str, kind: str) -> Markup:
    """Return words; `top` is the line that they stand on."""
    return Markup('<text x="{}" y="{}" class="{}">{}</text>').format(
        f"{left:.1f}", f"{top:.1f}", kind, words
    )


def line(left: float, top: float, right: float, bottom: float, kind: str) -> Markup:
    """Return a straight line."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(
        f"{left:.1f}", f"{top:.1f}", f"{right:.1f}", f"{bottom:.1f}", kind
    )
