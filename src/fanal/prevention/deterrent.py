"""Holds what decides at a running service: lists and texts that reload, sessions, counters.

Each decision is made by `decide` over one frozen snapshot; a reload puts a whole new snapshot in
its place or leaves the old one. Nothing here keeps, counts or tells what a person entered.
"""

import os
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from fanal.errors import FanalError, UsageError
from fanal.prevention.config import Config
from fanal.prevention.counting.counters import Counters, read_counts
from fanal.prevention.counting.sessions import Sessions
from fanal.prevention.counting.tally import Tally
from fanal.prevention.decide import Rules, closed, decide
from fanal.prevention.messages.texts import BookOfTexts, read_texts
from fanal.prevention.nouns import Action, Decision, Outcome, Reason, Signals, Surface
from fanal.prevention.ports import Classifier, Trial
from fanal.prevention.trials.analysis import is_over
from fanal.prevention.trials.assignment import Running
from fanal.prevention.trials.registration import Registration, read_registration
from fanal.prevention.uploads import open_lists
from fanal.prevention.words.lists import TermBook, WordFiles, read_words
from fanal.prevention.words.reload import Watched

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Health:
    """How a service does; holds digests, days and classes of faults, and nothing else."""

    day: str
    list_version: str
    trial_id: str
    registration: str
    """Digest of the running trial's registration; "" outside one."""
    counting: str
    """`kept`, `dead` or `off`."""
    troubles: tuple[str, ...]
    """What could not be read again: the part and the class of the fault."""

    @property
    def is_well(self) -> bool:
        """Tell whether everything is as configured."""
        return not self.troubles and self.counting != "dead"


class Deterrent:
    """Decides at a running service; safe to ask from many threads."""

    def __init__(
        self, config: Config, classifier: Classifier | None = None, clock: Clock = utc_now
    ) -> None:
        """Read everything that is configured, or raise a FanalError: a service begins whole."""
        self._config, self._classifier, self._clock = config, classifier, clock
        self._day = clock().date()
        self._words = Watched(self._read_words, lambda: _word_files(config))
        self._files = Watched(
            lambda: open_lists(config.hashes, config.radius), lambda: config.hashes
        )
        self._texts = Watched(self._read_texts, lambda: _text_files(config))
        self._registration = _registration(config, self._texts.current, self._day)
        self._running = None if self._registration is None else Running(self._registration, clock)
        counters = None if config.counting is None else Counters(config.counting, clock)
        self._tally = Tally(counters, Sessions(config.minutes, config.sessions), clock)
        self._reloading = threading.Lock()
        self._is_dead = False
        self._is_over = False
        self._is_over = self._ended_by_now()
        self._faults: dict[str, str] = {}
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self.rules = self._made()

    @classmethod
    def open(cls, config: Config, classifier: Classifier | None = None) -> "Deterrent":
        """Return a deterrent that looks by itself whether a file or the day changed."""
        made = cls(config, classifier)
        made._begin()
        again = weakref.WeakMethod(made._forked)
        os.register_at_fork(after_in_child=lambda: (call := again()) and call())
        return made

    def decide(
        self, surface: Surface | str, signals: Signals, locale: str = "", session: str = ""
    ) -> Decision:
        """Say what the service must do with one act, and what it shows; count it.

        A name that is no surface is the caller's fault and raises UsageError; nothing else does.
        """
        surface, rules = _surface(surface), self.rules
        locale = locale or self._config.locale
        if not signals.country:
            signals = replace(signals, country=self._config.country)
        done = decide(surface, signals, locale, session, rules, self._kept(session))
        return self._kept_closed(surface, done, locale, session, signals.country)

    def refuse(
        self,
        surface: Surface | str,
        locale: str = "",
        country: str = "",
        reason: Reason = Reason.UNREADABLE,
    ) -> Decision:
        """Return the closed answer to what could not be read into signals; count it."""
        surface = _surface(surface)
        locale, country = locale or self._config.locale, country or self._config.country
        done = closed(surface, locale, self.rules, reason, country)
        return self._kept_closed(surface, done, locale, "", country)

    def _kept_closed(
        self, surface: Surface, done: Decision, locale: str, session: str, country: str
    ) -> Decision:
        """Count a decision, and close what would pass where nothing can be counted."""
        if self._counted(surface, done, session, country):
            return done
        if done.action is Action.ALLOW and self._config.counters_dead == "close":
            return closed(surface, locale, self.rules, country=country)
        return done

    def happened(self, session: str, outcome: Outcome | str) -> bool:
        """Count what a session did after a message; False where it counts for nothing."""
        try:
            return self._tally.happened(session, Outcome(outcome))
        except FanalError:
            self._is_dead = True
            return False

    def reload(self) -> bool:
        """Look at every file and at the day now; True where anything was taken anew."""
        with self._reloading:
            return self._reloaded()

    def _reloaded(self) -> bool:
        day = self._clock().date()
        is_new_day, self._day = day != self.rules.day, day
        changed = [
            self._words.poll(again=is_new_day),
            self._files.poll(),
            self._texts.poll(again=is_new_day),
        ]
        if is_new_day:
            self._is_over = self._ended_by_now()
        if is_new_day or any(changed):
            self.rules = self._made()
        return is_new_day or any(changed)

    def flush(self) -> bool:
        """Write the counters; False where they cannot be kept now."""
        try:
            self._tally.flush()
        except FanalError:
            self._is_dead = True
        else:
            self._is_dead = False
        return not self._is_dead

    def health(self) -> Health:
        """Say how the service does."""
        told = {
            "words": self._words.trouble,
            "hashes": self._files.trouble,
            "messages": self._texts.trouble,
        }
        troubles = [f"{name}: {trouble}" for name, trouble in told.items() if trouble]
        kept = "off" if self._config.counting is None else "kept"
        counting = "dead" if self._is_dead else kept
        registration = self._registration
        return Health(
            self._day.isoformat(),
            self.rules.version,
            "" if registration is None else registration.trial_id,
            "" if registration is None else registration.digest,
            counting,
            (*troubles, *self._texts.current.troubles, *sorted(self._faults.values())),
        )

    def close(self) -> None:
        """End the watching and write the counters; sessions are forgotten."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self.flush()

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="fanal-deter", daemon=True)
        self._thread.start()

    def _forked(self) -> None:
        """Look by itself in a child too: no thread comes along, and another may hold the lock."""
        if self._ended.is_set():
            return
        self._reloading, self._ended = threading.Lock(), threading.Event()
        self._begin()

    def _watch(self) -> None:
        while not self._ended.wait(self._config.poll):
            for name, act in (("reload", self.reload), ("counting", self.flush)):
                try:
                    act()
                    self._faults.pop(name, None)
                except Exception as error:  # noqa: BLE001 (told by its class; the old rules stay)
                    self._faults[name] = f"{name}: {type(error).__name__}"

    def _made(self) -> Rules:
        config = self._config
        trial: Trial | None = self._running
        rules = Rules(
            self._words.current,
            self._files.current,
            self._texts.current,
            self._day,
            config.family,
            trial if self._runs() else None,
            self._classifier,
            config.closed,
        )
        with suppress(FanalError):  # the next flush says so
            self._tally.lists(rules.version)
        return rules

    def _runs(self) -> bool:
        told = self._registration
        return told is not None and told.runs_on(self._day) and not self._is_over

    def _ended_by_now(self) -> bool:
        """Tell whether a trial has ended by its own rule: a call, its horizon or a guard."""
        told, folder = self._registration, self._config.counting
        if told is None or folder is None:
            return False
        try:
            return is_over(told, read_counts(folder).rows, self._day)
        except FanalError:  # dead counters close a service by themselves
            return self._is_over

    def _kept(self, session: str) -> str:
        """Return the wording that this session saw before; "" for none."""
        if not session:
            return ""
        with suppress(Exception):  # a session is only a name: what fails here decides nothing
            return self._tally.variant(session)
        return ""

    def _counted(self, surface: Surface, done: Decision, session: str, country: str) -> bool:
        """Count a decision; False where the counters are dead."""
        try:
            self._tally.note(surface, done, session, country)
        except FanalError:
            self._is_dead = True
        except Exception as error:  # noqa: BLE001 (one act, of which nothing is told)
            self._faults["counting"] = f"counting: {type(error).__name__}"
            return False
        return not self._is_dead

    def _read_words(self) -> TermBook:
        return read_words(word_files(self._config, self._day))

    def _read_texts(self) -> BookOfTexts:
        config = self._config
        return read_texts(config.bundles, config.keys, self._day, config.helplines)


def word_files(config: Config, day: date) -> WordFiles:
    """Return which word lists are read for a day."""
    return WordFiles(config.words, config.support, config.stems, config.identity, config.limit, day)


def _word_files(config: Config) -> tuple[Path, ...]:
    more = (config.stems, config.identity)
    return (*config.words, *config.support, *(one for one in more if one is not None))


def _text_files(config: Config) -> tuple[Path, ...]:
    signatures = tuple(one.with_name(one.name + ".sig") for one in config.bundles)
    own = () if config.helplines is None else (config.helplines,)
    return (*config.bundles, *signatures, *own)


def _registration(config: Config, texts: BookOfTexts, day: date) -> Registration | None:
    """Return the trial that is configured; raises where it could not be run as registered."""
    if config.registration is None:
        return None
    told = read_registration(config.registration)
    if told.reference != config.family:
        raise UsageError(
            f"the trial's reference is {told.reference!r}, the wording now {config.family!r}",
            "a trial compares with what is shown now: [messages] family",
        )
    unknown = sorted(set(told.arms) - texts.known(day))
    if unknown:
        raise UsageError(
            f"no text is known for {', '.join(map(repr, unknown))}",
            "name its bundle: [messages] bundles",
        )
    return told


def _surface(name: Surface | str) -> Surface:
    try:
        return Surface(name)
    except ValueError:
        raise UsageError("there is no such surface", f"one of: {', '.join(Surface)}") from None
