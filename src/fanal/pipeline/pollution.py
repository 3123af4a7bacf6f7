"""Keeps generated pictures out of lists that are read to find real children.

Such pictures slow down whoever identifies victims (reference: Jon Rouse, cameraforensics.com,
23 December 2025). So nothing that findings do not support as a camera's enters an export for such
lists, unless a named person released that very content; two, where a generator is supported.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fanal.errors import UsageError
from fanal.model.decision import IDENTIFIED, KNOWN_UNIDENTIFIED, TREAT_AS_REAL
from fanal.model.item import Item
from fanal.model.lead import Assessment
from fanal.model.package import Loss
from fanal.pipeline import assess
from fanal.pipeline.said import Said
from fanal.review import people
from fanal.stores.interface import CaseStore

ANALYSIS, REAL_VICTIMS, GENERATED_LIST = "analysis", "real-victims", "generated-list"
AUDIENCES = {
    ANALYSIS: "people who look at evidence; for no list",
    REAL_VICTIMS: "lists by which real children are looked for",
    GENERATED_LIST: "lists of generated pictures",
}
"""Who reads an export; said, never guessed."""
CAMERA, GENERATOR = "camera", "generator"
REAL = frozenset({TREAT_AS_REAL, IDENTIFIED, KNOWN_UNIDENTIFIED})
"""Victim states of a picture that shows a real child as recorded, as far as people know."""
NEEDED = {GENERATOR: 2}
"""Origin state → different people who have to release a content; one for every other state."""
WORDS = {
    "generator": "findings support a generator",
    "altered": "findings support that it was altered",
    "made_from_picture": "findings support that it was generated from a picture",
    "reproduction": "it is a screen, scan or drawing",
    "conflicting": "its findings contradict each other",
    "inconclusive": "its origin is not settled",
    "not_assessed": "nobody looked for its origin",
}


class Guard:
    """Says of each content why it stays out of an export, and counts what it held back."""

    def __init__(self, store: CaseStore, audience: str) -> None:
        """Take the audience, and read who released what."""
        if audience not in AUDIENCES:
            raise UsageError(
                f"nobody reads {audience!r}", f"say who does: --for {', '.join(AUDIENCES)}"
            )
        self.audience = audience
        self._released = released(store) if audience == REAL_VICTIMS else {}
        self.held: Counter[str] = Counter()

    def holds(self, item: Mapping[str, Any]) -> str:
        """Return why the content of this public object stays out; "" where it goes."""
        why = self._why(item)
        if why:
            self.held[why] += 1
        return why

    def _why(self, item: Mapping[str, Any]) -> str:
        state = str((item.get("origin") or {}).get("state") or "not_assessed")
        if self.audience == GENERATED_LIST:
            return "" if state == GENERATOR else "findings do not support a generator"
        if self.audience == ANALYSIS:
            return ""
        why, needed = unfit(item)
        if not why or self._released.get(str(item["sha256"]), 0) >= needed:
            return ""
        persons = "a named person has" if needed == 1 else f"{needed} named people have"
        return f"{why}: {persons} to release it first"

    def losses(self) -> Iterator[Loss]:
        """Yield what was held back, by reason."""
        for why, count in sorted(self.held.items()):
            yield Loss("item", count, f"held back from {AUDIENCES[self.audience]}: {why}")


def unfit(item: Mapping[str, Any]) -> tuple[str, int]:
    """Return why a content must not enter a list of real victims, and how many may release it."""
    state = str((item.get("origin") or {}).get("state") or "not_assessed")
    needed = NEEDED.get(state, 1)
    if state != CAMERA:
        return WORDS.get(state, "findings do not support a camera"), needed
    if item.get("victim_state") not in REAL:
        return "people decided that it shows no real child as it was recorded", 2
    kinds = {match.get("kind") for match in item.get("matches") or ()}
    for kind, says in (("generated", "generated"), ("harmless", "harmless")):
        if kind in kinds:
            return f"a list says that it is {says}", 1
    return "", 0


def released(store: CaseStore) -> dict[str, int]:
    """Return content → how many different people release it for lists of real victims."""
    votes: dict[str, list[people.Who]] = {}
    for one in assess.standing_of(store.find(Assessment, order=("act", "id"), kind=assess.RELEASE)):
        if one.value == REAL_VICTIMS:
            who = people.name_key(one.by), people.login_key(one.login)
            votes.setdefault(one.about, []).append(who)
    return {sha256: people.count(who) for sha256, who in votes.items()}


def release(store: CaseStore, said: Said, contents: Iterable[str]) -> list[Assessment]:
    """Record that a person lets contents into exports for lists of real victims."""
    every = [_whole(store, one) for one in contents]
    if not every:
        raise UsageError("no content is named", "name them by their SHA-256")
    made = [assess.made(said, assess.RELEASE, sha256, REAL_VICTIMS) for sha256 in every]
    assess.write(store, said, made)
    return made


def keep_back(store: CaseStore, said: Said, id_: str) -> Assessment:
    """Record that a release is taken back."""
    if store.count(Assessment, id=id_, kind=assess.RELEASE) == 0:
        raise UsageError(f"{id_[:40]!r} is no release", "name the id that it was given")
    return assess.take_back(store, said, id_)


def _whole(store: CaseStore, sha256: str) -> str:
    """Return the content that is named; in whole, since a released one leaves the case."""
    wanted = sha256.strip().lower()
    if len(wanted) != 64 or store.count(Item, sha256=wanted) == 0:
        raise UsageError(
            f"the case holds no content {sha256[:80]!r}", "give the whole SHA-256, 64 characters"
        )
    return wanted
