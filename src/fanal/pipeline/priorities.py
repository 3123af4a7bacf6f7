"""Sets the signed rule file of a case: what an authority wants to be looked at first."""

from dataclasses import dataclass
from pathlib import Path

from fanal.custody.sign import public_key
from fanal.errors import UsageError
from fanal.model.item import Exhibit
from fanal.model.known import KnownList
from fanal.model.review import Priorities
from fanal.pipeline.order import PRIORITIES, Log
from fanal.pipeline.order_told import rules_of
from fanal.review.priorities import HOUSE, LARGEST, Rules, parse, verified
from fanal.stores.interface import CaseStore


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A rule file, its signature and the key that made it, each in a file of its own."""

    rules: Path
    signature: Path
    key: Path


def set_priorities(store: CaseStore, actor: str, given: SignedFile) -> Priorities:
    """Keep a rule file whose signature holds; from now on it counts, and none before it does."""
    text = read_part(given.rules, LARGEST)
    key = public_key(read_part(given.key, 4096))
    if not key:
        raise UsageError(
            f"{given.key} is no public Ed25519 key",
            "make it: openssl pkey -in KEY.pem -pubout -out PUBLIC.pem",
        )
    record = verified(text, read_part(given.signature, 4096), key)
    with store.act(actor, PRIORITIES, set=record.sha256, name=record.name, signer=key) as act:
        act.put([record])
    return record


def clear_priorities(store: CaseStore, actor: str) -> str:
    """Let no rule file count any more; return the digest of the one that did."""
    before = Log.of(store).rules
    if before:
        with store.act(actor, PRIORITIES, set="", cleared=before):
            pass
    return before


def current(store: CaseStore) -> tuple[Priorities | None, Rules]:
    """Return the rule file that counts, checked anew, and what it says."""
    digest = Log.of(store).rules
    rules = rules_of(store, digest)
    return next(store.find(Priorities, sha256=digest), None), rules


def unknown(store: CaseStore, rules: Rules) -> list[str]:
    """Return what the file names and the case does not have: it may come yet."""
    exhibits = {exhibit.name for exhibit in store.find(Exhibit)}
    lists = {known.name for known in store.find(KnownList)}
    return [
        *(f"exhibit {name}" for name in rules.exhibits if name not in exhibits),
        *(f"list {name}" for name in rules.lists if name not in lists),
    ]


def checked(path: Path) -> Rules:
    """Read a rule file that nobody has signed yet."""
    return parse(read_part(path, LARGEST))


def spelled(rules: Rules) -> list[str]:
    """Return what a rule file says, one line each."""
    lines = [f"name: {rules.name}"]
    if rules.days != HOUSE.days:
        lines.append(f"recent: taken {rules.days:,} days before the intake at most")
    if rules.order != HOUSE.order:
        lines.append(f"rungs: {', '.join(rules.order)}")
    if rules.blind:
        lines.append(f"blind sample: {rules.blind * 100:g} %")
    lines += [f"first: exhibit {name}" for name in rules.exhibits]
    lines += [f"first: on list {name}" for name in rules.lists]
    lines += [f"first: by the camera with serial number {name}" for name in rules.serials]
    lines += [
        f"step 1: taken within {one.radius:,.0f} m of {one.name}"
        f" ({one.latitude:.5f}, {one.longitude:.5f})"
        for one in rules.places
    ]
    return lines


def read_part(path: Path, most: int) -> bytes:
    """Return the bytes of a small file that somebody names."""
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "name a file") from error
    if len(data) > most:
        raise UsageError(f"{path} is larger than {most:,} bytes", "name the right file")
    return data
