"""Compares identifiers with another service, step by step: files in, files out, all in the log."""

import json
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pyrage

from fanal.custody.sign import Signer
from fanal.errors import PackageError, UsageError
from fanal.exchange import overlap_messages as steps
from fanal.exchange.overlap import TYPES, Asking, Context, answer, commitment, encoded, spelled
from fanal.exchange.overlap_messages import Message
from fanal.model.desk import AuditRecord, Who
from fanal.pipeline import case
from fanal.pipeline.audit_records import Doing, audit_record
from fanal.pipeline.permitted import permitted
from fanal.pipeline.said import Said, checked
from fanal.review import people
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

ACTION = "overlap"
A_DAY = 3
"""Runs of one type that a case begins or joins in a day."""


@dataclass(frozen=True, slots=True)
class State:
    """What one side keeps of a run, readable by its owner only."""

    context: Context
    partner: str
    """Public key of the other side."""
    step: str
    """Step that was sent or read last."""
    digest: str
    """SHA-256 of that message."""
    salt: str
    commitment: str
    began: str
    """Login of whoever began or joined it, and their name."""
    began_by: str = ""
    other: str = ""
    """What the other side committed to."""
    other_size: int = 0
    key: str = ""
    """Of the side that asks, between asking and learning."""
    age: str = ""
    """Secret key to which shared values are sealed."""
    shared: int = -1


@dataclass(frozen=True, slots=True)
class Stepped:
    """What a step came to."""

    message: bytes
    """To be handed to the other side; empty where nothing is left to send."""
    step: str
    says: str
    run: str
    shared: int = -1
    names: tuple[str, ...] = ()


class Values(Protocol):
    """Where identifiers are read."""

    def values(self, kind: str) -> list[str]:
        """Return the distinct confirmed identifiers of accounts, sorted."""
        ...

    def with_identifier(self, kind: str, value: str, most: int = 50) -> Sequence[str]:
        """Return leads that show an identifier."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """One side of a comparison: its case, its leads, its key and who works."""

    store: CaseStore
    book: "Values"
    settings: Settings
    said: Said

    @property
    def signer(self) -> Signer:
        """Return who signs messages."""
        return case.signer(self.settings)

    def folder(self) -> Path:
        """Return where states of runs lie."""
        home = case.home(self.settings) / "overlap" / self.store.case_id
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        return home


def _may(desk: Desk) -> Said:
    """Return who speaks; refuse whoever may neither hand out nor approve what leaves the case."""
    said = checked(desk.said)
    permitted(desk.store, said, "package", "approve")
    return said


def begin(desk: Desk, kind: str, operation: str, partner: str) -> Stepped:
    """Offer a comparison: the own set is committed to, nothing of it is told but its size."""
    said = _may(desk)
    if kind not in TYPES or not operation.strip():
        raise UsageError(
            "say what is compared, and for which operation",
            f"--type {' | '.join(TYPES)} --operation NAME",
        )
    if len(partner) != 64 or not set(partner) <= set("0123456789abcdef"):
        raise UsageError("the other side is known by its public key", "--partner: 64 hex digits")
    if partner == desk.signer.public:
        raise UsageError("that is the key of this laboratory itself", "give the other side's")
    _limit(desk, kind)
    context = Context(secrets.token_hex(8), operation.strip(), kind, said.reason)
    mine, salt = encoded(context, desk.book.values(kind)), secrets.token_bytes(32)
    state = State(
        context, partner, steps.OFFER, "", salt.hex(), commitment(salt, mine), said.account, said.by
    )
    return _sent(desk, state, steps.OFFER, len(mine), {}, f"{len(mine):,} {TYPES[kind]} offered")


def go_on(desk: Desk, data: bytes, partner: str = "", *, agree: bool = False) -> Stepped:
    """Read a message of the other side and take the step that follows."""
    _may(desk)
    message = steps.read(data, partner)
    if message.step == steps.OFFER:
        return _joined(desk, message, partner)
    state = _state(desk, message.context.run)
    message = steps.read(data, state.partner)
    if message.context != state.context:
        raise PackageError("the message speaks of another run than its number says")
    if message.after != state.digest or steps.AFTER[message.step] != state.step:
        raise PackageError(
            f"step {message.step!r} does not follow {state.step!r}: it is out of turn or repeated",
            "hand in the other side's newest message, each once",
        )
    if message.step == steps.AGREE and not agree:
        raise UsageError(
            f"the other side wants to learn which {state.shared:,} are shared",
            "where that may be told, a person agrees: the same command with --agree",
        )
    return _STEPS[message.step](desk, replace(state, digest=message.digest), message)


def agree(desk: Desk, run: str) -> Stepped:
    """Agree that the shared identifiers are told: a second person of the side that offered."""
    _may(desk)
    state = _state(desk, run)
    if state.step != steps.TOLD:
        raise UsageError(
            "how many are shared comes first", "fanal leads overlap next FILE, until it is told"
        )
    if state.shared < 1:
        raise UsageError("nothing is shared, so there is nothing to tell", "the run is over")
    _second(desk, state, "whoever began cannot")
    return _sent(desk, state, steps.AGREE, state.shared, {}, "agreed to tell which are shared")


def _second(desk: Desk, state: State, who: str) -> None:
    """Refuse whoever began or joined, also under another login or another spelling."""
    first = people.name_key(state.began_by), people.login_key(state.began)
    now = people.name_key(desk.said.by), people.login_key(desk.said.account)
    if people.count([first, now]) < 2:
        raise UsageError("a second person agrees, under a login of their own", who)


def _joined(desk: Desk, message: Message, partner: str) -> Stepped:
    """Join a run: commit to the own set, and ask."""
    if not partner:
        raise UsageError(
            f"the message is signed by {message.key}",
            "check that key over another channel and give it: --partner KEY",
        )
    context = message.context
    if (desk.folder() / f"{_plain(context.run)}.json").exists():
        raise PackageError("this run was joined already", "each message is handed in once")
    if context.type not in TYPES or not context.purpose.strip():
        raise PackageError("the offer does not say what is compared, or why")
    _limit(desk, context.type)
    mine, salt = encoded(context, desk.book.values(context.type)), secrets.token_bytes(32)
    asking = Asking()
    state = State(
        *(context, partner, steps.OFFER, message.digest, salt.hex(), commitment(salt, mine)),
        began=desk.said.account,
        began_by=desk.said.by,
        other=message.commitment,
        other_size=message.size,
        key=asking.key.hex(),
    )
    parts = {"asked": asking.ask(list(mine))}
    return _sent(desk, state, steps.ASK, len(mine), parts, f"{len(mine):,} asked")


def _answered(desk: Desk, state: State, message: Message) -> Stepped:
    mine = _same(desk, state)
    setup, replied = answer(list(mine), _part(message, "asked"), message.size)
    state = replace(state, other=message.commitment, other_size=message.size)
    parts = {"setup": setup, "answer": replied}
    return _sent(desk, state, steps.ANSWER, len(mine), parts, f"{message.size:,} answered")


def _learnt(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    asking = Asking(bytes.fromhex(state.key))
    shared = asking.learn(_part(message, "setup"), _part(message, "answer"), state.other_size)
    assert isinstance(shared, int)  # noqa: S101 (names were not asked for)
    state = replace(state, key="", shared=shared)
    return _sent(desk, state, steps.TOLD, shared, {}, f"{shared:,} identifiers are shared")


def _told(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    state = replace(state, step=steps.TOLD, digest=message.digest, shared=message.size)
    says = f"{message.size:,} identifiers are shared, as the other side tells"
    _keep(desk, state)
    _log(desk, state, steps.TOLD, says)
    return Stepped(b"", steps.TOLD, says, state.context.run, message.size)


def _asked_names(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    _second(desk, state, "whoever joined cannot")
    mine, asking = _same(desk, state), Asking(names=True)
    state = replace(state, key=asking.key.hex())
    parts = {"asked": asking.ask(list(mine))}
    return _sent(desk, state, steps.ASK_NAMES, len(mine), parts, "agreed, and asked which")


def _answered_names(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    mine, identity = _same(desk, state), pyrage.x25519.Identity.generate()
    setup, replied = answer(list(mine), _part(message, "asked"), state.other_size, names=True)
    state = replace(state, age=str(identity))
    parts = {"setup": setup, "answer": replied, "to": str(identity.to_public()).encode()}
    return _sent(desk, state, steps.ANSWER_NAMES, len(mine), parts, "answered which")


def _learnt_names(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    mine = _same(desk, state)
    found = Asking(bytes.fromhex(state.key), names=True).learn(
        _part(message, "setup"), _part(message, "answer"), state.other_size
    )
    assert isinstance(found, list)  # noqa: S101 (names were asked for)
    values = list(mine.values())
    names = tuple(sorted(values[at] for at in found if at < len(values)))
    if len(names) != state.shared:
        raise PackageError(
            f"{len(names):,} are shared now, and {state.shared:,} were told in the first step",
            "the other side's set is another one: nothing is told",
        )
    to = pyrage.x25519.Recipient.from_str(_part(message, "to").decode("ascii", "replace"))
    parts = {"names": pyrage.encrypt(spelled(names), [to])}
    sent = _sent(desk, replace(state, key=""), steps.NAMES, len(names), parts, _hits(names), names)
    return replace(sent, names=names)


def _named(desk: Desk, state: State, message: Message) -> Stepped:
    _hold(state, message)
    try:
        identity = pyrage.x25519.Identity.from_str(state.age)
        told = json.loads(pyrage.decrypt(_part(message, "names"), [identity]))
        names = tuple(sorted({str(one) for one in told}))
    except (pyrage.DecryptError, ValueError, TypeError) as error:
        raise PackageError(f"the shared values cannot be read: {error}") from error
    own = set(_same(desk, state).values())
    if not own.issuperset(names) or len(names) != state.shared:
        raise PackageError("the other side names values that are not here, or not so many")
    state = replace(state, step=steps.NAMES, digest=message.digest, age="")
    _keep(desk, state)
    _log(desk, state, steps.NAMES, _hits(names), names)
    return Stepped(b"", steps.NAMES, _hits(names), state.context.run, len(names), names)


def _hits(names: tuple[str, ...]) -> str:
    return f"{len(names):,} shared identifiers were disclosed to both sides"


_STEPS: Mapping[str, Callable[[Desk, State, Message], Stepped]] = {
    steps.ASK: _answered,
    steps.ANSWER: _learnt,
    steps.TOLD: _told,
    steps.AGREE: _asked_names,
    steps.ASK_NAMES: _answered_names,
    steps.ANSWER_NAMES: _learnt_names,
    steps.NAMES: _named,
}


def _same(desk: Desk, state: State) -> dict[str, str]:
    """Return the own set, which must be the one that was committed to."""
    mine = encoded(state.context, desk.book.values(state.context.type))
    if commitment(bytes.fromhex(state.salt), mine) != state.commitment:
        raise UsageError(
            "the leads have changed since this side committed to its set", "begin a new run"
        )
    return mine


def _hold(state: State, message: Message) -> None:
    """Refuse a side that comes with another set than it committed to."""
    if message.commitment != state.other:
        raise PackageError("the other side has committed to another set meanwhile")


def _part(message: Message, name: str) -> bytes:
    try:
        return message.parts[name]
    except KeyError:
        raise PackageError(f"step {message.step!r} lacks its part {name!r}") from None


def _sent(  # noqa: PLR0913, PLR0917 (a step and what it carries)
    desk: Desk,
    state: State,
    step: str,
    size: int,
    parts: Mapping[str, bytes],
    says: str,
    names: tuple[str, ...] = (),
) -> Stepped:
    """Write the log and the state, and return the message: in that order."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    message = Message(
        *(step, state.context, case.actor(desk.settings), size, state.commitment, desk.said.by),
        *(now, state.digest, parts),
    )
    data = steps.write(message, desk.signer)
    state = replace(state, step=step, digest=steps.read(data).digest)
    _log(desk, state, step, says, names)
    _keep(desk, state)
    return Stepped(data, step, says, state.context.run, state.shared)


def _log(desk: Desk, state: State, step: str, says: str, names: tuple[str, ...] = ()) -> None:
    """Record a step; where values are told, with the leads that show them (LED, article 25)."""
    context = state.context
    data: dict[str, Any] = {"step": step, "partner": state.partner, **asdict(context)}
    if names:
        found = {one for name in names for one in desk.book.with_identifier(context.type, name)}
        data["leads"] = sorted(found)
    who = Who(desk.said.account, desk.said.by, (), "")
    doing = Doing(ACTION, f"{context.type}: {says}", purpose=desk.said.reason, data=data)
    with desk.store.act(desk.said.by, ACTION, step=step, run=context.run) as act:
        act.put([audit_record(who, doing)])


def _limit(desk: Desk, kind: str) -> None:
    """Refuse one run too many of a type in a day: each tells what guesses would hit."""
    today = datetime.now(UTC).date().isoformat()
    begun = {
        one.data["run"]
        for one in desk.store.find(AuditRecord, action=ACTION)
        if one.when[:10] == today
        and one.data.get("type") == kind
        and one.data.get("step") in {steps.OFFER, steps.ASK}
    }
    if len(begun) >= A_DAY:
        raise UsageError(
            f"{A_DAY} runs over {TYPES[kind]} were begun or joined today", "go on tomorrow"
        )


def _state(desk: Desk, run: str) -> State:
    path = desk.folder() / f"{_plain(run)}.json"
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UsageError(
            f"no run {run[:20]!r} was begun here", "it is kept where it began, for one case"
        ) from None
    return State(Context(**facts.pop("context")), **facts)


def _keep(desk: Desk, state: State) -> None:
    path = desk.folder() / f"{_plain(state.context.run)}.json"
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as out:  # noqa: PTH123 (a descriptor)
        json.dump(asdict(state), out)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def _plain(run: str) -> str:
    if len(run) != 16 or not set(run) <= set("0123456789abcdef"):
        raise PackageError(f"{run[:20]!r} is no number of a run")
    return run
