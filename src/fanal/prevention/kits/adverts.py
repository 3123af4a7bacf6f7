"""Exports neutral adverts with the pages that they lead to, as a folder of plain files.

An advert is a headline and a line of a wording, known by a code that stands for no person. Which
searches it is shown beside is no matter of this program: it neither holds nor suggests keywords.
"""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from fanal.errors import UsageError
from fanal.prevention.messages import page
from fanal.prevention.messages.locales import subtags
from fanal.prevention.messages.texts import BookOfTexts
from fanal.prevention.messages.wording import Text
from fanal.prevention.nouns import FAMILIES, Action, Content, Decision, Reason, Surface

COLUMNS = (
    *("code", "country", "locale", "variant", "headline", "line"),
    *("landing", "reviewed", "sha256"),
)
HEAD = "campaign.json"
LANDING = "landing"
MOST_ADVERTS = 2_000
README = """{title}

adverts.csv    one row an advert: its code, country, language, wording, headline, line, its page
landing/       the page that each advert leads to: one file, no script, nothing loaded
campaign.json  the same for programs; `fanal deter campaign import` needs it

Nobody is counted by these files. A code stands for a wording in a country and a language, never for
a person or a visit: put nothing into the address of a page, and set no cookie.

The pages say that nothing is kept of whoever reads them. Host them so that this is true: without
statistics of visitors, and without a log that holds addresses.

No keywords come with this, and the program suggests none. Whoever places adverts decides with the
police and with people who treat offenders, and asks the advertising service for totals only: day,
country, code, impressions, clicks, cost.

Texts are marked `reviewed` where a person who speaks the language has read them. Others were
drafted by a machine: have them read before anybody sees them.

The contacts of help are told as of the day above. They age: export the pages anew every month.
"""
_FORMULA = re.compile(r"^(?=[=+\-@\t\r＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign says, where, in which languages."""

    name: str
    countries: tuple[str, ...]
    locales: tuple[str, ...]
    families: tuple[str, ...]
    day: date
    with_drafts: bool = False
    """Take texts that nobody has reviewed; the folder says DRAFT then."""


@dataclass(frozen=True, slots=True)
class Advert:
    """One advert: a wording in a country and a language."""

    code: str
    country: str
    locale: str
    variant: str
    headline: str
    line: str
    landing: str
    reviewed: bool
    sha256: str
    """Of the page that it leads to."""


def export(plan: Plan, texts: BookOfTexts, folder: Path) -> tuple[Advert, ...]:
    """Write adverts and their pages into a new folder; the same plan gives the same bytes."""
    _check(plan)
    made = [
        _advert(plan, texts, country, locale, family)
        for country in sorted(set(plan.countries))
        for locale in sorted(set(plan.locales))
        for family in sorted(set(plan.families))
    ]
    adverts = tuple(advert for advert, _ in made)
    unread = sorted({one.locale for one in adverts if not one.reviewed})
    if unread and not plan.with_drafts:
        raise UsageError(
            f"nobody has reviewed the texts in {', '.join(unread)}",
            "have them read, or take drafts with --drafts",
        )
    if folder.exists():
        raise UsageError(f"{folder} is there already", "name a new folder")
    (folder / LANDING).mkdir(parents=True)
    for advert, text in made:
        _write(folder / advert.landing, text)
    _write(folder / "adverts.csv", table(adverts))
    title = f"{'DRAFT: ' if unread else ''}campaign {plan.name}, {plan.day.isoformat()}"
    _write(folder / "README.txt", README.format(title=title))
    _write(folder / HEAD, _head(plan, adverts))
    return adverts


def code_of(name: str, country: str, locale: str, family: str) -> str:
    """Return the code of an advert: ten letters and digits that stand for its wording."""
    told = f"{name}\x1f{country}\x1f{locale}\x1f{family}"
    return sha256(told.encode("utf-8")).hexdigest()[:10]


def read_campaign(folder: Path) -> tuple[str, dict[str, Advert]]:
    """Return a campaign's name, and its adverts by their codes."""
    path = folder / HEAD
    try:
        told = json.loads(path.read_text("utf-8"))
        adverts = [_ours(one) for one in told["adverts"]]
        return str(told["name"]), {one.code: one for one in adverts}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{folder} holds no campaign", "name a folder that `campaign export` wrote"
        ) from None


def _ours(told: Any) -> Advert:
    """Return an advert; ValueError where a table would repeat what `export` never writes."""
    one = Advert(**told)
    is_ours = (
        re.fullmatch(r"[0-9a-f]{10}", one.code)
        and re.fullmatch(r"[A-Z]{2}", one.country)
        and re.fullmatch(r"[A-Za-z0-9-]{2,35}", one.locale)
        and one.variant in FAMILIES
    )
    if not is_ours:
        raise ValueError
    return one


def table(adverts: Iterable[Advert]) -> str:
    """Return adverts as CSV, every cell quoted, none of which a spreadsheet runs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in adverts:
        told = asdict(one) | {"reviewed": "yes" if one.reviewed else "no"}
        writer.writerow([_FORMULA.sub("'", str(told[name])) for name in COLUMNS])
    return out.getvalue()


def _check(plan: Plan) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", plan.name):
        raise UsageError("a campaign's name has up to 40 letters, digits, - and _", "name another")
    if wrong := [one for one in plan.countries if not re.fullmatch(r"[A-Z]{2}", one)]:
        raise UsageError(f"{wrong[0]!r} is no country", "two capitals, such as DE")
    if unknown := set(plan.families) - set(FAMILIES):
        raise UsageError(f"there is no wording {min(unknown)!r}", f"known: {', '.join(FAMILIES)}")
    count = len(set(plan.countries)) * len(set(plan.locales)) * len(set(plan.families))
    if not 0 < count <= MOST_ADVERTS:
        raise UsageError(f"that makes {count:,} adverts", f"1 to {MOST_ADVERTS:,} at a time")


def _advert(
    plan: Plan, texts: BookOfTexts, country: str, locale: str, family: str
) -> tuple[Advert, str]:
    content = texts.content(family, None, locale, country, plan.day)
    if subtags(content.locale)[0] != subtags(locale)[0]:
        raise UsageError(f"there are no texts in {locale!r}", "leave it out")
    text, is_read = _words(texts, content.locale, family, plan.day)
    landing = _landing(content, family)
    code = code_of(plan.name, country, locale, family)
    return (
        Advert(
            code,
            country,
            locale,
            family,
            text.headline,
            text.line,
            f"{LANDING}/{code}.html",
            content.is_reviewed and is_read,
            sha256(landing.encode("utf-8")).hexdigest(),
        ),
        landing,
    )


def _words(texts: BookOfTexts, locale: str, family: str, day: date) -> tuple[Text, bool]:
    """Return the words of an advert, from a signed bundle or built in, and if they were read."""
    bundle = texts.bundles.get(locale)
    if bundle is not None and bundle.holds_on(day):
        own = bundle.messages.get(family)
        if own is not None and own.headline and own.line:
            return own, True
    built_in = texts.tongue(locale)
    return built_in.messages[family], built_in.is_reviewed


def _landing(content: Content, family: str) -> str:
    """Return the page of an advert: the message of its wording, where nothing was refused."""
    decision = Decision(Action.ALLOW, Reason.NONE, family, content)
    return page.html(decision, surface=Surface.SEARCH)


def _head(plan: Plan, adverts: Iterable[Advert]) -> str:
    told: dict[str, Any] = {
        "name": plan.name,
        "day": plan.day.isoformat(),
        "adverts": [asdict(one) for one in adverts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")
