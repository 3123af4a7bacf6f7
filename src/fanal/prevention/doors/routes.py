"""Says which requests are asked about: a path and a method of the operator's app → a surface.

A path can be spelt in many ways that some app takes for the same. It is compared as it stands and
as the plainest reading of it; what meets a route only by the second is refused unread.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from fanal.errors import UsageError
from fanal.prevention.doors.requests import Asked, Field, unquoted
from fanal.prevention.nouns import Signals, Surface

MOST_BYTES = 262_144
"""Of a body that is read before the app is; a route says more where files are sent."""
OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
"""Headers by which some frameworks take another method than the one that was sent."""
ANY = "*"
"""The method of what has none: an open channel."""
_PARAMETERS = re.compile(r";[^/]*")
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Route:
    """One place of an app where somebody searches, uploads, asks for a picture or opens a page."""

    path: str
    """`/search`; `*` stands for one part, `**` at the end for whatever follows, or nothing."""
    surface: Surface
    text: tuple[Field, ...] = ()
    """Where the text is; every value of every field is asked about."""
    negative: tuple[Field, ...] = ()
    """Where negative prompts are."""
    methods: frozenset[str] = frozenset()
    """Empty: all of them."""
    digests: Callable[[Asked], Iterable[Signals]] | None = None
    """The operator's own: digests of what is uploaded, one `Signals` a file."""
    most: int = MOST_BYTES
    """Bytes of a body; a longer one gets the closed answer."""

    def __post_init__(self) -> None:
        """Refuse a route that would ask about nothing."""
        if self.surface not in set(Surface):
            raise UsageError("a route needs a surface", f"known: {', '.join(Surface)}")
        if not self.path.startswith("/"):
            raise UsageError("the path of a route begins with /", "write it as the app has it")
        if not (self.text or self.negative or self.digests):
            raise UsageError(
                f"the route {self.path} asks about nothing",
                "say where the text is, such as text=(in_query('q'),), or give digests",
            )

    def is_at(self, path: str) -> bool:
        """Tell whether a path is this route's, whatever its case and a slash at its end."""
        parts, given = _parts(self.path), _parts(path)
        if parts and parts[-1] == "**":
            parts = parts[:-1]
            given = given[: len(parts)] if len(given) >= len(parts) else given
        return len(parts) == len(given) and all(
            (a == "*" and b != "") or a == b for a, b in zip(parts, given, strict=True)
        )

    def takes(self, methods: Iterable[str]) -> bool:
        """Tell whether one of these methods is this route's; HEAD is asked about like GET."""
        known = {one.upper() for one in self.methods}
        if "GET" in known:
            known.add("HEAD")
        given = {*methods}
        return not known or ANY in given or not known.isdisjoint(given)


def found(
    routes: Iterable[Route], asked: Asked, paths: Iterable[str]
) -> Iterator[tuple[Route, bool]]:
    """Yield the routes that a request meets, each with whether its path stands there plainly.

    `paths` are the path as the server reads it, and without the prefix that an app is mounted at.
    """
    methods = methods_of(asked)
    as_is = [*paths]
    plainest = [plain(one) for one in as_is]
    for route in routes:
        if not route.takes(methods):
            continue
        if any(route.is_at(one) for one in as_is):
            yield route, True
        elif any(route.is_at(one) for one in plainest):
            yield route, False


def methods_of(asked: Asked) -> frozenset[str]:
    """Return the method of a request, and those that a framework may take instead."""
    told = [value.decode("latin-1") for name, value in asked.headers if name in OVERRIDES]
    return frozenset(one.strip().upper() for one in (asked.method, *told))


def plain(path: str) -> str:
    """Return the plainest reading of a path: decoded, without dots, empty parts and parameters."""
    path = _UNSEEN.sub("", _PARAMETERS.sub("", unquoted(path).replace("\\", "/")))
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in {"", "."}:
            kept.append(part)
    return "/" + "/".join(kept)


def _parts(path: str) -> list[str]:
    """Return the parts of a path to compare; a slash at the end makes no other path."""
    parts = path.casefold().split("/")[1:]
    return parts[:-1] if parts and not parts[-1] else parts
