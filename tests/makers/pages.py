"""Reads a page the way a browser would, far enough to see what it holds and asks for."""

from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "input", "hr", "rect", "line"}
REFERS = {"href", "src", "srcset", "xlink:href", "action", "data", "poster", "background", "style"}


class Page(HTMLParser):
    """The elements, texts and captions of a page; unbalanced tags are an error."""

    def __init__(self, text: str) -> None:
        """Read the whole page."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        """(innermost element, text)"""
        self.cells: list[list[str]] = []
        """Rows of all tables, one after the other, as the texts of their cells."""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"}:
            self.cells[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        assert self._open[-1:] == [tag], (self._open, tag)
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Take a text."""
        self.texts.append((self._open[-1] if self._open else "", data))
        if {"td", "th"} & set(self._open):
            self.cells[-1][-1] += data

    def names(self) -> set[str]:
        """Return the kinds of element there are."""
        return {tag for tag, _ in self.tags}

    def refers(self) -> list[str]:
        """Return everything that the page asks for or leads to."""
        return [
            value or "" for _, held in self.tags for name, value in held.items() if name in REFERS
        ]

    def text(self) -> str:
        """Return what is read, without the style."""
        return "".join(text for tag, text in self.texts if tag != "style")

    def row(self, first: str) -> list[str]:
        """Return the first row that begins with this cell."""
        return next(row for row in self.cells if row and row[0].strip() == first)
