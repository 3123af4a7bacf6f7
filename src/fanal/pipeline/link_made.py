"""Gathers what generated pictures share, which model files they name, what they came from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from fanal.model import evidence
from fanal.model.series import SAME_SETUP, Link, Tie
from fanal.origin import models
from fanal.origin.models import ModelIndex, ModelMatch
from fanal.pipeline import made_from
from fanal.pipeline.link_facts import Beside, Sides, data_of, path_of, places_of
from fanal.pipeline.model_files import NAMING, index_of
from fanal.series import sources
from fanal.series.making import Common, Made, made_of, of_add_on, of_signer
from fanal.series.setups import Generated, Setups
from fanal.series.sides import GENERATOR, NOTHING
from fanal.series.sources import Source
from fanal.series.spelling import hashed, pair
from fanal.stores.interface import CaseStore

MADE = (*NAMING, evidence.CREDENTIAL)
FIRST_LINKS = 8
"""Pictures that are linked with one model file; all others are tied by it."""
BY_DIGEST = {models.FULL: 60, models.SHORT: 55}
"""Grades of agreement that link a picture with a model file, and how strongly."""
INIT = {made_from.WHOLE: 90, made_from.SHORT: 60, made_from.FILE: 92}
"""How a source was told → strength."""
_INIT_BY_WORDS = {made_from.EQUAL[how]: strength for how, strength in INIT.items()}
CREDENTIAL_STRENGTH, INSTANCE_STRENGTH = 80, 60
Data = Mapping[str, Any]


def setups_of(store: CaseStore, sides: Sides) -> Iterator[Link | Tie]:
    """Yield what generated pictures share, and the model files that they name."""
    gathered, named = Setups(), _Named(index_of(store))
    places = Beside(places_of(store))
    for sha256, found in groupby(data_of(store, *MADE), key=itemgetter(0)):
        told = [(kind, data) for _, kind, data in found]
        if one := _generated(sha256, told, places.upto(sha256), sides):
            gathered.add(one)
        named.add(sha256, [data for kind, data in told if kind in NAMING])
    yield from gathered.found()
    yield from named.found()


def _generated(
    sha256: str, told: Sequence[tuple[str, Data]], places: Sequence[Any], sides: Sides
) -> Generated | None:
    """Return what a content shares with others of its set-up; None where no generator speaks."""
    made = [made_of(data) for kind, data in told if kind == evidence.RECORD]
    more = [of_add_on(data) for kind, data in told if kind == evidence.ADD_ON]
    more += [of_signer(data) for kind, data in told if kind == evidence.CREDENTIAL]
    shared = [common for common in more if common is not None]
    shared += [common for one in made for common in one.common]
    if not shared:
        return None
    whole = next((one for one in made if one.setup), made[0] if made else Made("", None))
    bound = sides.get(sha256, NOTHING) not in (NOTHING, GENERATOR)
    return Generated(sha256, whole, _folder(places), bound, tuple(_first(shared)))


def _first(shared: Sequence[Common]) -> Iterator[Common]:
    """Yield each thing once, the first ones: a hostile file may name thousands."""
    yield from [*dict.fromkeys(shared)][:64]


def _folder(places: Sequence[Any]) -> int:
    if not places:
        return 0
    _, exhibit, name = places[0]
    return hashed(exhibit, path_of(name).rpartition("/")[0])


class _Named:
    """Gathers which pictures name which model file of the case."""

    def __init__(self, index: ModelIndex | None) -> None:
        self._index = index
        self._links: Counter[str] = Counter()
        self._rows: list[tuple[str, str, str]] = []
        self._first: list[tuple[str, ModelMatch]] = []

    def add(self, sha256: str, told: Sequence[Data]) -> None:
        """Look a content's records up."""
        if self._index is None:
            return
        for match in self._index.named_by(*told)[: made_from.MOST_SOURCES]:
            if match.model == sha256:
                continue
            self._rows.append((sha256, match.model, match.grade))
            if match.grade in BY_DIGEST and self._links[match.model] < FIRST_LINKS:
                self._links[match.model] += 1
                self._first.append((sha256, match))

    def found(self) -> Iterator[Link | Tie]:
        """Yield the first links of each model file, and a tie for each picture that names it."""
        for sha256, match in self._first:
            a, b = pair(sha256, match.model)
            says = (
                f"its record names this model file: {match.digits} digits of its {match.by} agree"
            )
            strength = BY_DIGEST[match.grade]
            yield Link(a, b, SAME_SETUP, "model file", strength, joins=False, says=says)
        counts = Counter(model for _, model, _ in self._rows)
        for sha256, model, grade in self._rows:
            says = (
                f"one of {counts[model]:,} pictures that name a model file of the case, by {grade}"
            )
            yield Tie(sha256, SAME_SETUP, f"model file {model}", says)
        for model, count in counts.items():
            says = f"the model file that {count:,} pictures of the case name"
            yield Tie(model, SAME_SETUP, f"model file {model}", says)


def sources_of(store: CaseStore) -> Iterator[Link | Tie]:
    """Yield links from pictures to those they were made from, and ties of those made from one."""
    yield from sources.links([*_by_digest(store), *_by_credential(store)])
    told = made_from.told(store)
    yield from sources.by_source(
        (output, f"{algorithm} {value.hex()}")
        for algorithm, named in told.items()
        for value, outputs in named.items()
        for output in outputs
    )
    yield from sources.by_document(_documents(store))


def _by_digest(store: CaseStore) -> Iterator[Source]:
    for output, found in made_from.ties_of(store).sources.items():
        for source, how in found:
            says = f"its generator's record names this picture as its source: {how}"
            yield Source(output, source, "init image", _INIT_BY_WORDS[how], says)


def _by_credential(store: CaseStore) -> Iterator[Source]:
    """Yield the pictures whose own credential is an ingredient of another one's."""
    own: dict[str, list[str]] = {}
    asked: list[tuple[str, str, bool]] = []
    for sha256, _, data in data_of(store, evidence.CREDENTIAL):
        label = data.get("active")
        if isinstance(label, str) and label:
            held = own.setdefault(label, [])
            if len(held) < made_from.MOST_SOURCES:
                held.append(sha256)
        holds = data.get("signature") == data.get("binding") == "holds"
        asked += [(sha256, below, holds) for below in dict.fromkeys(_below(data)) if below != label]
    for output, label, holds in asked:
        for source in own.get(label, ()):
            sure = "which holds" if holds else "of which not all was checked or holds"
            says = f"its content credential, {sure}, names this picture as what it was made from"
            strength = CREDENTIAL_STRENGTH if holds else CREDENTIAL_STRENGTH // 2
            yield Source(output, source, "credential", strength, says)


def _below(data: Data) -> Iterator[str]:
    """Yield the manifests that a credential names as ingredients."""
    graph = data.get("graph")
    for entry in graph if isinstance(graph, list) else []:
        if entry.get("reached"):
            for part in entry.get("ingredients", ()):
                if part.get("manifest"):
                    yield str(part["manifest"])


def _documents(store: CaseStore) -> Iterator[tuple[str, str]]:
    """Yield the document that an editor says each picture comes from."""
    for sha256, _, record in data_of(store, evidence.CAMERA):
        told = record.get("original_document_id") or record.get("document_id")
        if isinstance(told, str) and len(told) >= 16:
            yield sha256, told[:200]
