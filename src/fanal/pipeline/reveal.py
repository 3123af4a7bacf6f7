"""Shows one picture to one person: recorded first, made in a guarded worker, kept nowhere.

The order is the point: who and what are checked, the record is written, only then are bytes read.
Where the record cannot be written nothing is shown, whoever asks.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fanal.content.preview import Preview, View
from fanal.content.waveform import Waveform
from fanal.engines.interface import Died, Engine
from fanal.errors import FanalError, UsageError
from fanal.model.desk import AuditRecord, Who
from fanal.model.item import Item, MemoryBody
from fanal.pipeline.audit_records import DONE, REFUSED, Doing, enter
from fanal.pipeline.choices import purposes
from fanal.pipeline.exposure import COVER, NOT_SHOWN, REVEAL, Exposures
from fanal.pipeline.located import located
from fanal.pipeline.reveal_work import (
    CHANGED,
    UNREAD,
    ShowTask,
    ShowWork,
    SoundWork,
    Strip,
    StripWork,
    believed,
)
from fanal.pipeline.told_item import drawn_of, settled_by_list
from fanal.pipeline.work import NotRead, end_of
from fanal.review.exposure import refusal
from fanal.review.ladder import ASKED, LIST_CHECK, Area
from fanal.settings import Settings
from fanal.stores.interface import CaseStore

PATIENCE = 30.0
"""Seconds that a worker may take for one picture."""
STOPPED = "the audit log cannot be written: no picture is shown until it can be again"
TOLD_AGAIN = 10.0
"""Seconds after which somebody who asks too fast is recorded again."""


class NotShown(FanalError):  # noqa: N818 (what happened, as the other errors say it)
    """A picture that is not shown; `status` says why as RFC 9110 does."""

    def __init__(self, status: int, message: str, advice: str = "") -> None:
        """Keep the status beside the sentence."""
        super().__init__(message, advice)
        self.status = status


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to see, and what for."""

    sha256: str
    level: int
    purpose: str
    frame: int = 0
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Revealed:
    """A picture and the id of the record that says who was shown it."""

    id: str
    preview: Preview


@dataclass(slots=True)
class Reveals:
    """Everything that shows pictures of one case."""

    store: CaseStore
    settings: Settings
    engine: Engine
    exposures: Exposures
    clock: Callable[[], datetime]
    _one: threading.Lock
    _told: dict[str, float]

    @classmethod
    def of(
        cls,
        store: CaseStore,
        settings: Settings,
        engine: Engine,
        clock: Callable[[], datetime],
    ) -> "Reveals":
        """Make it of what a desk has."""
        return cls(store, settings, engine, Exposures(store), clock, threading.Lock(), {})

    def warm(self) -> threading.Thread:
        """Start a worker beside all else, so that the first picture does not wait for it."""
        thread = threading.Thread(target=self._begin, daemon=True)
        thread.start()
        return thread

    def _begin(self) -> None:
        nothing = ShowTask("", "", MemoryBody(b""), View(2, ""))  # refused for its digest
        with suppress(Exception):  # the desk may close meanwhile; whoever asks later is told
            list(self.engine.run(ShowWork(), [(nothing,)], PATIENCE))

    def reveal(self, who: Who, wanted: Wanted) -> Revealed:
        """Record that a picture is shown, make it, and return it; raise NotShown with why not."""
        item = self._item(who, wanted)
        with self._one:  # so that two requests at once count as two
            self._allowed(who, wanted)
            data = _spelled(wanted)
            doing = Doing(REVEAL, "", wanted.sha256, wanted.level, wanted.purpose, data=data)
            record = self._enter(who, doing)
        mark = f"{who.login} · {record.when[:19].replace('T', ' ')} UTC · {who.session}"
        area = wanted.area or (0.0, 0.0, 0.0, 0.0)
        view = View(wanted.level, mark, wanted.frame, *area)
        try:
            made = self._made(ShowWork(), item, view)
        except Exception:
            self._failed(who, record, "it cannot be shown: something went wrong at the desk")
            raise
        if isinstance(made, Preview):
            return Revealed(record.id, made)
        says = _says(made)
        self._failed(who, record, says)
        raise NotShown(422, says, "it can be decided all the same")

    def cover(self, who: Who, reveal: str, milliseconds: int) -> bool:
        """Record how long a picture was shown; tell whether there was one to cover."""
        now = self.clock()
        with self._one:
            shown = self.exposures.is_open(who.login, reveal, now)
            if shown is None:
                return False
            before = next(iter(self.store.find(AuditRecord, id=reveal)))
            longest = max(0, int((now.timestamp() - shown.at) * 1000) + 1000)
            doing = Doing(
                *(COVER, "", before.sha256, before.level, before.purpose, DONE),
                *(min(milliseconds, longest), {"reveal": reveal}),
            )
            self._enter(who, doing)
        return True

    def strip(self, who: Who, sha256: str) -> Strip:
        """Return nine frames of a video as mosaics; raise NotShown with why there are none."""
        item = self._one_item(sha256)
        self._enter(who, Doing("frames", "", sha256, 1))
        made = self._made(StripWork(), item, View(2, ""))
        if isinstance(made, Strip):
            return made
        raise NotShown(422, _says(made), "it can be decided all the same")

    def waveform(self, who: Who, sha256: str) -> Waveform:
        """Return how loud a sound is; raise NotShown with why that is not known."""
        item = self._one_item(sha256)
        self._enter(who, Doing("waveform", "", sha256, 0))
        made = self._made(SoundWork(), item, View(2, ""))
        if isinstance(made, Waveform):
            return made
        raise NotShown(422, "of this sound no waveform can be drawn: " + made.reason)

    def _item(self, who: Who, wanted: Wanted) -> Item:
        """Return the item, if what is asked for is one that can be asked for."""
        if not who.is_somebody:
            raise NotShown(401, "nobody is signed in")
        if wanted.level not in ASKED:
            raise NotShown(400, f"a picture is shown at a level from {ASKED[0]} to {ASKED[-1]}")
        if wanted.purpose not in purposes(self.store):
            raise NotShown(400, "say what for, with one of the team's purposes")
        return self._one_item(wanted.sha256)

    def _one_item(self, sha256: str) -> Item:
        for item in self.store.find(Item, sha256=sha256):
            return item
        raise NotShown(404, "there is no such item in this case")

    def _allowed(self, who: Who, wanted: Wanted) -> None:
        """Raise where the person has seen enough for now, or where nobody needs to see it."""
        now = self.exposures.of(who.login, self.clock())
        why, status = refusal(now, wanted.level), 429 if now.too_fast else 403
        if not why and wanted.purpose != LIST_CHECK and self.is_settled(wanted.sha256):
            why = "a list settles this: it is shown only to check the list"
        if not why:
            return
        if not now.too_fast or self._is_news(who.login):
            doing = Doing(
                *(REVEAL, why, wanted.sha256, wanted.level, wanted.purpose, REFUSED),
                data=_spelled(wanted),
            )
            self._enter(who, doing)
        raise NotShown(status, why)

    def is_settled(self, sha256: str) -> bool:
        """Tell whether a list settles it; what the blind sample drew is shown as any other is."""
        settled = settled_by_list(self.store, [sha256])
        return bool(settled) and not drawn_of(self.store, [sha256])

    def _is_news(self, login: str) -> bool:
        now = self.clock().timestamp()
        if now - self._told.get(login, 0.0) < TOLD_AGAIN:
            return False
        self._told[login] = now
        return True

    def _enter(self, who: Who, doing: Doing) -> AuditRecord:
        """Write the record; where it cannot be written nothing goes on."""
        try:
            return enter(self.store, who, doing)
        except Exception as error:
            raise NotShown(503, STOPPED, "tell whoever runs this machine") from error

    def _failed(self, who: Who, record: AuditRecord, says: str) -> None:
        doing = Doing(
            *(NOT_SHOWN, says, record.sha256, record.level, record.purpose),
            data={"reveal": record.id},
        )
        self._enter(who, doing)

    def _made(self, work: Any, item: Item, view: View) -> Any:
        """Return what a worker makes of the first copy whose bytes are the content's."""
        why = NotRead("nowhere", "the case tells no place where its bytes lie")
        for found in self._bodies(item):
            if isinstance(found, str):
                why = NotRead("nowhere", found) if why.reason in {"nowhere", UNREAD} else why
                continue
            task = ShowTask(item.sha256, item.media_type, found, view)
            made = self._asked(work, task)
            if not isinstance(made, NotRead) or made.reason not in {CHANGED, UNREAD}:
                return made
            why = made
        return why

    def _bodies(self, item: Item) -> Iterator[Any]:
        try:
            yield from located(self.store, self.settings, item.sha256)
        except UsageError as error:  # a store that cannot be asked, for want of a package
            yield error.message

    def _asked(self, work: Any, task: ShowTask) -> Any:
        seconds = min(PATIENCE, self.settings.seconds) if self.settings.seconds else PATIENCE
        ((_, (answer,)),) = self.engine.run(work, [(task,)], seconds)
        if isinstance(answer, Died):
            reason, how = end_of(answer)
            return NotRead(reason, f"making a picture of it {how}")
        return believed(task, answer)


def _spelled(wanted: Wanted) -> dict[str, Any]:
    told: dict[str, Any] = {"frame": wanted.frame} if wanted.frame else {}
    return told | ({"area": [round(one, 4) for one in wanted.area]} if wanted.area else {})


def _says(why: NotRead) -> str:
    """Return one plain sentence about why there is no picture."""
    if why.reason == CHANGED:
        return "it cannot be shown: its file is no longer the one that was read"
    if why.reason == UNREAD:
        return "it cannot be shown: its file cannot be read now"
    if why.reason == "nowhere":
        return f"it cannot be shown: {why.detail}"
    return f"it cannot be shown: {why.reason}" + (f" ({why.detail})" if why.detail else "")
