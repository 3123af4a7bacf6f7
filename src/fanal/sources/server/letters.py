"""Which letters the bytes of a value stand for: as declared, or as they can only be meant."""

import re
from collections.abc import Iterable

CODECS = {
    "ascii": "ascii",
    "us-ascii": "ascii",
    "binary": "utf-8",
    "big5": "big5",
    "cp1250": "cp1250",
    "cp1251": "cp1251",
    "cp1252": "cp1252",
    "cp1253": "cp1253",
    "cp1254": "cp1254",
    "cp1255": "cp1255",
    "cp1256": "cp1256",
    "cp1257": "cp1257",
    "cp850": "cp850",
    "cp852": "cp852",
    "cp866": "cp866",
    "cp932": "cp932",
    "euckr": "euc_kr",
    "gb18030": "gb18030",
    "gb2312": "gb2312",
    "gbk": "gbk",
    "greek": "iso8859-7",
    "hebrew": "iso8859-8",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "latin1": "cp1252",
    "latin2": "iso8859-2",
    "latin5": "iso8859-9",
    "latin7": "iso8859-13",
    "latin9": "iso8859-15",
    "iso88591": "cp1252",
    "iso88592": "iso8859-2",
    "iso885915": "iso8859-15",
    "sjis": "shift_jis",
    "shiftjis": "shift_jis",
    "sqlascii": "utf-8",
    "tis620": "tis-620",
    "ujis": "euc_jp",
    "eucjp": "euc_jp",
    "unicode": "utf-8",
    "utf8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
}
"""Names that databases and people give character sets → Python's codec. MySQL's `latin1` is
Windows-1252 (MySQL 8.4 manual, 12.10.1); PostgreSQL's `WIN1251` is `cp1251` here."""
WIDE = frozenset({"big5", "cp932", "gb18030", "gbk", "shift_jis"})
"""Codecs in which the second byte of a letter may be a backslash or a quote."""
ASIAN = WIDE | {"euc_kr", "gb2312", "euc_jp"}
"""Codecs whose short texts can be valid UTF-8 by chance: they are tried first."""
_JOINERS = re.compile(r"[\s_-]+")


def codec(name: str) -> str:
    """Return Python's codec for the name of a character set, "" for one not known."""
    plain = _JOINERS.sub("", name.strip().lower())
    if plain.startswith(("win", "windows")):
        plain = "cp" + plain.removeprefix("windows").removeprefix("win")
    return CODECS.get(plain, "")


class Letters:
    """Turns the bytes of values into text and counts those that were not as declared."""

    def __init__(self, told: str = "") -> None:
        """Take the character set that the mapping says; "" leaves it to the file."""
        self._told = codec(told)
        self._unknown = told if told and not self._told else ""
        self._order: tuple[str, ...] = ()
        self._declared: set[str] = set()
        self._counts: dict[str, int] = {}
        self.declare("")

    def declare(self, name: str) -> None:
        """Take what the file says of itself from here on."""
        found = codec(name)
        if name:
            self._declared.add(name)
        first = (self._told,) if self._told else (found,) if found in ASIAN else ()
        order = (*first, "utf-8", found, "cp1252")
        self._order = tuple(dict.fromkeys(each for each in order if each))

    @property
    def wide(self) -> bool:
        """Tell whether a quote or backslash may be half of a letter."""
        return self._order[0] in WIDE

    def text(self, raw: str) -> str:
        """Return the text that a value's bytes, one a character, stand for."""
        if raw.isascii():
            return raw
        data = raw.encode("latin-1")
        for name in self._order:
            try:
                value = data.decode(name)
            except UnicodeDecodeError:
                continue
            if name != "utf-8":
                self._counts[name] = self._counts.get(name, 0) + 1
            return value
        self._counts[""] = self._counts.get("", 0) + 1
        return data.decode("utf-8", "backslashreplace")

    def notes(self) -> Iterable[str]:
        """Yield what is to be said of the letters of the file."""
        if self._unknown:
            yield f"character set {self._unknown[:40]!r} is not known; letters were found out"
        if len(self._declared) > 1:
            yield f"declares several character sets: {', '.join(sorted(self._declared))[:120]}"
        for name, count in sorted(self._counts.items()):
            if name:
                yield f"{count} values were read as {name}"
            else:
                yield f"{count} values are in no known character set; their bytes are spelled out"
