"""Finds the bytes of a content wherever they lie: in a file, in archives, in a store."""

import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress

from fanal import sources
from fanal.content.handle import MOST_FILE, open_evidence
from fanal.model.failure import Failure
from fanal.model.item import Body, Entry, Exhibit, FileBody, MemoryBody, Place, StoreBody
from fanal.pipeline.facts import printable
from fanal.settings import Settings
from fanal.sources import Limits, object_store
from fanal.stores.interface import CaseStore

MOST_PLACES = 20
"""Copies that are tried."""
PATIENCE = 60.0
"""Seconds that are spent on looking for a member in archives."""
Found = Body | str
"""Where bytes are, or one sentence about why they are not there."""


def located(store: CaseStore, settings: Settings, sha256: str) -> Iterator[Found]:
    """Yield what may be the bytes of a content, copy by copy: what is quickly had comes first.

    Whoever takes them compares their SHA-256: a file may have changed, a member moved.
    """
    roots = {exhibit.name: exhibit.root for exhibit in store.find(Exhibit)}
    places = [place for place in store.find(Place, sha256=sha256) if place.exhibit in roots]
    ordered = sorted(places, key=lambda place: _effort(place, roots[place.exhibit]))
    deadline = time.monotonic() + PATIENCE
    for place in ordered[:MOST_PLACES]:
        yield from _at(store, place, roots[place.exhibit], _limits(settings), deadline)


def _effort(place: Place, root: bytes) -> tuple[bool, int, str, bytes]:
    depth = place.inside.count("/") + 1 if place.inside else 0
    return sources.is_store(root), depth, place.exhibit, place.path


def _limits(settings: Settings) -> Limits:
    return Limits(
        settings.depth, settings.members, settings.ratio, settings.total, settings.member_memory
    )


def _at(
    store: CaseStore, place: Place, root: bytes, limits: Limits, deadline: float
) -> Iterator[Found]:
    try:
        outer = _outer(store, place, root)
        if isinstance(outer, str):
            yield outer
        elif not place.inside:
            yield _fetched(outer.body)
        else:
            yield from _members(outer, place, limits, deadline)
    except OSError:
        yield f"what lies in exhibit {_name(place)} cannot be read now"


def _outer(store: CaseStore, place: Place, root: bytes) -> Entry | str:
    """Return the file or object, or the outermost archive, as it lies now."""
    if sources.is_store(root):
        return _object(store, place, root) or f"the object in exhibit {_name(place)} has no mark"
    if not os.path.lexists(root):
        return f"the evidence of exhibit {_name(place)} is not there now"
    for found in sources.named(place.exhibit, root, [place.path]):
        if isinstance(found, Entry):
            return found
    return f"the file is no longer in exhibit {_name(place)}, or it cannot be read"


def _object(store: CaseStore, place: Place, root: bytes) -> Entry | None:
    """Return an object as it was listed; a member's place has no mark, its archive's has."""
    marks = [place.mark]
    if not place.mark:
        whole = store.find(Place, exhibit=place.exhibit, path=place.path, inside="")
        marks = [one.mark for one in whole]
    for mark in reversed(marks):
        if body := object_store.at(root, place.path, mark):
            return Entry(place.exhibit, place.path, "", place.path, None, mark, body)
    return None


def _fetched(body: Body) -> Found:
    """Return bytes that a worker can read: it does not reach across the network."""
    if not isinstance(body, StoreBody):
        return body
    if body.size > MOST_FILE:
        return "it is too large to be fetched from its store"
    return MemoryBody(b"".join(object_store.blocks(body)))


def _members(outer: Entry, place: Place, limits: Limits, deadline: float) -> Iterator[Found]:
    """Yield the member: where the archive is a plain ZIP by its list, else by walking through."""
    if isinstance(outer.body, FileBody) and (data := _from_zip(outer.body, place, limits)):
        yield MemoryBody(data)
    for found in sources.expand(outer, limits):
        if time.monotonic() > deadline:
            yield f"its archive in exhibit {_name(place)} takes too long to search"
            return
        if found.inside == place.inside:
            if isinstance(found, Failure):
                break
            if isinstance(found.body, MemoryBody):
                yield found.body
            else:
                yield "it is a member of an archive and too large to be held"
            return
    yield f"it is no longer found in its archive in exhibit {_name(place)}"


def _from_zip(body: FileBody, place: Place, limits: Limits) -> bytes:
    """Return the member with that number in the list of a ZIP; b"" where there is none such.

    It may be another one where the list was damaged: its digest tells.
    """
    if "/" in place.inside or not place.inside.isdigit():
        return b""
    # zipfile may raise anything over hostile bytes; the walk through the archive says what is wrong
    with suppress(Exception), open(open_evidence(body.path), "rb") as stream:  # noqa: PTH123
        if stream.read(4) != b"PK\x03\x04":
            return b""
        with zipfile.ZipFile(stream) as archive:
            listed = archive.infolist()[int(place.inside)]
            most = min(listed.file_size, limits.memory)
            with archive.open(listed) as member:
                return member.read(most + 1)[:most]
    return b""


def _name(place: Place) -> str:
    return printable(place.exhibit)[:80]
