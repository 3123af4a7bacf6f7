"""One connection to a scheduler: batches go out as bytes, and come back as bytes or as a loss.

What Dask raises is turned into two things here: `Lost`, when the scheduler is gone, and `Killed`,
when a batch went down with its workers. Everything else that happens to a worker Dask mends itself.
"""

import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

os.environ.setdefault("DASK_CONFIG", os.devnull)  # else the import writes into the home folder

import dask.config
import distributed
from distributed.client import FutureCancelledError

from fanal.engines.cluster_task import answer, difference, own_likeness
from fanal.errors import FanalError

CONFIG = {
    "distributed.comm.timeouts.connect": "5s",
    "distributed.admin.large-graph-warning-threshold": "1TiB",  # members of archives travel whole
}
_MISSING = re.compile(r"No module named \\?('[\w.]+)\\?'")
PATIENCE = 10.0
"""Seconds that one question to the scheduler may take."""


class Lost(Exception):  # noqa: N818 (what happened)
    """The scheduler is gone, and with it all that was asked of it."""


class Killed(Exception):  # noqa: N818 (what happened)
    """Every worker that had this batch in hand died."""


class Link:
    """A client of one scheduler; good until the scheduler is lost for the first time."""

    def __init__(self, address: str, security: Any, *, direct: bool = False) -> None:
        """Connect, or raise `Lost`; `direct` takes answers from the workers themselves.

        That is a third cheaper, but workers on other machines need not be reachable from here.
        """
        dask.config.set(CONFIG)
        _quieten()
        self.client: Any = None
        try:
            self.client = distributed.Client(
                address,
                security=security,
                set_as_default=False,
                timeout=PATIENCE,
                direct_to_workers=direct,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise Lost(str(error)) from error

    def submit(self, job: bytes) -> Any:
        """Send a batch out."""
        try:
            return self.client.submit(answer, job, dict(own_likeness()), pure=False)
        except (OSError, RuntimeError, ValueError) as error:
            raise Lost(str(error)) from error

    def result(self, future: Any, seconds: float) -> bytes | None:
        """Wait so long for a batch; None where it is still under way."""
        try:
            told: bytes = future.result(timeout=seconds)
        except TimeoutError:
            if self.client.status != "running":
                raise Lost(self.client.status) from None
            return None
        except distributed.KilledWorker as error:
            raise Killed(str(error)) from None
        except (FutureCancelledError, OSError) as error:
            raise Lost(str(error)) from error
        except Exception as error:
            if self.client.status != "running":
                raise Lost(str(error)) from error
            raise _foreign(error) from error
        return told

    def ended(self, future: Any) -> bool:
        """Tell whether a batch has ended, whatever became of it."""
        if self.client.status != "running":
            raise Lost(self.client.status)
        return bool(future.status != "pending")

    def cancel(self, futures: list[Any]) -> None:
        """Take batches back; those at work end for nothing."""
        with suppress(Exception):
            self.client.cancel(futures)

    def threads(self) -> int:
        """Return how many threads the workers have now."""
        return sum(self._asked(self.client.scheduler.ncores, workers=None).values())

    def check(self) -> None:
        """Refuse a cluster that runs other programs than this machine."""
        told: dict[str, Mapping[str, str] | Exception] = {}
        try:
            told["the scheduler"] = self.client.run_on_scheduler(own_likeness)
            told |= self.client.run(own_likeness, on_error="return")
        except (OSError, FutureCancelledError) as error:
            raise Lost(str(error)) from error
        except Exception as error:
            raise _foreign(error) from error
        for where, likeness in told.items():
            if isinstance(likeness, Exception):
                raise _foreign(likeness)
            if unlike := difference(own_likeness(), likeness):
                raise other_programs(unlike, where)

    def close(self) -> None:
        """Let go of the scheduler, and of everything asked of it."""
        if self.client is not None:
            with suppress(Exception):
                self.client.close(timeout=2)

    def _asked(self, question: Any, **told: Any) -> Any:
        try:
            return self.client.sync(question, callback_timeout=PATIENCE, **told)
        except (OSError, TimeoutError, FutureCancelledError, RuntimeError, AttributeError) as error:
            raise Lost(str(error)) from error


def other_programs(unlike: str, where: str = "a worker") -> FanalError:
    """Return the error for a cluster that runs other programs: its answers could differ."""
    return FanalError(
        f"the cluster runs other programs than this machine: {where} has {unlike}",
        "install the same wheels on every machine: pip install --require-hashes -r run.lock",
    )


def _foreign(error: BaseException) -> FanalError:
    """Return the sentence for an error of the cluster itself."""
    if missing := _MISSING.search(_with_causes(error)):
        said = f"a machine of the cluster has no module {missing[1]}'"
        return FanalError(said, "install fanal[cluster] on every machine, from the same wheels")
    said = f"the cluster cannot do the work: {type(error).__name__}: {error}"
    return FanalError(said[:500], "see the logs of its workers")


def _with_causes(error: BaseException) -> str:
    said: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(said) < 20:
        said.append(str(cause))
        cause = cause.__cause__ or cause.__context__
    return "\n".join(said)


def _quieten() -> None:
    """Keep what Dask logs off the screen: what matters is raised, and fanal says it."""
    for name in ("distributed", "distributed.client", "distributed.gc", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
