"""A search so plain that it can be believed, and a look for what must not be told."""

import unicodedata

from fanal.prevention.words.normalise import normalise


def naive(known, text):
    """Return the numbers of entries that a text hits, by trying every span of it."""
    hits = set()
    for at, one in enumerate(known):
        contexts = [
            span
            for other in known
            if other.kind == "context"
            for span in places(other.pattern, text, one.steps)
        ]
        spans = places(one.pattern, text, one.steps) if one.kind != "context" else []
        if any(not any(a <= start and end <= b for a, b in contexts) for start, end in spans):
            hits.add(at)
    return hits


def places(pattern, text, steps):
    """Return where a pattern stands in a text as whole words."""
    base = normalise(text, steps - {"lookalikes"}).text
    units = [normalise(f"x{one}x", steps).text[1:-1] if one != " " else " " for one in base]
    wanted = normalise(pattern, steps).text
    return [
        (start, end)
        for start in range(len(base))
        for end in range(start + 1, len(base) + 1)
        if "".join(units[start:end]) == wanted and not (inside(base, start) or inside(base, end))
    ]


def inside(text, at):
    """Tell whether a place lies inside a word of a spaced script."""
    return 0 < at < len(text) and all(
        one.isalnum() or unicodedata.category(one).startswith("M") for one in text[at - 1 : at + 1]
    )


def shares(text, secret, length=4):
    """Tell whether a text holds more than three characters in a row of a secret."""
    windows = {secret[at : at + length] for at in range(len(secret) - length + 1)}
    return any(window in text for window in windows)
