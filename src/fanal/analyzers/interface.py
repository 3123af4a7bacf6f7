"""The contract of an analyzer: what can be stated about one content."""

from collections.abc import Iterator
from typing import ClassVar, Protocol

from fanal.content.handle import Content
from fanal.model.finding import Record


class Analyzer(Protocol):
    """Looks at one content and yields records, the last of them one `Seen`."""

    name: ClassVar[str]
    version: ClassVar[str]
    """A new version looks again; the old statements stay.

    A class may also have `pictures_only`: true where it asks for the bytes of pictures only, so
    that nothing else is fetched for it across a network, or a static method `asks_for`, which tells
    the same of each media type; and `on_request`: true where it costs too
    much to be asked about everything, so that only who wants it asks it (`fanal examine`); and
    `needs`: the module, the package and the extra of fanal without which it cannot look.
    """

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield what is to be said about the content; never raise for a bad content."""
        ...
