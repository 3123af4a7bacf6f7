"""Targets: what comes in as a package, at each layer: archive, manifest, key file, age file."""

from functools import lru_cache

from fanal.errors import FanalError, PackageError
from fanal.exchange.container import header, pack, unpack
from fanal.exchange.manifest import read, spelled
from fanal.exchange.recipients import identities
from fanal.exchange.superseded import compared, page
from fanal.exchange.unseal import check, unlock
from fuzz.target import Target, require, watched
from makers.cases import signer
from makers.packages import FILES, archive, identity, manifest, sealed


@lru_cache(maxsize=1)
def good() -> bytes:
    """An archive; its zeros at the end are left to `container`, as inputs are short."""
    return archive()


def container(data: bytes) -> None:
    """Take an archive apart; what comes out is what packs to the same bytes."""
    whole = data + good()[len(data) :]
    with watched():
        try:
            files = unpack(whole)
        except PackageError as error:
            require(error.message.isprintable(), "a control character")
            return
        require(pack(files) == whole, "another archive of the same files passes")


def package(data: bytes) -> None:
    """Check a package whose archive was changed; only what was signed passes."""
    whole = data + good()[len(data) :]
    with watched():
        try:
            found = check(whole, signer().public)
        except PackageError:
            return
        require(whole == good(), "something that was not signed passes")
        require(found.files == FILES, "other files came out")


def manifests(data: bytes) -> None:
    """Read a manifest; what is read is spelled the same, and a page of it cannot act."""
    with watched():
        try:
            found = read(data)
        except PackageError:
            return
        require(spelled(found) == data, "another spelling passes")
        lines = list(compared({"a.json": data}, {}, found))
        require(b"<script" not in page(found, found, lines), "a page that acts")


def age(data: bytes) -> None:
    """Decrypt a damaged file: the one that was made passes, and no other."""
    made = _sealed()
    whole = data + made[len(data) :]
    with watched():
        try:
            unlock(whole, [identity()])
        except PackageError:
            require(whole != made, "a good file is refused")
            return
        require(whole == made, "a changed file passes")


def key(data: bytes) -> None:
    """Read a key file; nothing is started, whatever plugins it names."""
    with watched():
        try:
            require(identities(data, "zz", lambda: "zz"), "no key, and no word")
        except FanalError:
            return


@lru_cache(maxsize=1)
def _sealed() -> bytes:
    return sealed().data


def _archives() -> list[bytes]:
    start = good()[:6144]
    return [b"", start, start[:512], header("a", 0) * 2, header("../a", 5), header("a", 1 << 30)]


def _keys() -> list[bytes]:
    line = f"{identity()}\n".encode()
    return [line, b"# zz\n" + line, b"AGE-PLUGIN-ZZ-1QQQ\n", b"age-encryption.org/v1\n-> X\n"]


def _manifests() -> list[bytes]:
    raw = spelled(manifest().with_files(FILES))
    return [raw, raw[:-1], b"{}", b"[" * 5000, b'{"format":"fanal package 1"}']


TARGETS = (
    Target("package-archive", container, _archives, longest=8192),
    Target("package", package, _archives, longest=8192),
    Target("package-manifest", manifests, _manifests, longest=4096),
    Target("package-age", age, lambda: [b"", _sealed()[:300], b"age-encryption.org/v1\n"]),
    Target("package-key", key, _keys, longest=2048),
)
