"""Finds the contents that somebody names by how their SHA-256 begins."""

from collections.abc import Iterable

from fanal.errors import UsageError
from fanal.model.item import Item
from fanal.stores.interface import CaseStore

WHOLE = 64
"""Characters of a SHA-256."""


def whole(store: CaseStore, beginning: str) -> str:
    """Return the one SHA-256 of the case that begins so."""
    (sha256,) = wholes(store, [beginning])
    return sha256


def wholes(store: CaseStore, beginnings: Iterable[str]) -> list[str]:
    """Return for each beginning the one SHA-256 of the case that begins so, each once."""
    wanted = list(dict.fromkeys(text.lower() for text in beginnings))
    among = {"sha256": [text for text in wanted if len(text) == WHOLE]}
    there = {sha256 for (sha256,) in store.columns(Item, "sha256", among=among)}
    begun = tuple(text for text in wanted if text not in there)
    fitting: dict[str, list[str]] = {text: [] for text in begun}
    for (sha256,) in store.columns(Item, "sha256") if begun else ():
        if sha256.startswith(begun):
            for text in begun:
                if sha256.startswith(text):
                    fitting[text].append(sha256)
    return list(dict.fromkeys(_only(text, fitting.get(text, [text])) for text in wanted))


def _only(beginning: str, found: list[str]) -> str:
    if not found:
        raise UsageError(
            f"no items have a SHA-256 that begins with {beginning[: WHOLE + 1]!r}",
            "fanal items lists them all",
        )
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} items have a SHA-256 that begins with {beginning!r}",
            "give more characters of it; fanal items lists them all",
        )
    return found[0]
