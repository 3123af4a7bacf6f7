"""What a case knows besides one content's own findings, and what follows for that content."""

from dataclasses import dataclass

from fanal.model.finding import Finding
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class Context:
    """Trust lists, source pictures, model files, encoders and neighbours of one case."""

    @classmethod
    def of(cls, store: CaseStore) -> "Context":
        """Gather it, in a pass over the findings of each kind."""
        return cls()

    def with_case(self, sha256: str, found: tuple[Finding, ...]) -> list[Finding]:
        """Return the findings of a content and those that only the case can tell."""
        return list(found)
