"""Reads the templates of a package so that no text from an enemy acts on a page."""

from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from fanal.content.spelt import name, output, size


@lru_cache(maxsize=4)
def environment(package: str) -> Environment:
    """Return how the templates of a package are read: escaping on, nothing undefined passes."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        finalize=output,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["name"] = name
    made.filters["size"] = size
    return made
