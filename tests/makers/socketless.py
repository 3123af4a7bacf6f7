"""Looks at files in a process that dies the moment it asks for a socket: `socketless.py FILE…`.

With `--fetch` the library is asked with its own settings, which fetch: the trap must then close.
"""

import ctypes
import errno
import io
import sys
from pathlib import Path

KILL, ALLOW = 0x80000000, 0x7FFF0000
NO_FILTER = 77
"""Exit code where the system's libseccomp is absent or the kernel refuses the filter."""


def trap() -> bool:
    """Let the process be killed at its first socket; tell whether that could be set up."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return False
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    for name in (b"socket", b"socketpair", b"connect", b"sendto", b"io_uring_setup"):
        call = library.seccomp_syscall_resolve_name(name)
        if library.seccomp_rule_add_array(context, ctypes.c_uint32(KILL), call, 0, None):
            return False
    return not library.seccomp_load(context)


def main() -> None:
    """Look at every file named and print what was found."""
    import c2pa  # noqa: PLC0415 - before the trap, as its import is not what is watched

    from fanal.analyzers.credential import Credential  # noqa: PLC0415
    from fanal.content.handle import Content  # noqa: PLC0415
    from fanal.content.media import media_type  # noqa: PLC0415
    from fanal.model.item import MemoryBody  # noqa: PLC0415

    names = [name for name in sys.argv[1:] if name != "--fetch"]
    files = [Path(name).read_bytes() for name in names]
    if not trap():
        sys.exit(NO_FILTER)
    for data in files:
        kind = media_type(data[:4096])
        if "--fetch" in sys.argv:
            try:
                c2pa.Reader(kind, io.BytesIO(data))
            except c2pa.C2paError as error:
                print(error)  # noqa: T201
            continue
        for record in Credential().analyze(Content("", kind, MemoryBody(data))):
            print(getattr(record, "kind", record))  # noqa: T201


if __name__ == "__main__":
    assert errno.EPERM
    main()
