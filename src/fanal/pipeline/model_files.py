"""Ties the pictures of a case to the model files that lie on its exhibits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.item import Item, Place
from fanal.origin.models import ModelEntry, ModelIndex, ModelMatch, Naming, naming
from fanal.stores.interface import CaseStore

NAMING = (evidence.RECORD, evidence.ADD_ON)
"""Kinds of finding in which a picture names a model file."""


@dataclass(frozen=True, slots=True)
class Models:
    """The model files of a case, and the pictures that name each."""

    index: ModelIndex | None = None
    naming: Mapping[str, Naming] = field(default_factory=dict)
    """Model file → the pictures that name it."""

    @classmethod
    def of(cls, store: CaseStore) -> "Models":
        """Gather them; a case without model files costs nothing."""
        index = index_of(store)
        if index is None:
            return cls()
        found = store.find(Finding, order=("sha256",), among={"kind": NAMING})
        pictures = groupby(found, key=lambda finding: finding.sha256)
        return cls(index, naming(index, ((sha256, _data(told)) for sha256, told in pictures)))

    def named_in(self, found: Iterable[Finding]) -> list[ModelMatch]:
        """Return the model files that the findings of one content name, weightiest first."""
        return self.index.named_by(*_data(found)) if self.index else []


def index_of(store: CaseStore) -> ModelIndex | None:
    """Return the digests and names of the model files of a case, None where it has no such file."""
    files = {
        finding.sha256: finding.data
        for finding in store.find(Finding, among={"kind": [evidence.MODEL_FILE]})
    }
    return ModelIndex(_entries(store, files)) if files else None


def _data(found: Iterable[Finding]) -> Iterator[Mapping[str, Any]]:
    return (finding.data for finding in found if finding.kind in NAMING)


def _entries(store: CaseStore, files: Mapping[str, Mapping[str, Any]]) -> Iterator[ModelEntry]:
    among = {"sha256": sorted(files)}
    names: dict[str, list[str]] = {}
    for place in store.find(Place, among=among):
        last = place.name.replace(b"\\", b"/").rsplit(b"/", 1)[-1]
        names.setdefault(place.sha256, []).append(last.decode("utf-8", "replace"))
    for item in store.find(Item, among=among):
        others = {"md5": item.md5, "sha1": item.sha1}
        yield ModelEntry.of(item.sha256, files[item.sha256], others, names.get(item.sha256, ()))
