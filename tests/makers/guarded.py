"""What hostile bytes would try once they had taken over a worker, each told by its error number."""

import ctypes
import errno
import fcntl
import mmap
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from fanal.content.handle import Content
from fanal.model.finding import Finding, Record, Seen

DONE = "done"


def tried(task: tuple[str, str]) -> str:
    """Try one act by name on a path, and say what came of it."""
    name, path = task
    try:
        ACTS[name](path)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")
    except ValueError:  # how Python words that a limit cannot be raised
        return "EPERM"
    return DONE


def call(number: int, *arguments: Any) -> None:
    """Make a system call by its number; raise its error."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _raise_limit(_path: str) -> None:
    import resource  # noqa: PLC0415

    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))


def _thread(_path: str) -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.set)
    thread.start()
    thread.join()
    assert done.is_set()


def _anonymous(_path: str) -> None:
    with mmap.mmap(-1, 1 << 20) as held:
        held[0] = 1


def _memory_of_another(_path: str) -> None:
    os.close(os.open(f"/proc/{os.getppid()}/mem", os.O_RDWR))


def _at_once(path: str, command: int, value: int) -> None:
    """Ask something of an open file (man 2 fcntl)."""
    with Path(path).open("rb") as stream:
        fcntl.fcntl(stream, command, value)


def _lock(path: str) -> None:
    """Hold a lock that others may wait for."""
    with Path(path).open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock_part(path: str) -> None:
    """Hold a lock as databases do."""
    with Path(path).open("rb") as stream:
        fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)


def _clear(path: str) -> None:
    with Path(path).open("r+b") as out:
        out.truncate(0)


FORBIDDEN: dict[str, Callable[[str], Any]] = {
    "tcp": lambda _: socket.socket(socket.AF_INET),
    "udp": lambda _: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "unix": lambda _: socket.socket(socket.AF_UNIX),
    "netlink": lambda _: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "pair": lambda _: socket.socketpair(),
    "new file": lambda path: Path(f"{path}.new").write_bytes(b"zz"),
    "old file": lambda path: Path(path).write_bytes(b"zz"),
    "append": lambda path: os.open(path, os.O_WRONLY | os.O_APPEND),
    "unnamed file": lambda path: os.open(Path(path).parent, os.O_TMPFILE | os.O_RDWR),
    "cut off": lambda path: os.truncate(path, 0),
    "cut off when open": _clear,
    "remove": os.unlink,
    "rename": lambda path: os.rename(path, f"{path}.moved"),
    "link": lambda path: os.link(path, f"{path}.link"),
    "symbolic link": lambda path: os.symlink(path, f"{path}.symlink"),
    "folder": lambda path: os.mkdir(f"{path}.folder"),
    "pipe with a name": lambda path: os.mkfifo(f"{path}.fifo"),
    "mode": lambda path: os.chmod(path, 0o777),
    "owner": lambda path: os.chown(path, 1, 1),
    "times": lambda path: os.utime(path, (0, 0)),
    "attribute": lambda path: os.setxattr(path, "user.zz", b"zz"),
    "program": lambda _: subprocess.run(["/bin/true"], check=True),
    "program in place": lambda _: os.execv("/bin/true", ["true"]),
    "process": lambda _: os.fork() or os._exit(0),
    "memory file": lambda _: os.memfd_create("zz"),
    "signal": lambda _: os.kill(os.getppid(), signal.SIGTERM),
    "memory of another": _memory_of_another,
    "trace": lambda _: call(101, 16, os.getppid(), 0, 0),  # ptrace(PTRACE_ATTACH), x86-64
    "ring": lambda _: call(425, 1, ctypes.create_string_buffer(256)),  # io_uring_setup
    "kernel program": lambda _: call(321, 0, ctypes.create_string_buffer(128), 128),  # bpf
    "name space": lambda _: call(272, 0x10000000),  # unshare(CLONE_NEWUSER)
    "other root": os.chroot,
    "other user": lambda _: os.setuid(1),
    "limit": _raise_limit,
    "host name": lambda _: socket.sethostname("zz"),
    "priority": lambda _: os.nice(-5),
    "lock": _lock,
    "lock of a part": _lock_part,
    "lease": lambda path: _at_once(path, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "signal by the kernel": lambda path: _at_once(path, fcntl.F_SETOWN, os.getppid()),
    "which signal": lambda path: _at_once(path, 10, signal.SIGKILL),  # F_SETSIG
    "watch a folder": lambda path: _at_once(path, fcntl.F_NOTIFY, fcntl.DN_MODIFY),
    "room of a pipe": lambda _: fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 20),
    "processors of another": lambda _: os.sched_setaffinity(os.getppid(), {0}),
}
ALLOWED: dict[str, Callable[[str], Any]] = {
    "read": lambda path: Path(path).read_bytes(),
    "list": lambda path: os.listdir(Path(path).parent),
    "status": os.stat,
    "without access time": lambda path: os.close(os.open(path, os.O_RDONLY | os.O_NOATIME)),
    "thread": _thread,
    "memory": _anonymous,
    "random": lambda _: os.urandom(16),
    "signal to itself": lambda _: os.kill(os.getpid(), 0),
    "copy of a descriptor": lambda _: os.close(fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 50)),
    "flags": lambda path: _at_once(path, fcntl.F_SETFL, os.O_NONBLOCK),
}
ACTS = FORBIDDEN | ALLOWED


class Probe:
    """An analyzer that tries every forbidden act once it sees the bytes that ask for it."""

    name: ClassVar[str] = "probe"
    version: ClassVar[str] = "1"
    ASKS: ClassVar[bytes] = b"zz-probe "

    def analyze(self, content: Content) -> Iterator[Record]:
        """Yield one finding for each act that succeeded; the bytes name the file it is tried on."""
        _, asked, path = content.data.rpartition(self.ASKS)
        for act in FORBIDDEN if asked else ():
            says = tried((act, path.decode()))
            if says == DONE:
                yield Finding(content.sha256, self.name, self.version, "escape", act)
        yield Seen(content.sha256, self.name, self.version, "spoke" if asked else "silent")


def cycles(number: int) -> int:
    """Use up processor time without end where the number is 13, in a second thread too."""
    if number == 13:
        threading.Thread(target=_spin, daemon=True).start()
        _spin()
    return number


def _spin() -> None:
    while True:
        pass


def held(_task: Any) -> tuple[int, int]:
    """Return the most address space this process has had, and its limit, in bytes."""
    import resource  # noqa: PLC0415

    status = Path("/proc/self/status").read_text("utf-8")
    peak = next(line for line in status.splitlines() if line.startswith("VmPeak:"))
    return int(peak.split()[1]) * 1024, resource.getrlimit(resource.RLIMIT_AS)[0]


def capabilities(_task: Any) -> str:
    """Return the powers this process may use, in hexadecimal."""
    status = Path("/proc/self/status").read_text("utf-8")
    return next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))


def open_files(_task: Any) -> dict[str, str]:
    """Return every descriptor this process holds, and where it leads."""
    told = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            told[number] = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:  # the one that listed them
            continue
    return told


def decodes(name: str) -> str:
    """Decode one picture of a kind, made outside, and say how it went."""
    from fanal.content.image import decode  # noqa: PLC0415

    return str(decode(Path(name).read_bytes(), f"image/{Path(name).suffix[1:].lower()}").width)
