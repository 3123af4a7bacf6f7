"""Makes keys of both sides, sealed packages of made-up files, and a case that hands leads over."""

import os
import shutil
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pyrage
import pytest

from fanal.custody.sign import Signer
from fanal.custody.spelling import canonical
from fanal.exchange.container import pack
from fanal.exchange.manifest import PACKAGE, Manifest, Party
from fanal.exchange.seal import Sealed, render, seal
from fanal.model.package import Loss
from fanal.pipeline import packages
from fanal.pipeline.assess import TIER, assess
from fanal.pipeline.case import writing
from fanal.pipeline.package_acts import Sending, approve, send
from fanal.pipeline.package_build import Wanted, build
from fanal.pipeline.package_content import PackageContent
from fanal.pipeline.recipients import New, add
from fanal.pipeline.said import Said
from fanal.settings import Settings
from makers.cases import signer
from makers.handed import Book, lead
from makers.once import once

LEAD, OTHER = "L-000000000001", "L-000000000002"
FILES = {"leads/L-000000000001.json": b'{"email":"zz@mail.example"}', "README.txt": b"zz-test-0001"}
ANNA, BERT = (Said(f"zz-test-0001, says {name}", name, name) for name in ("anna", "bert"))


@lru_cache(maxsize=1)
def _identities() -> "tuple[pyrage.x25519.Identity, ...]":
    return tuple(pyrage.x25519.Identity.generate() for _ in range(4))


def identity(number: int = 1) -> "pyrage.x25519.Identity":
    """A key of a receiver; the same one as long as the tests run."""
    return _identities()[number]


def public(number: int = 1) -> str:
    return str(identity(number).to_public())


def key_file(folder: Path, number: int = 1) -> Path:
    """The file of that key, as age-keygen writes it."""
    path = folder / f"receiver-{number}.key"
    path.write_text(
        f"# created: 2026-01-01T00:00:00Z\n# public key: {public(number)}\n{identity(number)}\n"
    )
    return path


def manifest(**told) -> Manifest:
    about = {"handling": "H2", "terms": "", "source": "X", "information": "4"}
    about |= {"category": "suspect", "possible": False, "others": []}
    made = Manifest(
        PACKAGE,
        "p-0123456789ab",
        1,
        "DE",
        Party("ZZ Sender", public(2), signer().public),
        Party("ZZ Receiver", public()),
        "H2",
        "",
        "zz-test-0001",
        "2026-11-26T12:00:00+00:00",
        {LEAD: about},
        made_with={"fanal": "0"},
    )
    return replace(made, **told)


def sealed(files=None, by: Signer | None = None, **told) -> Sealed:
    files = FILES if files is None else files
    raw = render(manifest(**told), files)
    return seal(raw, files, (by or signer()).sign)


def archive(files=None, **told) -> bytes:
    """The decrypted archive of a package."""
    return bytes(pyrage.decrypt(sealed(files, **told).data, list(_identities())))


def encrypted(container: bytes, number: int = 1) -> bytes:
    """Any bytes, encrypted to a receiver."""
    return bytes(pyrage.encrypt(container, [identity(number).to_public()]))


def packed(files) -> bytes:
    return encrypted(pack(files))


def receiving(folder: Path, name: str = "receiver") -> Settings:
    """The settings of a machine that receives."""
    folder = folder / name
    return Settings(home=str(folder), key=str(folder / "key"), engine="inline", actor="zz-receiver")


def plain(number: int = 1, **told):
    """A lead that nothing keeps from leaving but that nobody set its tier."""
    return lead(number, **({"flags": ()} | told))


def ready(store, *leads, **told) -> Book:
    """A case with a recipient in Germany and leads whose tier is set."""
    book = Book(*(leads or (plain(1), plain(2))))
    given = {"name": "ZZ Receiver", "country": "DE", "age_key": public()} | told
    add(store, ANNA, New(**given))
    for id_ in book.leads:
        assess(store, ANNA, TIER, id_, "tier 2")
    return book


def wanted(*leads, **told) -> Wanted:
    given = {"country": "DE", "recipient": "ZZ Receiver", "sender": "ZZ Sender"} | told
    return Wanted(leads=leads or (LEAD, OTHER), **given)


def _content(_store, asked, book):
    """A small content that says of each lead what a test may change."""
    files = {
        f"leads/{id_}.json": canonical({"last": book.lead(id_).last, "level": book.lead(id_).level})
        for id_ in asked.leads
    }
    losses = (Loss("zz", len(files), "zz-test-0001"),)
    return PackageContent({name: text.encode() for name, text in files.items()}, losses)


@pytest.fixture
def quick(monkeypatch):
    """Packages with little in them; what is in a real one is tested where it is put together."""
    monkeypatch.setattr(packages, "content", _content)


@pytest.fixture
def case(tmp_path, tmp_path_factory):
    """A copy of an empty case, which is quicker to copy than to make."""

    def made(folder):
        with writing(folder / "case", settings()):
            return folder / "case"

    empty = once(tmp_path_factory, "empty-case", made)
    return Path(shutil.copytree(empty, tmp_path / "case"))


def settings() -> Settings:
    return Settings(engine="inline", key=os.environ["FANAL_KEY"], actor="zz-examiner")


def sent(store, book, out: Path, *leads, **told):
    """A package that was drafted by one person, approved by another, and sent."""
    draft = build(store, settings(), ANNA, wanted(*leads, **told), book).package
    approve(store, BERT, draft.id, book)
    return send(store, settings(), ANNA, Sending(draft.id, out), book)
