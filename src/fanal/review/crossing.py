"""Groups origins into four, and draws them against what lists know."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from fanal.review.figures import Bar, Part, bars
from fanal.review.overview_facts import Row

CAMERA, EDITED, AI, UNKNOWN = "camera", "edited", "ai", "unknown"
GROUPS: Mapping[str, tuple[str, ...]] = {
    CAMERA: ("camera",),
    EDITED: ("altered", "reproduction"),
    AI: ("generator", "made_from_picture"),
    UNKNOWN: ("inconclusive", "conflicting", "not_assessed"),
}
"""Group → the states of origin in it. A state that is new to this table counts as unknown."""
TITLES: Mapping[str, str] = {
    CAMERA: "camera",
    EDITED: "edited or copied",
    AI: "AI, whole or in part",
    UNKNOWN: "unknown",
}
_OF = {state: group for group, states in GROUPS.items() for state in states}


def group(state: str) -> str:
    """Return the group of a state; "" (no opinion at all) is unknown."""
    return _OF.get(state, UNKNOWN)


def crossed(counts: Mapping[tuple[str, bool, bool], int]) -> tuple[Row, ...]:
    """Return a row for each group, of counts by state, by on a list or not, by near or not."""
    return tuple(
        Row(
            name,
            sum(n for (state, known, _), n in counts.items() if group(state) == name and known),
            sum(n for (state, known, _), n in counts.items() if group(state) == name and not known),
            sum(
                n
                for (state, known, near), n in counts.items()
                if group(state) == name and near and not known
            ),
        )
        for name in GROUPS
    )


def figure(key: str, rows: Sequence[Row]) -> Markup:
    """Draw the rows as bars; `key` must be the page's only one."""
    drawn = [
        Bar(
            TITLES[row.group],
            (Part("new", row.new, "full"), Part("known", row.known, "open")),
        )
        for row in rows
    ]
    return bars(key, "Where pictures and videos come from, and whether a list knows them", drawn)
