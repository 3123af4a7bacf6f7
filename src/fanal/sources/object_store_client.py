"""Asks an S3-compatible store for lists and for bytes, through fsspec, and for nothing else.

Where the store is and who may read it comes from the machine's own environment and files, as for
every other program that uses fsspec or the AWS libraries; none of it is kept, told or handed on.
"""

import errno
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from fanal.errors import UsageError
from fanal.model.item import StoreBody

T = TypeVar("T")
PAUSES = (0.5, 2.0, 5.0)
"""Seconds between the tries of one request."""
ONE_TRY = 60.0
"""Seconds that one try may take."""
CLOSED = 10.0
"""Seconds in which a store that did not answer any try is not asked again."""
AT_ONCE = 16
"""Requests under way at once where many are made together."""
CLIENT: dict[str, Any] = {
    "connect_timeout": 5,
    "read_timeout": 20,
    "max_pool_connections": 64,
    "retries": {"total_max_attempts": 1},  # tries are counted here
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",  # some stores send that of the whole object
}
REFUSED = frozenset((401, 403))
BUSY = frozenset((408, 429, 500, 502, 503, 504))
LONGEST_CODE = 60


class ChangedError(OSError):
    """The object is not the one that was listed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One object of a list."""

    key: bytes
    size: int
    tag: str
    changed: int | None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the token that asks for the next one; "" at the end."""

    objects: tuple[Listed, ...]
    token: str


class _Gate:
    """Keeps a store that does not answer from being asked for each of many objects in turn."""

    def __init__(self) -> None:
        self._shut_until = 0.0

    def check(self) -> None:
        if time.monotonic() < self._shut_until:
            raise OSError(errno.EHOSTDOWN, "the store did not answer just now; not asked again")

    def shut(self) -> None:
        self._shut_until = time.monotonic() + CLOSED

    def open(self) -> None:
        self._shut_until = 0.0


GATE = _Gate()


def page(bucket: str, prefix: bytes, token: str = "", most: int = 1000) -> Page:
    """Return one page of the keys that begin with a prefix; raises OSError with a sentence."""
    # Told openly, the encoding is left for us to undo: keys are bytes, whatever they spell.
    request: dict[str, Any] = {
        "Bucket": bucket,
        "Prefix": _spelled(prefix),
        "MaxKeys": most,
        "EncodingType": "url",
    }
    if token:
        request["ContinuationToken"] = token
    return _patiently(lambda: _listed(request))


def read(body: StoreBody, start: int, size: int) -> bytes:
    """Return these bytes of an object, which must be as it was listed.

    Raises FileNotFoundError where it is gone, ChangedError where it is another, else OSError, each
    with a sentence.
    """
    request = _range(body, start, size)
    return _patiently(lambda: _got(body, request, size))


def read_many(bodies: Sequence[StoreBody], size: int) -> list[bytes | OSError]:
    """Return the first bytes of each object, asked for together, or why they cannot be had."""
    return [
        told if isinstance(told, bytes) else _alone(body, size)
        for body, told in zip(bodies, _together(bodies, size), strict=True)
    ]


def _alone(body: StoreBody, size: int) -> bytes | OSError:
    try:
        return read(body, 0, size)
    except OSError as error:
        return error


def _range(body: StoreBody, start: int, size: int) -> dict[str, Any]:
    request: dict[str, Any] = {"Bucket": body.bucket, "Key": _spelled(body.key)}
    if body.size:  # no range of an empty object can be satisfied
        request["Range"] = f"bytes={start}-{min(start + size, body.size) - 1}"
    if body.tag:
        request["IfMatch"] = f'"{body.tag}"'
    return request


def _spelled(key: bytes) -> str:
    try:
        return key.decode("utf-8")
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, "its key is not UTF-8, and cannot be asked for") from None


# ---- one request


def _listed(request: dict[str, Any]) -> Page:
    answer = _sync(_ask, "list_objects_v2", request)
    encoded = answer.get("EncodingType") == "url"
    objects = tuple(_object(one, encoded=encoded) for one in answer.get("Contents", ()))
    more = str(answer.get("NextContinuationToken", "")) if answer.get("IsTruncated") else ""
    if answer.get("IsTruncated") and more in {"", request.get("ContinuationToken")}:
        raise OSError(errno.EIO, "the store's list has no end: it names no next page")
    return Page(objects, more)


def _object(told: dict[str, Any], *, encoded: bool) -> Listed:
    # In this encoding a plus sign is a blank, as in a form.
    key = unquote_to_bytes(told["Key"].replace("+", " ")) if encoded else told["Key"].encode()
    when = told.get("LastModified")
    return Listed(key, int(told["Size"]), _tag(told), int(when.timestamp()) if when else None)


def _got(body: StoreBody, request: dict[str, Any], size: int) -> bytes:
    data: bytes = _sync(_take, body, request, size)
    return data


async def _ask(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    system = _system()
    client = await system.set_session()
    answer: dict[str, Any] = await getattr(client, operation)(**request, **system.req_kw)
    return answer


async def _take(body: StoreBody, request: dict[str, Any], size: int) -> bytes:
    answer = await _ask("get_object", request)
    async with answer["Body"] as stream:
        wanted = _same(body, answer, request, size)
        parts: list[bytes] = []
        while wanted and (part := await stream.read(wanted)):
            parts.append(part)
            wanted -= len(part)
    if wanted:
        raise TimeoutError("the bytes end early")  # another try may get them all
    return b"".join(parts)


def _same(body: StoreBody, answer: dict[str, Any], request: dict[str, Any], size: int) -> int:
    """Return how many bytes are to come, or complain that they are not those asked for."""
    told = answer.get("ContentRange", "")
    total = told.rpartition("/")[2] if told else str(answer.get("ContentLength", ""))
    tag = _tag(answer)
    if (body.tag and tag and tag != body.tag) or total != str(body.size):
        raise ChangedError(errno.ESTALE, "it is not what was listed")
    if not body.size:
        return 0
    first = int(request["Range"].partition("=")[2].partition("-")[0])
    begins = told.removeprefix("bytes ").partition("-")[0] if told else "0"
    if begins != str(first):
        raise OSError(errno.EIO, "the store does not hand out parts of an object")
    return min(size, body.size - first)


def _tag(told: dict[str, Any]) -> str:
    return str(told.get("ETag", "")).removeprefix("W/").strip('"')


def _together(bodies: Sequence[StoreBody], size: int) -> list[Any]:
    """Try each once; whatever goes wrong stands in the place of the bytes."""
    _system()
    from fsspec.asyn import _run_coros_in_chunks  # noqa: PLC0415 (only where a store is told)

    async def one(body: StoreBody) -> bytes:
        return await _take(body, _range(body, 0, size), size)

    def begin() -> Any:
        return _run_coros_in_chunks(
            [one(body) for body in bodies], batch_size=AT_ONCE, return_exceptions=True
        )

    try:
        GATE.check()
        answers: list[Any] = _sync(begin, seconds=ONE_TRY + len(bodies))
    except OSError as error:
        return [error] * len(bodies)
    return answers


# ---- patience


def _patiently(once: Callable[[], T]) -> T:
    """Ask again, a few times, where a store may only be busy; keep away from one that is down."""
    _system()  # where its libraries are missing, that is no fault of the store
    GATE.check()
    for pause in (*PAUSES, None):
        try:
            answer = once()
        except Exception as error:
            fault, passing = _fault(error)
            if not passing:
                raise fault from error
            if pause is None:
                GATE.shut()
                raise fault from error
            time.sleep(pause)
        else:
            GATE.open()
            return answer
    raise AssertionError  # the last try returns or raises


def _fault(error: Exception) -> tuple[Exception, bool]:
    """Return what to say about an error, without a word of the store's, and whether it may pass."""
    from botocore import exceptions as told  # noqa: PLC0415 (only where a store is told)

    if isinstance(error, ChangedError):
        return error, False
    if isinstance(error, told.ClientError):
        return _refusal(error.response)
    if isinstance(error, told.NoCredentialsError | told.PartialCredentialsError):
        return OSError(errno.EACCES, "no credentials are told for the store"), False
    if isinstance(error, told.HTTPClientError | told.ConnectionError | TimeoutError):
        kind = type(error).__name__
        return OSError(errno.EHOSTDOWN, f"the store does not answer ({kind})"), True
    if isinstance(error, OSError) and error.errno in {errno.EIO, errno.EILSEQ}:
        return error, False
    passing = type(error).__module__.partition(".")[0] in {"aiohttp", "botocore", "builtins"}
    kind = type(error).__name__
    return OSError(errno.EIO, f"the store cannot be read ({kind})"), passing


def _refusal(response: dict[str, Any]) -> tuple[Exception, bool]:
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    told = str(response.get("Error", {}).get("Code") or "")[:LONGEST_CODE]
    code = "".join(letter for letter in told if letter.isascii() and letter.isalnum()) or status
    if code == "NoSuchBucket":
        return OSError(errno.ENXIO, "the store has no such bucket"), False
    if status == 404:
        return FileNotFoundError(errno.ENOENT, "the store has no such object any more"), False
    if status == 412:
        return ChangedError(errno.ESTALE, "it is not what was listed"), False
    if status in REFUSED:
        return OSError(errno.EACCES, f"the store refuses ({code})"), False
    if status in BUSY:
        return OSError(errno.EHOSTDOWN, f"the store is busy or broken ({code})"), True
    return OSError(errno.EIO, f"the store does not hand it out ({code})"), False


# ---- fsspec


def _sync(function: Callable[..., Any], *arguments: Any, seconds: float = ONE_TRY) -> Any:
    from fsspec.asyn import sync  # noqa: PLC0415 (only where a store is told)

    return sync(_system().loop, function, *arguments, timeout=seconds)


@cache
def _system() -> Any:
    """Return the file system of fsspec, made once a process, with nothing kept of what it lists."""
    try:
        import fsspec  # noqa: PLC0415 (only where a store is told)
        import s3fs  # noqa: F401, PLC0415 (likewise)
    except ImportError as error:
        raise UsageError(
            "evidence in a store needs fsspec and s3fs", "pip install 'fanal[cluster]'"
        ) from error
    told = fsspec.config.conf.get("s3", {}).get("config_kwargs", {})
    return fsspec.filesystem(
        "s3", config_kwargs={**CLIENT, **told}, use_listings_cache=False, skip_instance_cache=True
    )
