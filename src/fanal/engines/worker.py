"""One process that answers tasks behind guards, and the parent's end of it.

Every worker has a pipe of its own, so that no death can hold a lock that others wait for, and tells
in a piece of shared memory which task it has in hand, so that the parent knows over which it died.
Answers are held for some milliseconds and sent together: a message for each costs more than it.
"""

import ctypes
import logging
import mmap
import multiprocessing
import os
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.heap import Arena
from multiprocessing.process import BaseProcess
from threading import Lock, Thread
from typing import Any

from fanal.engines.guard import GUARDS, apply, begin_file
from fanal.engines.interface import Answer, Died, Seconds, Task, limit
from fanal.engines.line import Line
from fanal.engines.wire import LARGEST, UntrustedError, read, spelled, together

LOG = logging.getLogger(__name__)
ASKED, OUTSIDE = 2, 6
"""Times a task is asked before it is told to have killed its worker; the second where the worker
was killed as somebody outside would do it: a person, or a system that is short of memory."""
STARTS, ENDING = 10, 0.2
"""Times a process is started where the fork server ends meanwhile, and seconds between them."""
HELD = 0.01
"""Seconds for which answers are held, to be sent together."""
HELD_BYTES = 1 << 20
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
        self._line: Line | None = None
        self._hand = ctypes.c_long()
        """Number of the task in hand, written by the process."""
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
        out_of_time = lies = False
        try:
            line = self._started()
            times = tuple(limit(seconds, task) for task in tasks)
            self._hand.value = 0
            line.send((work, tasks, times))
            # The clock of the first task starts when its process has.
            self.guards = _guards(line.take())
            left = LARGEST
            while len(given) < len(tasks):
                if self._waited(line, times, len(given)):
                    left -= _take(line.take(), left, len(tasks), given, work)
                else:
                    out_of_time = True
                    break
            else:
                return given
        except (EOFError, OSError, UntrustedError) as error:
            LOG.warning("a worker ended (%s)", type(error).__name__)
            lies = isinstance(error, UntrustedError)
        at = max(len(given), min(self._hand.value, len(tasks) - 1))
        code = self._end()
        if self._stopped:
            raise Stopped
        # What was done but not sent is asked again; who had the turn is to blame, or nobody.
        lost = self.answers(work, tasks[len(given) : at], seconds) if at > len(given) else ()
        first, given = not at, [*given, *lost]
        if out_of_time or code == -signal.SIGXCPU:
            return [*given, Died(out_of_time=True)]
        LOG.warning("it had task %d of %d in hand", at + 1, len(tasks))
        if first and asked >= (OUTSIDE if code == -signal.SIGKILL and not lies else ASKED):
            return [Died()]
        # Perhaps an earlier task left the process too little, or somebody else killed it: ask
        # again in a process of its own. Only who dies every time is to blame.
        again = asked if first else 1
        return [*given, *self._some(work, tasks[at : at + 1], seconds, again + 1)]

    def _waited(self, line: Line, times: tuple[float, ...], given: int) -> bool:
        """Wait for an answer; False where the task in hand takes too long."""
        at = given
        while not line.speaks(times[at]):
            hand = min(self._hand.value, len(times) - 1)
            if hand <= at:
                return False
            at = hand  # others were done meanwhile, and are held: this one's time begins
        return True

    def _started(self) -> Line:
        with _STARTING:
            if self._stopped:
                raise Stopped
            if self._line is None:
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["fanal.engines.preload"])
                pipe, other = context.Pipe()
                # Memory of its own: what one worker writes there must not be told of another.
                shared = Arena(mmap.PAGESIZE)
                self._hand = ctypes.c_long.from_buffer(shared.buffer)
                told = (other, self._memory, shared, self._guarded)
                process = context.Process(target=_serve, args=told, daemon=True)
                try:
                    _start(process)
                except BaseException:
                    pipe.close()
                    raise
                finally:
                    other.close()  # so that the end of the process is the end of the pipe
                self._line, self._process = Line(pipe), process
            return self._line

    def _end(self) -> int | None:
        """Make sure that the process has ended, and return how, as `multiprocessing` says it."""
        code = None
        with _STARTING:
            if self._process is not None:
                self._process.kill()  # changes nothing about how it ended, where it has
                self._process.join()
                code = self._process.exitcode
            if self._line is not None:
                self._line.close()
            self._process = self._line = None
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


def _guards(message: bytes) -> dict[str, str]:
    """Return guard → why it does not hold, as a worker tells it before it begins a batch."""
    ((_, told),) = read(message)
    if not isinstance(told, dict) or tuple(told) != GUARDS:
        raise UntrustedError("other guards than there are")
    return {name: str(why)[:200] for name, why in told.items()}


def _take(message: bytes, room: int, most: int, given: list[Any], work: object) -> int:
    """Append the answers of one message; raise the error that came in place of one."""
    answers = read(message)
    if len(message) > room or len(given) + len(answers) > most:
        raise UntrustedError("more than was asked for")
    for good, answer in answers:
        if good:
            given.append(answer)
        elif getattr(work, "never_raises", False):
            raise UntrustedError("an error where there can be none")
        else:
            raise answer
    return len(message)


def _start(process: BaseProcess) -> None:
    """Start a process, also where the fork server is just ending and another must be started."""
    for left in range(STARTS - 1, -1, -1):
        try:
            with _undisturbed():
                process.start()
        except (ConnectionError, EOFError):
            if not left:
                raise
            time.sleep(ENDING)
        else:
            return


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


def _serve(pipe: Connection, memory: int, shared: Arena, guarded: bool) -> None:  # noqa: FBT001
    """Answer tasks until the parent closes the pipe."""
    _prepare(pipe.fileno())
    hand = ctypes.c_long.from_buffer(shared.buffer)
    guards = apply(memory) if guarded else dict.fromkeys(GUARDS, "a benchmark")
    begun = together([spelled(guards, good=True)])
    Thread(target=_follow, args=(pipe.fileno(),), daemon=True).start()
    try:
        while True:
            try:
                work, tasks, times = pipe.recv()
            except (EOFError, OSError, MemoryError):
                return
            except Exception as error:  # noqa: BLE001 (work that cannot be imported here)
                pipe.send_bytes(begun)
                pipe.send_bytes(together([_fault(error)]))
            else:
                pipe.send_bytes(begun)
                _answer(pipe, hand, work, zip(tasks, times, strict=True))
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
    hand: ctypes.c_long,
    work: Callable[[Any], Any],
    tasks: Iterable[tuple[Any, float]],
) -> None:
    held: list[bytes] = []
    size, since = 0, time.monotonic()
    for number, (task, seconds) in enumerate(tasks):
        hand.value = number
        try:
            begin_file(seconds)
            answer = work(task)
        except Exception as error:  # noqa: BLE001 (raised again in the parent)
            pipe.send_bytes(together([*held, _fault(error)]))
            return
        data = spelled(answer, good=True)  # an answer that memory does not hold ends the process
        held.append(data)
        size += len(data)
        if size > HELD_BYTES or time.monotonic() - since > HELD:
            pipe.send_bytes(together(held))
            held, size, since = [], 0, time.monotonic()
    if held:
        pipe.send_bytes(together(held))


def _fault(error: Exception) -> bytes:
    error.add_note("".join(traceback.format_exception(error)).rstrip())
    return spelled(error, good=False)


def _prepare(pipe: int) -> None:
    """Leave Ctrl-C to the parent and the screen to the user, and keep no way out but the pipe.

    A child of the fork server inherits a pipe to it and one to the resource tracker, which removes
    shared memory by name when it is told to.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_WRONLY)
    # Libraries in C write to 1 and 2 what hostile bytes make them say. None is closed: whoever
    # still writes to its number must not meet another file there.
    numbers = map(int, os.listdir("/proc/self/fd"))  # noqa: PTH208 (names, not paths)
    for held in set(numbers) - {0, pipe, nothing}:
        with suppress(OSError):
            os.fstat(held)
            os.dup2(nothing, held)
    os.close(nothing)
