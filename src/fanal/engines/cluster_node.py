"""One process of a cluster on this machine: the scheduler or a worker, for as long as its parent.

It reads one line of JSON from its parent, says its address, and ends when the parent's end of the
pipe is closed, however the parent ended. Credentials come through the pipe; they are in a file only
while they are loaded.
"""

import contextlib
import json
import os
import shutil
import sys
from threading import Thread
from typing import Any

ALLOWED_FAILURES = 1
"""Workers that may die over a batch before its files are asked apart from each other."""
CONFIG = {
    "distributed.scheduler.allowed-failures": ALLOWED_FAILURES,
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.comm.compression": False,
    "distributed.comm.timeouts.connect": "10s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def main() -> None:
    """Be the node that the first line of stdin asks for."""
    import dask.config  # noqa: PLC0415 (guarded children import this module and need no Dask)
    from tornado.ioloop import IOLoop  # noqa: PLC0415

    dask.config.set(CONFIG)
    import distributed  # noqa: F401, PLC0415 (before the line comes: both nodes load at once)

    told = json.loads(sys.stdin.readline())
    Thread(target=_follow, args=(told["folder"],), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        IOLoop().run_sync(lambda: _serve(told))
    os._exit(0)


def _follow(folder: str) -> None:
    """End with the parent, and leave no file."""
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


async def _serve(told: dict[str, Any]) -> None:
    """Serve until the other nodes are gone."""
    import dask.config  # noqa: PLC0415
    from distributed import Scheduler, Security, Worker  # noqa: PLC0415

    dask.config.set({"temporary-directory": told["folder"]})
    security = Security(require_encryption=True, **told["security"])
    kept = {"security": security, "dashboard": False}
    for part in (Scheduler, Worker):  # else pages about the work, open to every user, on loopback
        part.start_http_server = _no_pages
    node: Any
    if told["role"] == "scheduler":
        node = Scheduler(host="127.0.0.1", port=0, protocol="tls", **kept)
    else:
        node = Worker(
            told["address"],
            host="127.0.0.1",
            protocol="tls",
            nthreads=told["threads"],
            memory_limit=0,
            local_directory=told["folder"],
            **kept,
        )
    async with node:
        sys.stdout.write(node.address + "\n")
        sys.stdout.flush()
        await node.finished()


def _no_pages(node: Any, *_: Any, **__: Any) -> None:
    node.http_server = None


if __name__ == "__main__":
    main()
