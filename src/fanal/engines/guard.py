"""Takes from a worker what it does not need: network, new files, programs, powers, memory.

Each guard is applied where the machine offers it; what could not be is told, never passed over.
The filter of system calls lists what is allowed (seccomp, through the system's libseccomp); the
second wall is Landlock, which the kernel has since 5.13. Both hold until the process ends, and
nothing the process does can lift them (man 2 seccomp, man 7 landlock).
"""

import ctypes
import errno
import os
import resource
import time
from collections.abc import Callable

from fanal.engines.syscalls import ALLOWED, Rule, rules

MEMORY, PROCESSOR, FILES, POWERS, LANDLOCK, SYSCALLS = GUARDS = (
    "memory",
    "processor time",
    "file size",
    "capabilities",
    "landlock",
    "seccomp",
)
"""The guards, in the order in which they are applied: seccomp would refuse the others."""
READS_ALL = (1 << 2) | (1 << 3)
"""CAP_DAC_READ_SEARCH and CAP_FOWNER: what an examiner who is root needs to read, and to leave
access times alone (linux/capability.h)."""
STARTING = 600.0
"""Seconds of processor time until the first file begins."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_OPTIMIZE = 8


def apply(memory: int) -> dict[str, str]:
    """Apply every guard to this process, which may have one thread only.

    `memory` is the bytes of address space it may take beyond what it has. Returns guard → "" where
    it holds, else why it does not.
    """
    steps: dict[str, Callable[[], None]] = {
        MEMORY: lambda: _bound_memory(memory),
        PROCESSOR: lambda: begin_file(STARTING),  # each file's time is set as it begins
        FILES: _bound_files,
        POWERS: _drop_powers,
        LANDLOCK: _landlock,
        SYSCALLS: _seccomp,
    }
    told = {}
    for name, step in steps.items():
        try:
            step()
        except (OSError, AttributeError, ValueError) as error:
            told[name] = getattr(error, "strerror", None) or str(error) or type(error).__name__
        else:
            told[name] = ""
    return told


def begin_file(seconds: float) -> None:
    """Give the process so many seconds of processor time from now on; 0: no limit."""
    whole = int(time.process_time() + seconds) + 1 if seconds else resource.RLIM_INFINITY
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(
        resource.RLIMIT_CPU,
        (whole if most == resource.RLIM_INFINITY else min(whole, most), most),
    )


def _bound(which: int, most: int) -> None:
    resource.setrlimit(which, (most, most))


def _bound_files() -> None:
    """Let no file grow, and leave no picture of the memory behind after a death."""
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CORE, 0)


def _bound_memory(memory: int) -> None:
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 (a kernel table)
        start = int(statm.read().split()[0]) * resource.getpagesize()
    _bound(resource.RLIMIT_AS, start + memory)


def _drop_powers() -> None:
    """Keep of root's powers only that of reading everything (man 2 capset)."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()
    libc = _libc()
    _checked(libc.capget(header, held))
    for at in range(6):
        held[at] = held[at] & READS_ALL if at < 2 else 0
    _checked(libc.capset(header, held))


def _landlock() -> None:
    """Refuse every way to write, make, remove or run a file, and what else this kernel knows."""
    libc = _libc()
    version = libc.syscall(444, None, 0, 1)
    if version < 1:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock, or it is not switched on")
    files = 0x1FF3  # run, write, remove and make: all of version 1 but reading files and folders
    for since, more in ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15)):  # link across, truncate, ioctl
        files |= more if version >= since else 0
    network = 3 if version >= 4 else 0  # bind and connect TCP
    scopes = 3 if version >= 6 else 0  # sockets without a file, signals to others
    told = (ctypes.c_uint64 * 3)(files, network, scopes)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules_of = libc.syscall(444, ctypes.byref(told), ctypes.c_size_t(size), 0)
    _checked(rules_of)
    try:
        _checked(libc.prctl(38, 1, 0, 0, 0))  # no new privileges
        _checked(libc.syscall(446, rules_of, 0))
    finally:
        os.close(rules_of)


def _seccomp() -> None:
    """Allow the system calls that reading, computing and answering need; refuse all others."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise OSError(errno.ENOENT, "the system's libseccomp is not installed") from None
    library.seccomp_init.restype = ctypes.c_void_p
    made = library.seccomp_init(ctypes.c_uint32(_REFUSE | errno.EPERM))
    if made is None:
        raise OSError(errno.ENOSYS, "libseccomp made no filter")
    context = ctypes.c_void_p(made)
    try:
        # The tree of newer libraries; an older one refuses it and makes a longer list.
        library.seccomp_attr_set(context, _OPTIMIZE, 2)
        for rule in (*(Rule(name) for name in ALLOWED), *rules(os.getpid())):
            _add(library, context, rule)
        if fault := library.seccomp_load(context):
            raise OSError(-fault, f"this kernel refuses the filter: {os.strerror(-fault)}")
    finally:
        library.seccomp_release(context)


class _Argument(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


def _add(library: ctypes.CDLL, context: ctypes.c_void_p, rule: Rule) -> None:
    call = library.seccomp_syscall_resolve_name(rule.name.encode())
    if call < 0:  # this kind of machine has no such call
        return
    action = _ALLOW if not rule.refused else _REFUSE | rule.refused
    checked = (_Argument * len(rule.arguments))(
        *(_Argument(*argument) for argument in rule.arguments)
    )
    fault = library.seccomp_rule_add_array(
        context, ctypes.c_uint32(action), call, len(rule.arguments), checked
    )
    if fault:
        raise OSError(-fault, f"libseccomp refuses {rule.name}: {os.strerror(-fault)}")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
