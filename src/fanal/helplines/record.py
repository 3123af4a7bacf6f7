"""One place of help, as it is known and as it may be told on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import phonenumbers

HELP, CRISIS, VICTIM, REPORT = "help", "crisis", "victim", "report"
KINDS = (HELP, CRISIS, VICTIM, REPORT)
"""Help to stop or not to begin; danger of life; who was harmed; where content is reported."""
AUDIENCES = ("self", "family", "young people")
CONFIDENCES = ("high", "medium", "low")
LAW = "law"
EVERYWHERE = "*"
HIDE_AFTER = 180
"""Days after which a telephone number that nobody checked is hidden."""
DROP_AFTER = 365
"""Days after which a service that nobody checked is dropped."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """A service that helps; `told` says what of it may be told on a day."""

    country: str
    """ISO 3166-1; "" for a service of no country, reached from everywhere."""
    service: str
    kind: str
    source: str
    """Where it is read that this number or address is this service's."""
    checked_on: date
    """Day of the source or of the check; of a source without a day, the latest that it can be."""
    languages: tuple[str, ...] = ()
    """ISO 639-1; none where it is not a matter of language."""
    audience: tuple[str, ...] = ()
    phone: str = ""
    """E.164, or a short number as it is dialled inside its country; "" for none, or hidden."""
    dialable_from: tuple[str, ...] = ()
    """Countries where the number can be dialled; its own where nothing is said, `*` for all."""
    chat: str = ""
    web: str = ""
    hours: str = ""
    cost: str = ""
    anonymity: str = ""
    checked_by: str = ""
    """Who called the number and looked at the page; "" where nobody has."""
    confidence: str = "low"
    expires: date | None = None
    """The day from which nothing is told any more; None where it rests on law."""
    basis: str = ""
    """`law` where a public act assigns the number: it does not age, only the page beside it."""
    is_hidden: bool = field(default=False, compare=False)
    """There is a number, but it was checked too long ago to be told."""

    @property
    def address(self) -> str:
        """The page as a link; "" for none."""
        return f"https://{self.web}" if self.web else ""

    @property
    def chat_address(self) -> str:
        """The chat as a link; "" for none."""
        return f"https://{self.chat}" if self.chat else ""

    @property
    def is_emergency(self) -> bool:
        """The emergency number of a country."""
        return self.kind == CRISIS and self.basis == LAW and self.service == EMERGENCY

    def days(self, day: date) -> int:
        """Return how many days ago it was checked."""
        return (day - self.checked_on).days

    def told(self, day: date) -> "Helpline | None":
        """Return it as it may be told on a day, or None where nothing of it may be."""
        if not self.country or (self.basis == LAW and -1 <= self.days(day) <= DROP_AFTER):
            return self
        if self.basis == LAW:
            return replace(self, web="", chat="")
        if not self.is_told_on(day):
            return None
        if not self.phone or self.is_fresh(day):
            return self
        return self.without_phone()

    def is_fresh(self, day: date) -> bool:
        """Tell whether it was checked lately; a check in the future is a slip, and is none."""
        return -1 <= self.days(day) <= HIDE_AFTER

    def is_told_on(self, day: date) -> bool:
        """Tell whether it has not expired."""
        return self.expires is None or day < self.expires

    def without_phone(self) -> "Helpline | None":
        """Return it with its number hidden, or None where no other way to it is known."""
        if not (self.web or self.chat):
            return None
        return replace(self, phone="", is_hidden=True)

    def reached_from(self, country: str) -> "Helpline | None":
        """Return it as somebody in another country reaches it, or None where they cannot."""
        if not self.phone or not {EVERYWHERE, country or EVERYWHERE}.isdisjoint(self.dialable_from):
            return self
        told = self.without_phone()
        return told and replace(told, is_hidden=False)

    def dialled(self, country: str = "") -> str:
        """Return the number as people in a country dial it; "" for none."""
        if not self.phone.startswith("+"):
            return (
                " ".join((self.phone[:3], self.phone[3:])) if len(self.phone) == 6 else self.phone
            )
        number = phonenumbers.parse(self.phone)
        form = phonenumbers.PhoneNumberFormat
        at_home = country == self.country
        return phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)


EMERGENCY = "Emergency number"


def expiry(checked_on: date, stated: date | None) -> date:
    """Return the first day on which nothing is told: the rule's, or an earlier one."""
    ruled = checked_on + timedelta(days=DROP_AFTER + 1)
    return min(ruled, stated) if stated else ruled


def spoken(language: str) -> str:
    """Return a language by its primary subtag; the two written forms of Norwegian are one."""
    first = language.replace("_", "-").split("-")[0].lower()
    return "no" if first in {"nb", "nn"} else first


def in_language(lines: Iterable[Helpline], language: str) -> tuple[Helpline, ...]:
    """Return those that speak a language."""
    wanted = spoken(language)
    return tuple(one for one in lines if wanted and wanted in one.languages)
