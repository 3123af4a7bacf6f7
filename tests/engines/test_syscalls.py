"""The list of system calls holds none of those that let something out of a worker."""

import os

import pytest

from fanal.engines.probe import attempts
from fanal.engines.syscalls import ALLOWED, MASKED, rules

NEVER = {
    *("socket", "socketpair", "connect", "bind", "sendto", "sendmsg", "accept", "listen"),
    *("execve", "execveat", "fork", "vfork", "ptrace", "process_vm_writev", "process_vm_readv"),
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "link", "symlink"),
    *("truncate", "ftruncate", "chmod", "chown", "utimensat", "setxattr", "mknod", "fallocate"),
    *("mount", "unshare", "setns", "bpf", "io_uring_setup", "userfaultfd", "memfd_create"),
    *("setuid", "capset", "keyctl", "perf_event_open", "init_module", "kexec_load", "reboot"),
    *("flock", "sched_setscheduler", "setpriority", "ioprio_set", "splice", "vmsplice", "sendfile"),
    *("pidfd_open", "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "open_by_handle_at"),
}


def test_no_call_that_lets_something_out_is_allowed():
    assert not NEVER & set(ALLOWED)
    assert not NEVER & {rule.name for rule in rules(1) if not rule.refused}


def test_nothing_is_allowed_twice_or_both_ways():
    assert len(set(ALLOWED)) == len(ALLOWED)
    assert not set(ALLOWED) & {rule.name for rule in rules(1)}


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        (os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOATIME, True),
        (os.O_RDONLY | os.O_DIRECTORY, True),
        (os.O_WRONLY, False),
        (os.O_RDWR, False),
        (os.O_RDONLY | os.O_CREAT, False),
        (os.O_RDONLY | os.O_TRUNC, False),
        (os.O_TMPFILE | os.O_RDWR, False),
        (3, False),
    ],
)
def test_a_file_is_opened_for_reading_only(flags, allowed):
    (rule,) = [rule for rule in rules(1) if rule.name == "openat"]
    ((at, comparison, mask, value),) = rule.arguments
    assert (at, comparison) == (2, MASKED)
    assert (flags & mask == value) is allowed


def test_outside_a_worker_the_probe_sees_that_things_are_possible(tmp_path):
    told = attempts(str(tmp_path))
    assert told["write a file"] == told["start a process"] == told["start a program"] == "possible"
    assert told["open a connection"] == "possible"
    assert list(tmp_path.iterdir()) == []
