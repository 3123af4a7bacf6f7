"""What a case knows besides one content's own findings, and what follows for that content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.model.opinion import TrustList
from fanal.origin import models
from fanal.origin.trust import Anchors, judged
from fanal.pipeline.cameras import Cameras
from fanal.pipeline.made_from import EQUAL, FILE, SHORT, WHOLE, Ties, ties_of
from fanal.pipeline.model_files import Models
from fanal.stores.interface import CaseStore

VERSION = "1"
Told = tuple[str, str, Mapping[str, Any]]
"""Kind, sentence and data of a finding that only the case can make."""
MOST_NAMED = 8
"""Contents that one content is tied to and that its findings name."""
DIGITS = {EQUAL[WHOLE]: 32, EQUAL[SHORT]: 8, EQUAL[FILE]: 64}
"""How a source was told → hexadecimal digits that agree."""


@dataclass(frozen=True, slots=True)
class Context:
    """Trust lists, source pictures, model files, encoders and neighbours of one case."""

    anchors: Anchors
    now: datetime
    """The day as of which a signature without a time stamp is judged."""
    ties: Ties = field(default_factory=Ties)
    """Which pictures were made from which."""
    models: Models = field(default_factory=Models)
    cameras: Cameras | None = None

    @classmethod
    def of(cls, store: CaseStore) -> "Context":
        """Gather it, in a pass over the findings of each kind."""
        anchors = Anchors(store.find(TrustList, order=("name",)))
        return cls(anchors, datetime.now(UTC), ties_of(store), Models.of(store), Cameras.of(store))

    def with_case(self, sha256: str, found: Sequence[Finding]) -> list[Finding]:
        """Return the findings of a content and those that only the case can tell."""
        only_case = (
            *self._sources(sha256),
            *self._outputs(sha256),
            *self._models(found),
            *self._named(sha256),
            *(self.cameras.told(sha256, found) if self.cameras else ()),
        )
        return [
            *(judged(finding, self.anchors, self.now) for finding in found),
            *(
                Finding(sha256, evidence.CASE, VERSION, kind, says, data=data)
                for kind, says, data in only_case
            ),
        ]

    def beyond(self) -> set[str]:
        """Return the contents of which the case may tell something that they do not say."""
        return {*self.ties.outputs, *self.models.naming}

    def _sources(self, sha256: str) -> Iterator[Told]:
        for source, how in self.ties.sources.get(sha256, ()):
            says = f"the picture that it names as its source is {source} ({how})"
            yield evidence.SOURCE_FOUND, says, {"source": source, "how": how, "digits": DIGITS[how]}

    def _outputs(self, sha256: str) -> Iterator[Told]:
        count, first = self.ties.outputs.get(sha256, (0, ()))
        if count:
            says = f"named as their source by the digest in {count:,} pictures"
            if count == 1:
                says = "named as its source by the digest in 1 picture"
            yield evidence.SOURCE_OF, says, {"pictures": list(first), "count": count}

    def _models(self, found: Sequence[Finding]) -> Iterator[Told]:
        """Yield the model files of the case that the records of a content name."""
        for match in self.models.named_in(found)[:MOST_NAMED]:
            by = "digest" if match.grade in {models.FULL, models.SHORT} else "name"
            agree = f"{match.digits} digits of its {match.by} agree"
            how = agree if match.digits else "by name alone"
            says = f"a model file that its record names is in the case: {match.model} ({how})"
            data = {"model_file": match.model, "by": by, "strength": match.grade}
            yield evidence.MODEL_FOUND, says, data

    def _named(self, sha256: str) -> Iterator[Told]:
        naming = self.models.naming.get(sha256)
        if naming is not None:
            counts = ", ".join(f"{count} by {grade}" for grade, count in naming.counts.items())
            says = f"pictures of the case name this model file: {counts}"
            yield evidence.NAMED_BY, says, {"pictures": naming.pictures[:MOST_NAMED]}
