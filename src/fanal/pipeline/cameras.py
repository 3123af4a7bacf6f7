"""What the camera pictures of a case tell of each other: how a model encodes, who follows whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.model import evidence
from fanal.model.finding import Finding
from fanal.origin.encoders import Encoders
from fanal.origin.neighbours import Neighbours, Sequences, shot_of
from fanal.pipeline.joined import everything
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Cameras:
    """The encoders of camera models, learned from originals, and the sequences of cameras."""

    encoders: Encoders
    neighbours: Neighbours

    @classmethod
    def of(cls, store: CaseStore) -> "Cameras":
        """Learn from every picture that a camera's record was found in."""
        encoders, sequences = Encoders(), Sequences()
        if store.count(Finding, analyzer="camera"):
            for known in everything(store, "places", "findings"):
                for finding in known.findings:
                    if finding.kind == evidence.STRUCTURE:
                        encoders.learn(finding.data)
                    elif finding.kind == evidence.CAMERA:
                        for place in known.places:
                            path = place.name.decode("utf-8", "replace")
                            shot = shot_of(finding.sha256, finding.data, path, place.exhibit)
                            if shot is not None:
                                sequences.add(shot)
        return cls(encoders, sequences.sorted())

    def told(
        self, sha256: str, found: Sequence[Finding]
    ) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield kind, sentence and data of how a content goes with its model and its neighbours."""
        for finding in found:
            if finding.kind == evidence.STRUCTURE:
                compared = self.encoders.compare(finding.data)
                if compared is not None and compared.outcome in {"agrees", "differs"}:
                    yield evidence.ENCODER, compared.says, compared.data
        if any(finding.kind == evidence.CAMERA for finding in found):
            placed = self.neighbours.of(sha256)
            if placed is not None and (placed.fits or placed.differs):
                yield evidence.SEQUENCE, placed.says, placed.data
