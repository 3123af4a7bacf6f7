"""An analyzer that takes its time, so that a run lasts long enough to be disturbed."""

import os
import time
from collections.abc import Iterator
from typing import ClassVar

from fanal.content.handle import Content
from fanal.model.finding import Finding, Record, Seen

REST = "ZZ_REST"
"""Name in the environment of the seconds it rests."""
POINT = "slow = makers.slow:Slow"


class Slow:
    """Rests over every content and says how long it is."""

    name: ClassVar[str] = "slow"
    version: ClassVar[str] = "1"

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield one finding."""
        time.sleep(float(os.environ.get(REST, "0")))
        says = f"zz-test-{len(content.data)}"
        yield Finding(content.sha256, self.name, self.version, "size", says)
        yield Seen(content.sha256, self.name, self.version, "spoke")
