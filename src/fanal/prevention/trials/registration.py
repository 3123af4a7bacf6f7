"""Reads the pre-registration of a trial: everything that is fixed before the first session."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.nouns import Outcome
from fanal.prevention.trials import fields
from fanal.prevention.trials.fields import Wrong

MOST_BYTES = 100_000
STAMP = "registered"
"""The section that registering appends; a draft has none."""


@dataclass(frozen=True, slots=True)
class Guard:
    """An outcome that must stay rare: the trial stops where it is not, in any arm."""

    outcome: Outcome
    limit: float
    """Share of the sessions shown that is still borne."""
    e_value: float
    """Evidence against the limit at which the trial stops."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A trial as it was registered; nothing of it may change while it runs."""

    name: str
    digest: str
    """SHA-256 over the canonical bytes: everything below and the day of registering."""
    registered_on: date
    registered_by: str
    hypothesis: str
    primary: Outcome
    surfaces: tuple[str, ...]
    arms: tuple[str, ...]
    weights: tuple[int, ...]
    reference: str
    """The operator's wording up to now."""
    base: float
    """Share expected under the reference."""
    minimum_effect: float
    """Smallest difference of shares that would matter."""
    rule: str
    """`e_value`: called whenever the evidence suffices; `fixed`: one test at the horizon."""
    alpha: float
    sessions: int
    """The horizon: sessions of all arms together."""
    repeats: int
    """In how many sessions one person may see one wording: evidence counts for that much less."""
    first_day: date
    last_day: date
    key: str
    """How long one key assigns: `day` or `trial`."""
    without_countries: frozenset[str]
    without_days: frozenset[date]
    reason: str
    """Why these are left out."""
    guards: tuple[Guard, ...]

    @property
    def trial_id(self) -> str:
        """Name and digest in one: counts of a changed registration are another trial's."""
        return f"{self.name}.{self.digest[:16]}"

    @property
    def stopping(self) -> str:
        """Return when the trial ends, as a sentence."""
        when = {
            "e_value": f"when the e-value of a comparison reaches {1 / self.alpha:g}, or",
            "fixed": "never before the horizon; one test",
        }[self.rule]
        return f"{when} at {self.sessions:,} sessions, or after {self.last_day}"

    @property
    def is_less_better(self) -> bool:
        """Tell whether the primary outcome is one that the wording should make rarer."""
        return self.primary is Outcome.CONTINUED

    @property
    def treatments(self) -> tuple[str, ...]:
        """Return the arms that are compared with the reference."""
        return tuple(one for one in self.arms if one != self.reference)

    def runs_on(self, day: date) -> bool:
        """Tell whether sessions of a day are assigned."""
        return self.first_day <= day <= self.last_day


def read_registration(path: Path) -> Registration:
    """Read a registered trial; raises a UsageError where it is none, or was changed since."""
    table = _table(path)
    stamp = table.pop(STAMP, None)
    if not isinstance(stamp, dict):
        raise UsageError(
            f"{path} is not registered", f"fanal deter trial register {path.name} writes its copy"
        )
    day: Any = stamp.get("day")
    if not fields.is_day(day) or stamp.keys() != {"day", "digest"}:
        raise UsageError(f"{path}: [{STAMP}] must hold digest and day", "register it anew")
    made = _checked(table, day, path)
    if day > made.first_day:
        raise UsageError(
            f"{path} was registered after its first day",
            "a trial is registered before its first session",
        )
    if made.digest != stamp["digest"]:
        raise UsageError(
            f"{path} was changed after it was registered",
            "take the registered file again, or register the change as a trial of its own",
        )
    return made


def read_draft(path: Path, day: date) -> Registration:
    """Read what a person wrote, as it would be registered on a day."""
    table = _table(path)
    if STAMP in table:
        raise UsageError(f"{path} is registered already", "write a draft without that section")
    made = _checked(table, day, path)
    if day > made.first_day:
        raise UsageError(
            f"{path} begins on {made.first_day}, before it would be registered",
            "a trial is registered before its first session: choose a later first_day",
        )
    return made


def write_registered(draft: Path, out: Path, day: date) -> Registration:
    """Write the registered copy of a draft, read-only, where no file is yet."""
    made = read_draft(draft, day)
    text = _read(draft)
    end = "" if text.endswith("\n") else "\n"
    stamp = f'\n[{STAMP}]\ndigest = "{made.digest}"\nday = {day.isoformat()}\n'
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text + end + stamp)
        out.chmod(0o444)
    except FileExistsError:
        raise UsageError(f"{out} exists; nothing is overwritten", "name another file") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}", "name another") from None
    return read_registration(out)


def canonical(table: Mapping[str, Any], day: date) -> bytes:
    """Return the bytes that the digest is over: JSON with sorted keys and plain decimals."""
    told = {**table, STAMP: day}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> str:
    """Return a date, or a number without its form: 0.10 is 0.1."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value.isoformat())


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise UsageError(f"{path} is too long for a registration", "name another file")
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read", "name a file that the guide describes") from None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(path), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is no TOML: {error}", "write it as the guide says") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise UsageError(f"{path} is no registration", "write it as the guide says") from None


def _checked(table: dict[str, Any], day: date, path: Path) -> Registration:
    try:
        told = fields.read(table)
        return _made(told, day, sha256(canonical(table, day)).hexdigest())
    except Wrong as wrong:
        raise UsageError(f"{path}: {wrong}", "correct it; the guide has an example") from None


def _made(told: Mapping[str, Any], day: date, digest: str) -> Registration:
    """Return the registration, with what fields must agree on among themselves."""
    trial, effect, stopping, left = (
        told[name] for name in ("trial", "effect", "stopping", "exclusions")
    )
    arms = tuple(arm["variant"] for arm in told["arm"])
    guards = tuple(
        Guard(Outcome(one["outcome"]), float(one["limit"]), float(one["e_value"]))
        for one in told["guard"]
    )
    made = Registration(
        name=trial["name"],
        digest=digest,
        registered_on=day,
        registered_by=trial["registered_by"],
        hypothesis=trial["hypothesis"],
        primary=Outcome(trial["primary"]),
        surfaces=tuple(trial["surfaces"]),
        arms=arms,
        weights=tuple(arm["weight"] for arm in told["arm"]),
        reference=trial["reference"],
        base=float(effect["base"]),
        minimum_effect=float(effect["minimum"]),
        rule=stopping["rule"],
        alpha=float(stopping["alpha"]),
        sessions=stopping["sessions"],
        repeats=stopping["repeats"],
        first_day=trial["first_day"],
        last_day=trial["last_day"],
        key=trial["key"],
        without_countries=frozenset(left["countries"]),
        without_days=frozenset(left["days"]),
        reason=left["reason"],
        guards=guards,
    )
    _agrees(made)
    return made


def _agrees(made: Registration) -> None:
    faults = (
        (not 2 <= len(made.arms) <= 12, "a trial has 2 to 12 [[arm]]"),
        (len(set(made.arms)) < len(made.arms), "each [[arm]] has a variant of its own"),
        (made.reference not in made.arms, "trial.reference must be one of the arms"),
        (len(set(made.surfaces)) < len(made.surfaces), "a surface stands there twice"),
        (made.last_day < made.first_day, "trial.last_day lies before trial.first_day"),
        (
            {one.outcome for one in made.guards} != fields.GUARDS
            or len(made.guards) > len(fields.GUARDS),
            f"[[guard]] must be there once for each of: {', '.join(sorted(fields.GUARDS))}",
        ),
        (
            bool(made.without_countries or made.without_days) != bool(made.reason),
            "exclusions need a reason, and a reason needs exclusions",
        ),
        (not _fits(made), "effect.base and effect.minimum leave the range of shares"),
    )
    for is_wrong, fault in faults:
        if is_wrong:
            raise Wrong(fault)


def _fits(made: Registration) -> bool:
    """Tell whether the smallest effect that matters is possible from the base."""
    sign = -1 if made.is_less_better else 1
    return 0 < made.base + sign * made.minimum_effect < 1
