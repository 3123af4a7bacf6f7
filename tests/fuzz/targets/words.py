"""Targets: word lists, tables of stems, lists of others, and texts that people enter."""

from fanal.errors import FanalError
from fanal.prevention.words.importers import Layout, convert
from fanal.prevention.words.linter import hits
from fanal.prevention.words.normalise import is_text
from fanal.prevention.words.stems import read_stems
from fanal.prevention.words.terms import read_entries
from fuzz.target import Target, require, watched
from makers.terms import books, entry
from makers.words import naive

LISTS = (
    b"id,pattern,kind,steps_off,fuzzy,valid_from\na,zz lamp,phrase,nfkc fold,,2026-11-27\n",
    b'{"id":"a","pattern":"zz-lamp\\ud800","kind":"token","langs":["de",1]}\n',
    b'{"id":"a","pattern":"zz-lamp table chair","kind":"phrase","fuzzy":2}\n',
    b'id,pattern,kind,audience\na,"zz\n lamp",token,self\n',
)
KNOWN = (
    entry("zz-lamp", id="a"),
    entry("m", id="b"),
    entry("zz-lamp inn", id="c", kind="context"),
    entry("zz table chair", id="d", fuzzy=2),
)


def lists(data: bytes) -> None:
    """Read a list whole, or refuse it with rows and classes of faults."""
    for is_support in (False, True):
        with watched():
            try:
                entries = read_entries(data, "zz", is_support=is_support)
            except FanalError as error:
                require(error.message.startswith("zz "), "a refusal without the file")
                require(error.__cause__ is None and len(error.message) < 4_000, "too many words")
                continue
        require(len({one.id for one in entries}) == len(entries), "a name stands twice")
        require(
            all(one.pattern not in repr(one) for one in entries if len(one.pattern) > 9), "told"
        )


def others(data: bytes) -> None:
    """Convert somebody else's list and a table of stems, or refuse them."""
    for layout in (Layout(), Layout({"pattern": "a"}), Layout(encoding="utf-16")):
        with watched():
            try:
                made = convert(data, "zz", layout)
            except FanalError:
                continue
        require(len(read_entries(made.data, "zz", is_support=False)) == made.entries, "lost")
    try:
        read_stems(data, "zz")
    except FanalError as error:
        require(error.__cause__ is None, "an error that carries another")


def texts(data: bytes) -> None:
    """Ask about any text: it is answered, as a plain search answers where it is short."""
    book = books(*KNOWN, limit=10_000)
    wide = data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    for text in (data.decode("utf-8", "surrogateescape"), wide):
        with watched():
            heard = book.ask(text)
        require(heard.is_readable == (len(text) <= 10_000 and is_text(text)), "unreadable")
        if heard.is_readable and len(text) < 40 and max(text, default="") < "\u0900":
            plain = books(*KNOWN[:3])
            require(hits(plain, text) == naive(plain.entries, text), "another search finds more")


TARGETS = (
    Target("word_lists", lists, lambda: list(LISTS)),
    Target("word_imports", others, lambda: [b"a;b\nzz;1\n", b"zz lamp\n\nzz\n", b"lamps,lamp\n"]),
    Target(
        "word_texts",
        texts,
        lambda: [
            "zz-lamp inn, zz\u00ad-lАmp m |m".encode(),
            "a\u0301\u0323".encode() * 40,
            b"\xff\0\xe2\x80\xae",
        ],
    ),
)
