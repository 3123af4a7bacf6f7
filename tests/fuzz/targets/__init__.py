"""Every fuzz target by its name; a new one is one line in the module of its room."""

from fuzz.target import Target
from fuzz.targets import (
    addresses,
    archives,
    counting,
    credentials,
    custody,
    doors,
    exchange,
    kits,
    marks,
    media,
    messages,
    models,
    parts,
    plugins,
    points,
    previews,
    program,
    site_files,
    site_values,
    trials,
    words,
)
from fuzz.targets import lists as known

TARGETS: dict[str, Target] = {
    target.name: target
    for room in (
        known,
        archives,
        media,
        parts,
        marks,
        credentials,
        models,
        plugins,
        points,
        previews,
        custody,
        exchange,
        program,
        messages,
        counting,
        kits,
        doors,
        trials,
        site_files,
        site_values,
        words,
        addresses,
    )
    for target in room.TARGETS
}
"""Name → target."""
