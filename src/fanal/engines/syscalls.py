"""The system calls that a worker may make; every other one is refused with EPERM.

What is missing is the point: no socket, no exec, no fork, no way to open a file for writing, to
make, rename or remove one, to trace or signal another process, to change who one is, to mount, to
load a program into the kernel, to hand work to it unseen (io_uring).
"""

import errno
import os
import resource
from dataclasses import dataclass

ALLOWED = (
    # files: those open already, and others for reading
    *("read", "pread64", "readv", "preadv", "lseek", "close", "close_range", "fstat", "stat"),
    *("lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2"),
    *("readlink", "readlinkat", "getdents", "getdents64", "getcwd", "fadvise64", "readahead"),
    *("dup", "dup2", "dup3"),
    # the answer's way back, and pipes of its own
    *("write", "writev", "pipe", "pipe2", "eventfd2"),
    *("poll", "ppoll", "select", "pselect6", "epoll_create1", "epoll_ctl", "epoll_wait"),
    "epoll_pwait",
    # memory
    *("brk", "mmap", "munmap", "mremap", "mprotect", "madvise", "mincore", "msync"),
    *("membarrier", "get_mempolicy", "pkey_alloc", "pkey_free", "pkey_mprotect"),
    # threads and waiting
    *("futex", "set_robust_list", "get_robust_list", "rseq", "set_tid_address", "arch_prctl"),
    *("sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler"),
    *("getcpu", "exit", "exit_group"),
    *("nanosleep", "clock_nanosleep", "restart_syscall"),
    # signals to oneself
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigtimedwait", "sigaltstack"),
    *("rt_sigpending", "alarm", "setitimer", "getitimer"),
    # asking what there is
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getgroups"),
    *("getpgrp", "getpgid", "getsid", "getrusage", "getrlimit", "times", "uname", "sysinfo"),
    *("clock_gettime", "clock_getres", "gettimeofday", "time", "getrandom", "capget"),
)
"""Calls that are allowed whatever their arguments."""

EQUAL, MASKED = 4, 7
"""Comparisons of libseccomp (`enum scmp_compare`)."""
_WRITES = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC | os.O_APPEND | (os.O_TMPFILE & ~os.O_DIRECTORY)
_THREAD = 0x00010000
"""CLONE_THREAD (linux/sched.h): a thread of this process, not another process."""
_TERMINAL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Is it a terminal, how wide, bytes waiting, do not wait, close on exec (asm-generic/ioctls.h)."""
_NAMES = (15, 16, 0x53564D41)
"""Name a thread, ask its name, name a piece of memory (linux/prctl.h)."""
_DESCRIPTORS = (0, 1, 2, 3, 4, 1030)
"""Copy a descriptor, ask and set its flags. Not: lock a file that others wait for, lease it, have
the kernel signal another process when there is something to read (asm-generic/fcntl.h)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One call, the arguments it is for, and the error it is refused with; 0: allowed."""

    name: str
    arguments: tuple[tuple[int, int, int, int], ...] = ()
    """(number, comparison, mask or value, value), as libseccomp compares them."""
    refused: int = 0


def rules(process: int) -> tuple[Rule, ...]:
    """Return what is allowed with some arguments only to this process."""
    reading = (("open", 1), ("openat", 2))
    return (
        *(Rule(name, ((at, MASKED, _WRITES, 0),)) for name, at in reading),
        *(Rule("ioctl", ((1, EQUAL, request, 0),)) for request in _TERMINAL),
        *(Rule("fcntl", ((1, EQUAL, command, 0),)) for command in _DESCRIPTORS),
        Rule("sched_setaffinity", ((0, EQUAL, 0, 0),)),
        *(Rule("prctl", ((0, EQUAL, option, 0),)) for option in _NAMES),
        *(Rule(name, ((0, EQUAL, process, 0),)) for name in ("kill", "tgkill")),
        Rule("clone", ((0, MASKED, _THREAD, _THREAD),)),
        # The C library then asks the old way, whose arguments can be looked at.
        Rule("clone3", refused=errno.ENOSYS),
        Rule("openat2", refused=errno.ENOSYS),
        Rule("prlimit64", ((0, EQUAL, 0, 0), (2, EQUAL, 0, 0))),
        Rule("prlimit64", ((0, EQUAL, 0, 0), (1, EQUAL, resource.RLIMIT_CPU, 0))),
        Rule("setrlimit", ((0, EQUAL, resource.RLIMIT_CPU, 0),)),
    )
