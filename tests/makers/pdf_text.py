"""Reads the text of a PDF that Typst wrote: its streams, and what its fonts' glyphs stand for."""

import re
import zlib

_OBJECT = re.compile(rb"(?<!\d)(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_CHAR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
_PIECE = re.compile(rb"/(\S+)\s+[\d.]+\s+Tf|<([0-9a-fA-F]*)>|(\()|\b(ET)\b")
_STEP = re.compile(rb"\\([0-7]{1,3}|.)|([()])|([^\\()]+)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _objects(pdf):
    """Object number → (dictionary, stream)."""
    found = {}
    for number, body in _OBJECT.findall(pdf):
        head, mark, rest = body.partition(b"stream\n")
        data = rest.rpartition(b"\nendstream")[0] if mark else b""
        if b"/FlateDecode" in head:
            data = zlib.decompress(data)
        found[int(number)] = head, data
    return found


def _letters(cmap):
    """Glyph → text, from a ToUnicode map (ISO 32000-1, 9.10.3)."""
    found = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in _CHAR.findall(part):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for low, high, text in _RANGE.findall(part):
            for at in range(int(low, 16), int(high, 16) + 1):
                found[at] = chr(int(text, 16) + at - int(low, 16))
    return found


def _fonts(objects, body):
    """Name of a font in these resources → its letters."""
    found = {}
    table = re.search(rb"/Font\s*<<(.*?)>>", body, re.DOTALL)
    for name, number in re.findall(rb"/(\S+)\s+(\d+) 0 R", table.group(1) if table else b""):
        cmap = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)][0])
        found[name] = _letters(objects[int(cmap.group(1))][1]) if cmap else {}
    return found


def pages(pdf):
    """The text of each page, without the spaces that only positions tell of."""
    objects = _objects(pdf)
    found = []
    for head, _ in objects.values():
        if not re.search(rb"/Type\s*/Page\b(?!s)", head):
            continue
        resources = re.search(rb"/Resources\s+(\d+) 0 R", head)
        body = objects[int(resources.group(1))][0] if resources else head
        fonts = _fonts(objects, body)
        (content,) = re.findall(rb"/Contents (\d+) 0 R", head)
        found.append(_shown(objects[int(content)][1], fonts))
    return found


def _shown(stream, fonts):
    text, letters, at = [], {}, 0
    while found := _PIECE.search(stream, at):
        name, codes, opens, end = found.groups()
        at = found.end()
        if name:
            letters = fonts[name]
        elif end:
            text.append("\n")
        else:
            quiet = stream[: found.start()].endswith(b"/ActualText")
            raw, at = _literal(stream, at) if opens else (bytes.fromhex(codes.decode()), at)
            pairs = range(0, 0 if quiet else len(raw), 2)
            text += [letters.get(int.from_bytes(raw[two : two + 2], "big"), "") for two in pairs]
    return "".join(text)


def _literal(stream, at):
    """The bytes of a literal string and where it ends (ISO 32000-1, 7.3.4.2)."""
    raw, depth = b"", 1
    while depth:
        found = _STEP.match(stream, at)
        at = found.end()
        escaped, bracket, plain = found.groups()
        depth += {b"(": 1, b")": -1}.get(bracket, 0)
        if escaped:
            raw += bytes([int(escaped, 8)]) if escaped.isdigit() else _PLAIN.get(escaped, escaped)
        elif depth:
            raw += bracket or plain
    return raw, at
