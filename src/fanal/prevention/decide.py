"""Decides: a pure function from what a person does to what the service must do and show.

`decide` keeps nothing, counts nothing and repeats nothing of what was entered. What fails gets the
answer that the rules name for its surface; for uploads and prompts that is always a refusal. What
cannot be read is always refused: whoever writes a text chooses whether it can be read.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from fanal.prevention.nouns import SUPPORT, Action, Content, Decision, Reason, Signals, Surface
from fanal.prevention.ports import Classifier, Files, Texts, Trial, Words

CLOSED = frozenset({Surface.UPLOAD, Surface.GENERATE})
"""Surfaces that are closed whenever something fails, whatever is configured."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that a decision depends on, as it is at one moment."""

    words: Words
    files: Files
    texts: Texts
    day: date
    family: str = "combined"
    """The wording outside a trial: the reference."""
    trial: Trial | None = None
    classifier: Classifier | None = field(default=None, repr=False)
    closed: Mapping[Surface, Action] = field(default_factory=dict)
    """The answer to what fails, by surface; `BLOCK` where nothing is said."""

    @property
    def version(self) -> str:
        """Digest of the lists that are asked: of words, then of files."""
        return "+".join(one for one in (self.words.version, self.files.version) if one)

    def failing(self, surface: Surface) -> Action:
        """Return the answer to what fails."""
        if surface in CLOSED:
            return Action.BLOCK
        return self.closed.get(surface, Action.BLOCK)


def decide(
    surface: Surface,
    signals: Signals,
    locale: str,
    session: str,
    rules: Rules,
    variant: str = "",
) -> Decision:
    """Say what a service must do with one act, and what it shows.

    `session` is a reference that means nothing outside the service, or "": then the act takes no
    part in a trial. `variant` is the wording that this session saw before, which it goes on seeing.
    Never raises for what a person entered; whatever a part raises becomes the closed answer.
    """
    is_hit = False
    try:
        is_hit, reason = _reason(surface, signals, rules)
        wording = _wording(surface, signals.country, session, rules, variant)
        return _answer(surface, signals, locale, rules, ((is_hit, reason), wording))
    except Exception:  # noqa: BLE001 (no fault of a part may let anything pass, nor be told)
        if is_hit:
            return _blocked(surface, locale, rules, (Reason.FAULT, signals.country))
        return closed(surface, locale, rules, country=signals.country)


def closed(
    surface: Surface,
    locale: str,
    rules: Rules,
    reason: Reason = Reason.FAULT,
    country: str = "",
) -> Decision:
    """Return the configured answer to what failed, and a refusal of what cannot be read."""
    if reason is not Reason.UNREADABLE and rules.failing(surface) is Action.ALLOW:
        return Decision(Action.ALLOW, reason, list_version=_version(rules))
    return _blocked(surface, locale, rules, (reason, country))


def _blocked(surface: Surface, locale: str, rules: Rules, told: tuple[Reason, str]) -> Decision:
    reason, country = told
    content = _neutral(surface, locale, country, rules)
    return Decision(Action.BLOCK, reason, "neutral", content, _version(rules))


def _reason(surface: Surface, signals: Signals, rules: Rules) -> tuple[bool, Reason]:
    """Return whether anything matches, and the class of reasons."""
    heard = [rules.words.ask(text) for text in (signals.text, signals.negative) if text]
    if not all(one.is_readable for one in heard):
        return True, Reason.UNREADABLE
    is_hit = any(one.is_hit for one in heard)
    file = _file(signals, rules, is_hit=is_hit)
    if file is not Reason.NONE:
        return True, file
    is_classified = (
        not is_hit and rules.classifier is not None and rules.classifier(surface, signals)
    )
    support = next((one.support for one in heard if one.support is not None), None)
    if support is not None:
        return is_hit or is_classified, support
    if is_hit:
        return True, Reason.WORDS
    return is_classified, Reason.CLASSIFIER if is_classified else Reason.NONE


def _file(signals: Signals, rules: Rules, *, is_hit: bool) -> Reason:
    """Return what is known of a file; where words match already, a fault changes nothing."""
    try:
        return rules.files.ask(signals)
    except Exception:
        if is_hit:
            return Reason.NONE
        raise


def _wording(
    surface: Surface, country: str, session: str, rules: Rules, variant: str
) -> tuple[str, str]:
    """Return the trial and the family that a session sees."""
    trial = rules.trial
    if trial is None or not session or not trial.covers(surface, country, rules.day):
        return "", variant or rules.family
    return trial.trial_id, variant or trial.variant(session)


def _answer(
    surface: Surface,
    signals: Signals,
    locale: str,
    rules: Rules,
    found: tuple[tuple[bool, Reason], tuple[str, str]],
) -> Decision:
    (is_hit, reason), (trial, family) = found
    if reason is Reason.NONE:
        return Decision(Action.ALLOW, reason, list_version=rules.version)
    if reason is Reason.UNREADABLE:
        return closed(surface, locale, rules, reason, signals.country)
    if reason in SUPPORT:
        key, trial = f"support.{SUPPORT[reason]}", ""
    else:
        key = family
    refused = surface if is_hit else None
    content = rules.texts.content(key, refused, locale, signals.country, rules.day)
    action = Action.INTERVENE if is_hit else Action.ALLOW
    return Decision(action, reason, key, content, rules.version, trial)


def _version(rules: Rules) -> str:
    try:
        return rules.version
    except Exception:  # noqa: BLE001 (a fault is told as one, without its words)
        return ""


def _neutral(surface: Surface, locale: str, country: str, rules: Rules) -> Content | None:
    for where in dict.fromkeys((country, "")):
        with suppress(Exception):  # nothing is shown rather than anything let through
            return rules.texts.content("neutral", surface, locale, where, rules.day)
    return None
