"""An analyzer that says of chosen contents which source picture a generator wrote into them."""

from collections.abc import Iterator
from typing import Any, ClassVar

from fanal.content.handle import Content
from fanal.model.evidence import RECORD
from fanal.model.finding import Finding, Record, Seen


class Recording:
    """Yields a generator's record for the contents in `SAYS`."""

    name: ClassVar[str] = "zz-record"
    version: ClassVar[str] = "1"
    SAYS: ClassVar[dict[str, list[dict[str, Any]]]] = {}

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield the record, where there is one."""
        if hashes := self.SAYS.get(content.sha256):
            yield record(content.sha256, hashes)
        yield Seen(content.sha256, self.name, self.version, "silent" if not hashes else "spoke")


def record(sha256: str, hashes: Any) -> Finding:
    """Return a generator's record with hashes of source pictures."""
    data = {"init_image_hash": hashes}
    return Finding(sha256, Recording.name, Recording.version, RECORD, "zz", data=data)
