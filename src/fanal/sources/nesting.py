"""Follows archives into archives, within one budget for the outermost."""

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

from fanal.content.digest import HEAD
from fanal.model.failure import Failure
from fanal.model.item import Entry, LostBody, MemoryBody, StreamedBody
from fanal.sources.interface import Archive, Budget, LimitReachedError, Limits
from fanal.sources.reading import DamagedError, UnreadError, failed, opened

Recognize = Callable[[bytes], Archive | None]


def follow(entry: Entry, limits: Limits, recognize: Recognize) -> Iterator[Entry | Failure]:
    """Yield every member of an archive, each followed by its own members where it is one.

    An entry that is no archive yields nothing. Where a limit of the whole is reached, one Failure
    at the outermost archive says so and ends it.
    """
    if isinstance(entry.body, StreamedBody | LostBody):
        return
    try:
        with opened(entry.body) as stream:
            kind = recognize(stream.read(HEAD))
            if kind is None:
                return
            budget = Budget(limits, stream.seek(0, os.SEEK_END))
            yield from _Descent(budget, recognize).into(entry, kind, stream, 1)
    except LimitReachedError as limit:
        yield failed(entry, f"limit: {limit.limit}", limit)
    except OSError as error:
        yield failed(entry, "unreadable file", error.strerror or error)


class _Descent:
    """One way down from an outermost archive."""

    def __init__(self, budget: Budget, recognize: Recognize) -> None:
        self._budget = budget
        self._recognize = recognize

    def into(
        self, entry: Entry, kind: Archive, stream: BinaryIO, depth: int
    ) -> Iterator[Entry | Failure]:
        """Yield what one archive holds, and what is in that."""
        said: set[str] = set()
        members = self._members(entry, kind, stream)
        for found in members:
            if isinstance(found, Entry):
                yield found
                yield from self._nested(found, depth)
            elif found.inside != entry.inside:
                yield found
            elif found.reason not in said:
                # The account keeps one line for each place and reason.
                said.add(found.reason)
                yield found

    def _members(self, entry: Entry, kind: Archive, stream: BinaryIO) -> Iterator[Entry | Failure]:
        """Yield what the archive yields, and a Failure for whatever it raises."""
        try:
            stream.seek(0)
            yield from kind.expand(entry, stream, self._budget)
        except LimitReachedError:
            raise
        except UnreadError as error:
            damaged = isinstance(error, DamagedError)
            yield failed(entry, "archive damaged" if damaged else error.reason, error)
        except OSError as error:
            yield failed(entry, "unreadable file", error.strerror or error)
        except Exception as error:  # noqa: BLE001 - hostile input finds every bug of a parser
            yield failed(entry, "archive damaged", f"{type(error).__name__}: {error}")

    def _nested(self, entry: Entry, depth: int) -> Iterator[Entry | Failure]:
        body = entry.body
        if not isinstance(body, MemoryBody | StreamedBody):
            return
        head = body.digests.head if isinstance(body, StreamedBody) else body.data[:HEAD]
        kind = self._recognize(head)
        if kind is None:
            return
        if isinstance(body, StreamedBody):
            detail = f"an archive of {body.digests.size} bytes in an archive: too large to hold"
            yield failed(entry, "limit: memory", detail)
        elif depth >= self._budget.limits.depth:
            detail = f"an archive inside {depth} others; it was not opened"
            yield failed(entry, "limit: depth", detail)
        else:
            with opened(body) as stream:
                yield from self.into(entry, kind, stream, depth + 1)
