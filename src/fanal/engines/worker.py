"""One process that answers tasks within limits of memory, and the parent's end of it.

Every worker has a pipe of its own and sends each answer as soon as it is made. So the parent knows
which task a worker had in hand when it died, and no death can hold a lock that others wait for.
"""

import logging
import multiprocessing
import os
import select
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from threading import Lock, Thread
from typing import Any

from fanal.engines.guard import GUARDS, apply, begin_file
from fanal.engines.interface import Answer, Died, Seconds, Task, limit

LOG = logging.getLogger(__name__)
ASKED = 3
"""Times a task is asked before it is told to have killed its worker."""
_STARTING = Lock()
"""The module `multiprocessing` keeps its children in a plain set."""


class Stopped(Exception):  # noqa: N818 (not a fault: somebody closed the engine)
    """The worker was stopped for good while it had work."""


class Worker:
    """The parent's end of one process, to be used by one thread; started when first asked."""

    def __init__(self, memory: int, *, guarded: bool = True) -> None:
        """Take the bytes of address space the process may take beyond its start.

        Only the benchmark asks for a process without guards, to tell what they cost.
        """
        self._memory = memory
        self._guarded = guarded
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._stopped = False
        self.guards: dict[str, str] = {}
        """Guard → why it does not hold in the process, once it has begun."""

    def answers(
        self, work: Callable[[Task], Answer], batch: tuple[Task, ...], seconds: Seconds
    ) -> tuple[Answer | Died, ...]:
        """Return one answer a task; a task that kills the process costs only its own."""
        given: list[Answer | Died] = []
        try:
            while len(given) < len(batch):
                given.extend(self._some(work, batch[len(given) :], seconds))
        except BaseException:
            self._end()  # what is still in the pipe belongs to nobody
            raise
        return tuple(given)

    def _some(
        self,
        work: Callable[[Task], Answer],
        tasks: tuple[Task, ...],
        seconds: Seconds,
        asked: int = 1,
    ) -> list[Answer | Died]:
        """Return the answers up to the first death, which is the last of them."""
        given: list[Answer | Died] = []
        try:
            pipe = self._started()
            times = tuple(limit(seconds, task) for task in tasks)
            pipe.send((work, tasks, times))
            self.guards = pipe.recv()  # the clock of the first task starts when its process has
            for time in times:
                if not pipe.poll(time or None):
                    self._end()
                    return [*given, Died(out_of_time=True)]
                good, answer = pipe.recv()
                if not good:
                    break
                given.append(answer)
            else:
                return given
        except (EOFError, OSError):
            out_of_time = self._end() == -signal.SIGXCPU
            if self._stopped:
                raise Stopped from None
            if out_of_time:
                return [*given, Died(out_of_time=True)]
            LOG.warning("a worker died over task %d of %d", len(given) + 1, len(tasks))
            if not given and asked == ASKED:
                return [Died()]
            # Perhaps an earlier task left the process too little, or somebody else killed it: ask
            # again in a process of its own. Only who dies every time is to blame.
            again = 1 if given else asked
            guilty = tasks[len(given) : len(given) + 1]
            return [*given, *self._some(work, guilty, seconds, again + 1)]
        raise answer

    def _started(self) -> Connection:
        with _STARTING:
            if self._stopped:
                raise Stopped
            if self._pipe is None:
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["fanal.engines.preload"])
                pipe, other = context.Pipe()
                process = context.Process(
                    target=_serve, args=(other, self._memory, self._guarded), daemon=True
                )
                try:
                    with _undisturbed():
                        process.start()
                except BaseException:  # the fork server itself was killed: another will be started
                    pipe.close()
                    raise
                finally:
                    other.close()  # so that the end of the process is the end of the pipe
                self._pipe, self._process = pipe, process
            return self._pipe

    def _end(self) -> int | None:
        """Make sure that the process has ended, and return how, as `multiprocessing` says it."""
        code = None
        with _STARTING:
            if self._process is not None:
                self._process.kill()  # changes nothing about how it ended, where it has
                self._process.join()
                code = self._process.exitcode
            if self._pipe is not None:
                self._pipe.close()
            self._process = self._pipe = None
        return code

    def kill(self) -> None:
        """Kill the process for good, from any thread; the thread that waits for it is told."""
        with _STARTING:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """Give back what the process held."""
        self._end()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Start processes that never hear of Ctrl-C, not even before they could ask for silence.

    A process inherits the signals its parent's thread blocks, the fork server and its forks too.
    """
    resource_tracker.ensure_running()  # starting it would unblock the signal again
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)


def _serve(pipe: Connection, memory: int, guarded: bool) -> None:  # noqa: FBT001
    """Answer tasks until the parent closes the pipe."""
    _prepare()
    guards = apply(memory) if guarded else dict.fromkeys(GUARDS, "a benchmark")
    Thread(target=_follow, args=(pipe.fileno(),), daemon=True).start()
    try:
        while True:
            try:
                work, tasks, times = pipe.recv()
            except (EOFError, OSError, MemoryError):
                return
            except Exception as error:  # noqa: BLE001 (work that cannot be imported here)
                pipe.send(guards)
                _reply(pipe, error, good=False)
            else:
                pipe.send(guards)
                _answer(pipe, work, tasks, times)
    except (OSError, MemoryError):
        return


def _follow(pipe: int) -> None:
    """End with the parent: nobody else would end a task that takes for ever."""
    ended = select.poll()
    ended.register(pipe, 0)  # no event but the other end's closing
    ended.poll()
    os._exit(1)


def _answer(
    pipe: Connection,
    work: Callable[[Any], Any],
    tasks: tuple[Any, ...],
    times: tuple[float, ...],
) -> None:
    for task, seconds in zip(tasks, times, strict=True):
        try:
            begin_file(seconds)
            answer = work(task)
        except Exception as error:  # noqa: BLE001 (raised again in the parent)
            _reply(pipe, error, good=False)
            return
        _reply(pipe, answer, good=True)


def _reply(pipe: Connection, answer: Any, *, good: bool) -> None:
    if not good:
        answer.add_note("".join(traceback.format_exception(answer)).rstrip())
    try:
        data = ForkingPickler.dumps((good, answer))
        if not good:
            ForkingPickler.loads(data)  # many an exception can be written but not read again
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 (an object of the work's own making)
        fault = RuntimeError(f"an answer cannot be sent: {answer!r}: {error!r}"[:2000])
        data = ForkingPickler.dumps((False, fault))
    pipe.send_bytes(data)


def _prepare() -> None:
    """Leave Ctrl-C to the parent and the screen to the user."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):  # libraries in C write there what hostile bytes make them say
        os.dup2(nothing, output)
    os.close(nothing)
