"""Answers what the truth says of a content: its series, and what else it belongs with."""

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from fanal.demo.series_truth import TrueSeries, Truth, read_truth

_NAME = re.compile(r"\bzz-[a-z]-\d+\b")
"""How a note names another series."""


class Belonging:
    """The truth, by content."""

    def __init__(self, truth: Truth) -> None:
        """Take what was read of the file."""
        self.truth = truth
        self.series = truth.series
        self.planted = tuple(series for series in truth.series if series.planted)

    @classmethod
    def read(cls, path: Path) -> "Belonging":
        """Return what a file says."""
        return cls(read_truth(path))

    @cached_property
    def by_content(self) -> Mapping[str, TrueSeries]:
        """Return the series of each content."""
        return {sha256: series for series in self.series for sha256 in series.contents}

    @cached_property
    def family(self) -> Mapping[str, str]:
        """Return for each series the first of those that the story says belong together.

        Pictures of one session, some of them listed, are two true series and one family; so are
        photographs and what was made from them.
        """
        names = {series.id for series in self.series}
        above = {name: name for name in names}

        def first(name: str) -> str:
            while above[name] != name:
                name = above[name]
            return name

        for series in self.series:
            for other in _NAME.findall(series.note):
                if other in names and first(other) != first(series.id):
                    above[first(series.id)] = first(other)
        return {name: first(name) for name in names}
