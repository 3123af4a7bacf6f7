"""What every page has at hand: the case, the workers, who is signed in, and parts made once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from fanal.engines.interface import Engine
from fanal.settings import Settings
from fanal.stores.interface import CaseStore
from fanal.web.sessions import Sessions

T = TypeVar("T")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Desk:
    """One review desk on one case."""

    def __init__(
        self,
        store: CaseStore,
        settings: Settings,
        engine: Engine,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Take the case, open for short acts, and the workers that decode."""
        self.store = store
        self.settings = settings
        self.engine = engine
        self.clock = clock
        self.sessions = Sessions()
        self.origins: frozenset[str] = frozenset()
        """The addresses under which browsers may reach it, such as `http://localhost:8417`."""
        self._parts: dict[object, object] = {}
        self._lock = threading.RLock()
        self._answering = 0
        self._rests = threading.Condition()

    def of(self, made: Callable[["Desk"], T]) -> T:
        """Return the part that this makes of the desk, made when it is first asked for."""
        with self._lock:
            if made not in self._parts:
                self._parts[made] = made(self)
            part: T = self._parts[made]  # type: ignore[assignment]
            return part

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a request that is being answered."""
        with self._rests:
            self._answering += 1
        try:
            yield
        finally:
            with self._rests:
                self._answering -= 1
                self._rests.notify_all()

    def rest(self, seconds: float) -> bool:
        """Wait until no request is being answered: a case is not closed while it is read."""
        with self._rests:
            return self._rests.wait_for(lambda: not self._answering, seconds)

    def close(self) -> None:
        """End what works beside the requests, before the case is closed."""
        with self._lock:
            parts = list(self._parts.values())
        for part in parts:
            if callable(end := getattr(part, "close", None)):
                end()
